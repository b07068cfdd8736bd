"""Tables of feedback and coaching, and the shapes in which they come in and go out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field as Bounded
from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.observation.database import Row
from shared.database import UTCDateTime
from shared.web.shapes import Day, In, Narrative, Out


class Feedback(Row, table=True):
    """What the worker was told: strengths, and one thing to stretch to."""

    __tablename__ = "feedback"

    observation_id: UUID = Field(primary_key=True, foreign_key="observation.id")
    strengths: list[str] = Field(sa_type=JSON)
    stretch: str = Field(sa_type=Text)
    given_on: date
    given_by: UUID
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class Coaching(Row, table=True):
    """The coaching that followed, with the one goal agreed."""

    __tablename__ = "coaching"

    observation_id: UUID = Field(primary_key=True, foreign_key="observation.id")
    goal: str = Field(sa_type=Text)
    review_on: date
    held_on: date
    held_by: UUID
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class FeedbackIn(In):
    strengths: Annotated[list[Narrative], Bounded(min_length=1, max_length=3)]
    stretch: Narrative
    """One thing to try next; more would be followed by none."""
    given_on: Day


class CoachingIn(In):
    held_on: Day
    goal: Narrative
    """One practice goal, in words the worker can act on."""
    review_on: Day


class CoachingOut(Out):
    held_on: date
    goal: str
    review_on: date


class FeedbackOut(Out):
    observation_id: UUID
    due_on: date
    given_on: date
    days_late: int
    """0 when it was given in time. Late feedback is recorded as late, never refused."""
    strengths: list[str]
    stretch: str
    coaching: CoachingOut | None = None


class OverdueOut(Out):
    """Feedback that was due and has not been given."""

    observation_id: UUID
    worker: str
    observer: str
    team: str
    observed_on: date
    due_on: date
    days_overdue: int
