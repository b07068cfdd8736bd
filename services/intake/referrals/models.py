"""Tables of referral forms and referrals, and the shapes in which they come in and go out."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from pydantic import AfterValidator, ValidationInfo
from pydantic import Field as Bounded
from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy import Row as AnyRow
from sqlmodel import Field

from services.intake.database import Row
from services.intake.people.models import ReferredChild
from services.intake.referrals.decision import Outcome
from shared.contracts.codes import PrimaryNeed, ReferralSource
from shared.database import UTCDateTime
from shared.ids import new_id
from shared.web.problems import ProblemDocument
from shared.web.shapes import Code, Day, In, Narrative, Out, Reference


class ReferralForm(Row, table=True):
    """What a referrer sent: one form about one or several children of a family."""

    __tablename__ = "referral_form"
    __table_args__ = (UniqueConstraint("source_system", "source_reference"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    source_system: str = Field(sa_type=Text)
    """Who sent it, from their token."""
    source_reference: str = Field(sa_type=Text)
    fingerprint: bytes = Field(sa_type=LargeBinary)
    """SHA-256 of what was said: the same form again is answered, another under its reference is refused."""
    concern: str | None = Field(default=None, sa_type=Text)
    received_at: datetime = Field(sa_type=UTCDateTime)


class Referral(Row, table=True):
    """A request for a service for one child: the census' `CINreferralDate` and what goes with it."""

    __tablename__ = "referral"
    __table_args__ = (Index("ix_referral_child_received", "child_id", "received_on"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    child_id: UUID = Field(foreign_key="child.id")
    form_id: UUID | None = Field(default=None, foreign_key="referral_form.id", index=True)
    """The form it came on; None for what a source's records state."""
    received_on: date
    source: ReferralSource | None = Field(default=None, sa_type=Text)
    primary_need: PrimaryNeed | None = Field(default=None, sa_type=Text)
    no_further_action: bool | None = None
    outcome: Outcome | None = Field(default=None, sa_type=Text)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str | None = Field(default=None, sa_type=Text)


ReferralRow: TypeAlias = Referral | AnyRow[Any]
"""A referral, whether read as one of the model or as it was returned by the statement that entered it."""


LONGEST_WAIT = timedelta(weeks=42)
"""For a birth: a pregnancy is counted as 40 weeks, give or take two."""


def _different(children: list[ReferredChild]) -> list[ReferredChild]:
    if len({child.la_child_id for child in children}) < len(children):
        raise ValueError("a child is named twice")
    return children


def _born_by_then(children: list[ReferredChild], said: ValidationInfo) -> list[ReferredChild]:
    received_on: date | None = said.data.get("received_on")  # absent when it was no day
    if received_on is None:
        return children
    for child in children:
        if child.born_on and child.born_on > received_on:
            raise ValueError("a child was born after the referral was received; one not born yet has an expected_on")
        if child.expected_on and child.expected_on > received_on + LONGEST_WAIT:
            raise ValueError("a birth is expected more than 42 weeks after the referral was received")
    return children


class ReferralIn(In):
    """A referral as a source system posts it: about one child, or several of a family at once."""

    source_reference: Reference
    """Your own reference. Sending the same again is answered with what the first one made."""
    received_on: Day
    source: Code[ReferralSource]
    primary_need: Code[PrimaryNeed] | None = None
    concern: Narrative | None = None
    children: Annotated[
        list[ReferredChild],
        Bounded(min_length=1, max_length=20),
        AfterValidator(_different),
        AfterValidator(_born_by_then),
    ]


class ReferralOut(Out):
    id: UUID
    child_id: UUID
    received_on: date
    source: ReferralSource | None
    primary_need: PrimaryNeed | None
    outcome: Outcome | None
    no_further_action: bool | None
    decision_due_on: date
    decided_at: datetime | None
    episode_id: UUID | None = None


class FormOut(Out):
    """What came of a posted form: one referral a child."""

    id: UUID
    source_reference: str
    referrals: list[ReferralOut]


class BatchMode(StrEnum):
    VALIDATE = "validate"
    """Say what would come of each, and store nothing."""
    COMMIT = "commit"


class BatchResult(Out):
    """What came of one referral of a batch: the form's id, or why it was refused."""

    index: int
    status: int
    id: UUID | None = None
    problem: ProblemDocument | None = None


class BatchOut(Out):
    """In the order in which they were sent. One that is refused takes none of the others with it."""

    mode: BatchMode
    results: list[BatchResult]


class DecisionIn(In):
    outcome: Code[Outcome]
    primary_need: Code[PrimaryNeed] | None = None
