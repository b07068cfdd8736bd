"""Tables of histories: the newest state of each child, of each observation and of each case of a cohort."""

from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.reporting.database import Row


class History(Row):
    """One subject's newest state and its version."""

    subject_id: UUID = Field(primary_key=True)
    epoch: int
    n: int
    state: str | None = Field(sa_type=Text)
    """As JSON, as spoken. None for an erased subject, of which id and version stay, so that old news cannot revive it."""


class ChildHistory(History, table=True):
    __tablename__ = "child_history"


class PracticeHistory(History, table=True):
    __tablename__ = "practice_history"


class ParticipationHistory(History, table=True):
    __tablename__ = "participation_history"
