"""Reads of Practice Reports: one statement over the cells, whatever the number of teams and observations."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

from sqlalchemy import func, select
from sqlmodel import col

from services.reporting.evidence.intervals import Mean, mean_of, share_interval
from services.reporting.indicators.indicator import percent
from services.reporting.indicators.models import Cell
from services.reporting.indicators.practice import ALL_SEVEN, ANY, PRACTICE
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
from shared import clock
from shared.contracts.codes import PracticeSkill
from shared.database import Session

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
    session: Session, period: Period, *, authority: str, teams: Mapping[str, str]
) -> PracticeReportOut:
    """The report on a period: the service as a whole, and these teams, each code with its name."""
    tallies = await _tallies(session, period, authority=authority)
    return PracticeReportOut(
        period=period.name,
        first=period.first,
        last=period.last,
        service=_practice(None, "The whole service", tallies.get(SERVICE, {}), period),
        teams=[_practice(code, name, tallies.get(code, {}), period) for code, name in sorted(teams.items())],
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


def _practice(team: str | None, name: str, tally: Tally, period: Period) -> PracticeOut:
    observations, workers = tally.get("observations", {}).get("", (0, 0))[0], _workers(tally, ANY)
    all_seven = mean_of(_values(tally.get("practice_all_seven", {})))
    return PracticeOut(
        team=team,
        team_name=name,
        headline=headline(
            period.in_words,
            observations=observations,
            workers=workers,
            found=all_seven if is_enough(all_seven, _workers(tally, ALL_SEVEN)) else None,
        ),
        observations=observations,
        workers=workers,
        all_seven=_skill(ALL_SEVEN, all_seven, _workers(tally, ALL_SEVEN)),
        skills=[
            _skill(skill, mean_of(_values(tally.get(f"practice_{skill}", {}))), _workers(tally, skill))
            for skill in PracticeSkill
        ],
        feedback_within_seven_days=_share(tally.get("feedback_within_seven_days", {})),
        coaching_held=_share(tally.get("coaching_held", {})),
    )


def _workers(tally: Tally, what: str) -> int:
    """How many different workers were observed in something: who changed team counts in both, and once in the service."""
    seen = tally.get("workers_observed", {})
    return sum(count > 0 for band, (count, _) in seen.items() if band.startswith(f"{what}/"))


def _values(bands: Mapping[str, tuple[int, int]]) -> list[float]:
    """Bands are whole scores or `sum/count`; both are exact fractions."""
    return [float(Fraction(band)) for band, (count, _) in bands.items() for _ in range(count)]


def _skill(name: str, found: Mean | None, workers: int) -> SkillOut:
    if found is None or not is_enough(found, workers):
        return SkillOut(skill=name, n=found.n if found else 0, workers=workers, not_given_because=TOO_FEW)
    interval = found.interval
    return SkillOut(
        skill=name,
        n=found.n,
        workers=workers,
        mean=round(found.mean, 4),
        sd=None if found.sd is None else round(found.sd, 4),
        interval_95=Range(low=round(interval.low, 4), high=round(interval.high, 4)) if interval else None,
    )


def _share(bands: Mapping[str, tuple[int, int]]) -> ShareOut:
    """A share of what can be judged by now: a band that is a day is something still owed, and not late until it is over."""
    today = clock.today().isoformat()
    judged = [parts for band, parts in bands.items() if band < today]
    numerator, denominator = sum(over for over, _ in judged), sum(under for _, under in judged)
    found = share_interval(numerator, denominator)
    return ShareOut(
        numerator=numerator,
        denominator=denominator,
        percent=percent(numerator, denominator),
        interval_95_percent=Range(low=round(100 * found.low, 1), high=round(100 * found.high, 1)) if found else None,
    )
