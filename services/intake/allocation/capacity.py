"""How many children one worker may hold. This is where a caseload limit is decided.

Islington intended 12 to 15 children a worker. The limit falls with part-time hours and with the assessed and supported
year in employment, whose protected caseload half of the newly qualified did not get where it was only advised
(survey of 640, 2018): so it binds.
"""

from dataclasses import dataclass
from datetime import date
from math import floor

from shared.calendar import add_months
from shared.contracts.codes import WorkerRole
from shared.problems import Conflict


class CaseloadFull(Conflict):
    title = "The worker has no place for this child"


@dataclass(frozen=True)
class CaseloadStandard:
    """What one full-time, experienced worker may hold, from a date on."""

    effective_from: date
    limit: int
    target: int


STANDARDS = (CaseloadStandard(effective_from=date(2014, 4, 1), limit=15, target=12),)
"""Latest last. A new standard is a new row: what was right on a day stays right for that day."""

ROLE_SHARE = {
    WorkerRole.SOCIAL_WORKER: 1.0,
    WorkerRole.SENIOR_SOCIAL_WORKER: 0.8,
    WorkerRole.DEPUTY_TEAM_MANAGER: 0.0,
    WorkerRole.TEAM_MANAGER: 0.0,
    WorkerRole.PRACTICE_EVALUATOR: 0.0,
    WorkerRole.COACH: 0.0,
}
"""The share of a full caseload each post leaves room for; seniors also supervise."""

NEWLY_QUALIFIED_SHARES = ((3, 0.6), (12, 0.9))
"""Up to so many months into the assessed and supported year, so much of a caseload."""


def standard_on(day: date) -> CaseloadStandard:
    in_force = [standard for standard in STANDARDS if standard.effective_from <= day]
    return in_force[-1] if in_force else STANDARDS[0]


def share_of_a_caseload(role: WorkerRole, *, percent: int, newly_qualified_from: date | None, on: date) -> float:
    """How much of a full caseload this worker can carry, 0 to 1."""
    share = ROLE_SHARE[WorkerRole(role)] * percent / 100
    if newly_qualified_from is not None:
        for months, reduced in NEWLY_QUALIFIED_SHARES:
            if on < add_months(newly_qualified_from, months):
                return share * reduced
    return share


def caseload_limit(share: float, *, on: date) -> int:
    """The most children such a worker may hold on a day. Rounded down: a part of a child is not a place."""
    return floor(standard_on(on).limit * share + 1e-9)


def caseload_target(share: float, *, on: date) -> int:
    """How many children such a worker should hold; above it a recommendation loses weight."""
    return floor(standard_on(on).target * share + 1e-9)


def check_place(*, held: int, limit: int, children: int = 1) -> None:
    """Raise `CaseloadFull` unless so many more children stay within the limit."""
    if held + children > limit:
        raise CaseloadFull(f"the worker holds {held} of at most {limit} children: choose another worker")
