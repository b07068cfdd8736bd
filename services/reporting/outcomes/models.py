"""The shapes in which practice and outcomes go out together, and who was still there to tell."""

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


class LossOut(Out):
    because: str
    count: int


class FunnelStepOut(Out):
    """How many selected cases have come so far; each of the others awaits it or was lost, and it is known why."""

    step: str
    reached: int
    of_selected: Coverage
    of_step_before: Coverage
    """Of those that had come as far as the step before."""
    awaited: int
    lost: list[LossOut]
    in_window: int | None = None
    """Of an interview: how many were taken inside the window. Those outside it are kept, and stand in no primary analysis."""


class BesideOut(Out):
    """One thing that was known when the case was allocated, of those who stayed and of those who were lost."""

    what: str
    stayed_n: int
    stayed_mean: float
    lost_n: int
    lost_mean: float
    standardised: float | None
    is_unalike: bool
    """A quarter of a standard deviation apart, or more."""


class NeededOut(Out):
    """How many more cases it takes, if as few stay as until now."""

    change_in_standard_deviations: float
    pairs: int
    """That show such a change four times out of five (two-sided, 5%)."""
    selected_needed: int | None
    more: int | None
    """None while nobody has completed: there is no retention to go by."""
    assumption: str


class FollowUpOut(Out):
    """Who was selected, who was asked, who was still there: of cases allocated in these months, as things stand."""

    first: Month
    last: Month
    in_frame: int
    steps: list[FunnelStepOut]
    selected_beside_frame: list[BesideOut]
    """Selected cases (stayed) beside those that chance did not select (lost), in the core offer."""
    t2_beside_lost: list[BesideOut]
    """Cases taken at T2 beside those that were lost to it."""
    needed: NeededOut
    withdrew_and_asked_to_be_forgotten: int
    """Figures that were frozen before stay as they were."""
    sentence: Claim
    notes: list[str]
