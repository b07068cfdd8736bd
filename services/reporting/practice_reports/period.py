"""What a report covers: a month (`2026-04`) or a quarter of the financial year (`2026-27-Q1` is April to June 2026)."""

import re
from dataclasses import dataclass

from shared.calendar import Month, add_months, financial_year, first_day, month_of, months_between, next_month
from shared.problems import Unprocessable

MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])")
QUARTER = re.compile(r"((?:19|20|21)\d\d)-(\d\d)-Q([1-4])")


class UnknownPeriod(Unprocessable):
    title = "This is neither a month nor a quarter of a financial year"
    at = "#/path/period"


@dataclass(frozen=True)
class Period:
    name: str
    first: Month
    last: Month

    @property
    def in_words(self) -> str:
        """`April 2026`, or `April to June 2026`."""
        first, last = first_day(self.first), first_day(self.last)
        return f"{last:%B %Y}" if first == last else f"{first:%B} to {last:%B %Y}"

    @property
    def months(self) -> list[Month]:
        return months_between(self.first, self.last)

    def with_those_before(self, count: int) -> list["Period"]:
        """So many periods of the same length before this one, and this one, in order."""
        months = len(self.months)
        starts = [month_of(add_months(first_day(self.first), -months * back)) for back in range(count, 0, -1)]
        return [*(_of_length(months, start) for start in starts), self]


def _of_length(months: int, first: Month) -> Period:
    if months == 1:
        return Period(first, first, first)
    ends = financial_year(first)
    quarter = (int(first[5:7]) - 4) % 12 // 3 + 1
    return Period(f"{ends - 1}-{ends % 100:02d}-Q{quarter}", first, month_of(add_months(first_day(first), months - 1)))


def period_named(name: str) -> Period:
    """The period of that name. Raises `UnknownPeriod`."""
    if MONTH.fullmatch(name):
        return Period(name, name, name)
    if (found := QUARTER.fullmatch(name)) and (int(found[1]) + 1) % 100 == int(found[2]):
        year, quarter = int(found[1]), int(found[3])
        first = f"{year}-{3 * quarter + 1:02d}" if quarter < 4 else f"{year + 1}-01"
        return Period(name, first, next_month(next_month(first)))
    raise UnknownPeriod("ask for a month as 2026-04, or a quarter as 2026-27-Q1 (April to June 2026)")
