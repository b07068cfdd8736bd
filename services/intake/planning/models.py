"""The tables of plans, and the shapes in which they are asked for and shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field as Bounded
from sqlalchemy import Text
from sqlmodel import Field

from services.intake.allocation.plan import Method
from services.intake.database import Row
from shared.database import UTCDateTime
from shared.ids import new_id
from shared.web.shapes import Id, In, Out, Reference


class AllocationPlan(Row, table=True):
    """What was proposed for a team's workers, and who accepted it."""

    __tablename__ = "allocation_plan"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    team_code: str = Field(foreign_key="team.code", sa_type=Text)
    method: Method = Field(sa_type=Text)
    proven: bool
    gap: float
    made_at: datetime = Field(sa_type=UTCDateTime)
    made_by: str = Field(sa_type=Text)
    accepted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    accepted_by: str | None = Field(default=None, sa_type=Text)


class PlannedAllocation(Row, table=True):
    """One case of a plan: who is to hold it; nobody where there is no room."""

    __tablename__ = "planned_allocation"

    plan_id: UUID = Field(foreign_key="allocation_plan.id", primary_key=True)
    episode_id: UUID = Field(foreign_key="episode.id", primary_key=True, index=True)
    worker_id: UUID | None = Field(default=None, foreign_key="worker.id")
    is_apart: bool = False
    """Whether the family is split, because nobody has room for all of it."""


class PlanIn(In):
    """Whose cases are to be spread over a team's workers: a leaver's, those named, or all that nobody holds."""

    team: Reference
    leaver: Reference | None = None
    """Staff reference of the worker whose cases are all to go to others."""
    episodes: Annotated[list[Id], Bounded(min_length=1, max_length=1000)] | None = None


class PlannedOut(Out):
    episode_id: UUID
    worker: str | None
    is_apart: bool


class PlanOut(Out):
    id: UUID
    team: str
    method: Method
    proven: bool
    """Whether no plan is better."""
    gap: float
    """How much better a plan could be at most, as a share of this one's worth."""
    made_at: datetime
    accepted_at: datetime | None
    children: int
    children_without_place: int
    cases: list[PlannedOut]
