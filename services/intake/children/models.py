"""The tables of restrictions, and the shapes in which children and their history go out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field as Bounded
from sqlalchemy import Text
from sqlmodel import Field

from services.intake.database import Row
from services.intake.referrals.decision import Outcome
from shared.contracts.codes import ClosureReason, Disability, Ethnicity, PrimaryNeed, ReferralSource, Sex
from shared.database import UTCDateTime
from shared.web.shapes import In, Out, Reference


class Restriction(Row, table=True):
    """This child's record is closed to everyone who is not named."""

    __tablename__ = "restriction"

    child_id: UUID = Field(foreign_key="child.id", primary_key=True)
    restricted_at: datetime = Field(sa_type=UTCDateTime)
    restricted_by: str = Field(sa_type=Text)


class Named(Row, table=True):
    """Somebody who may see a restricted child, by staff reference or as their token names them."""

    __tablename__ = "restriction_named"

    child_id: UUID = Field(foreign_key="child.id", primary_key=True)
    who: str = Field(primary_key=True, sa_type=Text)


class RestrictionIn(In):
    named: Annotated[list[Reference], Bounded(min_length=1, max_length=50)]
    """Staff references of those who may see the child. Whoever restricts it is always among them."""


class RestrictionOut(Out):
    """Who may see a child; nobody is named of a child whom everybody sees by their role."""

    restricted_at: datetime | None = None
    restricted_by: str | None = None
    named: list[str]


class ChildOut(Out):
    id: UUID
    la_child_id: str
    forename: str | None
    surname: str | None
    born_on: date | None
    expected_on: date | None
    died_on: date | None
    sex: Sex | None
    ethnicity: Ethnicity | None
    disabilities: list[Disability]
    upn: str | None
    nhs_number: str | None
    postcode: str | None
    merged_into: UUID | None
    """The child who speaks for this record, if a person has said that it is another's."""


class FormerAllocationOut(Out):
    worker: str
    team: str
    held_from: date
    held_until: date | None


class FormerReferralOut(Out):
    """A referral of before, what was decided, and what was done about it by whom."""

    id: UUID
    received_on: date
    source: ReferralSource | None
    primary_need: PrimaryNeed | None
    outcome: Outcome | None
    no_further_action: bool | None
    closed_on: date | None
    closure_reason: ClosureReason | None
    allocations: list[FormerAllocationOut]


class RelativeOut(Out):
    """A child of the family. Where the case is another team's, only that it is known, whether it is open, and with whom."""

    child_id: UUID
    is_the_child: bool
    la_child_id: str | None
    is_open: bool
    worker: str | None
    team: str | None
    """Who holds the case now."""
    referrals: list[FormerReferralOut]
    """Those whoever asks may see, earliest first; those of others are left out."""
