"""The table of offers to take a case over, and the shapes in which they come in and go out."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from services.intake.allocation.models import OverrideIn
from services.intake.database import Row
from services.intake.handovers.stages import HandoverReason, RefusalReason, Stage
from shared.database import UTCDateTime
from shared.ids import new_id
from shared.web.shapes import Code, In, Narrative, Out, Reference


class Handover(Row, table=True):
    """A case that one worker holds is offered to another."""

    __tablename__ = "handover"
    __table_args__ = (
        # One offer of a case at a time, whoever offers it at the same moment.
        Index(
            "uq_handover_offered",
            "episode_id",
            unique=True,
            sqlite_where=text("stage = 'offered'"),
            postgresql_where=text("stage = 'offered'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    episode_id: UUID = Field(foreign_key="episode.id")
    from_worker_id: UUID = Field(foreign_key="worker.id")
    from_team: str = Field(foreign_key="team.code", sa_type=Text)
    to_worker_id: UUID = Field(foreign_key="worker.id", index=True)
    to_team: str = Field(foreign_key="team.code", sa_type=Text)
    reason: HandoverReason = Field(sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    stage: Stage = Field(default=Stage.OFFERED, sa_type=Text)
    offered_at: datetime = Field(sa_type=UTCDateTime)
    offered_by: str = Field(sa_type=Text)
    answer_by: date
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answered_by: str | None = Field(default=None, sa_type=Text)
    refusal: RefusalReason | None = Field(default=None, sa_type=Text)


class HandoverIn(In):
    worker: Reference
    """Staff reference of the worker to whom the case is offered."""
    reason: Code[HandoverReason]
    note: Narrative | None = None


class AcceptanceIn(In):
    override: OverrideIn | None = None
    """A manager's: why the case is taken over against a limit."""


class RefusalIn(In):
    reason: Code[RefusalReason]


class HandoverOut(Out):
    """An offer without its words."""

    id: UUID
    episode_id: UUID
    from_worker: str
    from_team: str
    to_worker: str
    to_team: str
    reason: HandoverReason
    stage: Stage
    offered_at: datetime
    answer_by: date
    answered_at: datetime | None
    refusal: RefusalReason | None
