"""The shape of a Practice Report. Every mean carries its n and its interval, or the reason why it is not given."""

from shared.calendar import Month
from shared.web.shapes import Out


class Range(Out):
    low: float
    high: float


class SkillOut(Out):
    """One skill, or the mean of all seven, from 1 to 5."""

    skill: str
    n: int
    """Observations in which it was scored."""
    workers: int
    """Different workers in those observations."""
    mean: float | None = None
    sd: float | None = None
    interval_95: Range | None = None
    not_given_because: str | None = None
    """Why there is no mean, if there is none."""


class ShareOut(Out):
    numerator: int
    denominator: int
    percent: float | None
    interval_95_percent: Range | None


class ReferenceLine(Out):
    """A level published elsewhere, to be drawn as a line. Its n and spread are not known, so nothing is tested against it."""

    label: str
    value: float
    source: str


class PracticeOut(Out):
    """Practice in one team, or in the whole service (`team` is null)."""

    team: str | None
    team_name: str
    headline: str
    observations: int
    workers: int
    all_seven: SkillOut
    skills: list[SkillOut]
    feedback_within_seven_days: ShareOut
    coaching_held: ShareOut


class PracticeReportOut(Out):
    period: str
    first: Month
    last: Month
    service: PracticeOut
    teams: list[PracticeOut]
    reference_lines: list[ReferenceLine]
    notes: list[str]
