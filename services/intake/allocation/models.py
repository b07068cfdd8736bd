"""The table of allocations, and the shapes in which they come in and go out."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Index, Text, text
from sqlmodel import Field

from services.intake.allocation.mode import Cause, Mode
from services.intake.allocation.overriding import Against, OverrideReason
from services.intake.database import Row
from shared.database import UTCDateTime
from shared.ids import new_id
from shared.web.shapes import Code, Day, In, Narrative, Out, Reference


class Allocation(Row, table=True):
    """A worker held a case from a day until, but not on, another; the team is the worker's at that time."""

    __tablename__ = "allocation"
    __table_args__ = (
        # A case has one worker at a time, whoever allocates at the same moment.
        Index(
            "uq_allocation_held_now",
            "episode_id",
            unique=True,
            sqlite_where=text("held_until IS NULL"),
            postgresql_where=text("held_until IS NULL"),
        ),
        Index("ix_allocation_worker", "worker_id", "held_until"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    episode_id: UUID = Field(foreign_key="episode.id", index=True)
    child_id: UUID = Field(foreign_key="child.id")
    worker_id: UUID = Field(foreign_key="worker.id")
    team_code: str = Field(foreign_key="team.code", sa_type=Text)
    held_from: date
    held_until: date | None = None
    allocated_at: datetime = Field(sa_type=UTCDateTime)
    allocated_by: str = Field(sa_type=Text)


class TeamMode(Row, table=True):
    """From a day on, until the next row of the same team: where the team's cases are given to workers."""

    __tablename__ = "team_allocation_mode"

    team_code: str = Field(foreign_key="team.code", primary_key=True, sa_type=Text)
    in_force_from: date = Field(primary_key=True)
    mode: Mode = Field(sa_type=Text)


class CaseloadBreach(Row, table=True):
    """A worker held more than the limits allow, from a day until, but not on, another."""

    __tablename__ = "caseload_breach"
    __table_args__ = (
        Index(
            "uq_caseload_breach_open",
            "worker_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    cause: Cause = Field(sa_type=Text)
    began_on: date
    ended_on: date | None = None
    children: int
    """At its worst; points in hundredths, likewise."""
    children_limit: int
    points: int
    points_limit: int
    flagged_at: datetime = Field(sa_type=UTCDateTime)


class AllocationOverride(Row, table=True):
    """A manager gave a case against a limit or apart from its siblings, with a reason."""

    __tablename__ = "allocation_override"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    allocation_id: UUID = Field(foreign_key="allocation.id", unique=True)
    against: list[str] = Field(default_factory=list, sa_type=JSON)
    reason: OverrideReason = Field(sa_type=Text)
    explanation: str = Field(sa_type=Text)
    plan: str | None = Field(default=None, sa_type=Text)
    made_by: str = Field(sa_type=Text)
    made_at: datetime = Field(sa_type=UTCDateTime)
    countersign_by: date | None = None
    """None, as the next, where no limit was passed."""
    lasts_until: date | None = None
    countersigned_by: str | None = Field(default=None, sa_type=Text)
    countersigned_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    overdue_flagged_on: date | None = None
    expired_flagged_on: date | None = None


class OverrideIn(In):
    """Why a case is given all the same. It stands at once; beyond a limit another manager countersigns it."""

    reason: Code[OverrideReason]
    explanation: Narrative
    plan: Narrative | None = None
    """How the caseload comes back within its limits; needed beyond a limit."""


class OverrideOut(Out):
    """An override without its words."""

    id: UUID
    episode_id: UUID
    worker: str
    team: str
    against: list[Against]
    reason: OverrideReason
    made_at: datetime
    countersign_by: date | None
    countersigned_at: datetime | None
    is_overdue: bool
    lasts_until: date | None


class BreachOut(Out):
    """A caseload beyond its limits: counts, and no child."""

    id: UUID
    worker: str
    team: str
    cause: Cause
    began_on: date
    ended_on: date | None
    children: int
    """At its worst."""
    children_limit: int
    points: float
    points_limit: float


class TeamModeIn(In):
    in_force_from: Day
    mode: Code[Mode]


class TeamModeOut(Out):
    in_force_from: date
    mode: Mode


class AllocationIn(In):
    worker: Reference
    """Staff reference of the worker who is to hold the case."""
    held_from: Day | None = None
    """First day; today unless given."""
    override: OverrideIn | None = None
    """Against a limit or apart from siblings: why all the same."""


class AllocationOut(Out):
    id: UUID
    episode_id: UUID
    worker: str
    team: str
    held_from: date
    children_held: int
    """The worker's caseload with this child."""
    caseload_limit: int
    points_held: float
    """What that caseload weighs."""
    points_limit: float
    override_id: UUID | None = None


class RecommendationOut(Out):
    """One worker, ranked. `fits` says whether the limit leaves room for all the children to be placed together."""

    rank: int
    worker: str
    name: str
    team: str
    fits: bool
    score: float | None
    children_held: int
    caseload_limit: int
    points_held: float
    points_limit: float
    reasons: list[str]
