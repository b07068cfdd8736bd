"""A Practice Report from observations as heard: its figures, its changes and its charts, for whoever asks."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from services.reporting.people.operations import keep_workers
from services.reporting.practice_reports.period import period_named
from services.reporting.subscriptions import hear_practice
from shared.calendar import add_months, first_day
from shared.contracts.codes import PracticeSkill, WorkerRole
from shared.contracts.intake import TeamMembership, WorkerState
from shared.contracts.observation import PracticeState
from tests.reporting.observed import practice, worker_id

SEED = 20261124


def workforce(*workers: tuple[str, str, WorkerRole]) -> list[WorkerState]:
    return [
        WorkerState(
            authority="206",
            epoch=1,
            n=1,
            worker_id=worker_id(reference),
            reference=reference,
            role=role,
            full_time_equivalent_percent=100,
            memberships=(TeamMembership(team=team, team_name=team.title(), member_from=date(2020, 1, 1)),),
        )
        for reference, team, role in workers
    ]


async def heard(house: Any, states: Iterable[PracticeState]) -> None:
    async with house.databases["reporting"].transaction() as session:
        await keep_workers(
            session,
            workforce(("mia", "north", WorkerRole.TEAM_MANAGER), ("noah", "south", WorkerRole.TEAM_MANAGER)),
        )
        await hear_practice(session, list(states))


async def report(house: Any, period: str, role: str = "principal_social_worker", worker: str = "") -> dict[str, Any]:
    answer = await house.signed_in_as(role, worker=worker).reporting.get(f"/v1/practice-reports/{period}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def two_quarters() -> list[PracticeState]:
    """Fourteen workers of two teams, each with a level of practice, observed in the last quarter of a year and the next."""
    chance = np.random.default_rng(SEED)
    level = {f"w{each}": chance.normal(3.0, 0.5) for each in range(14)}
    states = []
    for n in range(90):
        worker = f"w{chance.integers(0, 14)}"
        second = bool(chance.integers(0, 2))
        day = date(2026, 4 if second else 1, 1) + timedelta(days=int(chance.integers(0, 89)))
        scores = np.clip(np.rint(level[worker] + 0.4 * second + chance.normal(0, 0.7, 7)), 1, 5).astype(int).tolist()
        states.append(practice(n, worker, "north" if worker < "w4" else "south", day, scores, late=n % 5 == 0))
    return states


def by_statsmodels(states: list[PracticeState], index: int | None) -> Any:
    """The change between the quarters by the observations themselves, clustered by worker."""
    order = list(PracticeSkill)
    values, quarter, worker = [], [], []
    for state in states:
        scores = {score.skill: score.score for score in state.scores}
        values.append(np.mean(list(scores.values())) if index is None else scores[order[index]])
        quarter.append(float(state.observed_on >= date(2026, 4, 1)))
        worker.append(str(state.worker_id))
    _, groups = np.unique(worker, return_inverse=True)
    return sm.OLS(values, sm.add_constant(quarter)).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True, "df_correction": True}, use_t=True
    )


async def test_a_second_statistician_comes_to_the_figures_of_the_report(house):
    states = two_quarters()
    await heard(house, states)
    found = await report(house, "2026-27-Q1")
    service = found["service"]
    factor = np.sqrt((len(states) - 2) / (len(states) - 1))
    for index, told in ((None, service["all_seven"]), *enumerate(service["skills"])):
        fitted = by_statsmodels(states, index)
        assert told["mean"] == pytest.approx(sum(fitted.params), abs=1e-4)
        assert told["change"]["difference"] == pytest.approx(fitted.params[1], abs=1e-4)
        half = (told["change"]["interval_95"]["high"] - told["change"]["interval_95"]["low"]) / 2
        assert half == pytest.approx((fitted.conf_int()[1][1] - fitted.params[1]) * factor, abs=2e-4)
        assert told["change"]["p"] == pytest.approx(fitted.pvalues[1], abs=0.01)
        assert told["change"]["since"] == "2025-26-Q4"
        assert sum(told["spread"].values()) == told["n"]
    assert service["observations"] == sum(state.observed_on >= date(2026, 4, 1) for state in states)


async def test_the_one_outcome_named_beforehand_stands_alone_and_the_rest_are_one_family(house):
    await heard(house, two_quarters())
    found = await report(house, "2026-27-Q1")
    every = [
        told["change"]
        for unit in (found["service"], *found["teams"])
        for told in (unit["all_seven"], *unit["skills"], *unit["composites"])
        if told["change"] and told["change"]["p"] is not None
    ]
    assert len(every) == found["tests_in_family"] + 1
    assert found["service"]["all_seven"]["change"]["p"] == found["service"]["all_seven"]["change"]["p_adjusted"]
    assert all(change["p_adjusted"] >= change["p"] for change in every)


async def test_mia_sees_her_own_team_and_it_is_told_as_to_everybody_else(house):
    await heard(house, two_quarters())
    everything, hers = await report(house, "2026-27-Q1"), await report(house, "2026-27-Q1", "team_manager", "mia")
    assert [team["team"] for team in everything["teams"]] == ["north", "south"]
    assert [team["team"] for team in hers["teams"]] == ["north"]
    assert [[team["team"] for team in funnel["teams"]] for funnel in hers["funnels"]] == [["north"], ["north"]]
    assert hers["teams"][0] == everything["teams"][0]
    assert hers["service"] == everything["service"]


async def test_nobody_can_be_made_out_from_a_team_with_few_observations(house):
    few = [practice(n, f"w{n % 2}", "north", date(2026, 4, 2), [4] * 7) for n in range(9)]
    some = [practice(10 + n, f"v{n % 3}", "south", date(2026, 4, 2), [2 + n % 3] * 7) for n in range(5)]
    await heard(house, [*few, *some])
    found = await report(house, "2026-04")
    north, south = found["teams"]
    assert (north["observations"], north["workers"]) == (9, 2)
    for told in (north["all_seven"], *north["skills"], *north["composites"]):
        assert (told["mean"], told["sd"], told["interval_95"], told["spread"], told["change"]) == (None,) * 5
        assert told["series"]["mean"] == [None] * 13
        assert told["not_given_because"].startswith("too few")
    assert south["all_seven"]["mean"] == 2.8
    assert (south["all_seven"]["spread"], north["beside_published"]) == (None, [])
    assert south["headline"].endswith("Illustrative only (n = 5).")


def thirteen_quarters(*, last: int) -> list[PracticeState]:
    """Six workers a quarter, all seven scored alike, so that the mean is 3.0 and 3.2 in turn, and then what is said."""
    states = []
    for place, period in enumerate(period_named("2026-27-Q1").with_those_before(12)):
        levels = [last] * 6 if place == 12 else [3, 3, 3, 3, 3, 4 if place % 2 else 3]
        states += [
            practice(100 * place + n, f"w{n}", "north", first_day(period.first), [level] * 7)
            for n, level in enumerate(levels)
        ]
    return states


async def test_a_quarter_beyond_the_limits_is_a_signal_and_one_within_them_is_none(house):
    await heard(house, thirteen_quarters(last=5))
    chart = (await report(house, "2026-27-Q1"))["service"]["all_seven"]["series"]["chart"]
    assert chart["kind"] == "XmR"
    assert chart["signals"][:12] == [[]] * 12
    assert chart["signals"][12] == ["a point beyond a limit"]
    await heard(
        house, [state.model_copy(update={"n": 2}) for state in thirteen_quarters(last=3)]
    )  # corrected since: nothing special happened
    again = (await report(house, "2026-27-Q1"))["service"]["all_seven"]["series"]
    assert again["chart"]["signals"] == [[]] * 13
    assert again["n"] == [6] * 13


async def test_every_series_has_a_place_for_each_period_and_a_chart_says_by_which_rules(house):
    await heard(house, thirteen_quarters(last=4))
    found = await report(house, "2026-27-Q1")
    names = [period["name"] for period in found["periods"]]
    assert (names[0], names[-2:], len(names)) == ("2023-24-Q1", ["2025-26-Q4", "2026-27-Q1"], 13)
    for unit in (found["service"], *found["teams"]):
        for told in (unit["all_seven"], *unit["skills"], *unit["composites"]):
            columns = {name: column for name, column in told["series"].items() if name != "chart"}
            assert {len(column) for column in columns.values()} == {13}
        feedback = unit["feedback_within_seven_days"]["series"]
        assert {len(feedback[name]) for name in ("numerator", "denominator", "percent")} == {13}
        assert feedback["chart"]["kind"] == "p"
        assert "a point beyond a limit" in feedback["chart"]["rules"]


async def test_six_workers_are_too_few_to_test_a_change_and_the_sentence_says_so(house):
    await heard(house, thirteen_quarters(last=4))
    team = (await report(house, "2026-27-Q1"))["teams"][0]
    change = team["all_seven"]["change"]
    assert change["difference"] == pytest.approx(4 - 19 / 6, abs=1e-4)
    assert (change["p"], change["p_adjusted"], change["interval_95"]) == (None, None, None)
    assert "10 different workers" in change["not_tested_because"]
    assert team["comparison"].endswith("Not tested. Illustrative only (n = 6, 6 workers).")


async def test_a_published_level_is_a_line_and_no_p_is_made_against_it(house):
    await heard(house, two_quarters())
    found = await report(house, "2026-27-Q1")
    assert [(line["value"], line["n"], line["sd"]) for line in found["reference_lines"]] == [
        (2.64, None, None),
        (2.97, None, None),
    ]
    for beside in found["service"]["beside_published"]:
        assert beside["p"] is None
        assert "uncertainty is not known" in beside["caveat"]


async def test_a_period_in_which_nothing_was_observed_says_that_and_no_more(house):
    await heard(house, [])
    found = await report(house, "2026-05")
    assert found["service"]["headline"] == "No practice was observed in May 2026."
    assert (found["service"]["comparison"], found["service"]["all_seven"]["n"]) == (None, 0)
    assert found["tests_in_family"] == 0


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("2026-27-Q1", ["2025-26-Q3", "2025-26-Q4"]),
        ("2026-27-Q4", ["2026-27-Q2", "2026-27-Q3"]),
        ("2000-01-Q1", ["1999-00-Q3", "1999-00-Q4"]),
        ("2026-01", ["2025-11", "2025-12"]),
    ],
)
def test_the_periods_before_are_of_the_same_length_and_join_up(name: str, before: list[str]):
    periods = period_named(name).with_those_before(2)
    assert [period.name for period in periods] == [*before, name]
    assert all(period == period_named(period.name) for period in periods)
    for earlier, later in pairwise(periods):
        assert add_months(first_day(earlier.last), 1) == first_day(later.first)
