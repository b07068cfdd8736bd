"""What a manager may decide against the limits, for which reasons, and what follows.

A case given beyond the limit stands at once and is countersigned by another manager within a working day: an emergency does not
wait. It lasts four weeks, by when the written plan has brought the caseload back; then it is flagged, and no child
loses a worker by it.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.calendar import add_working_days, beginning_of
from shared.problems import Conflict, Unprocessable

COUNTERSIGN_WORKING_DAYS = 1
LASTS_DAYS = 28
NEWBORN_DAYS = 28
"""Up to this age a child joins the worker who holds a sibling, whatever room there is."""

COUNTERSIGNATURE_OVERDUE = "override.countersignature_overdue"
EXPIRED = "override.expired"
"""Timers, and what is said when they run out."""


class OverrideReason(StrEnum):
    EMERGENCY = "emergency"
    CONTINUITY = "continuity"
    """The worker knows the family."""
    LANGUAGE = "language"
    SPECIALIST = "specialist"
    """The case needs what this worker can do."""
    FAMILY_ASKED = "family_asked"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    SAFETY = "safety"
    """Siblings are safer with different workers."""
    PLANNED = "planned"
    """It is so in a plan for the team that a manager accepted."""


class Against(StrEnum):
    """What was decided against."""

    OVER_LIMIT = "over_limit"
    WORKER_AWAY = "worker_away"
    SIBLINGS_APART = "siblings_apart"


class SiblingsApart(Conflict):
    title = "Another worker holds the case of a brother or sister"


class OverrideNeedsPlan(Unprocessable):
    title = "A case beyond the limit needs a plan"
    at = "/override/plan"


class AlreadyCountersigned(Conflict):
    title = "This override has been countersigned"


class NeedsNoCountersignature(Conflict):
    title = "This override passes no limit and needs no countersignature"


class OwnOverride(Conflict):
    title = "Nobody countersigns their own override"


def check_plan(exceptions: Collection[Against], plan: str | None) -> None:
    """Raise `OverrideNeedsPlan` where a limit is passed and nobody wrote how the caseload comes back within it."""
    if Against.OVER_LIMIT in exceptions and plan is None:
        raise OverrideNeedsPlan("write how, and by when, the caseload comes back within its limits")


def countersigned_by(made_on: date) -> date:
    """The last day on which a countersignature is in time."""
    return add_working_days(made_on, COUNTERSIGN_WORKING_DAYS)


def lasts_until(made_on: date) -> date:
    return made_on + timedelta(days=LASTS_DAYS)


def runs_out(last_day: date) -> datetime:
    """The instant at which a last day has ended in London."""
    return beginning_of(last_day + timedelta(days=1))


def is_newborn(born_on: date | None, *, on: date) -> bool:
    return born_on is not None and on - timedelta(days=NEWBORN_DAYS) <= born_on <= on
