"""Tables of offers, their sessions and the places of a year, and the shapes in which they come in and go out."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, Text, text
from sqlmodel import Field

from services.intake.database import Row
from services.intake.episodes.models import Recorded
from services.intake.offer.criteria import Criterion
from services.intake.offer.stages import Stage
from shared.contracts.codes import OfferKind, OfferRefusal

STANDS = text("stage IN ('asked', 'deferred', 'waiting', 'given')")


class Deferral(StrEnum):
    """Why the panel puts a decision off."""

    MORE_INFORMATION = "more_information"
    FAMILY_NOT_YET_ASKED = "family_not_yet_asked"
    AWAITS_A_DECISION = "awaits_a_decision"
    """Of a court or a conference, say."""


class Ending(StrEnum):
    """Why an offer ended without stepping down."""

    REPLACED = "replaced"
    """The enhanced offer took the place of the core one."""
    CASE_CLOSED = "case_closed"
    FAMILY_WITHDREW = "family_withdrew"
    CHILD_IN_CARE = "child_in_care"
    OTHER = "other"


class Attendance(StrEnum):
    """What came of a session."""

    GIVEN = "given"
    MISSED = "missed"
    """The family did not come, or was not at home."""
    CANCELLED = "cancelled"
    """By the service."""


class Ahead(StrEnum):
    """Why a place is given though another family comes first."""

    CLINICIAN_FITS = "clinician_fits"
    """The place that is free is with a clinician of another discipline than the first family needs."""
    SIBLING_HAS_A_PLACE = "sibling_has_a_place"
    EMERGENCY = "emergency"


class Offer(Recorded, table=True):
    """What a family is offered in an episode of need, or was asked for it."""

    __tablename__ = "offer"
    __table_args__ = (
        # One core and one enhanced offer of a case at a time, whoever asks at the same moment.
        Index("uq_offer_stands", "episode_id", "offer", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
        Index("ix_offer_stage", "offer", "stage"),
    )

    episode_id: UUID = Field(foreign_key="episode.id", index=True)
    offer: OfferKind = Field(sa_type=Text)
    stage: Stage = Field(sa_type=Text)
    n: int = 1
    """Version of what was asked for."""
    asked_on: date | None = None
    asked_by: str | None = Field(default=None, sa_type=Text)
    why: str | None = Field(default=None, sa_type=Text)
    criteria: list[Criterion] = Field(default_factory=list, sa_type=JSON)
    """Those that are met, as whoever asked stated."""
    on_record: list[Criterion] = Field(default_factory=list, sa_type=JSON)
    """Those that the record showed on that day."""
    severity: int = 0
    imminence: int = 0
    changeability: int = 0
    to_panel_on: date | None = None
    """From when the panel's time runs: the day it was asked, or put off."""
    deferral: Deferral | None = Field(default=None, sa_type=Text)
    decided_on: date | None = None
    decided_by: str | None = Field(default=None, sa_type=Text)
    refusal: OfferRefusal | None = Field(default=None, sa_type=Text)
    at_discretion: bool = False
    """The panel accepted though the criteria are not met."""
    ahead_because: Ahead | None = Field(default=None, sa_type=Text)
    clinician_id: UUID | None = Field(default=None, foreign_key="worker.id")
    given_from: date | None = None
    given_until: date | None = None
    ending: Ending | None = Field(default=None, sa_type=Text)


class Session(Recorded, table=True):
    """A meeting of the family with a clinician, given or missed."""

    __tablename__ = "offer_session"

    offer_id: UUID = Field(foreign_key="offer.id", index=True)
    clinician_id: UUID = Field(foreign_key="worker.id")
    held_on: date
    attendance: Attendance = Field(sa_type=Text)


class Year(Row, table=True):
    """How many places were given in a year. Kept by itself, so that two are never the last and an erased child frees none."""

    __tablename__ = "offer_year"

    begins_on: date = Field(primary_key=True)
    given: int = 0
    at_discretion: int = 0
