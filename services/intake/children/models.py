"""The tables of restrictions, and the shapes in which children and their history go out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, StringConstraints, ValidationInfo, field_validator
from pydantic import Field as Bounded
from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.intake.database import Row
from services.intake.people.models import Postcode
from services.intake.referrals.decision import Outcome
from shared.contracts.codes import ClosureReason, Disability, Ethnicity, PrimaryNeed, ReferralSource, Sex
from shared.database import UTCDateTime
from shared.web.shapes import Day, In, Line, Narrative, Out, Reference


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


class Details(Row, table=True):
    """What whoever works with a child must know beside who it is. None of it is said to anybody."""

    __tablename__ = "child_details"

    child_id: UUID = Field(foreign_key="child.id", primary_key=True)
    unaccompanied: bool | None = None
    """An unaccompanied asylum-seeking child (UASC)."""
    unaccompanied_until: date | None = None
    languages: list[str] = Field(default_factory=list, sa_type=JSON)
    interpreter: str | None = Field(default=None, sa_type=Text)
    safe_contact: str | None = Field(default=None, sa_type=Text)


class Address(Row, table=True):
    """A child lived somewhere from a day until, but not on, another."""

    __tablename__ = "address"

    child_id: UUID = Field(foreign_key="child.id", primary_key=True)
    lived_from: date = Field(primary_key=True)
    lived_until: date | None = None
    line: str | None = Field(default=None, sa_type=Text)
    postcode: str | None = Field(default=None, sa_type=Text)
    area: str | None = Field(default=None, sa_type=Text)


Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""A language by its code of ISO 639: `so`, `tr`, `bfi` for British Sign Language."""


class AddressIn(In):
    lived_from: Day
    lived_until: Day | None = None
    """First day somewhere else."""
    line: Line | None = None
    postcode: Postcode | None = None
    area: Reference | None = None
    """Code of the ward or of the area by which the authority places its teams."""

    @field_validator("lived_until")
    @classmethod
    def _after_moving_in(cls, until: date | None, info: ValidationInfo) -> date | None:
        moved_in = info.data.get("lived_from")
        if until is not None and moved_in is not None and until <= moved_in:
            raise ValueError("nobody moves out before having moved in")
        return until


def _one_a_day(addresses: list[AddressIn]) -> list[AddressIn]:
    if len({each.lived_from for each in addresses}) < len(addresses):
        raise ValueError("two addresses begin on one day")
    return sorted(addresses, key=lambda each: each.lived_from)


class DetailsIn(In):
    """All of it, in place of what stood before."""

    unaccompanied: bool | None = None
    """Whether this is an unaccompanied asylum-seeking child (UASC)."""
    unaccompanied_until: Day | None = None
    """The day on which that ended: cared for by a parent, or of age."""
    languages: list[Language] = Bounded(default_factory=list, max_length=10)
    """Those spoken at home, the first first."""
    interpreter: Language | None = None
    """The language for which an interpreter is needed."""
    safe_contact: Narrative | None = None
    """How, when and by whom the family may be contacted without danger."""
    addresses: Annotated[list[AddressIn], AfterValidator(_one_a_day)] = Bounded(default_factory=list, max_length=50)


class AddressOut(Out):
    lived_from: date
    lived_until: date | None
    line: str | None
    postcode: str | None
    area: str | None


class DetailsOut(Out):
    unaccompanied: bool | None = None
    unaccompanied_until: date | None = None
    languages: list[str] = Bounded(default_factory=list)
    interpreter: str | None = None
    safe_contact: str | None = None
    addresses: list[AddressOut] = Bounded(default_factory=list)


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
