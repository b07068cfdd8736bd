"""Publishing a report."""

from services.reporting.people.queries import team_names
from services.reporting.practice_reports.period import Period
from services.reporting.practice_reports.queries import practice_report
from services.reporting.publications.models import PublicationIn, PublishedReport
from services.reporting.publications.queries import newest
from shared import clock
from shared.calendar import last_day
from shared.database import Session
from shared.problems import Conflict
from shared.web.roles import Principal


class PeriodNotOver(Conflict):
    title = "A report is published when its period is over"


class RestatementWithoutReason(Conflict):
    title = "A report that was published is followed by another for a reason"
    at = "#/body/reason"


class NothingHasChanged(Conflict):
    title = "The report says what the one that was published says"


async def publish(
    session: Session, period: Period, stated: PublicationIn, *, authority: str, by: Principal
) -> PublishedReport:
    """Freeze the report of a period as its next version.

    Raises `PeriodNotOver`, `RestatementWithoutReason`, or `NothingHasChanged`.
    """
    if last_day(period.last) >= clock.today():
        raise PeriodNotOver("until then it is provisional: read it without a version")
    before = await newest(session, period.name)
    report = await practice_report(session, period, authority=authority, teams=await team_names(session))
    if before is not None and before.report == report:
        raise NothingHasChanged(f"version {before.n} stands")
    if before is not None and (stated.reason is None or stated.explanation is None):
        raise RestatementWithoutReason("say whether it is late, corrected or redefined, and in a line what happened")
    row = PublishedReport(
        period=period.name,
        n=before.n + 1 if before else 1,
        report=report,
        reason=stated.reason if before else None,
        explanation=stated.explanation if before else None,
        published_by=by.id,
        published_at=clock.now(),
    )
    session.add(row)
    await session.flush()
    return row
