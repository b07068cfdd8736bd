"""From what is kept in cells to figures as they go out: added up, as shares, as quartiles, or blank with the reason."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from services.reporting.indicators.catalogue import BY_ID, LPIR
from services.reporting.indicators.facts import FACTS
from services.reporting.indicators.indicator import Indicator, Kind, percent
from services.reporting.indicators.models import Figure, Values
from services.reporting.indicators.spreads import spread
from shared.calendar import Month

Counts: TypeAlias = dict[tuple[str, str, Month], tuple[int, int]]
"""Numerator and denominator by indicator, band and month."""

STANDING = (Kind.STOCK, Kind.SPREAD, Kind.LOAD)
"""Kinds that are kept as changes, and come to what all changes add up to."""
OF_VALUES = (Kind.DISTRIBUTION, Kind.SPREAD, Kind.LOAD)


@dataclass
class _Band:
    """One band of an indicator: its months in order, and what they come to one after another."""

    months: list[Month] = field(default_factory=list)
    added_up: list[tuple[int, int]] = field(default_factory=lambda: [(0, 0)])

    def until(self, month: Month) -> tuple[int, int]:
        """All months up to one and with it."""
        return self.added_up[bisect_right(self.months, month)]

    def between(self, first: Month, last: Month) -> tuple[int, int]:
        over, under = self.until(last)
        before = self.added_up[bisect_left(self.months, first)]
        return over - before[0], under - before[1]


class Found:
    """What was read of the cells, so arranged that each figure is looked up and not searched for."""

    def __init__(self, counts: Counts) -> None:
        self._bands: dict[str, dict[str, _Band]] = defaultdict(dict)
        for (indicator, band, month), (over, under) in sorted(counts.items(), key=lambda each: each[0][2]):
            kept = self._bands[indicator].setdefault(band, _Band())
            before = kept.added_up[-1]
            kept.months.append(month)
            kept.added_up.append((before[0] + over, before[1] + under))

    def figures(
        self, months: Sequence[Month], *, is_over: bool, has_begun: bool = True, of: Sequence[Indicator[Any]] = LPIR
    ) -> list[Figure]:
        """One figure for each indicator and band over some months taken together."""
        when = _When(months[0], months[-1], is_over=is_over, has_begun=has_begun)
        return [figure for indicator in of for figure in self._figures(indicator, when)]

    def not_stated(self, indicator: Indicator[Any], by: Month) -> list[str]:
        """The facts an indicator needs of which no source has stated one by the end of a month."""
        stated = self._bands[FACTS]
        return [fact for fact in indicator.needs if fact not in stated or stated[fact].until(by)[0] <= 0]

    def _figures(self, indicator: Indicator[Any], when: "_When") -> list[Figure]:
        missing = self.not_stated(indicator, when.last)
        if missing or not when.has_begun:
            why = f"not yet stated by any source: {', '.join(missing)}" if missing else f"{when.last} has not begun"
            return [Figure(indicator=indicator.id, numerator=None, note=why)]
        if indicator.kind in OF_VALUES:
            return [self._of_values(indicator, when)]
        bands = sorted({*self._bands[indicator.id], *indicator.always}) if indicator.bands else [""]
        return [self._figure(indicator, band, when) for band in bands]

    def _figure(self, indicator: Indicator[Any], band: str, when: "_When") -> Figure:
        numerator, under = self._counted(indicator, band, when)
        denominator = under if indicator.denominator else None
        return Figure(
            indicator=indicator.id,
            band=band or None,
            numerator=numerator,
            denominator=denominator,
            percent=None if denominator is None else percent(numerator, denominator),
            note=when.note(indicator, denominator),
        )

    def _of_values(self, indicator: Indicator[Any], when: "_When") -> Figure:
        values: dict[float, int] = defaultdict(int)
        for band in self._bands[indicator.id]:
            count = self._counted(indicator, band, when)[0]
            is_load = indicator.kind is Kind.LOAD
            values[float(count if is_load else band)] += count > 0 if is_load else count
        found = spread(values)
        return Figure(
            indicator=indicator.id,
            numerator=found.n if found else 0,
            values=Values(**asdict(found)) if found else None,
            note=when.note(indicator, None),
        )

    def _counted(self, indicator: Indicator[Any], band: str, when: "_When") -> tuple[int, int]:
        kept = self._bands[indicator.id].get(band)
        if kept is None:
            return 0, 0
        return kept.until(when.last) if indicator.kind in STANDING else kept.between(when.first, when.last)


@dataclass(frozen=True)
class _When:
    """The months that a figure is of."""

    first: Month
    last: Month
    is_over: bool
    has_begun: bool

    def note(self, indicator: Indicator[Any], denominator: int | None) -> str | None:
        notes = []
        if self.first != self.last:
            stands = indicator.kind in STANDING
            notes.append(f"as at the end of {self.last}" if stands else f"{self.first} to {self.last} added up")
        if denominator == 0:
            notes.append("no percentage: there was nothing to take it of")
        if not self.is_over:
            notes.append(f"{self.last} is not over")
        return "; ".join(notes) or None


def without_blanks(figures: Sequence[Figure]) -> Mapping[tuple[str, str | None], Figure]:
    """Figures by indicator and band; of one that is blank nothing."""
    return {(each.indicator, each.band): each for each in figures if each.numerator is not None}


def standing_indicators() -> tuple[str, ...]:
    return (*(each.id for each in BY_ID.values() if each.kind in STANDING), FACTS)
