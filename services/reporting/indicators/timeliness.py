"""Whether something came in time: months and working days, safe for the odd dates that old records hold."""

from datetime import date
from functools import lru_cache

from shared.calendar import add_months, add_working_days, working_days_between

ABSURD_DAYS = 30
"""No run of holidays is so long: beyond it, and thrice the limit, nothing need be counted."""


def months_on(day: date, months: int) -> date:
    """The same day some months on; the last day there is, when that lies beyond the calendar."""
    try:
        return add_months(day, months)
    except ValueError:
        return date.max


@lru_cache(maxsize=8192)
def working_days_on(day: date, count: int) -> date:
    """So many working days after a day; the last day there is, when that lies beyond the calendar."""
    try:
        return add_working_days(day, count)
    except (ValueError, OverflowError):
        return date.max


def working_days_up_to(start: date, end: date, most: int) -> int:
    """How many working days after `start` the day `end` is; `most` where it is as many or more."""
    if (end - start).days > 3 * most + ABSURD_DAYS:
        return most
    return min(working_days_between(start, end), most)


def within_working_days(start: date, end: date, limit: int) -> bool:
    """Whether `end` is at most so many working days after `start`; an end before its start is no duration."""
    return end >= start and working_days_up_to(start, end, limit + 1) <= limit
