"""The made-up borough is like the one that was evaluated: each figure asked of the services, within a stated tolerance."""

from typing import Any

import pytest

from services.demo import calibration
from shared.calendar import add_months, month_of
from tests.demo.boroughs import Answers, Asked, total

pytestmark = pytest.mark.xdist_group("full-size borough")

YEARS = ("before", "during")


def year(asked: Asked, which: str) -> list[Answers]:
    """The twelve months of one of the two years."""
    first = asked.span.casework_from if which == "before" else asked.span.programme_from
    names = {month_of(add_months(first, n)) for n in range(12)}
    return [month for month in asked.lpir if month["month"] in names]


def quarters(asked: Asked, which: str) -> list[Answers]:
    """The quarters of the year before; or those of the programme, with the one we are in."""
    days = sorted(asked.quarters)
    return [asked.quarters[day] for day in (days[:4] if which == "before" else days[4:])]


def share(months: list[Answers], indicator: str) -> float:
    return 100 * total(months, indicator) / total(months, indicator, "denominator")


@pytest.mark.parametrize("which", YEARS)
def test_about_2400_episodes_start_in_each_year(full_size: Asked, which: str):
    months = year(full_size, which)
    assert len(months) == 12
    assert total(months, "episodes_started") == pytest.approx(calibration.STARTED_A_YEAR, rel=0.01)
    assert total(months, "referrals") == pytest.approx(calibration.REFERRALS_A_YEAR, rel=0.01)


@pytest.mark.parametrize("which", YEARS)
def test_twelve_in_a_hundred_referrals_come_within_a_year_of_another(full_size: Asked, which: str):
    assert share(year(full_size, which), "rereferrals_within_12_months") == pytest.approx(12.0, abs=0.3)


@pytest.mark.parametrize("which", YEARS)
def test_episodes_end_as_soon_and_as_late_as_published(full_size: Asked, which: str):
    months = year(full_size, which)
    assert share(months, "episodes_ended_within_6_months") == pytest.approx(72, abs=2.5)
    assert share(months, "episodes_ended_within_3_months") == pytest.approx(53, abs=2.5)
    assert total(months, "episodes_ended") == pytest.approx(2353, rel=0.05)
    assert total(months[-1:], "episodes_open") == pytest.approx(calibration.OPEN, rel=0.04)
    long_open = total(months[-1:], "episodes_open_2_years") / total(months[-1:], "episodes_open")
    assert 100 * long_open == pytest.approx(35.4, abs=2)


@pytest.mark.parametrize("which", YEARS)
def test_protection_is_as_frequent_as_published(full_size: Asked, which: str):
    months = year(full_size, which)
    assert total(months, "section_47_started") == pytest.approx(640, rel=0.12)
    assert total(months, "conferences") == pytest.approx(224, rel=0.2)
    assert total(months, "protection_plans_started") == pytest.approx(187, rel=0.2)
    assert total(months[-1:], "protection_plans_open") == pytest.approx(171, rel=0.25)
    assert share(months, "assessments_within_45_working_days") == pytest.approx(86, abs=5)


def test_seven_teams_hold_every_open_case(full_size: Asked):
    assert [each["name"] for each in full_size.teams] == list(calibration.TEAMS)
    held = sum(each["children_held"] for each in full_size.workers)
    assert held == pytest.approx(total(full_size.lpir[-1:], "episodes_open"), rel=0.01)


def test_a_full_time_worker_holds_12_to_15_children_and_nobody_more_than_the_limit(full_size: Asked):
    assert [each["reference"] for each in full_size.workers if each["children_held"] > each["caseload_limit"]] == []
    full_time = [each["children_held"] for each in full_size.workers if each["caseload_limit"] == 15]
    assert len(full_time) > 100
    assert 12 <= sum(full_time) / len(full_time) <= 15
    within = [held for held in full_time if 12 <= held <= 15]
    assert len(within) >= 0.9 * len(full_time)


def test_of_281_tracked_cases_101_are_observed_at_four_weeks_and_23_again_at_four_months(full_size: Asked):
    since = [days for day, days in full_size.days_after_allocation if day >= full_size.span.programme_from]
    at_t1, at_t2 = [n for n in since if 21 <= n <= 42], [n for n in since if 105 <= n <= 150]
    assert (len(at_t1), len(at_t2)) == (calibration.OBSERVED_AT_T1, calibration.OBSERVED_AT_T2) == (101, 23)
    assert sum(each["observations"] for each in quarters(full_size, "during")) == 101 + 23
    assert sum(each["observations"] for each in quarters(full_size, "before")) == calibration.OBSERVED_BEFORE


@pytest.mark.parametrize(("which", "skill"), [("before", 2.64), ("during", 3.11)])
def test_practice_skill_is_264_in_the_year_before_and_311_since(full_size: Asked, which: str, skill: float):
    given = [each["all_seven"] for each in quarters(full_size, which) if each["all_seven"]["mean"] is not None]
    observed = sum(each["n"] for each in given)
    assert observed >= 120
    assert sum(each["n"] * each["mean"] for each in given) / observed == pytest.approx(skill, abs=0.03)


def test_every_one_of_the_seven_skills_is_higher_than_it_was(full_size: Asked):
    def mean(which: str, skill: str) -> float:
        found: list[Any] = [
            each
            for quarter in quarters(full_size, which)
            for each in quarter["skills"]
            if each["skill"] == skill and each["mean"] is not None
        ]
        return sum(each["n"] * each["mean"] for each in found) / sum(each["n"] for each in found)

    skills = [each["skill"] for each in quarters(full_size, "before")[0]["skills"]]
    assert len(skills) == 7
    assert [skill for skill in skills if mean("during", skill) <= mean("before", skill)] == []


@pytest.mark.parametrize(("which", "in_time", "coached"), [("before", 62, 30), ("during", 88, 75)])
def test_feedback_comes_in_time_more_often_than_before(full_size: Asked, which: str, in_time: float, coached: float):
    def percent(share: str) -> float:
        judged = [each[share] for each in quarters(full_size, which)]
        return 100 * sum(each["numerator"] for each in judged) / sum(each["denominator"] for each in judged)

    assert percent("feedback_within_seven_days") == pytest.approx(in_time, abs=6)
    assert percent("coaching_held") == pytest.approx(coached, abs=6)


def test_some_feedback_is_late_and_some_is_still_owed(full_size: Asked):
    observed = sum(each["observations"] for each in quarters(full_size, "during"))
    judged = [each["feedback_within_seven_days"] for each in quarters(full_size, "during")]
    late = sum(each["denominator"] - each["numerator"] for each in judged)
    given = full_size.rows["observation.feedback"] - sum(each["observations"] for each in quarters(full_size, "before"))
    assert late > 0
    assert observed - given >= calibration.STILL_OWED


def test_everything_said_was_heard_and_a_full_recount_agrees(full_size: Asked):
    rows = full_size.rows
    assert rows["reporting.child_history"] == rows["intake.child"] == rows["observation.known_child"] > 8000
    assert rows["reporting.practice_history"] == rows["observation.observation"]
    assert {name: count for name, count in rows.items() if name.endswith((".outbox", ".dead_letter")) and count} == {}
    assert full_size.differing == []
