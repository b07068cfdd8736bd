"""The table of contacts, and the shapes in which they come in and go out."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field

from services.intake.database import Row
from services.intake.episodes.clocks import Urgency
from services.intake.people.models import ReferredChild
from shared.contracts.codes import ContactOutcome, PrimaryNeed, ReferralSource
from shared.database import UTCDateTime
from shared.ids import new_id
from shared.web.shapes import Code, Day, In, Narrative, Out, Reference

UNDECIDED = text("outcome IS NULL")


class Contact(Row, table=True):
    """What somebody told of one child; who screened it and who decided on it, and when."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("source_system", "source_reference"),
        Index("ix_contact_undecided", "received_on", "id", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    child_id: UUID = Field(foreign_key="child.id", index=True)
    source_system: str = Field(sa_type=Text)
    """Who sent it, from their token."""
    source_reference: str = Field(sa_type=Text)
    fingerprint: bytes = Field(sa_type=LargeBinary)
    """SHA-256 of what was said: the same contact again is answered, another under its reference is refused."""
    received_on: date
    received_at: datetime = Field(sa_type=UTCDateTime)
    source: ReferralSource = Field(sa_type=Text)
    concern: str | None = Field(default=None, sa_type=Text)
    episode_id: UUID | None = Field(default=None, foreign_key="episode.id", index=True)
    """The episode that was open when it came."""
    proposed: ContactOutcome | None = Field(default=None, sa_type=Text)
    screening: str | None = Field(default=None, sa_type=Text)
    screened_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    screened_by: str | None = Field(default=None, sa_type=Text)
    outcome: ContactOutcome | None = Field(default=None, sa_type=Text)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str | None = Field(default=None, sa_type=Text)
    referral_id: UUID | None = Field(default=None, foreign_key="referral.id", index=True)
    """The referral that came of it."""


class ContactIn(In):
    """What somebody told the authority about a child."""

    source_reference: Reference
    """Your own reference. Sending the same again is answered with what the first one made."""
    received_on: Day
    source: Code[ReferralSource]
    concern: Narrative | None = None
    child: ReferredChild


class ScreeningIn(In):
    """What was found out, and what whoever screened it proposes."""

    proposed: Code[ContactOutcome]
    found: Narrative


class ContactDecisionIn(In):
    outcome: Code[ContactOutcome]
    primary_need: Code[PrimaryNeed] | None = None
    """Of the referral that comes of it."""


class ContactOut(Out):
    id: UUID
    child_id: UUID
    received_on: date
    source: ReferralSource
    episode_id: UUID | None
    """The episode that was open when it came, on which it is a contact."""
    decision_due_on: date
    urgency: Urgency | None
    """How pressing the decision is; none once it was taken."""
    proposed: ContactOutcome | None
    screened_at: datetime | None
    outcome: ContactOutcome | None
    decided_at: datetime | None
    referral_id: UUID | None
