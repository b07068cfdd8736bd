"""Tables of episodes and of what is done in them, and the shapes in which they go in and out.

`occurrence` tells apart items of one kind that begin on the same day where their source gives them no number.
"""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Bounded
from sqlalchemy import JSON, Text, UniqueConstraint
from sqlmodel import Field

from services.intake.database import Row
from services.intake.episodes.facts import Kind
from services.intake.episodes.stages import Stage
from shared.contracts.codes import ASSESSMENT_FACTORS, CategoryOfAbuse, ClosureReason, MeetingKind, VisitKind
from shared.database import UTCDateTime
from shared.ids import new_id
from shared.web.shapes import Code, Day, In, Out


class Recorded(Row):
    """What every row of something done has: who recorded it here, and when. None where a source states it: then the source
    is its master, and changes it; what was recorded here no source changes.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    recorded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    recorded_by: str | None = Field(default=None, sa_type=Text)


class Episode(Row, table=True):
    __tablename__ = "episode"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    child_id: UUID = Field(foreign_key="child.id", index=True)
    referral_id: UUID = Field(foreign_key="referral.id", unique=True)
    started_on: date
    closed_on: date | None = None
    closure_reason: ClosureReason | None = Field(default=None, sa_type=Text)


class Assessment(Recorded, table=True):
    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("episode_id", "started_on", "occurrence"),)

    episode_id: UUID = Field(foreign_key="episode.id")
    started_on: date
    occurrence: int = 1
    internal_review_on: date | None = None
    authorised_on: date | None = None
    factors: list[str] = Field(default_factory=list, sa_type=JSON)


class CINPlan(Recorded, table=True):
    __tablename__ = "cin_plan"
    __table_args__ = (UniqueConstraint("episode_id", "started_on", "occurrence"),)

    episode_id: UUID = Field(foreign_key="episode.id")
    started_on: date
    occurrence: int = 1
    ended_on: date | None = None


class Section47(Recorded, table=True):
    __tablename__ = "section_47_enquiry"
    __table_args__ = (UniqueConstraint("episode_id", "started_on", "occurrence"),)

    episode_id: UUID = Field(foreign_key="episode.id")
    started_on: date
    occurrence: int = 1
    conference_target_on: date | None = None
    conference_on: date | None = None
    conference_not_required: bool | None = None
    ended_on: date | None = None
    """The day it was decided that no conference is required, where that is known."""


class Conference(Recorded, table=True):
    """An initial child protection conference recorded on the episode rather than on an enquiry."""

    __tablename__ = "conference"
    __table_args__ = (UniqueConstraint("episode_id", "held_on", "occurrence"),)

    episode_id: UUID = Field(foreign_key="episode.id")
    held_on: date
    occurrence: int = 1


class ProtectionPlan(Recorded, table=True):
    __tablename__ = "protection_plan"
    __table_args__ = (UniqueConstraint("episode_id", "started_on", "occurrence"),)

    episode_id: UUID = Field(foreign_key="episode.id")
    started_on: date
    occurrence: int = 1
    ended_on: date | None = None
    initial_category: CategoryOfAbuse | None = Field(default=None, sa_type=Text)
    latest_category: CategoryOfAbuse | None = Field(default=None, sa_type=Text)
    previous_plans: int | None = None
    reviewed_on: list[str] = Field(default_factory=list, sa_type=JSON)
    """Dates of review conferences, ISO text."""


class Meeting(Recorded, table=True):
    """Something that people met for. Review conferences stand with their plan, initial ones with their enquiry."""

    __tablename__ = "meeting"

    episode_id: UUID = Field(foreign_key="episode.id", index=True)
    kind: MeetingKind = Field(sa_type=Text)
    held_on: date


class Visit(Recorded, table=True):
    """The child was visited, under what was running on that day."""

    __tablename__ = "visit"

    episode_id: UUID = Field(foreign_key="episode.id", index=True)
    kind: VisitKind = Field(sa_type=Text)
    visited_on: date
    child_seen: bool
    seen_alone: bool


class DoneIn(In):
    """Something done, and the day on which it was."""

    on: Day


NO_FACTORS = "21"
RETIRED = frozenset({"18A", "19A"})
IN_USE = ASSESSMENT_FACTORS - RETIRED


def _in_use(code: str) -> str:
    if code not in IN_USE:
        raise ValueError("this is no factor of the census that is in use")
    return code


def _found(factors: list[str]) -> list[str]:
    if NO_FACTORS in factors and len(factors) > 1:
        raise ValueError("21 says that no factors were found: it stands alone")
    if len(set(factors)) < len(factors):
        raise ValueError("a factor is named twice")
    return sorted(factors)


Factor = Annotated[str, AfterValidator(_in_use), Bounded(json_schema_extra={"enum": sorted(IN_USE)})]
"""A code of the census, `AssessmentFactors`."""


class AuthorisationIn(DoneIn):
    factors: Annotated[list[Factor], Bounded(min_length=1, max_length=50), AfterValidator(_found)]
    """Factors identified at the end of assessment, as codes of the census; `21` alone where there were none."""


class ConferenceIn(DoneIn):
    category: Code[CategoryOfAbuse] | None = None
    """The category of abuse of the protection plan that was decided on; absent where none was."""
    previous_plans: int | None = Bounded(None, ge=0, le=50)
    """How many protection plans the child had before, anywhere; counted from the record unless given."""


class PlanEndIn(DoneIn):
    steps_down: bool = False
    """Whether a child in need plan begins on the day on which the protection plan ends."""


class MeetingIn(DoneIn):
    kind: Code[MeetingKind]
    category: Code[CategoryOfAbuse] | None = None
    """The latest category of abuse, where a review conference changed it."""


class VisitIn(DoneIn):
    kind: Code[VisitKind]
    child_seen: bool
    seen_alone: bool


class ClosureIn(In):
    closed_on: Day
    reason: Code[ClosureReason]


class FactOut(Out):
    """One thing that was done. What takes no time ends on the day it begins."""

    id: UUID
    kind: Kind
    code: str | None
    began_on: date
    ended_on: date | None


class EpisodeOut(Out):
    id: UUID
    child_id: UUID
    referral_id: UUID
    started_on: date
    closed_on: date | None
    closure_reason: ClosureReason | None
    worker: str | None = None
    """Staff reference of the worker who holds the case now."""
    team: str | None = None
    stage: Stage
    done: list[FactOut]
    """What was done in it, in the order in which it was begun."""
