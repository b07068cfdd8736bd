"""What may be shown of a survey that is to stay anonymous: nothing of fewer than eight, and nothing that tells of them by
subtraction.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

FEWEST = 8

Answered = Mapping[int, int]
"""How often each answer was given."""


@dataclass(frozen=True)
class Figure:
    n: int
    mean: float
    spread: Mapping[int, int]


def figure(answered: Answered) -> Figure | None:
    """The figure of what was answered; None of fewer than eight."""
    n = sum(answered.values())
    if n < FEWEST:
        return None
    return Figure(n, sum(answer * count for answer, count in answered.items()) / n, dict(sorted(answered.items())))


def figures(by_team: Mapping[str, Answered]) -> tuple[dict[str, Figure], Figure | None]:
    """The figures of those teams that may be shown, and that of the whole service.

    The whole is not shown where those teams that are not shown are together fewer than eight: it would tell of them.
    """
    shown = {team: found for team, answered in by_team.items() if (found := figure(answered)) is not None}
    hidden = sum(sum(answered.values()) for team, answered in by_team.items() if team not in shown)
    together: Counter[int] = Counter()
    for answered in by_team.values():
        together.update(answered)
    return shown, None if 0 < hidden < FEWEST else figure(together)
