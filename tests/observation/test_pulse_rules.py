"""The pulse survey: nothing of fewer than eight, nothing by subtraction, and nothing of a quarter that goes on."""

from datetime import date

import pytest

from services.observation.pulse.anonymity import figure, figures
from services.observation.pulse.survey import QUESTIONS, is_over, quarter_of


@pytest.mark.parametrize(("n", "shown"), [(0, False), (7, False), (8, True)])
def test_eight_answers_are_a_figure_and_seven_are_none(n, shown) -> None:
    assert (figure({4: n}) is not None) is shown


def test_a_figure_is_the_mean_and_how_many_gave_each_answer() -> None:
    found = figure({5: 6, 1: 2})
    assert found is not None
    assert (found.n, found.mean, found.spread) == (8, 4, {1: 2, 5: 6})


@pytest.mark.parametrize(
    ("teams", "shown", "whole"),
    [
        ({"north": 8, "south": 9}, {"north", "south"}, 17),
        ({"north": 8, "south": 7}, {"north"}, None),
        ({"north": 8, "south": 7, "east": 1}, {"north"}, 16),
        ({"south": 4, "east": 4}, set(), 8),
        ({"south": 4, "east": 3}, set(), None),
        ({}, set(), None),
    ],
)
def test_the_whole_is_not_shown_where_it_would_tell_of_a_team_that_is_not(teams, shown, whole) -> None:
    found, together = figures({team: {4: n} for team, n in teams.items()})
    assert set(found) == shown
    assert (together.n if together else None) == whole


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 4, 1), "2026-27-Q1"),
        (date(2026, 12, 31), "2026-27-Q3"),
        (date(2027, 3, 31), "2026-27-Q4"),
        (date(2027, 4, 1), "2027-28-Q1"),
    ],
)
def test_a_quarter_is_of_the_financial_year_and_over_on_the_first_day_of_the_next(day, quarter) -> None:
    assert quarter_of(day) == quarter
    assert not is_over(quarter, today=day)
    assert is_over("2026-27-Q1", today=date(2026, 7, 1))


def test_there_are_no_more_than_ten_questions() -> None:
    assert len(QUESTIONS) <= 10
