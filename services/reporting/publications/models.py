"""Versions of reports, and the shapes in which they come in and go out."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Text
from sqlmodel import Field

from services.reporting.database import Row
from services.reporting.practice_reports.models import PracticeReportOut
from shared.database import UTCDateTime
from shared.web.shapes import Code, In, Line, Out


class RestatementReason(StrEnum):
    LATE = "late"
    """Something was recorded after the version before was published."""
    CORRECTED = "corrected"
    REDEFINED = "redefined"
    """Something is counted otherwise than it was."""


class PublishedReport(Row, table=True):
    __tablename__ = "published_report"

    period: str = Field(primary_key=True, sa_type=Text)
    n: int = Field(primary_key=True)
    report: str = Field(sa_type=Text)
    """The whole report as JSON (`PracticeReportOut`), every team in it."""
    reason: RestatementReason | None = Field(sa_type=Text)
    explanation: str | None = Field(sa_type=Text)
    published_by: str = Field(sa_type=Text)
    published_at: datetime = Field(sa_type=UTCDateTime)


class PublicationIn(In):
    """For the first version of a period nothing need be said."""

    reason: Code[RestatementReason] | None = None
    """Why another version follows the one that was published."""
    explanation: Line | None = None


class VersionOut(Out):
    period: str
    n: int
    reason: RestatementReason | None
    explanation: str | None
    published_by: str
    published_at: datetime


class PublishedReportOut(VersionOut):
    report: PracticeReportOut
    """With the teams that you may see."""
