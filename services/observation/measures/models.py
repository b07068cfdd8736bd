"""Tables of answers, goals and loaded wording, and the shapes in which they come in and go out."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Bounded
from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.observation.database import Row
from services.observation.measures.goals import HIGHEST_WEIGHT
from services.observation.measures.scoring import Better, Respondent
from services.observation.measures.voice import Heard, NotHeard
from shared.database import UTCDateTime
from shared.web.shapes import Code, Day, Id, In, Narrative, Out, Reference


class Mode(StrEnum):
    """How somebody was asked."""

    FACE_TO_FACE = "face_to_face"
    TELEPHONE = "telephone"
    VIDEO = "video"
    ONLINE = "online"
    PAPER = "paper"


class Help(StrEnum):
    """Who helped with the words."""

    INTERPRETER = "interpreter"
    ADVOCATE = "advocate"
    BOTH = "both"


class Felt(StrEnum):
    """How it was to be asked, in the respondent's own view: whoever found it hard is asked how they are afterwards."""

    GLAD = "glad"
    NEITHER = "neither"
    HARD = "hard"
    HARD_AND_GLAD = "hard_and_glad"


class Answers(Row, table=True):
    """What one person answered to one instrument on one day. Scores are worked out from it, and stored nowhere."""

    __tablename__ = "answers"

    id: UUID = Field(primary_key=True)
    """Made by the device that recorded it, so that sending it again is safe."""
    n: int
    episode_id: UUID = Field(index=True)
    child_id: UUID | None = Field(default=None, index=True)
    """None while the case has not been heard of."""
    worker_id: UUID | None = Field(default=None, index=True)
    """Who held the case on that day."""
    taken_by: UUID = Field(index=True)
    wave_id: UUID | None = Field(default=None, index=True)
    """The wave they were given in; None of what was asked beside any."""
    instrument: str = Field(sa_type=Text)
    version: int
    respondent: Respondent = Field(sa_type=Text)
    age: int | None = None
    """A child's, on that day."""
    mode: Mode = Field(sa_type=Text)
    helped_by: Help | None = Field(default=None, sa_type=Text)
    asked_on: date
    refers_to: date
    """The day the answers are about."""
    answers: list[int | None] = Field(sa_type=JSON)
    goals: list[str] = Field(sa_type=JSON)
    """Ids of the goals that the answers are of, in the same order."""
    weights: list[int] = Field(sa_type=JSON)
    minutes: int | None = None
    felt: Felt | None = Field(default=None, sa_type=Text)
    words: str | None = Field(default=None, sa_type=Text)
    worker_may_see: bool
    recorded_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def day(self) -> date:
        """The day whose worker they are about."""
        return self.asked_on

    @property
    def is_memory(self) -> bool:
        """Whether they were asked of an earlier day."""
        return self.refers_to < self.asked_on


class Goal(Row, table=True):
    """One goal of a family, and what attaining it as expected would look like: written down before anybody knows."""

    __tablename__ = "goal"

    id: UUID = Field(primary_key=True)
    n: int
    episode_id: UUID = Field(index=True)
    child_id: UUID | None = Field(default=None, index=True)
    worker_id: UUID | None = Field(default=None, index=True)
    taken_by: UUID = Field(index=True)
    set_by: Respondent = Field(sa_type=Text)
    set_on: date
    words: str = Field(sa_type=Text)
    expected: str | None = Field(default=None, sa_type=Text)
    weight: int
    rated_since: date | None = None
    """From when on it stands as it is."""
    recorded_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def day(self) -> date:
        """The day whose worker it is set with."""
        return self.set_on


class Voice(Row, table=True):
    """That a child was heard, or why not."""

    __tablename__ = "voice"

    id: UUID = Field(primary_key=True)
    n: int
    episode_id: UUID = Field(index=True)
    child_id: UUID | None = Field(default=None, index=True)
    worker_id: UUID | None = Field(default=None, index=True)
    taken_by: UUID = Field(index=True)
    on: date
    age: int
    way: Heard | None = Field(default=None, sa_type=Text)
    why_not: NotHeard | None = Field(default=None, sa_type=Text)
    helped_by: Help | None = Field(default=None, sa_type=Text)
    words: str | None = Field(default=None, sa_type=Text)
    worker_may_see: bool
    recorded_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def day(self) -> date:
        """The day whose worker it is about."""
        return self.on


class InstrumentTexts(Row, table=True):
    """The words of one version of an instrument, as the authority loaded them."""

    __tablename__ = "instrument_texts"

    instrument: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    n: int
    texts: list[str] = Field(sa_type=JSON)
    loaded_by: str = Field(sa_type=Text)
    loaded_at: datetime = Field(sa_type=UTCDateTime)


Answer = Annotated[int, Bounded(ge=-10, le=100)]
"""A whole number; what the instrument allows is narrower, and checked by it."""


