"""Red, amber, green: which word of worker and parent stands, when the two stand apart, and what comes due of it.

Worker and parent are heard side by side, and neither is averaged with the other: the worse of the two decides how soon it is
looked at again. Where one says red and the other green, supervision looks at why.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID

from services.intake.episodes.clocks import Clock, Running, due_on
from shared.contracts.codes import RAG

STEPS_APART = 2
IN_ORDER = tuple(RAG)
REVIEWED: dict[RAG, Clock] = {RAG.RED: Clock.RED_REVIEW, RAG.AMBER: Clock.AMBER_REVIEW}


Rating = TypeVar("Rating", bound="Kept")


class Kept(Protocol):
    """A rating as it is kept."""

    @property
    def id(self) -> UUID: ...
    @property
    def rated_on(self) -> date: ...
    @property
    def by_worker(self) -> RAG | None: ...
    @property
    def by_parent(self) -> RAG | None: ...
    @property
    def replaces(self) -> UUID | None: ...


def standing(ratings: Collection[Rating]) -> list[Rating]:
    """Those that stand, the earliest first: not those that were corrected, nor what only takes one back."""
    corrected = {each.replaces for each in ratings}
    stand = (each for each in ratings if each.id not in corrected and (each.by_worker or each.by_parent))
    return sorted(stand, key=lambda each: (each.rated_on, each.id))


@dataclass(frozen=True)
class Rated:
    """One rating that stands."""

    id: UUID
    rated_on: date
    by_worker: RAG | None
    by_parent: RAG | None
    discussed_on: date | None = None
    """When supervision looked at it."""


@dataclass(frozen=True)
class RatedGoal:
    """A goal with the ratings that stand, in the order of their days."""

    id: UUID
    agreed_on: date
    ended_on: date | None = None
    ratings: tuple[Rated, ...] = ()

    @property
    def by_worker(self) -> RAG | None:
        """The worker's latest word."""
        return next((each.by_worker for each in reversed(self.ratings) if each.by_worker), None)

    @property
    def by_parent(self) -> RAG | None:
        return next((each.by_parent for each in reversed(self.ratings) if each.by_parent), None)

    @property
    def worse(self) -> RAG | None:
        """The worse word of the two; None of a goal that nobody has rated."""
        return min((each for each in (self.by_worker, self.by_parent) if each), key=IN_ORDER.index, default=None)

    @property
    def apart_since(self) -> Rated | None:
        """The rating that set worker and parent two steps apart, if they stand so still."""
        since, worker, parent = None, None, None
        for each in self.ratings:
            worker, parent = each.by_worker or worker, each.by_parent or parent
            since = (since or each) if _are_apart(worker, parent) else None
        return since

    @property
    def undiscussed(self) -> Rated | None:
        """The same, unless supervision has looked at it since."""
        since = self.apart_since
        if since is None or any(each.discussed_on for each in self.ratings[self.ratings.index(since) :]):
            return None
        return since


def _are_apart(worker: RAG | None, parent: RAG | None) -> bool:
    if worker is None or parent is None:
        return False
    return abs(IN_ORDER.index(worker) - IN_ORDER.index(parent)) >= STEPS_APART


def review_of(goal: RatedGoal) -> Running | None:
    """The clock until it is rated again: none for one that is green, or has ended."""
    if goal.ended_on is not None:
        return None
    if not goal.ratings:
        return Running(Clock.FIRST_RATING, goal.id, due_on(Clock.FIRST_RATING, goal.agreed_on))
    clock = REVIEWED.get(goal.worse or RAG.GREEN)
    return Running(clock, goal.id, due_on(clock, goal.ratings[-1].rated_on)) if clock else None


def running(goal: RatedGoal) -> Iterator[Running]:
    """Every clock that runs for a goal of an open case."""
    if review := review_of(goal):
        yield review
    if goal.ended_on is None and (apart := goal.undiscussed):
        yield Running(Clock.RISK_SUPERVISION, goal.id, due_on(Clock.RISK_SUPERVISION, apart.rated_on))
