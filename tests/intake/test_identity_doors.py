"""Records that may be of one child wait for a person, who says what they are and can take it back."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from services.intake.identity.models import PossibleMatch
from services.intake.people.models import Child
from services.intake.sources.document import ChildDocument
from services.intake.sources.operations import Source, Statement, state
from services.reporting.indicators.models import Cell
from shared.clock import held_at
from tests.intake.conftest import day

PAIRS = "/v1/possible-matches"


def robin(la_child_id: str, **changes) -> dict:
    return {"la_child_id": la_child_id, "forename": "Robin", "surname": "O'Keefe", "born_on": "2019-05-02"} | changes


async def came_in(department, *children: dict, **changes) -> list[dict]:
    return await department.referred(children=list(children), **changes)


async def pairs(department, who: str = "duty", query: str = "") -> list[dict]:
    answer = await getattr(department, who).get(PAIRS + query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def pair_of_robins(department) -> dict:
    await came_in(department, robin("C1"))
    await came_in(department, robin("C2", forename="Robbin", born_on="2019-02-05"))
    (pair,) = await pairs(department)
    return pair


async def decided(department, pair: dict, who: str = "duty", **decision):
    return await getattr(department, who).post(f"{PAIRS}/{pair['id']}/decision", json=decision)


async def merged(department, keep: str = "C1") -> dict:
    pair = await pair_of_robins(department)
    answer = await decided(department, pair, decision="same", keep=keep)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def child(department, la_child_id: str) -> Child:
    return next(row for row in await department.rows(Child) if row.la_child_id == la_child_id)


async def newest(department, la_child_id: str):
    return (await department.said_of((await child(department, la_child_id)).id))[-1]


async def test_robin_who_comes_in_twice_is_stored_twice_and_waits_for_a_person_with_the_evidence(department) -> None:
    pair = await pair_of_robins(department)
    assert {each["la_child_id"] for each in pair["children"]} == {"C1", "C2"}
    assert (pair["likeness"], pair["decision"]) == ("likely", None)
    found = {each["of"]: each["found"] for each in pair["evidence"]}
    assert found == {"forename": "slip", "surname": "same", "born_on": "day_and_month_swapped"}
    (row,) = await department.rows(PossibleMatch)
    assert "Robin" not in str(row.evidence)


@pytest.mark.parametrize(
    "other",
    [
        {"upn": "H801200001001", "forename": None, "surname": None, "born_on": None},
        {"nhs_number": "943 476 5919", "surname": "Lee"},
    ],
    ids=["UPN", "NHS number"],
)
async def test_one_number_brings_two_records_together_whatever_else_is_known(department, other) -> None:
    await came_in(department, robin("C1", upn="H801200001001", nhs_number="9434765919"))
    await came_in(department, robin("C2", **other))
    assert len(await pairs(department)) == 1


async def test_brothers_and_sisters_on_one_form_are_never_one_child(department) -> None:
    await came_in(department, robin("C1"), robin("C2", forename="Robyn"), robin("C3"))
    assert await pairs(department) == []


async def test_a_batch_is_compared_with_itself_and_with_what_was_there(department) -> None:
    await came_in(department, robin("C1"))
    day = [department.form(children=[robin("C2")]), department.form(children=[robin("C3")])]
    answer = await department.school.post("/v1/referrals/batch", json={"referrals": day})
    assert [each["status"] for each in answer.json()["results"]] == [201, 201]
    together = [{each["la_child_id"] for each in pair["children"]} for pair in await pairs(department)]
    assert sorted(map(sorted, together)) == [["C1", "C2"], ["C1", "C3"], ["C2", "C3"]]


async def test_a_name_told_later_of_a_known_child_is_compared_then(department) -> None:
    await came_in(department, robin("C1"))
    await came_in(department, {"la_child_id": "C2", "surname": "O'Keefe"})
    assert await pairs(department) == []
    await came_in(department, robin("C2"))
    assert len(await pairs(department)) == 1


async def test_a_source_that_states_a_child_with_a_known_upn_brings_the_records_together(department) -> None:
    await came_in(department, robin("C1", upn="H801200001001"))
    stated = Statement(ChildDocument(la_child_id="C2", upn="H801200001001", sex="F"))
    for _ in range(2):
        async with department.database.transaction() as session:
            await state(session, Source("cin-census/2026", day("2026-03-31")), [stated], by="a test")
    (pair,) = await pairs(department)
    assert {each["la_child_id"] for each in pair["children"]} == {"C1", "C2"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"upn": "A801200001001"}, "upn"),
        ({"nhs_number": "9434765918"}, "nhs_number"),
        ({"postcode": "somewhere"}, "postcode"),
    ],
)
async def test_a_number_with_a_slip_is_refused_at_our_door_and_not_repeated(department, changes, field) -> None:
    answer = await department.school.post("/v1/referrals", json=department.form(children=[robin("C1", **changes)]))
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"/children/0/{field}"]
    assert changes[field] not in answer.text


async def test_different_is_remembered_when_both_come_in_again(department) -> None:
    pair = await pair_of_robins(department)
    assert (await decided(department, pair, decision="different")).json()["decision"] == "different"
    await came_in(department, robin("C1", upn="H801200001001"))
    assert await pairs(department) == []
    (row,) = await department.rows(PossibleMatch)
    assert (row.decision, row.decided_by) == ("different", "duty")
    assert [each["decision"] for each in await pairs(department, query="?undecided=false")] == ["different"]


async def test_of_two_records_merged_one_speaks_for_both_and_the_other_says_nothing(department) -> None:
    await merged(department)
    kept, loser = await newest(department, "C1"), await newest(department, "C2")
    assert (loser.merged_into, loser.referrals, loser.episodes) == (kept.child_id, (), ())
    assert len(kept.referrals) == 2
    assert [change.what for change in kept.changes] == [change.what for change in loser.changes] == ["child.merged"]


async def test_what_comes_in_later_about_the_merged_record_is_said_by_the_one_that_speaks_for_it(department) -> None:
    await merged(department)
    (referral,) = await came_in(department, robin("C2"))
    kept, loser = await newest(department, "C1"), await newest(department, "C2")
    assert [str(each.id) for each in kept.referrals].count(referral["id"]) == 1
    assert (loser.merged_into, loser.referrals) == (kept.child_id, ())
    assert await pairs(department) == []


async def test_a_concern_about_a_merged_record_meets_the_episode_of_the_child_it_is_of(department) -> None:
    await merged(department)
    first, second = sorted((await department.duty.get("/v1/referrals")).json()["items"], key=lambda each: each["id"])
    await department.decided(first, "assessment")
    again = await department.duty.post(f"/v1/referrals/{second['id']}/decision", json={"outcome": "assessment"})
    assert again.json()["type"] == "urn:dwc:problem:episode-already-open"
    assert (await department.decided(second, "open_episode"))["outcome"] == "open_episode"


async def test_two_records_parted_again_are_both_exactly_as_they_were(department) -> None:
    pair = await pair_of_robins(department)
    before = {name: await newest(department, name) for name in ("C1", "C2")}
    await decided(department, pair, decision="same", keep="C2")
    answer = await department.duty.post(f"{PAIRS}/{pair['id']}/decision/withdrawal")
    assert (answer.status_code, answer.json()["decision"], answer.json()["kept_id"]) == (200, None, None)
    for name, was in before.items():
        now = await newest(department, name)
        assert now.model_copy(update={"n": was.n, "changes": was.changes}) == was, name
        assert [change.what for change in now.changes] == ["child.unmerged"]
    assert [each["id"] for each in await pairs(department)] == [pair["id"]]


async def test_who_decided_and_who_took_it_back_is_in_the_audit(department) -> None:
    pair = await merged(department)
    await department.vera.post(f"{PAIRS}/{pair['id']}/decision/withdrawal")
    acts = [row for row in await department.audited() if row.act == "decide whether two records are one child"]
    told = [(row.actor, row.outcome) for row in acts]
    assert told == [("duty", 200), ("duty", 200), ("vera", 200)]
    assert all({each["id"] for each in pair["children"]} <= set(row.subjects) for row in acts)


@pytest.mark.parametrize(
    ("decision", "problem"),
    [
        ({"decision": "same"}, "keep-one-of-them"),
        ({"decision": "same", "keep": "C3"}, "keep-one-of-them"),
        ({"decision": "alike"}, "invalid"),
    ],
)
async def test_a_decision_says_what_and_which(department, decision, problem) -> None:
    answer = await decided(department, await pair_of_robins(department), **decision)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, problem)


async def test_a_pair_is_decided_once_and_a_merged_record_is_not_merged_again(department) -> None:
    pair = await merged(department)
    assert (await decided(department, pair, decision="different")).json()["type"].endswith("decided-already")
    await came_in(department, {"la_child_id": "C3"})
    for name in ("C1", "C2"):
        answer = await department.duty.post(PAIRS, json={"children": [name, "C3"]})
        assert answer.status_code == 201, answer.text
        again = await decided(department, answer.json(), decision="same", keep="C3")
        assert again.json()["type"].endswith("merged-already")
    third = await department.duty.post(PAIRS, json={"children": ["C3", "C1"]})
    assert (await decided(department, third.json(), decision="same", keep="C1")).status_code == 200
    assert len((await newest(department, "C1")).referrals) == 3


async def test_norma_sees_no_pair_of_which_one_child_is_the_south_teams(department) -> None:
    pair = await pair_of_robins(department)
    assert [each["id"] for each in await pairs(department, "norma")] == [pair["id"]]
    _, theirs = (await department.duty.get("/v1/referrals")).json()["items"]
    await department.allocated("cleo", (await department.decided(theirs, "assessment"))["episode_id"])
    assert await pairs(department, "norma") == []
    answers = [
        await department.norma.get(f"{PAIRS}/{pair['id']}"),
        await decided(department, pair, "norma", decision="different"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    together = await department.norma.post(PAIRS, json={"children": ["C1", "C2"]})
    unknown = await department.norma.post(PAIRS, json={"children": ["C1", "C9"]})
    assert (together.status_code, together.json()["detail"]) == (404, unknown.json()["detail"])
    assert (await department.asha.get(PAIRS)).status_code == 403


async def test_two_people_who_decide_at_once_decide_once(department) -> None:
    pair = await pair_of_robins(department)
    answers = await asyncio.gather(
        decided(department, pair, "duty", decision="same", keep="C1"),
        decided(department, pair, "vera", decision="same", keep="C2"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    rows = await department.rows(Child)
    assert sorted(row.merged_into is not None for row in rows) == [False, True]


async def cells(house) -> list[tuple]:
    async with house.databases["reporting"].reading() as session:
        rows = (await session.exec(select(Cell))).all()
    return sorted(
        (row.indicator, row.month, row.team, row.band, row.numerator, row.denominator)
        for row in rows
        if row.denominator or row.numerator
    )


async def test_a_merged_record_contributes_nothing_to_the_figures_until_it_is_parted_again(house) -> None:
    """Two referrals of two children become two of one, who came back within the year; and back again, cell for cell."""
    with held_at(datetime(2026, 5, 14, 11, tzinfo=UTC)):
        school, duty = house.signed_in_as("source_system").intake, house.signed_in_as("duty").intake
        for name, received_on in (("C1", "2026-04-01"), ("C2", "2026-05-01")):
            form = {"source_reference": name, "received_on": received_on, "source": "6", "children": [robin(name)]}
            referral = (await school.post("/v1/referrals", json=form)).json()["referrals"][0]
            await duty.post(f"/v1/referrals/{referral['id']}/decision", json={"outcome": "no_further_action"})
        await house.settle()
        before = await cells(house)
        (pair,) = (await duty.get(PAIRS)).json()["items"]
        await duty.post(f"{PAIRS}/{pair['id']}/decision", json={"decision": "same", "keep": "C1"})
        await house.settle()
        between = await cells(house)
        await duty.post(f"{PAIRS}/{pair['id']}/decision/withdrawal")
        await house.settle()
        after = await cells(house)
    again = [("rereferrals_within_12_months", "2026-05", 1)]
    assert [(each[0], each[1], each[4]) for each in set(between) - set(before) if each[4]] == again
    assert sum(each[4] for each in between if each[0] == "referrals") == 2
    assert before == after != between
