"""Red, amber, green of a case: at its first rating and at the latest, in the worker's word and in the parent's."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from shared.contracts.codes import RAG
from shared.contracts.intake import Episode, RiskRating

WORST_FIRST = tuple(RAG)
WORDS_OF: dict[str, Callable[[RiskRating], RAG | None]] = {
    "worker": lambda rating: rating.by_worker,
    "parent": lambda rating: rating.by_parent,
}


@dataclass(frozen=True)
class Course:
    """How a case stood at the first rating and how it stands at the latest; the worst of its goals tells."""

    began_on: date
    first: RAG
    latest_on: date
    latest: RAG

    @property
    def is_better(self) -> bool:
        return WORST_FIRST.index(self.latest) > WORST_FIRST.index(self.first)


def course(episode: Episode, rater: str, *, until: date) -> Course | None:
    """The course of a case by one rater up to a day; None unless it was rated on two days at least."""
    rated = sorted(
        (
            (rating.rated_on, goal.id, word)
            for goal in episode.goals
            for rating in goal.ratings
            if rating.rated_on <= until and (word := WORDS_OF[rater](rating)) is not None
        ),
        key=lambda each: each[:2],
    )
    days = [on for on, _, _ in rated]
    if len(set(days)) < 2:
        return None
    latest = {goal: word for _, goal, word in rated}
    return Course(days[0], _worst(word for on, _, word in rated if on == days[0]), days[-1], _worst(latest.values()))


def _worst(words: Iterable[RAG]) -> RAG:
    return min(words, key=WORST_FIRST.index)
