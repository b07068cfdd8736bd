"""The table of what sources have stated, and the shapes in which they state it and are answered."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field as Bounded
from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.intake.database import Row
from services.intake.sources.document import Topic
from services.intake.sources.findings import Done, Outcome
from shared.database import UTCDateTime
from shared.web.problems import ProblemDocument
from shared.web.shapes import Code, Day, In, LAChildId, Out


class SourceDocument(Row, table=True):
    """What one source has stated of one child so far. The child's record is what these say together."""

    __tablename__ = "source_document"

    child_id: UUID = Field(foreign_key="child.id", primary_key=True)
    source: str = Field(primary_key=True, sa_type=Text)
    """A system, as `mosaic`; or a file and its period, as `cin-census/2025`."""
    period_to: date
    fingerprint: str = Field(sa_type=Text)
    """Of what was sent last."""
    document: dict[str, object] = Field(sa_type=JSON)
    """All that is stated so far, what was sent last among it."""
    findings: list[dict[str, object]] = Field(default_factory=list, sa_type=JSON)
    found: int = 0
    """How many findings there are."""
    stated_at: datetime = Field(sa_type=UTCDateTime)


class DocumentIn(In):
    """What you state of one child. What cannot be understood in it is set aside, with a finding, and the rest is taken."""

    scope: Annotated[list[Code[Topic]], Bounded(min_length=1, max_length=len(Topic))]
    """What this lists completely for the period: what of it began in the period and is not listed is taken back."""
    since: Day | None = None
    """First day of the period; since ever unless given."""
    until: Day | None = None
    """Last day of the period; until now unless given."""
    child: Any = None
    """An object: what you hold of the child. A blank wipes out nothing."""
    cases: Any = None
    """A list: the child's referrals, each with what came of it."""


class DocumentOfManyIn(DocumentIn):
    la_child_id: LAChildId


class FindingOut(Out):
    """One thing found in what was stated."""

    pointer: str
    """Where it stands, as a JSON pointer into what was sent."""
    rule: str | None = None
    """Rule of the DfE's children in need census, where one applies; one that ends in Q is a query."""
    sentence: str
    done: Done


class ReceiptOut(Out):
    """What came of a document. Of one that is unchanged nothing was done, and what was found in it is not told again."""

    la_child_id: str
    outcome: Outcome
    set_aside: int
    """How much of it could not be taken."""
    findings: list[FindingOut]


class ReceiptOfMany(Out):
    index: int
    status: int
    receipt: ReceiptOut | None = None
    problem: ProblemDocument | None = None


class ReceiptsOut(Out):
    """In the order in which the documents were sent. One that is refused takes none of the others with it."""

    results: list[ReceiptOfMany]


class FoundOut(Out):
    """A child of whom a source states what a person must settle."""

    child_id: UUID
    source: str
    stated_at: datetime
    findings: list[FindingOut]
