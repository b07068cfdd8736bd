"""Beside a level published elsewhere. Without its n and its spread nothing is tested against it: it is a line to draw."""

from dataclasses import dataclass
from math import sqrt

from services.reporting.evidence.groups import Welch, welch
from services.reporting.evidence.intervals import Interval, Mean


@dataclass(frozen=True)
class ComparisonStudy:
    """What was published of whom: the same word may stand for another composite of other codes."""

    label: str
    population: str
    composite: str
    mean: float
    source: str
    n: int | None = None
    sd: float | None = None
    why_untested: str = ""


@dataclass(frozen=True)
class AgainstPublished:
    study: ComparisonStudy
    difference: float
    """Ours less the published mean."""
    interval: Interval | None
    """Of the difference. Where the study's own uncertainty is not known this is ours alone, and therefore too narrow."""
    p: float | None
    caveat: str


UNCERTAINTY_UNKNOWN = "the published mean has no n and spread: its own uncertainty is not known, and nothing is tested"


def against(study: ComparisonStudy, ours: Mean, *, widened_by: float = 1.0) -> AgainstPublished:
    """Our mean beside a published one. `widened_by` is our design effect, where observations are of few workers."""
    difference = ours.mean - study.mean
    if study.n is not None and study.sd is not None and ours.sd is not None and not study.why_untested:
        wide = Mean(ours.n, ours.mean, ours.sd * sqrt(max(widened_by, 1)), None)
        tested: Welch | None = welch(Mean(study.n, study.mean, study.sd, None), wide)
        if tested is not None:
            return AgainstPublished(study, difference, tested.interval, tested.p, "")
    ours_alone = ours.interval and Interval(ours.interval.low - study.mean, ours.interval.high - study.mean)
    return AgainstPublished(study, difference, ours_alone, None, study.why_untested or UNCERTAINTY_UNKNOWN)


SOURCE = "Islington evaluation of Doing What Counts, 2017"
OF_THE_EVALUATION = (
    ComparisonStudy(
        label="before the programme",
        population="social workers of another authority before training; their number is not given",
        composite="mean practice skill, of codes that are not named",
        mean=2.64,
        source=SOURCE,
    ),
    ComparisonStudy(
        label="after training only",
        population="social workers of another authority after training; their number is not given",
        composite="mean practice skill, of codes that are not named",
        mean=2.97,
        source=SOURCE,
    ),
)
"""The two levels the evaluation set its own mean of 3.11 beside."""
