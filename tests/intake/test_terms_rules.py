"""A worker's terms on a day: the post's until others begin, and an assessed and supported year that runs by the calendar."""

from datetime import date

import pytest

from services.intake.people.models import Absence, Worker, WorkingTerms
from services.intake.people.terms import is_away, terms_on
from shared.contracts.codes import InductionStage as Stage
from shared.ids import new_id

ASHA = new_id()


def asha(newly_qualified_from: date | None = None) -> Worker:
    return Worker(
        id=ASHA, reference="asha", name="Asha", role="social_worker", newly_qualified_from=newly_qualified_from
    )


def terms(begin: date, percent: int, stage: Stage | None = None) -> WorkingTerms:
    return WorkingTerms(worker_id=ASHA, in_force_from=begin, full_time_equivalent_percent=percent, stage=stage)


def test_ashas_hours_are_those_of_the_latest_terms_that_have_begun():
    dated = [terms(date(2026, 6, 1), 60), terms(date(2026, 1, 5), 80)]
    by_day = {day: terms_on(asha(), dated, day).full_time_equivalent_percent for day in map(date.fromisoformat, DAYS)}
    assert [*by_day.values()] == [100, 80, 80, 60]


DAYS = ("2026-01-04", "2026-01-05", "2026-05-31", "2026-06-01")


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("2026-01-31", Stage.INDUCTION),
        ("2026-04-29", Stage.INDUCTION),
        ("2026-04-30", Stage.FIRST_YEAR),
        ("2027-01-30", Stage.FIRST_YEAR),
        ("2027-01-31", Stage.EXPERIENCED),
    ],
)
def test_the_assessed_and_supported_year_runs_by_the_calendar(day, stage):
    assert terms_on(asha(date(2026, 1, 31)), [], date.fromisoformat(day)).stage is stage


def test_a_stated_stage_stands_until_terms_without_one_leave_it_to_the_calendar_again():
    dated = [terms(date(2026, 9, 1), 50, Stage.PHASED_RETURN), terms(date(2026, 10, 1), 100)]
    stages = [terms_on(asha(date(2026, 1, 5)), dated, date(2026, month, 30)).stage for month in (3, 8, 9, 10)]
    assert stages == [Stage.INDUCTION, Stage.FIRST_YEAR, Stage.PHASED_RETURN, Stage.FIRST_YEAR]


@pytest.mark.parametrize(
    ("day", "away"), [("2026-05-10", False), ("2026-05-11", True), ("2026-05-17", True), ("2026-05-18", False)]
)
def test_asha_is_away_from_the_first_day_until_she_is_back(day, away):
    week = [Absence(worker_id=ASHA, away_from=date(2026, 5, 11), back_on=date(2026, 5, 18))]
    assert is_away(week, date.fromisoformat(day)) is away


def test_who_is_away_and_not_known_to_come_back_stays_away():
    assert is_away([Absence(worker_id=ASHA, away_from=date(2026, 5, 11))], date(2030, 1, 1))
