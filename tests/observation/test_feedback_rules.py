"""The seven-day clock and the stages of an observation."""

from datetime import date

import pytest

from services.observation.feedback.clocks import days_overdue, due_on
from services.observation.feedback.stages import AWAITED, LEGAL_MOVES, OutOfTurn, Stage, move


@pytest.mark.parametrize(
    ("observed_on", "due"),
    [
        (date(2026, 5, 12), date(2026, 5, 19)),
        (date(2026, 3, 25), date(2026, 4, 1)),  # summer time begins between
        (date(2026, 10, 22), date(2026, 10, 29)),  # and ends
        (date(2025, 12, 24), date(2025, 12, 31)),  # Christmas stops nothing
        (date(2024, 2, 27), date(2024, 3, 5)),
    ],
)
def test_feedback_is_due_seven_calendar_days_after_the_observation(observed_on: date, due: date) -> None:
    assert due_on(observed_on) == due


@pytest.mark.parametrize(("on", "days"), [(date(2026, 5, 12), 0), (date(2026, 5, 19), 0), (date(2026, 5, 20), 1)])
def test_it_is_overdue_from_the_eighth_day(on: date, days: int) -> None:
    assert days_overdue(date(2026, 5, 19), on) == days


@pytest.mark.parametrize("now", Stage)
@pytest.mark.parametrize("to", Stage)
def test_only_the_moves_in_the_dictionary_are_made(now: Stage, to: Stage) -> None:
    legal = {(Stage.RECORDED, Stage.FEEDBACK_GIVEN), (Stage.FEEDBACK_GIVEN, Stage.COACHING_HELD)}
    if (now, to) in legal:
        assert move(now, to=to) is to
    else:
        with pytest.raises(OutOfTurn, match="awaits"):
            move(now, to=to)


def test_every_stage_says_where_it_leads_and_who_is_awaited() -> None:
    assert set(LEGAL_MOVES) == set(AWAITED) == set(Stage)
