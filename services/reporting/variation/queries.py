"""Reads of charts and funnels: the cells of one indicator, and the decisions that stand about its baselines."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func
from sqlmodel import col, select

from services.reporting.evidence.charts import Chart
from services.reporting.evidence.claims import Basis, Claim, Design, say
from services.reporting.evidence.funnels import funnel
from services.reporting.indicators.catalogue import LPIR
from services.reporting.indicators.indicator import Indicator, Kind
from services.reporting.indicators.models import Cell
from services.reporting.indicators.queries import counts
from services.reporting.people.queries import teams_seen_by
from services.reporting.variation.charting import drawn
from services.reporting.variation.models import (
    Baseline,
    BaselineOut,
    ChartedMonth,
    ControlChartOut,
    FunnelTeam,
    TeamFunnelOut,
)
from shared import clock
from shared.calendar import Month, month_of, months_between
from shared.contracts.intake import ChildState
from shared.database import Session
from shared.problems import NotFound
from shared.web.roles import Principal

CHARTED: Mapping[str, Indicator[ChildState]] = {
    each.id: each for each in LPIR if each.kind in {Kind.FLOW, Kind.STOCK} and not each.bands
}
PLACES = 4
NOTES = (
    "A team outside the limits is a reason to look at its cases, its recording and its mix. It is no judgement.",
    "With few teams it cannot be told whether teams differ by more than chance as a rule.",
)


def indicator_charted(id: str) -> Indicator[ChildState]:
    """The indicator of that name. Raises `NotFound` if there is none, or none that is drawn on one chart."""
    if id not in CHARTED:
        raise NotFound("there is no such indicator, or it is one of several bands, which no single chart shows")
    return CHARTED[id]


async def control_chart(
    session: Session, indicator: Indicator[ChildState], *, authority: str, first: Month, last: Month, team: str | None
) -> ControlChartOut:
    """An indicator month by month, in one team or all, with the limits of what varies by chance."""
    now = month_of(clock.today())
    months = [month for month in months_between(first, last) if month < now]
    found = await counts(session, authority=authority, indicators=[indicator.id], first=first, last=last, team=team)
    series = [found.get((indicator.id, "", month), (0, 0)) for month in months]
    begun = [each for each in await _standing(session, indicator.id, team or "") if each.begins_on in months[1:]]
    told = drawn(indicator, series, [months.index(each.begins_on) for each in begun])
    return ControlChartOut(
        indicator=indicator.id,
        title=indicator.title,
        team=team,
        kind=told.chart.kind,
        measured=told.measured,
        rules=sorted(told.chart.rules),
        months=_charted(indicator, months, series, told.chart),
        baselines=begun,
        no_limits_because=told.chart.why_no_limits,
        headline=_headline(indicator, months, told.chart),
    )


def _charted(
    indicator: Indicator[ChildState], months: Sequence[Month], series: Sequence[tuple[int, int]], chart: Chart
) -> list[ChartedMonth]:
    return [
        ChartedMonth(
            month=month,
            numerator=over,
            denominator=under if indicator.denominator else None,
            value=_rounded(point.value),
            centre=_rounded(point.centre),
            low=_rounded(point.low),
            high=_rounded(point.high),
            signals=list(point.signals),
        )
        for month, (over, under), point in zip(months, series, chart.points, strict=True)
    ]


def _headline(indicator: Indicator[ChildState], months: Sequence[Month], chart: Chart) -> Claim:
    title, basis = indicator.title, Basis(Design.DESCRIBED, len(months))
    if chart.why_no_limits:
        return say(f"{title}: {len(months)} months, and {chart.why_no_limits}.", basis, names=[title])
    special = [month for month, point in zip(months, chart.points, strict=True) if point.signals]
    if not special:
        return say(f"{title}: no month of {len(months)} is out of the ordinary.", basis, names=[title])
    text = f"{title}: out of the ordinary in {len(special)} of {len(months)} months ({', '.join(special)})."
    return say(text, basis, names=[title])


async def team_funnel(
    session: Session, indicator: Indicator[ChildState], *, authority: str, first: Month, last: Month, by: Principal
) -> TeamFunnelOut:
    """A share in each team that whoever asks may see, among the limits around that of the whole service."""
    if indicator.denominator is None or indicator.kind is Kind.STOCK:
        raise NotFound("a funnel is of shares of what happened, and this indicator is a count, or of what stands")
    found = await _by_team(session, indicator.id, authority=authority, first=first, last=last)
    over, under = sum(share[0] for share in found.values()), sum(share[1] for share in found.values())
    shown = sorted((await teams_seen_by(session, by)).items())
    placed = funnel([found.get(team, (0, 0)) for team, _ in shown], over / under if under else 0.0)
    return TeamFunnelOut(
        indicator=indicator.id,
        title=indicator.title,
        first=first,
        last=last,
        target=_rounded(over / under) if under else None,
        teams=[
            FunnelTeam(
                team=team,
                team_name=name,
                numerator=each.numerator,
                denominator=each.denominator,
                low_95=each.limits and _rounded(each.limits.low_95),
                high_95=each.limits and _rounded(each.limits.high_95),
                low_998=each.limits and _rounded(each.limits.low_998),
                high_998=each.limits and _rounded(each.limits.high_998),
                look=each.look,
            )
            for (team, name), each in zip(shown, placed, strict=True)
        ],
        notes=list(NOTES),
    )


async def _by_team(
    session: Session, indicator: str, *, authority: str, first: Month, last: Month
) -> dict[str, tuple[int, int]]:
    wanted = (
        select(col(Cell.team), func.sum(Cell.numerator), func.sum(Cell.denominator))
        .where(col(Cell.authority) == authority, col(Cell.indicator) == indicator)
        .where(col(Cell.month).between(first, last))
        .group_by(col(Cell.team))
    )
    return {team: (int(over), int(under)) for team, over, under in (await session.execute(wanted)).all()}


async def baselines_seen(session: Session, *, indicator: str | None, by: Principal) -> list[BaselineOut]:
    """The log of decisions, of the whole service and of the teams that whoever asks may see."""
    wanted = select(Baseline).where(col(Baseline.team).in_(["", *await teams_seen_by(session, by)]))
    if indicator is not None:
        wanted = wanted.where(col(Baseline.indicator) == indicator)
    rows = (await session.exec(wanted.order_by(col(Baseline.decided_at), col(Baseline.id)))).all()
    return [BaselineOut.model_validate(row) for row in rows]


async def _standing(session: Session, indicator: str, team: str) -> list[BaselineOut]:
    """Where the chart begins afresh: of several decisions about one month the latest stands."""
    wanted = (
        select(Baseline)
        .where(col(Baseline.indicator) == indicator, col(Baseline.team) == team)
        .order_by(col(Baseline.decided_at), col(Baseline.id))
    )
    latest = {row.begins_on: row for row in (await session.exec(wanted)).all()}
    return [BaselineOut.model_validate(latest[month]) for month in sorted(latest) if latest[month].stands]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, PLACES)
