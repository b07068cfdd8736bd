"""How many children, and how many points, one worker may hold. This is where a caseload limit is decided.

Islington intended 12 to 15 children a worker. The limit falls with part-time hours and with the assessed and supported
year in employment, whose protected caseload half of the newly qualified did not get where it was only advised
(survey of 640, 2018): so it binds. Both limits bind: fifteen children on protection plans are more than fifteen in need.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor

from services.intake.allocation.points import Load, Points, in_points
from shared.calendar import add_months
from shared.contracts.codes import WorkerRole
from shared.problems import Conflict


class CaseloadFull(Conflict):
    title = "The worker has no place for this child"


@dataclass(frozen=True)
class CaseloadStandard:
    """What one full-time, experienced worker may hold, from a date on: so many children, and as many points."""

    effective_from: date
    limit: int
    target: int


STANDARDS = (CaseloadStandard(effective_from=date(2014, 4, 1), limit=15, target=12),)
"""Latest last. A new standard is a new row: what was right on a day stays right for that day."""

ROLE_SHARE = {
    WorkerRole.SOCIAL_WORKER: Fraction(1),
    WorkerRole.SENIOR_SOCIAL_WORKER: Fraction(8, 10),
    WorkerRole.FAMILY_PRACTITIONER: Fraction(1),
    WorkerRole.DEPUTY_TEAM_MANAGER: Fraction(0),
    WorkerRole.TEAM_MANAGER: Fraction(0),
    WorkerRole.PRACTICE_EVALUATOR: Fraction(0),
    WorkerRole.COACH: Fraction(0),
}
"""The share of a full caseload each post leaves room for; seniors also supervise."""

NEWLY_QUALIFIED_SHARES = ((3, Fraction(6, 10)), (12, Fraction(9, 10)))
"""Up to so many months into the assessed and supported year, so much of a caseload."""


@dataclass(frozen=True)
class Capacity:
    """What one worker may hold on a day."""

    limit: Fraction
    """Children, and points, before anything is rounded."""
    target: Fraction

    @property
    def children(self) -> int:
        """Rounded down: a part of a child is not a place."""
        return floor(self.limit)

    @property
    def points(self) -> Points:
        return floor(self.limit * 100)

    def has_room_for(self, load: Load) -> bool:
        return load.children <= self.children and load.points <= self.points


def standard_on(day: date) -> CaseloadStandard:
    in_force = [standard for standard in STANDARDS if standard.effective_from <= day]
    return in_force[-1] if in_force else STANDARDS[0]


def share_of_a_caseload(role: WorkerRole, *, percent: int, newly_qualified_from: date | None, on: date) -> Fraction:
    """How much of a full caseload this worker can carry, 0 to 1."""
    return ROLE_SHARE[WorkerRole(role)] * Fraction(percent, 100) * newly_qualified_share(newly_qualified_from, on=on)


def newly_qualified_share(since: date | None, *, on: date) -> Fraction:
    """The share left by the assessed and supported year that began on a day; the whole once it is over."""
    if since is not None:
        for months, reduced in NEWLY_QUALIFIED_SHARES:
            if on < add_months(since, months):
                return reduced
    return Fraction(1)


def capacity_of(share: Fraction, *, on: date) -> Capacity:
    """The most that such a worker may hold on a day, and the load above which a recommendation loses weight."""
    standard = standard_on(on)
    return Capacity(limit=standard.limit * share, target=standard.target * share)


def check_place(after: Load, capacity: Capacity, *, held: Load) -> None:
    """Raise `CaseloadFull` unless what a worker would hold stays within both limits."""
    if not capacity.has_room_for(after):
        raise CaseloadFull(f"the worker {why_full(after, capacity, held=held)}: choose another worker")


def why_full(after: Load, capacity: Capacity, *, held: Load) -> str:
    """Which limit leaves no room, as a predicate."""
    if after.children > capacity.children:
        return f"holds {held.children} of at most {capacity.children} children"
    points = in_points(after.points - held.points)
    return f"holds {in_points(held.points)} of at most {in_points(capacity.points)} points, and {points} would come"
