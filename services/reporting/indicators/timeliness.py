"""Whether something came in time: months and working days, safe for the odd dates that old records hold."""

from datetime import date

from shared.calendar import add_months, working_days_between


def months_on(day: date, months: int) -> date:
    """The same day some months on; the last day there is, when that lies beyond the calendar."""
    try:
        return add_months(day, months)
    except ValueError:
        return date.max


def within_working_days(start: date, end: date, limit: int) -> bool:
    """Whether `end` is at most so many working days after `start`; an end before its start is no duration."""
    if end < start:
        return False
    if (end - start).days > 3 * limit + 30:  # no run of holidays is that long; also spares absurd spans the counting
        return False
    return working_days_between(start, end) <= limit
