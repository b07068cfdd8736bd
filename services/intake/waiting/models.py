"""The table of duty workers who answer for cases that wait, and the shapes of the queue."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from services.intake.allocation.points import Stage
from services.intake.allocation.urgency import Escalation
from services.intake.database import Row
from shared.database import UTCDateTime
from shared.ids import new_id
from shared.web.shapes import In, Out, Reference


class DutyWorker(Row, table=True):
    """A worker answers for a case while it waits, from a day until, but not on, another."""

    __tablename__ = "duty_worker"
    __table_args__ = (
        Index(
            "uq_duty_worker_now",
            "episode_id",
            unique=True,
            sqlite_where=text("named_until IS NULL"),
            postgresql_where=text("named_until IS NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    episode_id: UUID = Field(foreign_key="episode.id")
    worker_id: UUID = Field(foreign_key="worker.id")
    named_from: date
    named_until: date | None = None
    named_at: datetime = Field(sa_type=UTCDateTime)
    named_by: str = Field(sa_type=Text)


class DutyWorkerIn(In):
    worker: Reference
    """Staff reference of the worker who answers for the case until it is allocated."""


class WaitingOut(Out):
    """A case that nobody holds."""

    episode_id: UUID
    referral_id: UUID
    risk: str
    """`protection`, `infant`, `exploitation` or `other`, the first before the others."""
    stage: Stage
    waiting_since: date
    working_days: int
    escalated_to: Escalation
    duty_worker: str | None
    needs_a_name: bool
    """Nobody answers for a child in protection or looked after."""


class QueueOut(Out):
    """The head of the queue, and how long it is."""

    waiting: int
    unnamed: int
    """Of those, how many are in protection or looked after and nobody answers for them."""
    cases: list[WaitingOut]
