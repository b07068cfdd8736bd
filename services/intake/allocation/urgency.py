"""Who is placed first, and who is told of how long it takes. Plain Python."""

from datetime import date
from enum import IntEnum, StrEnum

from services.intake.allocation.points import IN_PROTECTION, NEVER_UNNAMED, Addition, Case
from shared.calendar import add_working_days

TEAM_MANAGER_WORKING_DAYS, HEAD_OF_SERVICE_WORKING_DAYS = 1, 3
"""How long a case waits before the team manager, and then the head of service, has to see to it."""
INFANT_MONTHS = 12


class Urgency(IntEnum):
    """The order of the queue, the highest first."""

    OTHER = 1
    EXPLOITATION = 2
    INFANT = 3
    """Not yet born, or not yet a year old."""
    PROTECTION = 4


class Escalation(StrEnum):
    """Whose it is to see that the case gets a worker."""

    DUTY = "duty"
    TEAM_MANAGER = "team_manager"
    HEAD_OF_SERVICE = "head_of_service"


def urgency_of(case: Case, *, is_infant: bool) -> Urgency:
    if case.stage in IN_PROTECTION:
        return Urgency.PROTECTION
    if is_infant:
        return Urgency.INFANT
    return Urgency.EXPLOITATION if Addition.EXPLOITATION in case.additions else Urgency.OTHER


def needs_a_name(case: Case) -> bool:
    """Whether somebody must answer for the case by name while it waits."""
    return case.stage in NEVER_UNNAMED


def escalation_of(waiting_since: date, *, on: date) -> Escalation:
    """Whose it is by now. The last day of each limit is still in time."""
    if on > add_working_days(waiting_since, HEAD_OF_SERVICE_WORKING_DAYS):
        return Escalation.HEAD_OF_SERVICE
    if on > add_working_days(waiting_since, TEAM_MANAGER_WORKING_DAYS):
        return Escalation.TEAM_MANAGER
    return Escalation.DUTY
