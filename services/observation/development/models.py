"""Tables of attendance and screening, and the shapes in which they come in and go out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field as Bounded
from sqlalchemy import Text
from sqlmodel import Field

from services.observation.database import Row
from services.observation.development.courses import DAYS, Course
from services.observation.practice.models import Mark
from services.observation.supervision.quality import Kind
from shared.database import UTCDateTime
from shared.web.shapes import Code, Day, In, Line, Out, Reference


class Attendance(Row, table=True):
    """Somebody was there on one day."""

    __tablename__ = "attendance"

    id: UUID = Field(primary_key=True)
    n: int
    worker_id: UUID = Field(index=True)
    course: Course = Field(sa_type=Text)
    day: int | None = None
    """Which of the four."""
    about: str | None = Field(default=None, sa_type=Text)
    on: date
    minutes: int
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class Screening(Row, table=True):
    """How somebody did in the exercise by which they were chosen."""

    __tablename__ = "screening"

    worker_id: UUID = Field(primary_key=True)
    n: int
    screened_on: date
    empathy: int
    collaboration: int
    child_focus: int
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class AttendanceIn(In):
    worker: Reference
    course: Code[Course]
    day: Annotated[int, Bounded(ge=1, le=DAYS)] | None = None
    about: Line | None = None
    """What it was about, of CPD."""
    on: Day
    minutes: Annotated[int, Bounded(ge=1, le=1440)]


class ScreeningIn(In):
    screened_on: Day
    empathy: Mark
    collaboration: Mark
    child_focus: Mark


class AttendanceOut(Out):
    id: UUID
    worker: str
    course: Course
    day: int | None
    about: str | None
    on: date
    minutes: int


class ScreeningOut(Out):
    screened_on: date
    empathy: int
    collaboration: int
    child_focus: int


class SessionOut(Out):
    held_on: date
    kind: Kind
    minutes: int


class ObservedOut(Out):
    observation_id: UUID
    observed_on: date
    feedback_given_on: date | None
    coaching_held_on: date | None


class DevelopmentOut(Out):
    """What is known of one worker's development, joined by the worker."""

    worker: str
    four_day: list[int]
    """Which days of the course were attended."""
    has_done_the_course: bool
    cpd_minutes: int
    """In the last twelve months."""
    attended: list[AttendanceOut]
    supervised: list[SessionOut]
    observed: list[ObservedOut]
    screening: ScreeningOut | None
    """For the worker, coaches and the principal social worker."""
    goal: str | None
    """The practice goal agreed on last, for the same."""
    certified_until: date | None
    """To score others, where they were ever certified."""
