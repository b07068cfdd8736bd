"""The seven-day clock. It runs from the day of the observation, in London, and nothing stops it."""

from datetime import date, datetime, timedelta

from shared.calendar import beginning_of

OVERDUE = "feedback.overdue"
"""The timer that runs beside the clock, and what is said when it has run out."""

FEEDBACK_DAYS = 7
"""Calendar days: the evaluated model feeds back within a week of the observation, weekends and holidays included."""


def due_on(observed_on: date) -> date:
    """The last day on which feedback is in time."""
    return observed_on + timedelta(days=FEEDBACK_DAYS)


def overdue_from(due: date) -> datetime:
    """The instant from which feedback is overdue: the midnight in London that ends the day on which it was due."""
    return beginning_of(due + timedelta(days=1))


def days_overdue(due: date, on: date) -> int:
    """How many days after it was due a day is; 0 while it is in time."""
    return max(0, (on - due).days)
