"""An outsider who has every released table and a linear programme, and a borough made up to be released.

What they know is written here anew, in measures and not in parts as the guard has it: definitions, rounding, threshold.
"""

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linprog

from services.reporting.disclosure.families import FAMILIES, OF_ENQUIRY, REASONS
from services.reporting.disclosure.tables import IN_WORDS
from services.reporting.indicators.catalogue import BY_ID

MEASURED = {BY_ID[measure].title: measure for family in FAMILIES for measure in family.measures if measure in BY_ID}
MEASURED |= {title: measure for measure, title in IN_WORDS.items()}
INSIDE = (
    ("referrals_no_further_action", "referrals"),
    ("rereferrals_within_12_months", "referrals"),
    ("episodes_ended_within_3_months", "episodes_ended_within_6_months"),
    ("episodes_ended_within_6_months", "episodes_ended"),
    ("episodes_open_2_years", "episodes_open"),
    ("assessments_within_45_working_days", "assessments_completed"),
    ("conferences_within_15_working_days", OF_ENQUIRY),
    (OF_ENQUIRY, "conferences"),
    ("protection_plans_second_or_subsequent", "protection_plans_started"),
)
"""What is part of what, for every team and month."""
STOCKS = {
    "episodes_open": ("episodes_started", "episodes_ended"),
    "protection_plans_open": ("protection_plans_started", "protection_plans_ended"),
}


class Seen(NamedTuple):
    """A row of a released table."""

    measure: str
    team: str
    month: int
    to_date: bool
    count: str


def read(documents: Mapping[str, tuple[str, bytes]], month: int) -> Iterator[Seen]:
    for name in ("service.csv", "teams.csv", "closures.csv"):
        for row in csv.DictReader(io.StringIO(documents[name][1].decode())):
            measure = MEASURED.get(row["measure"], "closures_by_reason")
            measure += f"/{row['reason']}" if row["reason"] != "Total" else ""
            yield Seen(measure, row["team"], month, row["coverage"] == "April to date", row["count"])


@dataclass
class Row:
    terms: dict[int, float]
    low: float
    high: float


class Attacker:
    def __init__(self, seen: Iterable[Seen], *, stocks_add_up: bool = True) -> None:
        self.seen = {row[:4]: row.count for row in seen}
        self._place: dict[tuple[str, str, int], int] = {}
        teams = sorted({team for _, team, _, _ in self.seen} - {"Total"})
        self._months = sorted({month for _, _, month, _ in self.seen})
        for measure, _team, month, to_date in self.seen:
            if measure in REASONS and not to_date:
                self._place.setdefault((measure, "Total", month), len(self._place))
            for each in teams if measure not in REASONS else ():
                self._place.setdefault((measure, each, month), len(self._place))
        self._teams = teams
        self._rows = [Row(self.sum(*place), *self._said(count)) for place, count in self.seen.items()]
        self._rows += [Row({self._place[key]: 1.0}, 0, math.inf) for key in self._place]
        self._rows += [*self._known(stocks_add_up=stocks_add_up)]
        self._matrix = np.zeros((len(self._rows), len(self._place)))
        for number, row in enumerate(self._rows):
            for place, weight in row.terms.items():
                self._matrix[number, place] = weight

    def _said(self, count: str) -> tuple[float, float]:
        if count == "c":
            return 1, math.inf
        return (0, 0) if count == "0" else (max(8, int(count) - 2), int(count) + 2)

    def sum(self, measure: str, team: str, month: int, to_date: bool) -> dict[int, float]:
        months = [each for each in self._months if each <= month] if to_date else [month]
        teams = ["Total"] if measure in REASONS else self._teams if team == "Total" else [team]
        return {self._place[measure, each, when]: 1.0 for each in teams for when in months}

    def _less(self, more: Iterable[tuple[str, str, int]], most: str, team: str, month: int) -> Row:
        terms = {self._place[each]: 1.0 for each in more}
        for place in self.sum(most, team, month, False):
            terms[place] = terms.get(place, 0.0) - 1.0
        return Row(terms, -math.inf, 0)

    def _known(self, *, stocks_add_up: bool) -> Iterator[Row]:
        has = {measure for measure, _, _ in self._place}
        for month in self._months:
            for team in self._teams:
                for part, whole in INSIDE:
                    if part in has:
                        yield self._less([(part, team, month)], whole, team, month)
                if "referrals" in has:
                    both = [(each, team, month) for each in ("episodes_started", "referrals_no_further_action")]
                    yield self._less(both, "referrals", team, month)
            if "episodes_ended" in has:
                yield self._less([(reason, "Total", month) for reason in REASONS], "episodes_ended", "Total", month)
        for before, after in zip(self._months, self._months[1:], strict=False):
            for stock, (comes, goes) in STOCKS.items() if stocks_add_up else ():
                if stock in has:
                    terms = dict.fromkeys(self.sum(stock, "Total", before, False), 1.0)
                    terms |= self.sum(comes, "Total", after, False)
                    for measure in (goes, stock):
                        terms |= dict.fromkeys(self.sum(measure, "Total", after, False), -1.0)
                    yield Row(terms, 0, 0)

    def width(self, terms: Mapping[int, float]) -> int:
        """Between how many whole numbers a sum is left."""
        sought = np.zeros(len(self._place))
        for place, weight in terms.items():
            sought[place] += weight
        ends = [self._least(sought), -self._least(-sought)]
        return math.inf if not all(map(math.isfinite, ends)) else math.floor(ends[1] + 1e-6) - math.ceil(ends[0] - 1e-6)

    def _least(self, sought: Any) -> float:
        low, high = (np.array([getattr(row, end) for row in self._rows]) for end in ("low", "high"))
        below, above = np.isfinite(high), np.isfinite(low)
        found = linprog(
            sought,
            A_ub=np.vstack([self._matrix[below], -self._matrix[above]]),
            b_ub=np.concatenate([high[below], -low[above]]),
        )
        assert found.status in {0, 3}, found.message
        return float(found.fun) if found.status == 0 else -math.inf

    def exposed(self) -> Iterator[tuple[tuple[Any, ...], int]]:
        """The hidden figures that they bound to a width under five, one after another."""
        for place, count in self.seen.items():
            if count == "c" and (width := self.width(self.sum(*place))) < 5:
                yield place, int(width)


