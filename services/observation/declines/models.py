"""The table of observations that did not take place, and the shapes in which they come in and go out."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.observation.database import Row
from services.observation.practice.models import Purpose
from shared.database import UTCDateTime
from shared.web.shapes import Code, Day, Id, In, Out, Reference


class Outcome(StrEnum):
    DECLINED = "declined"
    """Somebody did not want the observation."""
    CANCELLED = "cancelled"
    """Everybody would have, and it did not come to it."""


class Whose(StrEnum):
    """Whose decision it was."""

    PARENT = "parent"
    CHILD = "child"
    WORKER = "worker"
    MANAGER = "manager"
    OBSERVER = "observer"
    NOBODY = "nobody"


class Reason(StrEnum):
    NOT_WANTED = "not_wanted"
    TOO_MUCH_GOING_ON = "too_much_going_on"
    FEARS_HOW_IT_IS_USED = "fears_how_it_is_used"
    UNSAFE = "unsafe"
    NOT_ASKED_IN_TIME = "not_asked_in_time"
    NO_INTERPRETER = "no_interpreter"
    VISIT_DID_NOT_TAKE_PLACE = "visit_did_not_take_place"
    OBSERVER_AWAY = "observer_away"
    WORKER_AWAY = "worker_away"
    CASE_CLOSED = "case_closed"
    OTHER = "other"


class Decline(Row, table=True):
    """One observation that was planned and did not take place."""

    __tablename__ = "decline"

    id: UUID = Field(primary_key=True)
    """Made by the device that recorded it, so that sending it again is safe."""
    n: int
    episode_id: UUID
    worker_id: UUID = Field(index=True)
    observer_id: UUID = Field(index=True)
    team: str = Field(index=True, sa_type=Text)
    """The worker's team on the day."""
    planned_for: date
    purpose: Purpose = Field(sa_type=Text)
    outcome: Outcome = Field(sa_type=Text)
    whose: Whose = Field(sa_type=Text)
    reason: Reason = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class DeclineIn(In):
    """Codes only: what a parent said when they declined is nobody's to keep."""

    episode_id: Id
    worker: Reference
    planned_for: Day
    purpose: Code[Purpose]
    outcome: Code[Outcome]
    whose: Code[Whose]
    reason: Code[Reason]


class DeclineOut(Out):
    id: UUID
    episode_id: UUID
    worker: str
    observer: str
    team: str
    planned_for: date
    purpose: Purpose
    outcome: Outcome
    whose: Whose
    reason: Reason
    recorded_at: datetime


class DeclineCountOut(Out):
    outcome: Outcome
    whose: Whose
    reason: Reason
    count: int
