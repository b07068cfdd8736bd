"""Paired figures: in each round every variant runs once, so that whatever else the machine does falls on all of them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

Variant = Callable[[], Awaitable[float]]
"""Runs once and returns a figure, more is better: things done a second, say."""


@dataclass(frozen=True)
class Ratio:
    """One variant against another, round by round."""

    what: str
    against: str
    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.rounds)

    def __str__(self) -> str:
        return f"{self.median:.3g} [{min(self.rounds):.3g} to {max(self.rounds):.3g}]"


@dataclass
class Rounds:
    """What every variant came to in every round."""

    unit: str
    figures: dict[str, list[float]] = field(default_factory=dict)

    def ratio(self, what: str, against: str) -> Ratio:
        paired = zip(self.figures[what], self.figures[against], strict=True)
        return Ratio(what, against, tuple(ours / theirs for ours, theirs in paired))

    def typical(self, what: str) -> float:
        return median(self.figures[what])


async def paired(variants: dict[str, Variant], *, rounds: int, unit: str, step: Callable[[], None]) -> Rounds:
    """Run all variants in turn, so many rounds; the order turns each round, so that none always comes first."""
    names = list(variants)
    found = Rounds(unit, {name: [] for name in names})
    for number in range(rounds):
        for name in _turned(names, number):
            found.figures[name].append(await variants[name]())
            step()
    return found


def _turned(names: Sequence[str], by: int) -> list[str]:
    at = by % len(names)
    return [*names[at:], *names[:at]]