def borough(
    months: Sequence[str], teams: Sequence[str], seed: int, often: float
) -> dict[str, dict[tuple[str, str], int]]:
    """Counts by month, measure and team, as the cells have them, with nothing in them that contradicts itself."""
    chance = np.random.default_rng(seed)
    standing = {(stock, team): int(chance.poisson(6 * often)) for stock in STOCKS for team in teams}
    return {month: dict(_month(chance, standing, teams, often)) for month in months}


def _month(chance: Any, standing: dict[tuple[str, str], int], teams: Sequence[str], often: float) -> Iterator[Any]:
    def some(of: int, share: float) -> int:
        return int(chance.binomial(of, share))

    for team in teams:
        count = {"referrals": int(chance.poisson(2 * often)), "section_47_started": int(chance.poisson(often))}
        count["referrals_no_further_action"] = some(count["referrals"], 0.3)
        count["rereferrals_within_12_months"] = some(count["referrals"], 0.12)
        count["episodes_started"] = some(count["referrals"] - count["referrals_no_further_action"], 0.95)
        count["protection_plans_started"] = int(chance.poisson(often / 2))
        for stock, (comes, goes) in STOCKS.items():
            count[goes] = min(int(chance.poisson(often)), standing[stock, team] + count[comes])
            count[stock] = standing[stock, team] = standing[stock, team] + count[comes] - count[goes]
        count["episodes_open_2_years"] = some(count["episodes_open"], 0.35)
        count["episodes_ended_within_6_months"] = some(count["episodes_ended"], 0.72)
        count["episodes_ended_within_3_months"] = some(count["episodes_ended_within_6_months"], 0.7)
        count["protection_plans_second_or_subsequent"] = some(count["protection_plans_started"], 0.2)
        count["assessments_completed"] = int(chance.poisson(often))
        count["assessments_within_45_working_days"] = some(count["assessments_completed"], 0.85)
        count["conferences"] = int(chance.poisson(often))
        count[OF_ENQUIRY] = some(count["conferences"], 0.95)
        count["conferences_within_15_working_days"] = some(count[OF_ENQUIRY], 0.7)
        yield from (((measure, team), number) for measure, number in count.items())
        shared = chance.multinomial(
            count["episodes_ended"], [0.3, 0.2, 0.2, 0.1, 0.1, *[0.1 / (len(REASONS) - 5)] * (len(REASONS) - 5)]
        )
        yield from (((reason, team), int(number)) for reason, number in zip(REASONS, shared, strict=True))
