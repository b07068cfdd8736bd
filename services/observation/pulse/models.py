"""Tables of the pulse survey, and the shapes in which it comes in and goes out."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Bounded
from sqlalchemy import Text
from sqlmodel import Field

from services.observation.database import Row
from services.observation.pulse.survey import QUESTIONS, Asked
from shared.web.shapes import Code, In, Out


class PulseTally(Row, table=True):
    """How often one answer to one question was given in a team. There is no row of one person's answers."""

    __tablename__ = "pulse_tally"

    quarter: str = Field(primary_key=True, sa_type=Text)
    team: str = Field(primary_key=True, sa_type=Text)
    asked: Asked = Field(primary_key=True, sa_type=Text)
    answer: int = Field(primary_key=True)
    count: int


class PulseAnswered(Row, table=True):
    """That somebody has answered: once a quarter. Neither the team nor the moment is kept beside it."""

    __tablename__ = "pulse_answered"

    quarter: str = Field(primary_key=True, sa_type=Text)
    worker_id: UUID = Field(primary_key=True)


def in_range(answers: dict[Asked, int]) -> dict[Asked, int]:
    """Each answer within its question's range."""
    for asked, answer in answers.items():
        if not QUESTIONS[asked].lowest <= answer <= QUESTIONS[asked].highest:
            raise ValueError(f"{asked} is answered from {QUESTIONS[asked].lowest} to {QUESTIONS[asked].highest}")
    return answers


class PulseIn(In):
    answers: Annotated[
        dict[Code[Asked], Annotated[int, Bounded(ge=0, le=10)]], Bounded(min_length=1), AfterValidator(in_range)
    ]
    """A question that is left out is not answered."""


class QuestionOut(Out):
    asked: Asked
    words: str
    lowest: int
    highest: int


class PulseAnsweredOut(Out):
    quarter: str
    is_first: bool
    """False where you had answered already: then this was not counted, for nobody could tell which to take back."""


class FigureOut(Out):
    n: int
    mean: Annotated[float, AfterValidator(lambda mean: round(mean, 2))]
    spread: Mapping[int, int]
    """How many gave each answer."""


class PulseOut(Out):
    """One quarter, as far as it may be shown."""

    quarter: str
    is_over: bool
    """Nothing is shown before."""
    fewest: int
    """Of fewer there is no figure, and none from which theirs could be told by subtraction."""
    service: dict[Asked, FigureOut]
    teams: dict[str, dict[Asked, FigureOut]]
