"""Reads of what was published, with the teams that whoever asks may see."""

from collections.abc import Collection

from sqlmodel import col, select

from services.reporting.people.queries import teams_seen_by
from services.reporting.practice_reports.models import PracticeReportOut
from services.reporting.publications.models import PublishedReport, PublishedReportOut, VersionOut
from shared.database import Session
from shared.problems import NotFound
from shared.web.roles import Principal


async def versions(session: Session, period: str) -> list[VersionOut]:
    """Every version of a period's report, the first one first."""
    wanted = select(PublishedReport).where(col(PublishedReport.period) == period).order_by(col(PublishedReport.n))
    return [VersionOut.model_validate(row) for row in (await session.exec(wanted)).all()]


async def newest(session: Session, period: str) -> PublishedReport | None:
    wanted = select(PublishedReport).where(col(PublishedReport.period) == period)
    return (await session.exec(wanted.order_by(col(PublishedReport.n).desc()).limit(1))).first()


async def published(session: Session, period: str, n: int, *, by: Principal) -> PublishedReportOut:
    """One version. Raises `NotFound`."""
    row = await session.get(PublishedReport, (period, n))
    if row is None:
        raise NotFound("no such version of a report has been published")
    return await shown(session, row, by=by)


async def shown(session: Session, row: PublishedReport, *, by: Principal) -> PublishedReportOut:
    """A version as whoever asks may see it."""
    report = of_teams(PracticeReportOut.model_validate_json(row.report), await teams_seen_by(session, by))
    return PublishedReportOut(**VersionOut.model_validate(row).model_dump(), report=report)


def of_teams(report: PracticeReportOut, teams: Collection[str]) -> PracticeReportOut:
    """The report with these teams alone; what is said of the service stays."""
    funnels = [
        each.model_copy(update={"teams": [team for team in each.teams if team.team in teams]})
        for each in report.funnels
    ]
    shown_teams = [each for each in report.teams if each.team in teams]
    return report.model_copy(update={"teams": shown_teams, "funnels": funnels})
