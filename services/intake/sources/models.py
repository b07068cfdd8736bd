"""The table of what sources have stated: the latest document of each source and period, for each child."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.intake.database import Row
from shared.database import UTCDateTime


class SourceDocument(Row, table=True):
    """What one source last stated of one child for one period. The child's record is what these say together."""

    __tablename__ = "source_document"

    child_id: UUID = Field(foreign_key="child.id", primary_key=True)
    source: str = Field(primary_key=True, sa_type=Text)
    """Source and period, as `cin-census/2025`."""
    period_to: date
    fingerprint: str = Field(sa_type=Text)
    document: dict[str, object] = Field(sa_type=JSON)
    findings: list[dict[str, object]] = Field(default_factory=list, sa_type=JSON)
    stated_at: datetime = Field(sa_type=UTCDateTime)
