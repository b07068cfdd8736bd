"""Tables of episodes and of what is done in them, and the shapes in which they go in and out.

`occurrence` tells apart items of one kind that begin on the same day where their source gives them no number.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import JSON, Text, UniqueConstraint
from sqlmodel import Field

from services.intake.database import Row
from shared.contracts.codes import CategoryOfAbuse, ClosureReason
from shared.ids import new_id
from shared.web.shapes import Code, Day, In, Out


class Episode(Row, table=True):
    __tablename__ = "episode"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    child_id: UUID = Field(foreign_key="child.id", index=True)
    referral_id: UUID = Field(foreign_key="referral.id", unique=True)
    started_on: date
    closed_on: date | None = None
    closure_reason: ClosureReason | None = Field(default=None, sa_type=Text)


class Assessment(Row, table=True):
    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("episode_id", "started_on", "occurrence"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    episode_id: UUID = Field(foreign_key="episode.id")
    started_on: date
    occurrence: int = 1
    internal_review_on: date | None = None
    authorised_on: date | None = None
    factors: list[str] = Field(default_factory=list, sa_type=JSON)


class CINPlan(Row, table=True):
    __tablename__ = "cin_plan"
    __table_args__ = (UniqueConstraint("episode_id", "started_on", "occurrence"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    episode_id: UUID = Field(foreign_key="episode.id")
    started_on: date
    occurrence: int = 1
    ended_on: date | None = None


class Section47(Row, table=True):
    __tablename__ = "section_47_enquiry"
    __table_args__ = (UniqueConstraint("episode_id", "started_on", "occurrence"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    episode_id: UUID = Field(foreign_key="episode.id")
    started_on: date
    occurrence: int = 1
    conference_target_on: date | None = None
    conference_on: date | None = None
    conference_not_required: bool | None = None


class Conference(Row, table=True):
    """An initial child protection conference recorded on the episode rather than on an enquiry."""

    __tablename__ = "conference"
    __table_args__ = (UniqueConstraint("episode_id", "held_on", "occurrence"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    episode_id: UUID = Field(foreign_key="episode.id")
    held_on: date
    occurrence: int = 1


class ProtectionPlan(Row, table=True):
    __tablename__ = "protection_plan"
    __table_args__ = (UniqueConstraint("episode_id", "started_on", "occurrence"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    episode_id: UUID = Field(foreign_key="episode.id")
    started_on: date
    occurrence: int = 1
    ended_on: date | None = None
    initial_category: CategoryOfAbuse | None = Field(default=None, sa_type=Text)
    latest_category: CategoryOfAbuse | None = Field(default=None, sa_type=Text)
    previous_plans: int | None = None
    reviewed_on: list[str] = Field(default_factory=list, sa_type=JSON)
    """Dates of review conferences, ISO text."""


class ClosureIn(In):
    closed_on: Day
    reason: Code[ClosureReason]


class EpisodeOut(Out):
    id: UUID
    child_id: UUID
    referral_id: UUID
    started_on: date
    closed_on: date | None
    closure_reason: ClosureReason | None
    worker: str | None = None
    """Staff reference of the worker who holds the case now."""
    team: str | None = None
