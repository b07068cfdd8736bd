"""The table of legal holds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.intake.database import Row
from shared.database import UTCDateTime
from shared.ids import new_id


class LegalHold(Row, table=True):
    """Somebody has ordered that a child's record, or every record, be kept: an inquiry, a claim, a complaint."""

    __tablename__ = "legal_hold"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    la_child_id: str | None = Field(default=None, index=True, sa_type=Text)
    """The authority's id, which may be held before the child is known here; None: every record."""
    reason: str = Field(sa_type=Text)
    placed_at: datetime = Field(sa_type=UTCDateTime)
    placed_by: str = Field(sa_type=Text)
    lifted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    lifted_by: str | None = Field(default=None, sa_type=Text)
