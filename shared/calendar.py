"""Days and months as the law counts them: civil dates, London months, England's working days.

Day 0 is the day a clock starts; a limit of N working days ends on the Nth working day after it
(Working Together to Safeguard Children counts so; the DfE's census rules count the first day as 1).
"""

from bisect import bisect_right
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")

Month: TypeAlias = str
"""A calendar month in London as `YYYY-MM`; text so that it sorts and is stored as it is read."""


def civil_date(instant: datetime) -> date:
    """The date in London at an instant."""
    return instant.astimezone(LONDON).date()


def beginning_of(day: date) -> datetime:
    """The instant at which a day begins in London, in UTC."""
    return datetime.combine(day, time.min, LONDON).astimezone(UTC)


def month_of(day: date) -> Month:
    return f"{day.year:04d}-{day.month:02d}"


def first_day(month: Month) -> date:
    return date(int(month[:4]), int(month[5:7]), 1)


def last_day(month: Month) -> date:
    first = first_day(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def next_month(month: Month) -> Month:
    return month_of(last_day(month) + timedelta(days=1))


def months_between(first: Month, last: Month) -> list[Month]:
    """Every month from `first` to `last`, both included; empty when they are the wrong way round."""
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months


def financial_year(month: Month) -> int:
    """The year in which the month's financial year (1 April to 31 March) ends, as DfE names it."""
    return int(month[:4]) + (month[5:7] >= "04")


def add_months(day: date, months: int) -> date:
    """The same day `months` on, or that month's last day where it has no such day.

    31 August and six months is the end of February. Never left to a database: SQLite says 2 March.
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@cache
def _bank_holidays(year: int) -> tuple[date, ...]:
    """England's bank holidays of a year that fall on a weekday, in order."""
    days = holidays.country_holidays("GB", subdiv="ENG", years=year)
    return tuple(sorted(day for day in days if day.weekday() < 5))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The `count`th working day after `day`."""
    end = day
    while (missing := count - working_days_between(day, end)) > 0:
        end += timedelta(days=missing)  # so many days hold at most so many working days: never too far
    return end


def working_days_between(start: date, end: date) -> int:
    """How many working days after `start` the day `end` is: 0 on the same day, negative never.

    A weekend or bank holiday at the end adds nothing: Friday to Sunday is 0.
    """
    if end <= start:
        return 0
    weeks, rest = divmod((end - start).days, 7)
    weekdays = 5 * weeks + sum((start.weekday() + step) % 7 < 5 for step in range(1, rest + 1))
    for year in range(start.year, end.year + 1):
        closed = _bank_holidays(year)
        weekdays -= bisect_right(closed, end) - bisect_right(closed, start)
    return weekdays
