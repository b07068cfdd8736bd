"""Which worker first, and why. A recommendation with reasons, never a decision.

Weights: half for the room that is left, three tenths for knowing the family, a tenth for match (not yet judged, so the
same for all), a tenth for not having been given several cases this week.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

ROOM, CONTINUITY, MATCH, PACE = 50, 30, 10, 10
MATCH_NOT_JUDGED = 0.5
SAME_WORKER, SAME_TEAM = 1.0, 0.5
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
    held: int
    limit: int
    target: int
    new_this_week: int
    knew_the_child_until: date | None = None
    team_knew_the_child: bool = False
    last_allocated_on: date | None = None


@dataclass(frozen=True)
class Recommendation:
    candidate: Candidate
    fits: bool
    score: float | None
    """0 to 100, more is better; None where the limit leaves no room."""
    reasons: tuple[str, ...]


def recommend(candidates: Iterable[Candidate], *, children: int) -> list[Recommendation]:
    """Rank workers for so many children to be placed together; those without room come last, and say so."""
    judged = [_judge(candidate, children) for candidate in candidates]
    return sorted(judged, key=_rank)


def _judge(candidate: Candidate, children: int) -> Recommendation:
    after = candidate.held + children
    if after > candidate.limit:
        reason = f"no room: holds {candidate.held} of at most {candidate.limit}, and {_children(children)} would come"
        return Recommendation(candidate, fits=False, score=None, reasons=(reason, *_knows(candidate)))
    over = max(0, after - candidate.target)
    score = (
        ROOM * (1 - after / candidate.limit)
        + CONTINUITY * _continuity(candidate)
        + MATCH * MATCH_NOT_JUDGED
        + PACE * (1 - min(candidate.new_this_week, BUSY_WEEK) / BUSY_WEEK)
        - PER_CHILD_OVER_TARGET * over
    )
    reasons = [
        f"holds {candidate.held} of at most {candidate.limit}; {after} with {_children(children)}",
        *_knows(candidate),
    ]
    if candidate.new_this_week:
        reasons.append(f"{candidate.new_this_week} new in the last seven days")
    if over:
        reasons.append(f"{over} above the target of {candidate.target}")
    return Recommendation(candidate, fits=True, score=round(score, 2), reasons=tuple(reasons))


def _continuity(candidate: Candidate) -> float:
    if candidate.knew_the_child_until:
        return SAME_WORKER
    return SAME_TEAM if candidate.team_knew_the_child else 0.0


def _knows(candidate: Candidate) -> list[str]:
    if candidate.knew_the_child_until:
        return [f"held this family's case until {candidate.knew_the_child_until:%d %B %Y}".replace(" 0", " ")]
    return ["the team held this family's case within the last year"] if candidate.team_knew_the_child else []


def _children(count: int) -> str:
    return "this child" if count == 1 else f"these {count} children"


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
