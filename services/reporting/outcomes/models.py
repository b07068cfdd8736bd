"""The shape in which practice and outcomes go out together."""

from services.reporting.evidence.claims import Claim
from shared.calendar import Month
from shared.web.shapes import Out


class Bounds(Out):
    low: float
    high: float


class Coverage(Out):
    """How many of some cases are also something else: the share, with its interval in per cent."""

    numerator: int
    denominator: int
    percent: float | None
    interval_95_percent: Bounds | None


class ThirdOut(Out):
    """A third of the cases, by skill: how many, and to how many it happened."""

    mean_skill: float
    n: int
    happened: int


class TogetherOut(Out):
    """Whether one skill and one outcome go together, in order of rank. Everything is null where cases are few."""

    skill: str
    n: int
    workers: int
    rho: float | None = None
    """Spearman's correlation of the skill with whether it happened."""
    interval_95: Bounds | None = None
    p: float | None = None
    p_adjusted: float | None = None
    """Among all of this answer but the one named beforehand for each outcome."""
    rho_held: float | None = None
    """The same, of what the things in `held` do not account for."""
    points_per_skill_point: float | None = None
    """Percentage points of the outcome that go with one more point of skill, on a straight line."""
    points_interval_95: Bounds | None = None
    """By worker."""
    thirds: list[ThirdOut] | None = None
    not_given_because: str | None = None
    sentence: Claim


class OutcomeOut(Out):
    id: str
    title: str
    sentence: str
    known: Coverage
    """Of the linked cases, those of which it can be known by now."""
    happened: Coverage | None
    """Of those, the ones to which it happened; null where that would tell of persons."""
    together: list[TogetherOut]


class SkillAndOutcomeOut(Out):
    first: Month
    last: Month
    observed_of_begun: Coverage
    """Of the episodes of need begun in these months, those in which practice was observed in them."""
    linked: Coverage
    """Cases whose history has been heard, of those in which practice was observed."""
    held: list[str]
    outcomes: list[OutcomeOut]
    notes: list[str]
