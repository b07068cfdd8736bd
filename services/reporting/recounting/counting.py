"""What is asked of a second engine, and how its answers are set beside the cells."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from services.reporting.indicators.catalogue import BY_ID, CellKey, Tallies, Tally
from services.reporting.indicators.facts import FACTS
from services.reporting.indicators.indicator import Kind
from services.reporting.recounting.statements import CATEGORIES, OF_CHILDREN, OF_PRACTICE
from shared.calendar import Month, months_between

STANDING = (Kind.STOCK, Kind.SPREAD, Kind.LOAD)


@dataclass(frozen=True)
class Statement:
    """One indicator counted by one table's keys, between two months that are its parameters."""

    indicator: str
    is_broken_down: bool
    sql: str


def statements(first: str = "?", last: str = "?") -> Iterator[Statement]:
    """Every question: each indicator whole, and by every breakdown it has."""
    for owner, rows_of in (("child", OF_CHILDREN), ("observation", OF_PRACTICE)):
        key = "id" if owner == "child" else "observation_id"
        for indicator, rows in rows_of.items():
            month = "substr(CAST(r.day AS VARCHAR), 1, 7)"
            of = f"FROM ({rows}) AS r JOIN {owner} o ON o.{key} = r.child_id"
            within = f"WHERE {month} BETWEEN {first} AND {last} GROUP BY 1, 2, 3, 4, 5"
            sums = "CAST(sum(r.over_) AS BIGINT), CAST(sum(r.under_) AS BIGINT)"
            yield Statement(
                indicator, False, f"SELECT o.authority, {month}, r.team, r.band, '' AS none_, {sums} {of} {within}"
            )
            if owner == "child" and indicator != FACTS and BY_ID[indicator].is_broken_down:
                by = f"JOIN ({CATEGORIES}) AS c ON c.case_id = r.case_id"
                yield Statement(
                    indicator,
                    True,
                    f"SELECT o.authority, {month}, c.breakdown, c.category, r.band, {sums} {of} {by} {within}",
                )


def in_a_month(rows: Iterable[Sequence[Any]]) -> tuple[Counter[tuple[str, ...]], Counter[tuple[str, ...]]]:
    """Numerators and denominators by authority, month and whatever else the answer is keyed by."""
    over: Counter[tuple[str, ...]] = Counter()
    under: Counter[tuple[str, ...]] = Counter()
    for *key, numerator, denominator in rows:
        over[tuple(key)], under[tuple(key)] = numerator, denominator
    return over, under


@dataclass(frozen=True)
class Contradiction:
    """A figure on which two engines differ: of what, as kept in the cells, and as the second engine counts it."""

    indicator: str
    of: tuple[str, ...]
    kept: tuple[int, int]
    counted: tuple[int, int]

    def __str__(self) -> str:
        named = " ".join(filter(None, self.of))
        return f"{self.indicator} {named}: kept {self.kept[0]} of {self.kept[1]}, counted {self.counted[0]} of {self.counted[1]}"


def contradictions(
    statement: Statement, over: Counter[tuple[str, ...]], under: Counter[tuple[str, ...]], kept: "Kept"
) -> Iterator[Contradiction]:
    """Every figure between the months compared on which the cells and the second engine differ."""
    by_cells = kept.figures(statement)
    for key in sorted({*by_cells, *over}):
        counted, told = (over[key], under[key]), by_cells.get(key, (0, 0))
        if not _has_denominator(statement.indicator):
            counted, told = (counted[0], 0), (told[0], 0)
        if counted != told:
            yield Contradiction(statement.indicator, key, told, counted)


def _has_denominator(indicator: str) -> bool:
    return indicator != FACTS and BY_ID[indicator].denominator is not None


class Kept:
    """The cells as figures of months: what happened in each, and what stood at its end."""

    def __init__(self, cells: Tallies, *, first: Month, last: Month) -> None:
        self._months = months_between(first, last)
        self._whole = self._by_indicator(cells.whole, lambda key: (key[1], key[0], key[2], key[3], key[4], ""))
        self._broken = self._by_indicator(
            cells.broken_down, lambda key: (key[1], key[0], key[3], key[2], key[4], key[5])
        )

    @staticmethod
    def _by_indicator(tally: Tally, arranged: Any) -> dict[str, dict[CellKey, dict[Month, list[int]]]]:
        """By indicator, and within it by all but the month."""
        found: dict[str, dict[CellKey, dict[Month, list[int]]]] = defaultdict(lambda: defaultdict(dict))
        for (key, side), count in tally.items():
            indicator, authority, month, *rest = arranged(key)
            counts = found[indicator][authority, *rest].setdefault(month, [0, 0])
            counts[side == "denominator"] += count
        return found

    def figures(self, statement: Statement) -> dict[tuple[str, ...], tuple[int, int]]:
        kept = (self._broken if statement.is_broken_down else self._whole)[statement.indicator]
        stands = statement.indicator == FACTS or BY_ID[statement.indicator].kind in STANDING
        figures: dict[tuple[str, ...], tuple[int, int]] = {}
        for (authority, *rest), by_month in kept.items():
            for month, counts in self._stood(by_month) if stands else by_month.items():
                if any(counts) and self._months[0] <= month <= self._months[-1]:
                    figures[authority, month, *rest] = (counts[0], counts[1])
        return figures

    def _stood(self, by_month: dict[Month, list[int]]) -> Iterator[tuple[Month, list[int]]]:
        changed = sorted(by_month)
        so_far = [[0, 0]]
        for month in changed:
            so_far.append([so_far[-1][0] + by_month[month][0], so_far[-1][1] + by_month[month][1]])
        for month in self._months:
            yield month, so_far[bisect_right(changed, month)]
