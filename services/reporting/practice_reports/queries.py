"""Reads of Practice Reports: two statements over cells and observations, whatever the number of teams."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

from sqlalchemy import func, select
from sqlmodel import col

from services.reporting.evidence.intervals import Mean, mean_of, share_interval
from services.reporting.histories.models import PracticeHistory
from services.reporting.indicators.models import Cell
from services.reporting.indicators.practice import PRACTICE
from services.reporting.people.queries import teams_seen_by
from services.reporting.practice_reports.models import (
    PracticeOut,
    PracticeReportOut,
    Range,
    ReferenceLine,
    ShareOut,
    SkillOut,
)
from services.reporting.practice_reports.period import Period
from services.reporting.practice_reports.words import NOTES, TOO_FEW, headline, is_enough
from shared.calendar import first_day, last_day
from shared.contracts.codes import PracticeSkill
from shared.database import Session
from shared.web.roles import Principal

REFERENCE_LINES = (
    ReferenceLine(
        label="before the programme", value=2.64, source="Islington evaluation, 2017; n and spread not given"
    ),
    ReferenceLine(label="after training only", value=2.97, source="Islington evaluation, 2017; n and spread not given"),
)
SERVICE = None
"""The whole service, where a team's code stands otherwise."""
Tally: TypeAlias = Mapping[str, Mapping[str, tuple[int, int]]]
"""Numerator and denominator by indicator and band."""


async def practice_report(
    session: Session, period: Period, *, authority: str, team: str | None, by: Principal
) -> PracticeReportOut:
    """The report on a period: the service as a whole, and the teams that whoever asks may see (or the one asked for)."""
    seen = await teams_seen_by(session, by)
    shown = {code: name for code, name in seen.items() if team in (SERVICE, code)}
    tallies = await _tallies(session, period, authority=authority)
    workers = await _workers(session, period)
    return PracticeReportOut(
        period=period.name,
        first=period.first,
        last=period.last,
        service=_practice(None, "The whole service", tallies.get(SERVICE, {}), workers.get(SERVICE, 0), period),
        teams=[
            _practice(code, name, tallies.get(code, {}), workers.get(code, 0), period)
            for code, name in sorted(shown.items())
        ],
        reference_lines=list(REFERENCE_LINES),
        notes=list(NOTES),
    )


async def _tallies(session: Session, period: Period, *, authority: str) -> dict[str | None, Tally]:
    """What the cells hold for the period, by team, and for the service as a whole."""
    wanted = (
        select(
            col(Cell.team), col(Cell.indicator), col(Cell.band), func.sum(Cell.numerator), func.sum(Cell.denominator)
        )
        .where(
            col(Cell.authority) == authority,
            col(Cell.indicator).in_([indicator.id for indicator in PRACTICE]),
            col(Cell.month).between(period.first, period.last),
        )
        .group_by(col(Cell.team), col(Cell.indicator), col(Cell.band))
    )
    tallies: dict[str | None, dict[str, dict[str, tuple[int, int]]]] = defaultdict(lambda: defaultdict(dict))
    for team, indicator, band, over, under in (await session.execute(wanted)).all():
        for whose in (team, SERVICE):
            before = tallies[whose][indicator].get(band, (0, 0))
            tallies[whose][indicator][band] = (before[0] + int(over), before[1] + int(under))
    return dict(tallies)


async def _workers(session: Session, period: Period) -> dict[str | None, int]:
    """How many different workers were observed: a worker who changed team counts in both, and once in the service."""
    within = col(PracticeHistory.observed_on).between(first_day(period.first), last_day(period.last))
    by_team = select(col(PracticeHistory.team), func.count(func.distinct(PracticeHistory.worker_id))).where(within)
    everyone = select(func.count(func.distinct(PracticeHistory.worker_id))).where(within)
    counted: dict[str | None, int] = {
        team: int(count) for team, count in (await session.execute(by_team.group_by(col(PracticeHistory.team)))).all()
    }
    counted[SERVICE] = int((await session.execute(everyone)).scalar_one())
    return counted


def _practice(team: str | None, name: str, tally: Tally, workers: int, period: Period) -> PracticeOut:
    observations = _counted(tally, "observations")[0]
    all_seven = mean_of(_values(tally.get("practice_all_seven", {})))
    enough = is_enough(observations, workers)
    return PracticeOut(
        team=team,
        team_name=name,
        headline=headline(period.in_words, observations=observations, workers=workers, found=all_seven),
        observations=observations,
        workers=workers,
        all_seven=_skill("all seven", all_seven, enough=enough),
        skills=[
            _skill(skill, mean_of(_values(tally.get(f"practice_{skill}", {}))), enough=enough)
            for skill in PracticeSkill
        ],
        feedback_within_seven_days=_share(*_counted(tally, "feedback_within_seven_days")),
        coaching_held=_share(*_counted(tally, "coaching_held")),
    )


def _counted(tally: Tally, indicator: str) -> tuple[int, int]:
    return tally.get(indicator, {}).get("", (0, 0))


def _values(bands: Mapping[str, tuple[int, int]]) -> dict[Fraction, int]:
    """Bands are whole scores or `sum/count`; both are exact fractions. Equal means under different counts are one value."""
    values: dict[Fraction, int] = defaultdict(int)
    for band, (count, _) in bands.items():
        values[Fraction(band)] += count
    return {value: count for value, count in values.items() if count}


def _skill(name: str, found: Mean | None, *, enough: bool) -> SkillOut:
    if found is None or not enough:
        return SkillOut(skill=name, n=found.n if found else 0, not_given_because=TOO_FEW)
    interval = found.interval
    return SkillOut(
        skill=name,
        n=found.n,
        mean=round(found.mean, 4),
        sd=None if found.sd is None else round(found.sd, 4),
        interval_95=Range(low=round(interval.low, 4), high=round(interval.high, 4)) if interval else None,
    )


def _share(numerator: int, denominator: int) -> ShareOut:
    found = share_interval(numerator, denominator)
    return ShareOut(
        numerator=numerator,
        denominator=denominator,
        percent=round(100 * numerator / denominator, 1) if denominator else None,
        interval_95_percent=Range(low=round(100 * found.low, 1), high=round(100 * found.high, 1)) if found else None,
    )
