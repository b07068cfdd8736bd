"""Figures by need, age, sex and the rest: every case once under each, and the categories add up to the whole."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from services.reporting.indicators.breakdowns import BREAKDOWNS, categories
from services.reporting.indicators.catalogue import cells_of, contributions
from services.reporting.subscriptions import hear_children
from shared.clock import held_at
from shared.contracts import intake as said
from shared.contracts.intake import ChildState
from tests.reporting.indicator_cases import Told, child, id_

NOON = datetime(2026, 5, 14, 11, tzinfo=UTC)


def about(n: int = 1, **told: object) -> ChildState:
    """A child referred on 3 March 2026 of whom so much is known."""
    referral = {name: told.pop(name) for name in ("source", "primary_need", "age_band") if name in told}
    goals = [
        said.Goal(id=id_(place), place=each, agreed_on=date(2026, 3, 3))
        for place, each in enumerate(told.pop("harmed", ()))
    ]
    offers = [
        said.Offer(id=id_(place), offer=each, stage="given", given_from=date(2026, 3, 3))
        for place, each in enumerate(told.pop("offered", ()))
    ]
    state = child(Told("2026-03-03", closed="2026-04-30", reason="RC7"))
    whole = state.model_copy(
        update={
            "n": told.pop("version", 1),
            **told,
            "child_id": id_(n),
            "referrals": tuple(each.model_copy(update=referral) for each in state.referrals),
            "episodes": tuple(
                each.model_copy(update={"goals": tuple(goals), "offers": tuple(offers)}) for each in state.episodes
            ),
        }
    )
    return ChildState.model_validate(whole.model_dump(warnings=False))


@pytest.mark.parametrize(
    ("breakdown", "told", "category"),
    [
        ("need", {"primary_need": "N1"}, "N1"),
        ("source", {"source": "3C"}, "3"),
        ("source", {"source": "10"}, "10"),
        ("age", {"age_band": "10 to 15"}, "10 to 15"),
        ("sex", {"sex": "F"}, "F"),
        ("ethnicity", {"ethnicity": "CHNE"}, "asian"),
        ("ethnicity", {"ethnicity": "BOTH"}, "black"),
        ("ethnicity", {"ethnicity": "NOBT"}, "not stated"),
        ("ethnicity", {"ethnicity": "REFU"}, "not stated"),
        ("disability", {"disabilities": ("AUT", "LD")}, "disabled"),
        ("disability", {"disabilities": ("NONE",)}, "not disabled"),
        ("harm", {"harmed": ("home",)}, "home"),
        ("harm", {"harmed": ("online", "peers")}, "outside the home"),
        ("harm", {"harmed": ("online", "home")}, "home and outside"),
        ("offer", {"offered": ("core",)}, "core"),
        ("offer", {"offered": ("core", "enhanced")}, "enhanced"),
        *((each.id, {}, "not stated") for each in BREAKDOWNS if each.category),
    ],
)
def test_a_case_stands_under_one_category_of_each_breakdown(breakdown: str, told: dict[str, object], category: str):
    (stands_under,) = categories(about(**told)).values()
    assert dict(stands_under)[breakdown] == category
    assert len(dict(stands_under)) == len(stands_under) == sum(each.category is not None for each in BREAKDOWNS)


def test_the_categories_of_every_breakdown_add_up_to_the_whole():
    of_all = Counter()
    for state in (about(1, sex="F"), about(2, sex="M", primary_need="N2"), about(3)):
        of_all.update(contributions(state))
    cells = cells_of(of_all)
    whole, broken_down = Counter(), Counter()
    for ((_, indicator, month, _, band), side), count in cells.whole.items():
        whole[indicator, month, band, side] += count
    for ((_, indicator, breakdown, month, _, band), side), count in cells.broken_down.items():
        broken_down[breakdown, indicator, month, band, side] += count
    names = {breakdown for breakdown, *_ in broken_down}
    assert names == {each.id for each in BREAKDOWNS if each.category}
    for name in names:
        of_one = {
            key: count for (breakdown, *key), count in broken_down.items() if breakdown == name for key in [tuple(key)]
        }
        assert of_one == {key: count for key, count in whole.items() if key[0] != "facts_stated"}


async def heard(house, *states: ChildState) -> None:
    async with house.databases["reporting"].transaction() as session:
        await hear_children(session, states)


async def test_an_analyst_reads_one_indicator_by_need_and_a_corrected_need_moves(house):
    await heard(house, about(1, primary_need="N1"), about(2, primary_need="N1"), about(3, primary_need="N4"))
    await heard(house, about(2, primary_need="N4", version=2))
    analyst = house.signed_in_as("performance_analyst").reporting
    with held_at(NOON):
        answer = await analyst.get("/v1/indicators/referrals/by/need?from=2026-02&to=2026-07")
        standing = (await analyst.get("/v1/indicators/episodes_open/by/need?from=2026-03&to=2026-05")).json()
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["periods"] == ["2026-02", "2026-03", "2026-04", "2026-05", "2026-04 to 2026-05"]
    counted = {each["category"]: [figure["numerator"] for figure in each["figures"]] for each in found["categories"]}
    assert counted == {"N1": [None, 1, 0, 0, 0], "N4": [None, 2, 0, 0, 0]}
    stands = {each["category"]: [figure["numerator"] for figure in each["figures"]] for each in standing["categories"]}
    assert stands == {"N1": [1, 0, 0, 0], "N4": [2, 0, 0, 0]}
    assert found["provenance"]["version"] == 2
    for path in ("referrals/by/deprivation", "caseloads/by/need", "nonsense/by/need", "observations/by/need"):
        assert (await analyst.get(f"/v1/indicators/{path}?from=2026-03&to=2026-03")).status_code == 404


async def test_what_nobody_states_and_months_that_have_not_begun_are_blanks(house):
    analyst = house.signed_in_as("performance_analyst").reporting
    with held_at(NOON):
        await heard(house, about(1))
        found = (await analyst.get("/v1/lpir?from=2026-02&to=2026-06")).json()
        defined = {each["id"]: each for each in (await analyst.get("/v1/indicators?year=2026")).json()}
    figures = {month["month"]: {each["indicator"]: each for each in month["figures"]} for month in found["months"]}
    assert figures["2026-05"]["contacts"]["numerator"] is None
    assert figures["2026-05"]["contacts"]["note"] == "not yet stated by any source: contacts"
    assert figures["2026-05"]["referrals"]["numerator"] == 0
    assert (figures["2026-06"]["referrals"]["numerator"], figures["2026-06"]["referrals"]["note"]) == (
        None,
        "2026-06 has not begun",
    )
    assert {each["numerator"] for each in found["year_to_date"]} == {None}
    assert defined["contacts"]["not_yet_stated"] == ["contacts"]
    assert defined["referrals"]["not_yet_stated"] == []
    assert defined["referrals"]["breakdowns"] == [each.id for each in BREAKDOWNS if each.category]
    assert defined["referrals"]["benchmark"] == "c1.Referrals_rate"


async def test_definitions_hold_from_their_year_on(house):
    analyst = house.signed_in_as("performance_analyst").reporting
    assert (await analyst.get("/v1/indicators?year=1999")).json() == []
    assert len((await analyst.get("/v1/indicators?year=2030")).json()) == len(
        (await analyst.get("/v1/indicators")).json()
    )
    breakdowns = {each["id"]: each["is_stated"] for each in (await analyst.get("/v1/breakdowns")).json()}
    assert breakdowns["need"]
    assert not breakdowns["deprivation"]
