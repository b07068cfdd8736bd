"""How many places the enhanced offer has. Plain Python: places are dated rows, and a year begins in April."""

from dataclasses import dataclass
from datetime import date

from shared.problems import Conflict

APRIL = 4


class NoPlaceLeft(Conflict):
    title = "The enhanced offer has no place left this year"


class NoDiscretionLeft(Conflict):
    title = "The panel has given all the places that are at its discretion this year"


@dataclass(frozen=True)
class Places:
    """How many places there are, in years that begin from a date on."""

    effective_from: date
    a_year: int
    months: int
    """How long a place is meant to last."""

    @property
    def at_once(self) -> int:
        """How many are taken at a time when all are given evenly and each lasts as long as is meant (Little's law)."""
        return self.a_year * self.months // 12


PLACES = (Places(effective_from=date(2015, 4, 1), a_year=60, months=4),)
"""Latest last. Source: evaluation of Doing What Counts, Measuring What Matters (DfE, 2017): as few as 60 cases in the first
year, to March 2016. How long a place lasts is not said there; four months are local policy.
"""


def year_of(day: date) -> date:
    """The first day of the year in which a place that begins on a day counts."""
    return date(day.year - (day.month < APRIL), APRIL, 1)


def places_in(year: date) -> Places:
    in_force = [places for places in PLACES if places.effective_from <= year]
    return in_force[-1] if in_force else PLACES[0]
