"""How answers become scores: places that are turned round, what an answer counts, and what is done about those left empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean

from services.observation.measures.goals import t_score
from shared.problems import Unprocessable


class AnswersDoNotFit(Unprocessable):
    title = "These answers do not fit the instrument"
    at = "/answers"


class NotTheirsToAnswer(Unprocessable):
    title = "This instrument is not answered by them"
    at = "/respondent"


class Respondent(StrEnum):
    MOTHER = "mother"
    FATHER = "father"
    OTHER_CARER = "other_carer"
    CHILD = "child"
    WORKER = "worker"
    RESEARCHER = "researcher"
    """Whoever observed or interviewed, and rates what they saw. It is never averaged with what anybody says of themself."""


class Better(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"


class Way(StrEnum):
    SUM = "sum"
    MEAN = "mean"
    GOAL_ATTAINMENT = "goal_attainment"


CARERS = frozenset({Respondent.MOTHER, Respondent.FATHER, Respondent.OTHER_CARER})
FAMILY = CARERS | {Respondent.CHILD}
MOST_MISSING = 0.20
"""The share of a scale's places that may be empty: those count as the mean of the others, beyond it there is no score."""


@dataclass(frozen=True)
class Score:
    scale: str
    value: float | None
    """None where too much is missing."""
    missing: int
    is_case: bool | None = None
    """Whether it reaches what the scale counts as a case from; None where it counts none, or has no score."""


@dataclass(frozen=True)
class Scale:
    """One figure made of some of the places."""

    name: str
    places: tuple[int, ...]
    """Their numbers, from 1. Of an instrument of goals none: every goal counts."""
    way: Way = Way.SUM
    counts_as: Mapping[int, int] = field(default_factory=dict)
    """What an answer counts, where that is not the answer."""
    case_from: int | None = None

    def score(self, answers: Sequence[int | None], weights: Sequence[int], most_missing: float) -> Score:
        """The figure; empty places count as the mean of the others while they are few enough."""
        given = [self.counts_as.get(answer, answer) for answer in answers if answer is not None]
        missing = len(answers) - len(given)
        if not given or missing > most_missing * len(answers):
            return Score(self.name, None, missing)
        if self.way is Way.GOAL_ATTAINMENT:
            return Score(self.name, t_score(weights, given), missing)
        mean = fmean(given)
        value = mean if self.way is Way.MEAN else sum(given) + missing * mean
        return Score(self.name, value, missing, None if self.case_from is None else value >= self.case_from)


@dataclass(frozen=True)
class Instrument:
    code: str
    version: int
    measures: str
    places: int
    """How many are numbered; of an instrument of goals, how many goals there may be."""
    lowest: int
    highest: int
    respondents: frozenset[Respondent]
    scales: tuple[Scale, ...]
    better: Better
    minutes: int
    """What it is thought to take; what it took is recorded with the answers."""
    licence: str
    turned: frozenset[int] = frozenset()
    """Places that are worded the other way round."""
    most_missing: float = MOST_MISSING
    youngest: int = 0
    """A child answers from this age on."""
    looks_back: bool = False
    """Whether it may be asked of an earlier day."""
    of_goals: bool = False

    def check(self, answers: Sequence[int | None]) -> None:
        """Raise `AnswersDoNotFit` unless every place has an answer in range, or none."""
        if not 0 < len(answers) <= self.places or (len(answers) < self.places and not self.of_goals):
            raise AnswersDoNotFit(f"send {self.places} answers in order, null for a place that was left empty")
        if any(answer is not None and not self.lowest <= answer <= self.highest for answer in answers):
            raise AnswersDoNotFit(f"an answer lies between {self.lowest} and {self.highest}")

    def check_respondent(self, respondent: Respondent, *, age: int | None) -> None:
        """Raise `NotTheirsToAnswer` unless they answer it; of a child the age is asked."""
        if respondent not in self.respondents:
            raise NotTheirsToAnswer(f"it is answered by {', '.join(sorted(self.respondents))}")
        if respondent is Respondent.CHILD and (age is None or age < self.youngest):
            raise NotTheirsToAnswer(f"say the child's age; a child answers it from {self.youngest}")

    def scored(self, answers: Sequence[int | None], weights: Sequence[int] = ()) -> list[Score]:
        """Every figure of it, in order. The weights are those of the goals, where it is about goals."""
        straight = [
            self.lowest + self.highest - answer if answer is not None and place in self.turned else answer
            for place, answer in enumerate(answers, start=1)
        ]
        return [
            scale.score([straight[place - 1] for place in scale.places] or straight, weights, self.most_missing)
            for scale in self.scales
        ]
