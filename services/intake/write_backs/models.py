"""The table of messages that go back to case systems, and the shapes in which they go out and receipts come in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, Text, text
from sqlmodel import Field

from services.intake.database import Row
from services.intake.sources.document import StatedCase
from shared.database import UTCDateTime
from shared.ids import new_id
from shared.web.shapes import Code, In, Line, Out, Reference

WAITING = text("standing = 'waiting'")


class Standing(StrEnum):
    WAITING = "waiting"
    """The system has not said yet what became of it."""
    TAKEN = "taken"
    REFUSED = "refused"


class WriteBack(Row, table=True):
    """One message to one system: what was done in a case here, and the case as it stands since."""

    __tablename__ = "write_back"
    __table_args__ = (Index("ix_write_back_waiting", "system", "id", sqlite_where=WAITING, postgresql_where=WAITING),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    system: str = Field(sa_type=Text)
    child_id: UUID = Field(foreign_key="child.id", index=True)
    episode_id: UUID = Field(foreign_key="episode.id", index=True)
    message: dict[str, Any] = Field(sa_type=JSON)
    made_at: datetime = Field(sa_type=UTCDateTime)
    standing: Standing = Field(default=Standing.WAITING, sa_type=Text)
    reference: str | None = Field(default=None, sa_type=Text)
    """The system's own, of what it made of it."""
    reason: str | None = Field(default=None, sa_type=Text)
    receipt_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ActOut(Out):
    what: str
    on: date | None


class Message(Out):
    """What was done, and the case as it stands since, in the words in which the system states it."""

    id: UUID
    authority: str
    system: str
    la_child_id: str
    acts: list[ActOut]
    done_by: str
    done_at: datetime
    case: StatedCase


class MessageOut(Out):
    """A message, and the same signed."""

    id: UUID
    made_at: datetime
    message: Message
    signed: str
    """The message as a JWS in compact form (Ed25519), to be checked with the key at `/v1/sources/{system}/write-backs/key`."""


class WriteBackReceiptIn(In):
    """What became of a message in the system. `waiting` is none."""

    standing: Code[Standing]
    reference: Reference | None = None
    """Your own, of what you made of it."""
    reason: Line | None = None
    """Why it was refused."""


class StandingOut(Out):
    """How a message stands with its system."""

    id: UUID
    child_id: UUID
    episode_id: UUID
    system: str
    acts: list[ActOut]
    made_at: datetime
    standing: Standing
    reference: str | None
    reason: str | None
    receipt_at: datetime | None


class KeyOut(Out):
    """A public key, as a JWK."""

    kty: str
    crv: str
    x: str
    kid: str