class AnswersIn(In):
    """Answers as they were given. Who asked is known from the token."""

    episode_id: Id
    wave_id: Id | None = None
    """The wave in which it was asked, which is then taken."""
    instrument: Reference
    version: Annotated[int, Bounded(ge=1, le=99)]
    respondent: Code[Respondent]
    age: Annotated[int, Bounded(ge=0, le=25)] | None = None
    """Of a child who answers, on that day."""
    mode: Code[Mode]
    helped_by: Code[Help] | None = None
    asked_on: Day
    refers_to: Day | None = None
    """The day that was asked about, where it is an earlier one."""
    answers: Annotated[list[Answer | None], Bounded(min_length=1, max_length=100)]
    """In the order of the places, null for one that was left empty."""
    goals: Annotated[list[Id], Bounded(max_length=10)] = Bounded(default_factory=list)
    """The goals that the answers are of, in the same order; of an instrument of goals only."""
    minutes: Annotated[int, Bounded(ge=0, le=600)] | None = None
    felt: Code[Felt] | None = None
    words: Narrative | None = None
    """What somebody added of their own. It stays in this service."""
    worker_may_see: bool = False
    """Whether whoever answered agreed that the worker is shown the scores and the words."""


class GoalIn(In):
    episode_id: Id
    set_by: Code[Respondent]
    set_on: Day
    words: Narrative
    expected: Narrative | None = None
    """What attaining it as expected would look like. Without it, it can be rated from 0 to 10, and not by attainment."""
    weight: Annotated[int, Bounded(ge=1, le=HIGHEST_WEIGHT)] = 1


class VoiceIn(In):
    """A child was heard, or was not: one of `way` and `why_not`."""

    episode_id: Id
    on: Day
    age: Annotated[int, Bounded(ge=0, le=25)]
    way: Code[Heard] | None = None
    why_not: Code[NotHeard] | None = None
    helped_by: Code[Help] | None = None
    words: Narrative | None = None
    """What the child said or showed, in the child's words. It stays in this service."""
    worker_may_see: bool = False
    """Whether the child agreed that the worker is shown it."""


class TextsIn(In):
    texts: Annotated[list[Narrative], Bounded(min_length=1, max_length=100)]
    """One text a place, in their order."""


class ScaleOut(Out):
    name: str
    places: list[int]
    """Empty where every goal counts."""
    case_from: int | None


class InstrumentOut(Out):
    """An instrument with its numbered places, and their words once the authority has loaded them."""

    code: str
    version: int
    measures: str
    places: int
    lowest: int
    highest: int
    turned: list[int]
    """Places that are worded the other way round."""
    respondents: list[Respondent]
    youngest: int
    scales: list[ScaleOut]
    better: Better
    most_missing: float
    """The share of a scale's places that may be left empty; beyond it there is no score."""
    minutes: int
    licence: str
    looks_back: bool
    of_goals: bool
    texts: list[str] | None = None


Rounded = Annotated[float, AfterValidator(lambda value: round(value, 4))]


class ScoreOut(Out):
    scale: str
    value: Rounded | None
    missing: int
    is_case: bool | None


class AnswersOut(Out):
    id: UUID
    episode_id: UUID
    child_id: UUID | None
    wave_id: UUID | None
    in_window: bool | None
    """Whether they were given inside the window of their wave: outside it they are kept, and said to be."""
    instrument: str
    version: int
    respondent: Respondent
    age: int | None
    mode: Mode
    helped_by: Help | None
    asked_on: date
    refers_to: date
    is_memory: bool
    """It was asked of an earlier day."""
    answers: list[int | None]
    goals: list[UUID]
    scores: list[ScoreOut]
    minutes: int | None
    felt: Felt | None
    words: str | None
    worker_may_see: bool
    recorded_at: datetime


class GoalOut(Out):
    id: UUID
    episode_id: UUID
    set_by: Respondent
    set_on: date
    words: str
    expected: str | None
    weight: int
    rated_since: date | None
    """From when on it stands as it is: what was expected is not changed once anything is known."""


class PointOut(Out):
    """One score of a series."""

    asked_on: date
    refers_to: date
    is_memory: bool
    value: Rounded | None
    missing: int
    is_case: bool | None
    since_first: Rounded | None
    """How much it is above the first that has a value."""


class SeriesOut(Out):
    """One scale of one instrument as one kind of person answered it, in the order of the days it is about."""

    instrument: str
    version: int
    scale: str
    respondent: Respondent
    better: Better
    points: list[PointOut]


class VoiceOut(Out):
    id: UUID
    episode_id: UUID
    child_id: UUID | None
    on: date
    age: int
    way: Heard | None
    why_not: NotHeard | None
    helped_by: Help | None
    words: str | None
    worker_may_see: bool


class CoverageOut(Out):
    """In how many of the cases in which a family answered anything the child was heard as well."""

    cases: int
    heard: int
    explained: int
    """Not heard, and it is said why."""
    silent: int
    """Neither: the child was left out, and nobody says why."""
