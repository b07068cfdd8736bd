"""The tables of goals and ratings, and the shapes in which they come in and go out.

What replaces what is an id and no foreign key: the rows of one child are disposed of together.
"""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, model_validator
from pydantic import Field as Bounded
from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.intake.episodes.models import Recorded
from services.intake.risk.prompts import CODES
from shared.contracts.codes import RAG, GoalEnding, PlaceOfHarm
from shared.web.shapes import Code, Day, In, Narrative, Out


class Goal(Recorded, table=True):
    """What a family wants to be different for one child."""

    __tablename__ = "goal"

    episode_id: UUID = Field(foreign_key="episode.id", index=True)
    n: int = 1
    """Raised by whatever happens to it: whoever corrects a rating names it."""
    place: PlaceOfHarm = Field(sa_type=Text)
    aim: str = Field(sa_type=Text)
    impact: str = Field(sa_type=Text)
    agreed_on: date
    ended_on: date | None = None
    ending: GoalEnding | None = Field(default=None, sa_type=Text)
    ending_reason: str | None = Field(default=None, sa_type=Text)
    ended_by: str | None = Field(default=None, sa_type=Text)
    in_place_of: UUID | None = None


class RiskRating(Recorded, table=True):
    """How the child fares by a goal on a day. One with neither colour takes back what it replaces."""

    __tablename__ = "risk_rating"

    goal_id: UUID = Field(foreign_key="goal.id", index=True)
    rated_on: date
    by_worker: RAG | None = Field(default=None, sa_type=Text)
    by_parent: RAG | None = Field(default=None, sa_type=Text)
    worker_says: str | None = Field(default=None, sa_type=Text)
    parent_says: str | None = Field(default=None, sa_type=Text)
    prompts: str = Field(sa_type=Text)
    """The version of the questions."""
    considered: list[str] = Field(default_factory=list, sa_type=JSON)
    replaces: UUID | None = Field(default=None, unique=True)
    discussed_on: date | None = None
    """When supervision looked at how far apart worker and parent stand."""
    discussion: str | None = Field(default=None, sa_type=Text)
    discussed_by: str | None = Field(default=None, sa_type=Text)


class GoalIn(In):
    on: Day
    place: Code[PlaceOfHarm]
    """Where the harm is."""
    aim: Narrative
    """What the family wants to be different, in its own words."""
    impact: Narrative
    """What it is like for the child now, and what would be different."""


class ChangedGoalIn(GoalIn):
    reason: Narrative
    """Why it is another goal than before."""


def _no_change(ending: GoalEnding) -> GoalEnding:
    if ending is GoalEnding.CHANGED:
        raise ValueError("say what the goal has changed into, at its own door")
    return ending


class GoalEndIn(In):
    on: Day
    ending: Annotated[Code[GoalEnding], AfterValidator(_no_change)]
    reason: Narrative


def _asked(code: str) -> str:
    if code not in CODES:
        raise ValueError("there is no such question: read those there are")
    return code


PromptCode = Annotated[str, AfterValidator(_asked), Bounded(json_schema_extra={"enum": sorted(CODES)})]
"""The code of a question of the version in use."""


class RatingCorrectionIn(In):
    """As it was in truth. With neither colour it takes the rating back: nobody rated the goal on that day."""

    on: Day
    by_worker: Code[RAG] | None = None
    by_parent: Code[RAG] | None = None
    worker_says: Narrative | None = None
    parent_says: Narrative | None = None
    considered: Annotated[list[PromptCode], Bounded(max_length=100)] = Bounded(default_factory=list)
    """The questions that were talked about."""


class RatingIn(RatingCorrectionIn):
    """In the worker's judgement, in the parent's, or in both, each their own."""

    @model_validator(mode="after")
    def _by_somebody(self) -> "RatingIn":
        if self.by_worker is None and self.by_parent is None:
            raise ValueError("neither worker nor parent has rated it")
        return self


class DiscussionIn(In):
    on: Day
    decided: Narrative
    """What was made of the difference, and what is done about it."""


class RatingOut(Out):
    id: UUID
    rated_on: date
    by_worker: RAG | None
    by_parent: RAG | None
    worker_says: str | None
    parent_says: str | None
    prompts: str
    considered: list[str]
    recorded_at: datetime
    recorded_by: str
    replaces: UUID | None
    discussed_on: date | None
    discussion: str | None
    discussed_by: str | None
    is_corrected: bool
    """Another rating stands in its place."""


class GoalOut(Out):
    """A goal as it stands, without words."""

    id: UUID
    episode_id: UUID
    place: PlaceOfHarm
    is_extra_familial: bool
    agreed_on: date
    by_worker: RAG | None
    """The worker's latest word; null where there is none."""
    by_parent: RAG | None
    are_apart: bool
    """Whether worker and parent stand two steps apart: red against green."""
    review_on: date | None
    """Until when it is to be rated again; null of one that is green, or has ended."""


class OpenGoalOut(GoalOut):
    """A goal of an open case, and who holds the case."""

    child_id: UUID
    worker: str | None
    team: str | None


class WholeGoalOut(GoalOut):
    """A goal in words, with every rating it was given, those corrected among them."""

    aim: str
    impact: str
    recorded_by: str
    ended_on: date | None
    ending: GoalEnding | None
    ending_reason: str | None
    ended_by: str | None
    in_place_of: UUID | None
    ratings: list[RatingOut]


class ColoursOut(Out):
    """How many goals are of each colour in somebody's latest word."""

    red: int = 0
    amber: int = 0
    green: int = 0
    not_rated: int = 0


class BoardOut(Out):
    """The open goals of a team's cases, of one place of harm."""

    team: str | None
    """None for cases that nobody holds."""
    place: PlaceOfHarm
    is_extra_familial: bool
    goals: int
    children: int
    by_worker: ColoursOut
    by_parent: ColoursOut
    apart: int
    overdue: int
    """Those whose time to be rated again is past."""


class PromptOut(Out):
    code: str
    place: PlaceOfHarm | None
    question: str
    factors: list[str]
    """Assessment factors that are a reason to ask, and no proof."""


class PromptsOut(Out):
    version: str
    prompts: list[PromptOut]


class AskedOut(Out):
    code: str
    place: PlaceOfHarm | None
    question: str
    because_of: list[str]
    """Factors that an assessment of the case found."""
