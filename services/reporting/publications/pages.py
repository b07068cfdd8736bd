"""The page for leaders: one screen of what a report says, in pictures and in the words that passed the gate."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.reporting.practice_reports.models import FunnelOut, PracticeOut, PracticeReportOut, ShareOut
from services.reporting.publications.drawing import Series, interval_plot, run_chart
from services.reporting.publications.models import VersionOut

FOLDER = Path(__file__).parent / "templates"
PAGES = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
STYLE = (FOLDER / "board.css").read_text()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "frame-ancestors 'none'"
)
"""Nothing is fetched, and no style but this one is taken."""
IN_WORDS = {"feedback_within_seven_days": "Feedback within seven days", "coaching_held": "Coaching held"}


def board_page(report: PracticeReportOut, version: VersionOut | None) -> str:
    """The page of a report: a version that was published, or the report as it stands now (None)."""
    practice = report.service
    return PAGES.get_template("board.html").render(
        report=report,
        practice=practice,
        version=version,
        style=STYLE,
        skill_over_time=_over_time(report, practice),
        skills=_skills(practice),
        shares=[
            (IN_WORDS[name], share, _share_over_time(report, IN_WORDS[name], share))
            for name, share in (
                ("feedback_within_seven_days", practice.feedback_within_seven_days),
                ("coaching_held", practice.coaching_held),
            )
        ],
        teams=[(each, [_placed(funnel, each.team) for funnel in report.funnels]) for each in report.teams],
        limitations=limitations(report),
        named=named,
    )


def named(code: str) -> str:
    """`child_focus` as it is read."""
    return code.replace("_", " ").capitalize()


def limitations(report: PracticeReportOut) -> list[str]:
    """What to know before anything on the page is quoted, filled in from the report itself."""
    skills = [report.service.all_seven, *report.service.skills]
    missing = sorted({each.not_given_because for each in skills if each.not_given_because})
    few = [each.team_name for each in report.teams if each.all_seven.mean is None]
    told = [f"Not shown for the service: {why}." for why in missing]
    if few:
        told.append(f"Too few observations to show a mean: {', '.join(few)}.")
    change = report.service.all_seven.change
    if change is not None and change.not_tested_because:
        told.append(f"No change is tested: {change.not_tested_because}.")
    return [*told, *report.notes]


def _over_time(report: PracticeReportOut, practice: PracticeOut) -> Markup:
    series, chart = practice.all_seven.series, practice.all_seven.series.chart
    labels = [each.name for each in report.periods]
    return run_chart(
        "Practice skill over time",
        f"Mean of all seven skills, from 1 to 5, in each of {len(labels)} periods, with 95% intervals and control limits.",
        Series(
            labels,
            series.mean,
            series.low_95,
            series.high_95,
            chart.centre if chart else (),
            chart.low if chart else (),
            chart.high if chart else (),
            [bool(each) for each in chart.signals] if chart else (),
            [(each.label, each.value) for each in report.reference_lines],
        ),
        low=1,
        high=5,
    )


def _skills(practice: PracticeOut) -> Markup:
    rows = [
        (
            f"{named(each.skill)} (n = {each.n})",
            each.mean,
            each.interval_95.low if each.interval_95 else None,
            each.interval_95.high if each.interval_95 else None,
        )
        for each in (practice.all_seven, *practice.skills)
    ]
    return interval_plot(
        "The seven skills", "The mean of each skill, from 1 to 5, with its 95% interval.", rows, low=1, high=5
    )


def _share_over_time(report: PracticeReportOut, name: str, share: ShareOut) -> Markup:
    def percent(values: list[float | None]) -> list[float | None]:
        return [None if value is None else 100 * value for value in values]

    chart = share.series.chart
    return run_chart(
        name,
        f"{name}, per cent, in each of {len(report.periods)} periods, with control limits.",
        Series(
            [each.name for each in report.periods],
            share.series.percent,
            centre=percent(chart.centre),
            limit_low=percent(chart.low),
            limit_high=percent(chart.high),
            signals=[bool(each) for each in chart.signals],
        ),
        low=0,
        high=100,
    )


def _placed(funnel: FunnelOut, team: str | None) -> dict[str, Any]:
    found = next((each for each in funnel.teams if each.team == team), None)
    return {"what": IN_WORDS[funnel.what], "placed": found}
