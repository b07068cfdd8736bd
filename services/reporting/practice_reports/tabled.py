"""A report as one table: a unit, a measure and a period a row, so that every chart can be drawn of it, or worked out anew."""

from collections.abc import Iterator

from services.reporting.formats.table import Column, Kind, Row, Symbol, Table, Value
from services.reporting.practice_reports.models import PracticeOut, PracticeReportOut, ShareOut, SkillOut

SKILL_FIGURES = (
    Column("n", "Observations in which it was scored", Kind.INDICATOR, places=0),
    Column("workers", "Different workers in those observations", Kind.INDICATOR, places=0),
    Column("mean", "Mean, from 1 to 5", Kind.INDICATOR, places=4),
    Column("low_95", "Low end of the 95% interval, by worker", Kind.INDICATOR, places=4),
    Column("high_95", "High end of the 95% interval, by worker", Kind.INDICATOR, places=4),
    Column("change", "Change from the period before", Kind.INDICATOR, places=4),
    Column("change_low_95", "Low end of its 95% interval", Kind.INDICATOR, places=4),
    Column("change_high_95", "High end of its 95% interval", Kind.INDICATOR, places=4),
    Column("p", "p of the change, raw", Kind.INDICATOR, places=6),
    Column("p_adjusted", "p among the tests of the report; of the period reported on", Kind.INDICATOR, places=6),
)
SHARE_FIGURES = (
    Column("numerator", "Numerator of a share", Kind.INDICATOR, places=0),
    Column("denominator", "Denominator of a share", Kind.INDICATOR, places=0),
    Column("percent", "Percentage", Kind.INDICATOR, "%", 1),
)
COLUMNS = (
    Column("period", "Month (2026-04) or quarter (2026-27-Q1)"),
    Column("team", "Team code; Total is the whole service"),
    Column("measure", "Skill, mean of several, or share"),
    Column("out_of_the_ordinary", "Rules of the control chart that the period breaks"),
    *SKILL_FIGURES,
    *SHARE_FIGURES,
)


def tabled(report: PracticeReportOut) -> Table:
    """Every series of the report."""
    rows = [row for unit in (report.service, *report.teams) for row in _of_unit(report, unit)]
    name = f"practice-{report.period.lower()}"
    return Table(name, f"Practice Report {report.period}", COLUMNS, rows, report.notes)


def _of_unit(report: PracticeReportOut, unit: PracticeOut) -> Iterator[Row]:
    for skill in (unit.all_seven, *unit.skills, *unit.composites):
        yield from _skill(report, unit.team or "Total", skill)
    shares = (("feedback_within_seven_days", unit.feedback_within_seven_days), ("coaching_held", unit.coaching_held))
    for name, share in shares:
        yield from _share(report, unit.team or "Total", name, share)


def _skill(report: PracticeReportOut, team: str, skill: SkillOut) -> Iterator[Row]:
    of, last = skill.series, len(report.periods) - 1
    for place, period in enumerate(report.periods):
        figures = [
            column[place]
            for column in (
                of.n, of.workers, of.mean, of.low_95, of.high_95, of.change, of.change_low_95, of.change_high_95, of.p,
            )
        ]  # fmt: skip
        adjusted = skill.change.p_adjusted if place == last and skill.change else None
        signals = "; ".join(of.chart.signals[place]) if of.chart else ""
        none = [Symbol.NOT_APPLICABLE] * len(SHARE_FIGURES)
        shown = [_or(Symbol.UNRELIABLE, value) for value in (*figures, adjusted)]
        yield Row(period.last, (period.name, team, skill.skill, signals, *shown, *none))


def _share(report: PracticeReportOut, team: str, name: str, share: ShareOut) -> Iterator[Row]:
    of = share.series
    for place, period in enumerate(report.periods):
        none = [Symbol.NOT_APPLICABLE] * len(SKILL_FIGURES)
        figures = (of.numerator[place], of.denominator[place], _or(Symbol.NOT_APPLICABLE, of.percent[place]))
        yield Row(period.last, (period.name, team, name, "; ".join(of.chart.signals[place]), *none, *figures))


def _or(symbol: Symbol, value: float | None) -> Value:
    return symbol if value is None else value
