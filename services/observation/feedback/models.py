"""Tables of feedback and coaching, and the shapes in which they come in and go out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Bounded
from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.observation.database import Row
from services.observation.practice.models import NoteOut
from shared.contracts.codes import PracticeSkill
from shared.database import UTCDateTime
from shared.web.paging import Page
from shared.web.roles import Role
from shared.web.shapes import Code, Day, In, Narrative, Out


class Feedback(Row, table=True):
    """What the worker was told: strengths, and one thing to stretch to."""

    __tablename__ = "feedback"

    observation_id: UUID = Field(primary_key=True, foreign_key="observation.id")
    strengths: list[str] = Field(sa_type=JSON)
    stretch: str = Field(sa_type=Text)
    given_on: date
    given_by: UUID
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class Coaching(Row, table=True):
    """The coaching that followed, with the one goal agreed."""

    __tablename__ = "coaching"

    observation_id: UUID = Field(primary_key=True, foreign_key="observation.id")
    goal: str = Field(sa_type=Text)
    review_on: date
    held_on: date
    held_by: UUID
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class Reflection(Row, table=True):
    """What the worker makes of it. It is the worker's own."""

    __tablename__ = "reflection"

    observation_id: UUID = Field(primary_key=True, foreign_key="observation.id")
    n: int
    words: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class Contest(Row, table=True):
    """That the worker does not agree with scores: somebody of another team scores the observation again, blind."""

    __tablename__ = "contest"

    observation_id: UUID = Field(primary_key=True, foreign_key="observation.id")
    skills: list[PracticeSkill] = Field(sa_type=JSON)
    words: str = Field(sa_type=Text)
    contested_on: date
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class FeedbackIn(In):
    strengths: Annotated[list[Narrative], Bounded(min_length=1, max_length=3)]
    stretch: Narrative
    """One thing to try next; more would be followed by none."""
    given_on: Day


class CoachingIn(In):
    held_on: Day
    goal: Narrative
    """One practice goal, in words the worker can act on."""
    review_on: Day


class ReflectionIn(In):
    words: Narrative


class ContestIn(In):
    skills: Annotated[list[Code[PracticeSkill]], Bounded(min_length=1, max_length=7)]
    """Those whose scores the worker does not agree with."""
    words: Narrative


class CoachingOut(Out):
    held_on: date
    goal: str
    review_on: date


class ContestOut(Out):
    contested_on: date
    skills: list[PracticeSkill]
    words: str
    scored_again_at: datetime | None
    """When somebody else scored it; what counts since is in the observation's scores."""


class FeedbackOut(Out):
    observation_id: UUID
    due_on: date
    given_on: date
    days_late: int
    """0 when it was given in time. Late feedback is recorded as late, never refused."""
    strengths: list[str]
    stretch: str
    coaching: CoachingOut | None = None
    reflection: str | None = None
    contest: ContestOut | None = None


class StandingOut(Out):
    skill: PracticeSkill
    score: int
    last: int | None
    mean: Annotated[float, AfterValidator(lambda mean: round(mean, 2))] | None
    """Of the same worker's earlier observations, as far as you may see them."""
    earlier: int


class DraftPointOut(Out):
    skill: PracticeSkill
    score: int
    in_words: str
    """What the score looks like by the rubric; of the stretch, what comes next."""
    evidence: list[NoteOut]


class DraftOut(Out):
    """Where the conversation may begin; kept nowhere."""

    observation_id: UUID
    due_on: date
    standings: list[StandingOut]
    strengths: list[DraftPointOut]
    stretch: DraftPointOut | None
    last_goal: CoachingOut | None
    """The practice goal agreed on last, to be looked at again."""
    family_said: list[str]
    """Words of the family about this time, of whoever agreed that the worker is shown them."""


class MaySeeOut(Out):
    role: Role
    sees: str


class SeenOut(Out):
    at: datetime
    role: str
    act: str
    is_you: bool


class UseOut(Page[SeenOut]):
    """What it is for, who may see what of it, and who has looked at it, the earliest first."""

    purpose: str
    may_see: list[MaySeeOut]


class OverdueOut(Out):
    """Feedback that was due and has not been given."""

    observation_id: UUID
    worker: str
    observer: str
    team: str
    observed_on: date
    due_on: date
    days_overdue: int
