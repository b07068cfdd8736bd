"""Tables of histories: the newest state of each child and of each observation."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.reporting.database import Row


class ChildHistory(Row, table=True):
    __tablename__ = "child_history"

    child_id: UUID = Field(primary_key=True)
    epoch: int
    n: int
    state: str = Field(sa_type=Text)
    """A `ChildState` as JSON, as spoken."""


class PracticeHistory(Row, table=True):
    __tablename__ = "practice_history"
    __table_args__ = (Index("ix_practice_history_observed_team", "observed_on", "team"),)

    observation_id: UUID = Field(primary_key=True)
    epoch: int
    n: int
    worker_id: UUID
    team: str = Field(sa_type=Text)
    observed_on: date
    state: str = Field(sa_type=Text)
    """A `PracticeState` as JSON, as spoken."""
