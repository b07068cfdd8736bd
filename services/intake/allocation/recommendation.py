"""Which worker first, and why. A recommendation with reasons, never a decision.

Weights: half for the room that is left, three tenths for knowing the family, a tenth for match (not yet judged, so the
same for all), a tenth for not having been given several cases this week.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from services.intake.allocation.capacity import Capacity, why_full
from services.intake.allocation.points import Load, in_points

ROOM, CONTINUITY, MATCH, PACE = 50, 30, 10, 10
MATCH_NOT_JUDGED = Fraction(1, 2)
SAME_WORKER, SAME_TEAM = Fraction(1), Fraction(1, 2)
CONTINUITY_MONTHS = 12
"""How long after a case was given up the worker or team still counts as knowing the family."""
BUSY_WEEK = 3
"""New cases in seven days at which pace counts nothing."""
PER_CHILD_OVER_TARGET = 2


@dataclass(frozen=True)
class Candidate:
    """A worker as the recommendation sees one."""

    worker_id: UUID
    reference: str
    name: str
    team: str
    held: Load
    after: Load
    """What the worker would hold with the children to be placed."""
    capacity: Capacity
    new_this_week: int = 0
    barriers: tuple[str, ...] = ()
    """Why the worker may not hold these cases, whatever room there is."""
    knew_the_child_until: date | None = None
    """When a case of this family was given up; today while one is held."""
    holds_a_sibling: bool = False
    team_knew_the_child: bool = False
    last_allocated_on: date | None = None

    @property
    def children(self) -> int:
        """How many would come."""
        return self.after.children - self.held.children


@dataclass(frozen=True)
class Recommendation:
    candidate: Candidate
    fits: bool
    score: float | None
    """0 to 100, more is better; None where the worker may not hold the cases."""
    reasons: tuple[str, ...]


def recommend(candidates: Iterable[Candidate]) -> list[Recommendation]:
    """Rank workers for children to be placed together; those who may not hold them come last, and say so."""
    ranked = sorted((_judge(candidate) for candidate in candidates), key=_rank)
    if ranked and ranked[0].fits:
        first, *others = ranked
        ranked[0] = replace(first, reasons=(*first.reasons, *map(_why_not, filter(_knew, others))))
    return ranked


def use(load: Load, capacity: Capacity) -> Fraction:
    """How much of a worker's capacity a load takes: the fuller of children and points. Nothing can be held where there is none."""
    if not capacity.limit:
        return Fraction(0) if load == Load() else Fraction(2)
    return max(load.children / capacity.limit, Fraction(load.points, 100) / capacity.limit)


def continuity(candidate: Candidate) -> Fraction:
    if candidate.knew_the_child_until:
        return SAME_WORKER
    return SAME_TEAM if candidate.team_knew_the_child else Fraction(0)


def _judge(candidate: Candidate) -> Recommendation:
    against = list(candidate.barriers)
    if not candidate.capacity.has_room_for(candidate.after):
        against.insert(0, _no_room(candidate))
    if against:
        return Recommendation(candidate, fits=False, score=None, reasons=(*against, *_knows(candidate)))
    held, after, capacity = candidate.held, candidate.after, candidate.capacity
    over = max(Fraction(0), after.children - capacity.target)
    score = (
        ROOM * (1 - use(after, capacity))
        + CONTINUITY * continuity(candidate)
        + MATCH * MATCH_NOT_JUDGED
        + PACE * (1 - Fraction(min(candidate.new_this_week, BUSY_WEEK), BUSY_WEEK))
        - PER_CHILD_OVER_TARGET * over
    )
    reasons = [f"holds {held.children} of at most {capacity.children}; {after.children} with {_children(candidate)}"]
    if after.points > 100 * after.children:
        limit = in_points(capacity.points)
        reasons.append(f"{in_points(held.points)} of at most {limit} points; {in_points(after.points)} with them")
    reasons += _knows(candidate)
    if candidate.new_this_week:
        reasons.append(f"{candidate.new_this_week} new in the last seven days")
    if over:
        reasons.append(f"{float(over):g} above the target of {float(capacity.target):g}")
    return Recommendation(candidate, fits=True, score=round(float(score), 2), reasons=tuple(reasons))


def _no_room(candidate: Candidate) -> str:
    """Of the two limits, the one that leaves no room."""
    held, after, capacity = candidate.held, candidate.after, candidate.capacity
    if after.children > capacity.children:
        return f"no room: holds {held.children} of at most {capacity.children}, and {_children(candidate)} would come"
    return f"no room: {why_full(after, capacity, held=held)}"


def _knew(judged: Recommendation) -> bool:
    return judged.candidate.knew_the_child_until is not None


def _why_not(passed_over: Recommendation) -> str:
    """Why somebody who knows the family does not come first."""
    why = f"scores {passed_over.score}" if passed_over.fits else passed_over.reasons[0]
    return f"{passed_over.candidate.name} knows the family and is passed over: {why}"


def _knows(candidate: Candidate) -> list[str]:
    if candidate.holds_a_sibling:
        return ["holds a case of this family now"]
    if candidate.knew_the_child_until:
        return [f"held this family's case until {candidate.knew_the_child_until:%d %B %Y}".replace(" 0", " ")]
    return ["the team held this family's case within the last year"] if candidate.team_knew_the_child else []


def _children(candidate: Candidate) -> str:
    return "this child" if candidate.children == 1 else f"these {candidate.children} children"


def _rank(judged: Recommendation) -> tuple[bool, float, int, date, str]:
    """Ties: fewest new cases, then longest without one, then the reference, so that the order never wavers."""
    candidate = judged.candidate
    return (
        not judged.fits,
        -(judged.score or 0.0),
        candidate.new_this_week,
        candidate.last_allocated_on or date.min,
        candidate.reference,
    )
