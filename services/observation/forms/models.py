"""Tables of forms as they came, and the shapes in which they are shown and settled."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field

from services.observation.database import Row
from services.observation.forms.landing import Dispute, Standing
from shared.database import UTCDateTime
from shared.web.shapes import In, Narrative, Out

UNSETTLED = text("standing IN ('held', 'disputed')")


class Sheet(Row, table=True):
    """Where the forms of one observation meet: whoever brings one holds this row, so that a version and its edit that come at
    the same moment do not miss each other.
    """

    __tablename__ = "sheet"

    observation_id: UUID = Field(primary_key=True)


class Form(Row, table=True):
    """One version of a form, as it came."""

    __tablename__ = "form"
    __table_args__ = (
        UniqueConstraint("observation_id", "version", "fingerprint"),
        Index("ix_form_unsettled", "standing", "id", sqlite_where=UNSETTLED, postgresql_where=UNSETTLED),
    )

    id: UUID = Field(primary_key=True)
    observation_id: UUID = Field(foreign_key="sheet.observation_id")
    version: int
    """One more than the version it replaces."""
    fingerprint: bytes = Field(sa_type=LargeBinary)
    """SHA-256 of what it says and of who says it: the same again is answered with what became of it."""
    episode_id: UUID
    observer_id: UUID = Field(index=True)
    name: str | None = Field(default=None, sa_type=Text)
    """The form it was filled in on, and that form's own version."""
    sent: dict[str, Any] = Field(sa_type=JSON)
    """`ObservationIn`, as it came."""
    saved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """By the device's clock."""
    received_at: datetime = Field(sa_type=UTCDateTime)
    standing: Standing = Field(sa_type=Text)
    landed_as: int | None = None
    """The version of the observation it became."""
    is_forced: bool = False
    """It landed although the version it replaces had not come."""
    disputed_because: Dispute | None = Field(default=None, sa_type=Text)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    settled_by: str | None = Field(default=None, sa_type=Text)
    settled_because: str | None = Field(default=None, sa_type=Text)


class FormOut(Out):
    id: UUID
    observation_id: UUID
    version: int
    standing: Standing
    landed_as: int | None
    is_forced: bool
    disputed_because: Dispute | None
    observer: str
    name: str | None
    saved_at: datetime | None
    """When it was last saved, by the device's clock; `received_at` is by ours."""
    received_at: datetime
    sent: dict[str, Any]
    settled_at: datetime | None
    settled_by: str | None
    settled_because: str | None


class SettlementIn(In):
    adopt: bool
    """True: this form replaces what stands. False: it is set aside, and kept."""
    reason: Narrative
