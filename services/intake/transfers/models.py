"""Tables of transfers and involvements, and the shapes in which they come in and go out."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from services.intake.episodes.models import DoneIn, Recorded
from services.intake.transfers.stages import TransferStage
from shared.contracts.codes import InvolvementRole, TransferRefusal, TransferTrigger
from shared.web.shapes import Code, Day, In, Out, Reference

STILL_OPEN = text("stage IN ('offered', 'accepted')")


class Transfer(Recorded, table=True):
    """A case is offered by the team that holds it to another, for a reason."""

    __tablename__ = "transfer"
    __table_args__ = (
        # A case is offered to one team at a time, whoever offers it at the same moment.
        Index("uq_transfer_open", "episode_id", unique=True, sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN),
    )

    episode_id: UUID = Field(foreign_key="episode.id", index=True)
    trigger: TransferTrigger = Field(sa_type=Text)
    from_team: str = Field(foreign_key="team.code", sa_type=Text)
    to_team: str = Field(foreign_key="team.code", index=True, sa_type=Text)
    stage: TransferStage = Field(default=TransferStage.OFFERED, sa_type=Text)
    offered_on: date
    accepted_on: date | None = None
    worker_id: UUID | None = Field(default=None, foreign_key="worker.id")
    """Who is to hold the case; named on acceptance."""
    joint_visit_on: date | None = None
    ended_on: date | None = None
    """The day on which it was completed, declined or withdrawn."""
    refusal: TransferRefusal | None = Field(default=None, sa_type=Text)


class Involvement(Recorded, table=True):
    """A worker works on a case beside the one who holds it, from a day until, but not on, another."""

    __tablename__ = "involvement"

    episode_id: UUID = Field(foreign_key="episode.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    role: InvolvementRole = Field(sa_type=Text)
    involved_from: date
    involved_until: date | None = None


class TransferIn(In):
    to_team: Reference
    trigger: Code[TransferTrigger]


class AcceptanceIn(In):
    worker: Reference
    """Staff reference of the worker of the new team who is to hold the case."""


class RefusalIn(In):
    reason: Code[TransferRefusal]


class CompletionIn(DoneIn):
    """From `on` the new worker holds the case."""

    joint_visit_on: Day
    """The day on which the family met the old and the new worker together."""
    hands_over_until: Day | None = None
    """Until when the old worker stays involved, if longer than the day of completion."""


class TransferOut(Out):
    id: UUID
    episode_id: UUID
    trigger: TransferTrigger
    from_team: str
    to_team: str
    stage: TransferStage
    offered_on: date
    accepted_on: date | None
    worker: str | None = None
    """Staff reference of the worker who is to hold the case."""
    joint_visit_on: date | None
    ended_on: date | None
    refusal: TransferRefusal | None
