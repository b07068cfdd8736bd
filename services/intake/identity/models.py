"""The table of pairs that may be one child, and the shapes in which they come in and go out."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field as Bounded
from sqlalchemy import JSON, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from services.intake.database import Row
from services.intake.identity.likeness import Likeness
from shared.contracts.codes import Sex
from shared.database import UTCDateTime
from shared.ids import new_id
from shared.web.shapes import Code, In, LAChildId, Out


class Decision(StrEnum):
    SAME = "same"
    DIFFERENT = "different"


class PossibleMatch(Row, table=True):
    """Two records that may be of one child, with what speaks for it and what a person made of it."""

    __tablename__ = "possible_match"
    __table_args__ = (
        UniqueConstraint("child_id", "other_id"),
        Index(
            "ix_possible_match_undecided",
            "id",
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    child_id: UUID = Field(foreign_key="child.id")
    """The record that was there first; ids are in order of time."""
    other_id: UUID = Field(foreign_key="child.id", index=True)
    likeness: Likeness = Field(sa_type=Text)
    weight: int
    evidence: list[dict[str, object]] = Field(default_factory=list, sa_type=JSON)
    """What was compared and what was found, in codes; never what was compared."""
    found_at: datetime = Field(sa_type=UTCDateTime)
    decision: Decision | None = Field(default=None, sa_type=Text)
    kept_id: UUID | None = None
    """The record that speaks for both since they were found to be the same."""
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str | None = Field(default=None, sa_type=Text)


class PairIn(In):
    """Two records that somebody believes are of one child."""

    children: Annotated[list[LAChildId], Bounded(min_length=2, max_length=2)]
    """Their LAchildIDs."""


class MatchDecisionIn(In):
    decision: Code[Decision]
    keep: LAChildId | None = None
    """LAchildID of the record that speaks for both from now on, when they are the same."""


class EvidenceOut(Out):
    of: str
    found: str
    weight: int


class RecordOut(Out):
    """One of the two, so that a person can compare them."""

    id: UUID
    la_child_id: str
    forename: str | None
    surname: str | None
    born_on: date | None
    expected_on: date | None
    sex: Sex | None
    upn: str | None
    nhs_number: str | None
    postcode: str | None


class MatchOut(Out):
    id: UUID
    likeness: Likeness
    weight: int
    evidence: list[EvidenceOut]
    children: list[RecordOut]
    decision: Decision | None
    kept_id: UUID | None
    found_at: datetime
    decided_at: datetime | None
    decided_by: str | None
