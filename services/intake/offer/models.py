"""Tables of offers, their sessions and the places of a year, and the shapes in which they come in and go out."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Bounded
from sqlalchemy import JSON, Index, Text, text
from sqlmodel import Field

from services.intake.database import Row
from services.intake.episodes.models import DoneIn, Recorded
from services.intake.offer.criteria import Criterion
from services.intake.offer.priority import MOST_CHANGEABLE, MOST_IMMINENT, MOST_SEVERE
from services.intake.offer.stages import Ahead, Attendance, Deferral, Discretion, Ending, Stage
from shared.contracts.codes import OfferKind, OfferRefusal
from shared.web.shapes import Code, In, Narrative, Out, Reference

STANDS = text("stage IN ('asked', 'deferred', 'waiting', 'given')")


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
    discretion: Discretion | None = Field(default=None, sa_type=Text)
    """Why the panel accepted though the criteria are not met."""
    ahead_because: Ahead | None = Field(default=None, sa_type=Text)
    clinician_id: UUID | None = Field(default=None, foreign_key="worker.id")
    given_from: date | None = None
    given_until: date | None = None
    ending: Ending | None = Field(default=None, sa_type=Text)
    """Why it ended; None where the case closed, or the enhanced offer took the place of the core one."""


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


def _each_once(criteria: list[Criterion]) -> list[Criterion]:
    if len(set(criteria)) < len(criteria):
        raise ValueError("a criterion is named twice")
    return sorted(criteria)


class AskedIn(In):
    """What the panel is asked, and why. Nobody is named in it who need not be."""

    why: Narrative
    criteria: Annotated[list[Code[Criterion]], Bounded(max_length=len(Criterion)), AfterValidator(_each_once)]
    """Those that are met. Where they are not enough, the panel may accept at its discretion."""
    severity: Annotated[int, Bounded(ge=0, le=MOST_SEVERE)]
    imminence: Annotated[int, Bounded(ge=0, le=MOST_IMMINENT)]
    changeability: Annotated[int, Bounded(ge=0, le=MOST_CHANGEABLE)]
    """How much can change with the help of the clinicians."""


class AcceptanceIn(In):
    discretion: Code[Discretion] | None = None
    """Why the panel accepts though the criteria are not met."""


class RefusalIn(In):
    reason: Code[OfferRefusal]


class DeferralIn(In):
    reason: Code[Deferral]


class PlaceIn(DoneIn):
    """A place, from a day on."""

    clinician: Reference
    """Staff reference of the clinician who works with the family."""
    ahead_because: Code[Ahead] | None = None
    """Why this family has a place while another comes first."""


class SessionIn(DoneIn):
    attendance: Code[Attendance]
    clinician: Reference | None = None
    """Staff reference, where it is another than the one named with the place."""


class EndIn(DoneIn):
    reason: Code[Ending]


class OfferOut(Out):
    """What a family is offered, without the words in which it was asked for."""

    id: UUID
    episode_id: UUID
    child_id: UUID
    team: str | None
    """The team that holds the case now."""
    offer: OfferKind
    stage: Stage
    asked_on: date | None
    decide_by: date | None
    """When the panel decides at the latest, while it has not."""
    criteria: list[Criterion]
    on_record: list[Criterion]
    criteria_are_met: bool | None
    """None of the core offer, which has none."""
    priority: int | None
    """While it awaits a decision or a place."""
    days_waiting: int | None
    deferral: Deferral | None
    decided_on: date | None
    refusal: OfferRefusal | None
    discretion: Discretion | None
    ahead_because: Ahead | None
    clinician: str | None
    given_from: date | None
    given_until: date | None
    ending: Ending | None
    sessions_given: int
    sessions_missed: int


class OfferInFull(OfferOut):
    """One offer, with the words."""

    why: str | None
    severity: int
    imminence: int
    changeability: int


class WaitingOut(OfferOut):
    in_line: int
    """1 comes first; those that are not shown are counted."""


class BoardOut(Out):
    """The places of a year, and who waits: restricted cases count, and are not shown."""

    year_begins_on: date
    places: int
    given: int
    left: int
    at_discretion: int
    at_discretion_at_most: int
    taken_now: int
    taken_when_even: int
    """How many would be taken at a time if the places were given evenly and lasted as long as is meant."""
    before_the_panel: int
    decisions_overdue: int
    waiting: int
    waiting_list: list[WaitingOut]
    """Those that may be seen, the first in line first."""
