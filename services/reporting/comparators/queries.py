"""Reads of what others publish, and of our own year beside it."""

from sqlmodel import col, select

from services.reporting.comparators.measures import CHILDREN, COMPARABLE, Comparable, Per, population_of
from services.reporting.comparators.models import (
    Between,
    ComparisonOut,
    ComparisonsOut,
    OursOut,
    Population,
    PopulationOut,
    PublishedFigure,
    PublishedFigureOut,
)
from services.reporting.evidence.intervals import Interval, per_10_000, rate_interval, share_interval
from services.reporting.indicators.catalogue import BY_ID
from services.reporting.indicators.facts import FACTS
from services.reporting.indicators.models import Figure
from services.reporting.indicators.queries import counts, figures
from shared import clock
from shared.calendar import month_of, months_between
from shared.database import Session

NOTES = (
    "A published figure stands beside ours as a line to be drawn. Nothing is tested against it.",
    "Of each area the latest year up to the one asked for is shown, in its latest vintage.",
    "A published rate is of the population its publisher used then; ours is of the one named here.",
)
NO_POPULATION = "no population of the summer before has been taken in: `dwc import comparators`"


async def comparisons(session: Session, *, authority: str, year: int) -> ComparisonsOut:
    """Our figures of a financial year beside those that others have published."""
    months = months_between(f"{year - 1}-04", f"{year}-03")
    wanted = [FACTS, *(each.indicator for each in COMPARABLE)]
    found = await counts(session, authority=authority, indicators=wanted, first=months[0], last=months[-1])
    is_over = months[-1] < month_of(clock.today())
    ours = {figure.indicator: figure for figure in figures(found, months, is_over=is_over)}
    population, published = await _population(session, year), await _published(session, year)
    return ComparisonsOut(
        year=year,
        is_over=is_over,
        population=population,
        comparisons=[_beside(each, ours[each.indicator], population, published) for each in COMPARABLE],
        notes=list(NOTES),
    )


async def published_figures(session: Session, *, measure: str | None, area: str | None) -> list[PublishedFigureOut]:
    """What has been taken in, every year and vintage of it."""
    wanted = select(PublishedFigure).order_by(
        col(PublishedFigure.measure), col(PublishedFigure.area), col(PublishedFigure.year), col(PublishedFigure.vintage)
    )
    if measure is not None:
        wanted = wanted.where(col(PublishedFigure.measure) == measure)
    if area is not None:
        wanted = wanted.where(col(PublishedFigure.area) == area)
    return [PublishedFigureOut.model_validate(row) for row in (await session.exec(wanted)).all()]


async def populations(session: Session) -> list[PopulationOut]:
    wanted = select(Population).order_by(
        col(Population.area), col(Population.age_band), col(Population.as_on), col(Population.vintage)
    )
    return [PopulationOut.model_validate(row) for row in (await session.exec(wanted)).all()]


async def _population(session: Session, year: int) -> PopulationOut | None:
    """The children who lived here in the summer before the year ended, in the latest estimate of that."""
    wanted = (
        select(Population)
        .where(col(Population.is_ours), col(Population.age_band) == CHILDREN)
        .where(col(Population.as_on) == population_of(year))
        .order_by(col(Population.vintage).desc())
        .limit(1)
    )
    row = (await session.exec(wanted)).first()
    return None if row is None else PopulationOut.model_validate(row)


async def _published(session: Session, year: int) -> dict[str, list[PublishedFigureOut]]:
    """By measure, of each area the latest year, and of that the latest vintage."""
    wanted = (
        select(PublishedFigure)
        .where(col(PublishedFigure.measure).in_([each.measure for each in COMPARABLE]))
        .where(col(PublishedFigure.year) <= year)
        .order_by(col(PublishedFigure.year), col(PublishedFigure.vintage))
    )
    latest = {(row.measure, row.area): row for row in (await session.exec(wanted)).all()}
    shown: dict[str, list[PublishedFigureOut]] = {}
    for (measure, _), row in sorted(latest.items()):
        shown.setdefault(measure, []).append(PublishedFigureOut.model_validate(row))
    return shown


def _beside(
    what: Comparable, ours: Figure, population: PopulationOut | None, published: dict[str, list[PublishedFigureOut]]
) -> ComparisonOut:
    return ComparisonOut(
        measure=what.measure,
        indicator=what.indicator,
        title=BY_ID[what.indicator].title,
        per=what.per,
        ours=_rate(ours, population) if what.per is Per.RATE else _share(ours),
        published=published.get(what.measure, []),
    )


def _rate(ours: Figure, population: PopulationOut | None) -> OursOut:
    if ours.numerator is None or population is None:
        return _ours(ours, None, None, None, NO_POPULATION if ours.numerator is not None else ours.note)
    value = per_10_000(ours.numerator, population.persons)
    return _ours(ours, None, value, rate_interval(ours.numerator, population.persons), None)


def _share(ours: Figure) -> OursOut:
    if ours.numerator is None:
        return _ours(ours, None, None, None, ours.note)
    denominator = ours.denominator or 0
    found = share_interval(ours.numerator, denominator)
    why = None if denominator else "there was nothing to take a share of"
    return _ours(ours, denominator, ours.percent, found.times(100) if found else None, why)


def _ours(
    ours: Figure, denominator: int | None, value: float | None, interval: Interval | None, why: str | None
) -> OursOut:
    return OursOut(
        numerator=ours.numerator,
        denominator=denominator,
        value=None if value is None else round(value, 1),
        interval_95=None if interval is None else Between(low=round(interval.low, 1), high=round(interval.high, 1)),
        not_given_because=why,
    )
