"""What is hidden of a month before it is printed: what is small, and then whatever would give the small away.

What was printed of earlier months stays printed, and what was hidden there stays hidden: of the new month so much is
hidden that neither its own small figures nor the earlier ones can be told from all the tables together.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.reporting.disclosure.exposure import Reader, Sum
from services.reporting.disclosure.families import Family, Group, Measure, Split
from services.reporting.disclosure.rounding import FEWEST, could_be, rounded
from shared.calendar import Month

SERVICE = "*"
"""All teams together."""
WIDTH = 5
"""A hidden figure could be any of six numbers at least."""


class Figure(NamedTuple):
    """One number of a table: a measure in a unit, in a month or from April to its end."""

    measure: Measure
    unit: str
    month: Month
    to_date: bool


@dataclass(frozen=True)
class Decided:
    count: int
    is_hidden: bool


class NothingLeftToHide(ValueError):
    """A figure stays exposed though the whole month is hidden: this cannot be where earlier months were guarded."""


def decide(
    group: Group, before: Mapping[Figure, Decided], new: Mapping[Figure, int], units: Mapping[Month, Sequence[str]]
) -> dict[Figure, Decided]:
    """What of the new figures is hidden. `units` are the teams printed in each month of the year so far."""
    unknowns = _Unknowns(group, units)
    counts = {figure: decided.count for figure, decided in before.items()} | dict(new)
    hidden = {figure for figure, decided in before.items() if decided.is_hidden} | primary(new)
    figures = list(counts)
    parts = [*unknowns.parts_unprinted(counts)]
    sums = [_told(unknowns.of(figure), counts[figure], is_hidden=figure in hidden) for figure in figures]
    sums += [Sum(adds, 0, float("inf")) for adds, _ in parts]
    reader = Reader(len(unknowns), [*sums, *unknowns.relations(counts)])
    guarded = [place for place, figure in enumerate(figures) if figure in hidden]
    guarded += [place for place, (_, count) in enumerate(parts, start=len(figures)) if 1 <= count < FEWEST]
    candidates = {place: counts[figure] for place, figure in enumerate(figures) if figure in new and counts[figure]}
    hidden |= {figures[place] for place in secondary(reader, guarded, candidates)}
    return {figure: Decided(count, figure in hidden) for figure, count in new.items()}


def primary(counts: Mapping[Figure, int]) -> set[Figure]:
    """What is too small to be printed. Nought is printed."""
    return {figure for figure, count in counts.items() if 1 <= count < FEWEST}


def secondary(reader: Reader, guarded: Sequence[int], candidates: Mapping[int, int]) -> set[int]:
    """The places that are hidden as well, so that no guarded one can be told: of those that give it away, the smallest first."""
    hiding: set[int] = set()
    reader.look_around(guarded)
    waiting = deque(guarded)
    while waiting:
        place = waiting[0]
        low, high, giving_away = (0.0, float(WIDTH), []) if reader.has_seen_wide(place, WIDTH) else reader.span(place)
        if high - low >= WIDTH:
            waiting.popleft()
            continue
        left = candidates.keys() - hiding - {place, *guarded}
        choice = min(left & {*giving_away} or left, key=lambda each: (candidates[each], each), default=None)
        if choice is None:
            raise NothingLeftToHide
        reader.hide(choice)
        hiding.add(choice)
        waiting.append(choice)
    return hiding


def _told(adds: tuple[int, ...], count: int, *, is_hidden: bool) -> Sum:
    low, high = (1, float("inf")) if is_hidden else could_be(rounded(count))
    return Sum(adds, low, high)


class _Unknowns:
    """The counts that no table need print but of which every figure is a sum: each part, in each team, in each month."""

    def __init__(self, group: Group, units: Mapping[Month, Sequence[str]]) -> None:
        self._group, self._units = group, units
        self._place: dict[tuple[str, int, int, str, Month], int] = {}
        for month, of_month in sorted(units.items()):
            for family in group.families:
                for number, split in enumerate(_splits(family)):
                    for unit in [SERVICE] if split.of_whole_service else of_month:
                        for part in range(split.parts):
                            self._place[family.total, number, part, unit, month] = len(self._place)

    def __len__(self) -> int:
        return len(self._place)

    def of(self, figure: Figure) -> tuple[int, ...]:
        """The unknowns that a figure adds up."""
        family, number, parts = self._taken(figure.measure)
        return self._added(family, number, parts, figure)

    def parts_unprinted(self, counts: Mapping[Figure, int]) -> Iterator[tuple[tuple[int, ...], int]]:
        """The parts that no table prints, as sums, with their counts: small ones are guarded like small figures."""
        for figure in counts:
            family = next((each for each in self._group.families if each.total == figure.measure), None)
            for number, split in enumerate(_splits(family) if family else ()):
                if not split.measures or (split.of_whole_service and figure.unit != SERVICE):
                    continue
                for part, count in _parts(split, figure, counts).items():
                    if (part,) not in split.measures.values():
                        assert family is not None
                        yield self._added(family, number, (part,), figure), count

    def relations(self, counts: Mapping[Figure, int]) -> Iterator[Sum]:
        """What holds by definition, as far as it holds in the counts: an odd record may contradict it."""
        for month, of_month in self._units.items():
            for family in self._group.families:
                yield from self._same_total(family, month, of_month)
            for together, most in self._group.within:
                for unit in of_month:
                    parts = [Figure(each, unit, month, False) for each in together]
                    whole = Figure(most, unit, month, False)
                    if sum(counts.get(each, 0) for each in parts) <= counts.get(whole, 0):
                        yield Sum(
                            tuple(each for part in parts for each in self.of(part)), -float("inf"), 0, self.of(whole)
                        )
        for before, after in zip(sorted(self._units), sorted(self._units)[1:], strict=False):
            yield from self._stocks(before, after, counts)

    def _same_total(self, family: Family, month: Month, of_month: Sequence[str]) -> Iterator[Sum]:
        """However a count is divided, the parts come to the same."""
        first, *others = _splits(family)
        for number, split in enumerate(others, start=1):
            for unit in [SERVICE] if split.of_whole_service else of_month:
                whole = Figure(family.total, unit, month, False)
                yield Sum(
                    self._added(family, number, tuple(range(split.parts)), whole),
                    0,
                    0,
                    self._added(family, 0, tuple(range(first.parts)), whole),
                )

    def _stocks(self, before: Month, after: Month, counts: Mapping[Figure, int]) -> Iterator[Sum]:
        for stock, comes, goes in self._group.stocks:
            then, now = Figure(stock, SERVICE, before, False), Figure(stock, SERVICE, after, False)
            came, went = Figure(comes, SERVICE, after, False), Figure(goes, SERVICE, after, False)
            if {then, now, came, went} <= counts.keys() and counts[then] + counts[came] == counts[now] + counts[went]:
                yield Sum((*self.of(then), *self.of(came)), 0, 0, (*self.of(now), *self.of(went)))

    def _taken(self, measure: Measure) -> tuple[Family, int, tuple[int, ...]]:
        for family in self._group.families:
            splits = _splits(family)
            if measure == family.total:
                return family, 0, tuple(range(splits[0].parts))
            for number, split in enumerate(splits):
                if measure in split.measures:
                    return family, number, split.measures[measure]
        raise LookupError(measure)

    def _added(self, family: Family, number: int, parts: tuple[int, ...], figure: Figure) -> tuple[int, ...]:
        whole = _splits(family)[number].of_whole_service
        months = [month for month in self._units if month <= figure.month] if figure.to_date else [figure.month]
        return tuple(
            self._place[family.total, number, part, unit, month]
            for month in months
            for unit in ([SERVICE] if whole else self._units[month] if figure.unit == SERVICE else [figure.unit])
            if whole or unit in self._units[month]
            for part in parts
        )


def _splits(family: Family) -> tuple[Split, ...]:
    """In how many ways it is divided by team: in one, into itself, where in no other."""
    by_team = tuple(split for split in family.splits if not split.of_whole_service)
    return (*(by_team or (Split(1, {}),)), *(split for split in family.splits if split.of_whole_service))


def _parts(split: Split, whole: Figure, counts: Mapping[Figure, int]) -> dict[int, int]:
    """How many are in each part: measures nest or stand apart, so that each adds one part to those before it."""
    found: dict[int, int] = {}
    for measure, parts in sorted(split.measures.items(), key=lambda each: len(each[1])):
        (part,) = set(parts) - found.keys()
        found[part] = counts[whole._replace(measure=measure)] - sum(found[each] for each in parts if each in found)
    (rest,) = set(range(split.parts)) - found.keys()
    return found | {rest: counts[whole] - sum(found.values())}
