"""The shape of a Practice Report: every chart can be drawn from it. Every mean carries its n and its interval, or a reason.

Series are told column by column: each list has one place for each of the report's `periods`, null where there is nothing
to show.
"""

from services.reporting.evidence.claims import Claim
from shared.calendar import Month
from shared.web.shapes import Out


class Range(Out):
    low: float
    high: float


class PeriodOut(Out):
    name: str
    first: Month
    last: Month


class ChartOut(Out):
    """A control chart over the report's periods: centre and limits are set by the periods before the one reported on."""

    kind: str
    """`XmR` for means, `p` for shares."""
    rules: list[str]
    """What counts as a signal here."""
    centre: list[float | None]
    low: list[float | None]
    high: list[float | None]
    signals: list[list[str]]
    """The rules that each point breaks."""
    no_limits_because: str | None = None


class SkillSeriesOut(Out):
    """A skill over the report's periods, the last of which is the one reported on."""

    n: list[int]
    workers: list[int]
    mean: list[float | None]
    low_95: list[float | None]
    high_95: list[float | None]
    change: list[float | None]
    """From the period before."""
    change_low_95: list[float | None]
    change_high_95: list[float | None]
    p: list[float | None]
    """Raw: only that of the last period is adjusted, as `change.p_adjusted`."""
    chart: ChartOut | None = None
    """Of the seven skills and the mean of them."""


class ChangeOut(Out):
    """From the period before to this one: the same workers count once, whatever they add to either."""

    since: str
    difference: float
    interval_95: Range | None
    workers: int
    """Different workers in the two periods together."""
    p: float | None
    p_adjusted: float | None
    """Among the tests of the report; the same as `p` for the one outcome named beforehand."""
    not_tested_because: str | None = None


class SkillOut(Out):
    """One skill, the mean of all seven, or of some that are named; from 1 to 5."""

    skill: str
    n: int
    """Observations in which it was scored."""
    workers: int
    """Different workers in those observations."""
    mean: float | None = None
    sd: float | None = None
    interval_95: Range | None = None
    """By worker: observations of one worker resemble one another."""
    design_effect: float | None = None
    """How many times the variance is what it would be if every observation stood for itself."""
    not_given_because: str | None = None
    """Why there is no mean, if there is none."""
    spread: dict[float, int] | None = None
    """How often each value occurred; null where that would tell of persons."""
    change: ChangeOut | None = None
    series: SkillSeriesOut


class ShareSeriesOut(Out):
    numerator: list[int]
    denominator: list[int]
    percent: list[float | None]
    chart: ChartOut
    """Limits and centre as proportions, from 0 to 1."""


class ShareOut(Out):
    numerator: int
    denominator: int
    percent: float | None
    interval_95_percent: Range | None
    series: ShareSeriesOut


class ReferenceLine(Out):
    """A level published elsewhere, to be drawn as a line; nothing is tested against it unless its n and spread are known."""

    label: str
    value: float
    population: str
    composite: str
    n: int | None
    sd: float | None
    source: str


class BesidePublished(Out):
    """The mean of all seven less a published level."""

    label: str
    difference: float
    interval_95: Range | None
    p: float | None
    caveat: str


class PracticeOut(Out):
    """Practice in one team, or in the whole service (`team` is null)."""

    team: str | None
    team_name: str
    headline: Claim
    comparison: Claim | None
    """How the mean of all seven compares with the period before, in no stronger words than may be said."""
    observations: int
    workers: int
    all_seven: SkillOut
    skills: list[SkillOut]
    composites: list[SkillOut]
    beside_published: list[BesidePublished]
    feedback_within_seven_days: ShareOut
    coaching_held: ShareOut


class PlacedTeam(Out):
    """One team's share among the exact limits for its denominator, as proportions."""

    team: str
    numerator: int
    denominator: int
    low_95: float | None
    high_95: float | None
    low_998: float | None
    high_998: float | None
    look: bool
    """Outside the 99.8% limits: a reason to look, and no judgement."""


class FunnelOut(Out):
    what: str
    target: float | None
    """The share of the whole service."""
    teams: list[PlacedTeam]


class PracticeReportOut(Out):
    period: str
    first: Month
    last: Month
    periods: list[PeriodOut]
    """The periods of every series, in order."""
    service: PracticeOut
    teams: list[PracticeOut]
    funnels: list[FunnelOut]
    reference_lines: list[ReferenceLine]
    primary_outcome: str
    """The one outcome named beforehand, whose p stands alone."""
    tests_in_family: int
    """How many other changes were tested in this report and adjusted together, whether or not you see their teams."""
    notes: list[str]
