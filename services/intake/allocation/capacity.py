"""How many children, and how many points, one worker may hold. This is where a caseload limit is decided.

Islington intended 12 to 15 children a worker. The limit falls with part-time hours and with the assessed and supported
year in employment, whose protected caseload half of the newly qualified did not get where it was only advised
(survey of 640, 2018): so it binds. Both limits bind: fifteen children on protection plans are more than fifteen in need.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from services.intake.allocation.points import Load, Points, in_points
from services.intake.people.terms import Away, Terms, is_away
from shared.contracts.codes import InductionStage, WorkerRole
from shared.problems import Conflict


class CaseloadFull(Conflict):
    title = "The worker has no place for this child"


class WorkerAway(Conflict):
    title = "The worker is away, and takes on nothing new"


@dataclass(frozen=True)
class CaseloadStandard:
    """What one full-time, experienced worker may hold, from a date on: so many children, and as many points."""

    effective_from: date
    limit: int
    target: int
    of_role: Mapping[WorkerRole, Fraction]
    """The share of a full caseload each post leaves room for; seniors also supervise."""
    of_stage: Mapping[InductionStage, Fraction]
    away_days: int
    """From how many days of absence on nothing new is taken on."""


STANDARDS = (
    CaseloadStandard(
        effective_from=date(2014, 4, 1),
        limit=15,
        target=12,
        of_role={
            WorkerRole.SOCIAL_WORKER: Fraction(1),
            WorkerRole.SENIOR_SOCIAL_WORKER: Fraction(8, 10),
            WorkerRole.FAMILY_PRACTITIONER: Fraction(1),
            WorkerRole.DEPUTY_TEAM_MANAGER: Fraction(0),
            WorkerRole.TEAM_MANAGER: Fraction(0),
            WorkerRole.PRACTICE_EVALUATOR: Fraction(0),
            WorkerRole.COACH: Fraction(0),
            WorkerRole.CLINICIAN: Fraction(0),
        },
        of_stage={
            InductionStage.INDUCTION: Fraction(6, 10),
            InductionStage.FIRST_YEAR: Fraction(9, 10),
            InductionStage.EXPERIENCED: Fraction(1),
            InductionStage.PHASED_RETURN: Fraction(5, 10),
        },
        away_days=5,
    ),
)
"""Latest last. A new standard is a new row: what was right on a day stays right for that day."""


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


def capacity_of(role: WorkerRole, terms: Terms, *, on: date) -> Capacity:
    """The most that a worker may hold on a day, and the load above which a recommendation loses weight."""
    standard = standard_on(on)
    hours = Fraction(terms.full_time_equivalent_percent, 100)
    share = hours * standard.of_role[WorkerRole(role)] * standard.of_stage[terms.stage]
    return Capacity(limit=standard.limit * share, target=standard.target * share)


def why_away(absences: Iterable[Away], *, on: date) -> str | None:
    """Why a worker takes on nothing new on a day, as a predicate; None for one who is there, or soon will be."""
    longest = timedelta(days=standard_on(on).away_days)
    for each in absences:
        if is_away([each], on) and (each.back_on is None or each.back_on - each.away_from >= longest):
            return f"is away until {each.back_on:%d %B %Y}".replace(" 0", " ") if each.back_on else "is away"
    return None


def why_full(after: Load, capacity: Capacity, *, held: Load) -> str:
    """Which limit leaves no room, as a predicate."""
    if after.children > capacity.children:
        return f"holds {held.children} of at most {capacity.children} children"
    points = in_points(after.points - held.points)
    return f"holds {in_points(held.points)} of at most {in_points(capacity.points)} points, and {points} would come"
