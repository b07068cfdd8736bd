"""Releases and their documents, and the shapes in which both go out."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy import JSON, LargeBinary, Text
from sqlmodel import Field

from services.reporting.database import Row
from services.reporting.disclosure.stages import Stage
from shared.calendar import Month
from shared.database import UTCDateTime
from shared.web.shapes import In, Line, Out


class Release(Row, table=True):
    """One month on its way out."""

    __tablename__ = "release"

    id: UUID = Field(primary_key=True)
    month: str = Field(sa_type=Text)
    stands_for: str | None = Field(unique=True, sa_type=Text)
    """The month while it is prepared or approved: of a month one release stands."""
    stage: Stage = Field(sa_type=Text)
    figures: list[list[Any]] = Field(sa_type=JSON)
    """Measure, unit, month, whether to date, the count as it was, whether it is hidden. It never leaves: what is printed of
    later months is decided by it.
    """
    prepared_by: str = Field(sa_type=Text)
    prepared_at: datetime = Field(sa_type=UTCDateTime)
    decided_by: str | None = Field(sa_type=Text)
    decided_at: datetime | None = Field(sa_type=UTCDateTime)
    reason: str | None = Field(sa_type=Text)


class ReleaseDocument(Row, table=True):
    """One file of a release: as it was prepared, so it leaves."""

    __tablename__ = "release_document"

    release_id: UUID = Field(primary_key=True, foreign_key="release.id")
    name: str = Field(primary_key=True, sa_type=Text)
    media_type: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)


class ReleaseIn(In):
    month: Annotated[str, StringConstraints(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$")]
    """A month that is over, and of whose financial year every earlier month has been released."""


class RefusalIn(In):
    reason: Line


class DocumentOut(Out):
    name: str
    media_type: str
    sha256: str


class ReleaseOut(Out):
    id: UUID
    month: Month
    stage: Stage
    prepared_by: str
    prepared_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    documents: list[DocumentOut]
    figures_printed: int
    figures_hidden: int
