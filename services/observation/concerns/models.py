"""The table of safety concerns, and the shapes in which they come in and go out."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.observation.database import Row
from shared.database import UTCDateTime
from shared.web.shapes import In, Narrative, Out


class Concern(Row, table=True):
    """That whoever observed feared for somebody's safety, and who took it up."""

    __tablename__ = "concern"

    observation_id: UUID = Field(primary_key=True)
    """No foreign key: the concern is raised before the form that raises it can land."""
    episode_id: UUID
    worker_id: UUID
    team: str = Field(index=True, sa_type=Text)
    """The worker's team on the day."""
    observer_id: UUID
    observed_on: date
    raised_at: datetime = Field(sa_type=UTCDateTime)
    taken_up_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    taken_up_by: str | None = Field(default=None, sa_type=Text)
    """Whoever took it up, as their token names them: duty need not be in the workforce that intake speaks of."""
    action: str | None = Field(default=None, sa_type=Text)


class TakingUpIn(In):
    action: Narrative
    """What was done about it, or who was told."""


class ConcernOut(Out):
    observation_id: UUID
    episode_id: UUID
    worker: str
    observer: str
    team: str
    observed_on: date
    raised_at: datetime
    taken_up_at: datetime | None
    taken_up_by: str | None
    action: str | None
