"""The table of corrections, and the shapes in which they come in and go out."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.intake.database import Row
from services.intake.episodes.facts import Kind
from shared.database import UTCDateTime
from shared.ids import new_id
from shared.web.shapes import Code, Day, Id, In, Out


class Change(StrEnum):
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"


class Error(StrEnum):
    """What was wrong with the record."""

    WRONG_CHILD = "wrong_child"
    WRONG_DAY = "wrong_day"
    DUPLICATE = "duplicate"
    DID_NOT_HAPPEN = "did_not_happen"
    OTHER = "other"


class Correction(Row, table=True):
    """A row of what was done as it stood, and as it stands since; with nothing after it was taken back."""

    __tablename__ = "correction"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    episode_id: UUID = Field(foreign_key="episode.id", index=True)
    item_id: UUID
    kind: str = Field(sa_type=Text)
    change: Change = Field(sa_type=Text)
    error: Error = Field(sa_type=Text)
    before: dict[str, object] = Field(sa_type=JSON)
    after: dict[str, object] | None = Field(default=None, sa_type=JSON)
    corrected_at: datetime = Field(sa_type=UTCDateTime)
    corrected_by: str = Field(sa_type=Text)


class ErrorIn(In):
    error: Code[Error]


class WithdrawalIn(ErrorIn):
    """What is meant, as the episode shows it."""

    item_id: Id
    kind: Code[Kind]
    began_on: Day


class CorrectionIn(WithdrawalIn):
    """The days as they are right; what is left out stays as it is."""

    right_began_on: Day | None = None
    right_ended_on: Day | None = None
    has_not_ended: bool = False


class CorrectionOut(Out):
    id: UUID
    item_id: UUID
    kind: str
    change: Change
    error: Error
    before: dict[str, object]
    after: dict[str, object] | None
    corrected_at: datetime
    corrected_by: str
