"""The table of broken glass, and the shapes in which it comes in and goes out."""

from datetime import datetime
from uuid import UUID

from pydantic import Field as Bounded
from sqlalchemy import Index, Text
from sqlmodel import Field

from services.intake.database import Row
from shared.database import UTCDateTime
from shared.ids import new_id
from shared.web.roles import Role
from shared.web.shapes import In, LAChildId, Out, Reason

MOST_MINUTES = 60


class BrokenGlass(Row, table=True):
    """Somebody may read one child's record until an instant, though it is not theirs to see."""

    __tablename__ = "broken_glass"
    __table_args__ = (Index("ix_broken_glass_actor", "actor", "child_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    child_id: UUID = Field(foreign_key="child.id", index=True)
    actor: str = Field(sa_type=Text)
    role: Role = Field(sa_type=Text)
    worker: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    broken_at: datetime = Field(sa_type=UTCDateTime)
    until: datetime = Field(sa_type=UTCDateTime)


class BreakGlassIn(In):
    la_child_id: LAChildId
    """The authority's id of the child."""
    reason: Reason
    """Why you must see this record now. The service manager and the auditor read it."""
    minutes: int = Bounded(MOST_MINUTES, ge=1, le=MOST_MINUTES)


class SightOut(Out):
    """What whoever broke the glass may now read, and until when."""

    id: UUID
    child_id: UUID
    """Read at `/v1/children/{child_id}`."""
    until: datetime
    referrals: list[UUID]
    """Each is read at `/v1/referrals/{id}`, and the episode it led to at `/v1/episodes/{id}`."""


class BrokenGlassOut(Out):
    id: UUID
    child_id: UUID
    actor: str
    """`sub` of the token."""
    role: Role
    worker: str
    """Staff reference; empty for whoever has none."""
    reason: str
    broken_at: datetime
    until: datetime
    reads: int = 0
    last_read_at: datetime | None = None


class ReadOut(Out):
    """One read made under it, from the audit."""

    seq: int
    at: datetime
    act: str
    subjects: list[UUID]
    request_id: str
