"""The table of observations, and the shapes in which they come in and go out."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Bounded
from sqlalchemy import JSON, Index, Text, text
from sqlmodel import Field

from services.observation.database import Row
from services.observation.feedback.stages import Stage
from services.observation.practice.rubric import HIGHEST, LOWEST
from shared.contracts.codes import PracticeSkill
from shared.database import UTCDateTime
from shared.web.shapes import Code, Id, In, Instant, Line, Narrative, Out, Reference


class Contact(StrEnum):
    """What kind of contact was observed."""

    HOME_VISIT = "home_visit"
    OTHER = "other"


class Purpose(StrEnum):
    """Why this practice was observed. A figure from samples says more than one from coaching."""

    SAMPLED = "sampled"
    COACHING = "coaching"
    INDUCTION = "induction"
    THEMED = "themed"


class Observation(Row, table=True):
    """One observation of a worker's practice with a family, and how far its feedback has come."""

    __tablename__ = "observation"
    __table_args__ = (
        Index(
            "ix_observation_feedback_awaited",
            "feedback_due_on",
            sqlite_where=text("feedback_given_on IS NULL"),
            postgresql_where=text("feedback_given_on IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    """Made by the device that recorded it, so that sending it again is safe."""
    n: int
    """Version of everything said of this observation."""
    version: int
    """Which version of its form it shows."""
    episode_id: UUID = Field(index=True)
    child_id: UUID | None = None
    """None while the observation is parked: its case has not been heard of."""
    worker_id: UUID = Field(index=True)
    observer_id: UUID = Field(index=True)
    team: str = Field(index=True, sa_type=Text)
    """The worker's team on the day."""
    observed_at: datetime = Field(sa_type=UTCDateTime)
    observed_on: date
    """The day in London."""
    contact: Contact = Field(sa_type=Text)
    purpose: Purpose = Field(sa_type=Text)
    rubric: str = Field(sa_type=Text)
    scores: dict[PracticeSkill, int | None] = Field(sa_type=JSON)
    evidence: dict[PracticeSkill, list[dict[str, str | None]]] = Field(sa_type=JSON)
    """`NoteOut`s, by skill."""
    agreed: dict[PracticeSkill, int] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """What two observers agreed on where they were far apart; it stands in the place of the score. `scores` stay raw."""
    observer_certified: bool
    """Whether the observer was certified on the day: uncertified scores feed back, and do not report."""
    by_own_manager: bool
    """Whether the observer manages the worker's team: such scores are not independent, and do not report."""
    child_seen_alone: bool
    extra_familial_harm_explored: bool
    interpreter: bool
    safety_concern: bool
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    stage: Stage = Field(sa_type=Text)
    feedback_due_on: date
    feedback_overdue_flagged_on: date | None = None
    feedback_given_on: date | None = None
    coaching_held_on: date | None = None
    contested_on: date | None = None

    @property
    def final(self) -> dict[PracticeSkill, int | None]:
        """The score that counts, skill by skill."""
        return {**self.scores, **(self.agreed or {})}

    @property
    def is_parked(self) -> bool:
        return self.child_id is None


def all_seven(scores: dict[PracticeSkill, int | None]) -> dict[PracticeSkill, int | None]:
    """A skill that was left out may have been forgotten; one that was not observed is said to be."""
    if len(scores) < len(PracticeSkill):
        raise ValueError("name all seven skills, with null for a skill that was not observed")
    return scores


Mark = Annotated[int, Bounded(ge=LOWEST, le=HIGHEST)]
"""A whole number from 1 to 5: 3.0, "3" and true are not marks somebody gave."""


MINUTES_AND_SECONDS = r"^[0-9]{1,3}:[0-5][0-9]$"


class NoteIn(In):
    """Something that was said or done, on which a score rests."""

    at: Annotated[str, Bounded(pattern=MINUTES_AND_SECONDS)] | None = None
    """When in the meeting, in minutes and seconds since it began: `12:40`."""
    note: Narrative


Notes = Annotated[list[NoteIn], Bounded(min_length=1, max_length=20)]


class ObservationIn(In):
    """An observation as a form sends it. Who observed is known from the token."""

    episode_id: Id
    worker: Reference
    """Staff reference of the worker whose practice was observed."""
    observed_at: Instant
    """When, by the device's clock, with its time zone."""
    contact: Code[Contact]
    purpose: Code[Purpose]
    rubric: Line
    scores: Annotated[dict[Code[PracticeSkill], Mark | None], AfterValidator(all_seven)]
    evidence: dict[Code[PracticeSkill], Narrative | Notes] = Bounded(default_factory=dict)
    """What was said or done, by skill: notes, each with its time in the meeting, or one text, as the first forms had it. It
    stays in this service.
    """
    child_seen_alone: bool = False
    extra_familial_harm_explored: bool = False
    interpreter: bool = False
    safety_concern: bool = False
    """Somebody may be in danger. It is listed for duty and managers at once, whatever else becomes of the form."""

    saved_at: Instant | None = None
    """When the form was last saved, by the device's clock."""
    form: Reference | None = None
    """The form it was filled in on, and that form's own version: `visit/3`."""

    @property
    def notes(self) -> dict[PracticeSkill, list[dict[str, Any]]]:
        """The evidence as it is kept."""
        return {
            skill: [{"at": None, "note": said}] if isinstance(said, str) else [note.model_dump() for note in said]
            for skill, said in self.evidence.items()
        }

    @property
    def evidenced(self) -> set[PracticeSkill]:
        """The skills for which there is a note with its time in the meeting."""
        return {skill for skill, notes in self.notes.items() if any(note["at"] for note in notes)}


class NoteOut(Out):
    at: str | None
    """When in the meeting, in minutes and seconds since it began."""
    note: str


class ObservationOut(Out):
    id: UUID
    stage: Stage
    is_parked: bool
    """The case has not been heard of yet; the observation is kept, and counts once it is."""
    episode_id: UUID
    child_id: UUID | None
    worker: str
    observer: str
    team: str
    observed_at: datetime
    observed_on: date
    contact: Contact
    purpose: Purpose
    rubric: str
    child_seen_alone: bool
    extra_familial_harm_explored: bool
    interpreter: bool
    safety_concern: bool
    recorded_at: datetime
    observer_certified: bool
    by_own_manager: bool
    """Uncertified scores and those of the own manager are fed back like any, and are in no report."""
    version: int
    """Which version of its form this is; an edit names it in `If-Match`."""
    worker_held_case: bool | None
    """Whether the worker held the case on that day, as far as has been heard; absent while the case is unknown."""
    feedback_due_on: date
    feedback_given_on: date | None
    coaching_held_on: date | None
    contested_on: date | None
    scores: dict[PracticeSkill, int | None] | None = None
    """What counts: as scored, or as two observers agreed afterwards (`agreed` has those skills)."""
    agreed: dict[PracticeSkill, int] | None = None
    """Absent, as are notes and composites, for those who may see only that practice was observed."""
    evidence: dict[PracticeSkill, list[NoteOut]] | None = None
    composites: dict[str, float | None] | None = None


class SkillOut(Out):
    skill: PracticeSkill
    rated: str
    anchors: dict[int, str]


class CompositeOut(Out):
    name: str
    skills: list[PracticeSkill]
    needs: int
    """How many of the skills must have been observed."""


class RubricOut(Out):
    version: str
    guidance: str
    needs_evidence: bool
    """Whether each score must have a note with its time in the meeting."""
    skills: list[SkillOut]
    composites: list[CompositeOut]
