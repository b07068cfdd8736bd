"""The register of extracts, and the shapes in which they are asked for and told of."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import StringConstraints, model_validator
from sqlalchemy import Text
from sqlmodel import Field

from services.reporting.database import Row
from services.reporting.research.stages import Stage
from services.reporting.research.telling import LawfulBasis
from shared.calendar import Month
from shared.database import UTCDateTime
from shared.web.shapes import Code, Day, In, Line, Out, Reason

MonthStated = Annotated[str, StringConstraints(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$")]


class ResearchExtract(Row, table=True):
    """One extract: for whom, for what, on which basis, by whose word. What was in it is not kept."""

    __tablename__ = "research_extract"

    id: UUID = Field(primary_key=True)
    purpose: str = Field(sa_type=Text)
    lawful_basis: LawfulBasis = Field(sa_type=Text)
    recipient: str = Field(sa_type=Text)
    approval_reference: str = Field(sa_type=Text)
    first_month: str = Field(sa_type=Text)
    last_month: str = Field(sa_type=Text)
    destroy_by: date
    stage: Stage = Field(sa_type=Text)
    asked_by: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_type=UTCDateTime)
    decided_by: str | None = Field(sa_type=Text)
    decided_at: datetime | None = Field(sa_type=UTCDateTime)
    reason: str | None = Field(sa_type=Text)
    collected_at: datetime | None = Field(sa_type=UTCDateTime)
    sha256: str | None = Field(sa_type=Text)
    children: int | None
    observations: int | None


class ExtractIn(In):
    purpose: Reason
    lawful_basis: Code[LawfulBasis]
    recipient: Line
    """Who evaluates, and for whom."""
    approval_reference: Line
    """Of the ethics committee, and of the agreement under which data are shared."""
    first_month: MonthStated
    last_month: MonthStated
    destroy_by: Day

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.first_month > self.last_month:
            raise ValueError("the first month is on or before the last")
        return self


class ExtractRefusalIn(In):
    reason: Line


class ExtractOut(Out):
    id: UUID
    purpose: str
    lawful_basis: LawfulBasis
    recipient: str
    approval_reference: str
    first_month: Month
    last_month: Month
    destroy_by: date
    stage: Stage
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    collected_at: datetime | None
    sha256: str | None
    """Of the file that was collected, by which it can be known again."""
    children: int | None
    observations: int | None
