"""Reads of releases, and of the counts that one is made of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from services.reporting import permissions
from services.reporting.disclosure.families import FAMILIES, OF_ENQUIRY, REASONS
from services.reporting.disclosure.models import DocumentOut, Release, ReleaseDocument, ReleaseOut
from services.reporting.disclosure.stages import Stage
from services.reporting.disclosure.suppression import SERVICE, Decided, Figure
from services.reporting.disclosure.tables import grid
from services.reporting.indicators.models import Cell
from services.reporting.indicators.queries import STANDING
from services.reporting.people.queries import team_names
from shared.calendar import Month, financial_year
from shared.database import Session
from shared.problems import NotFound
from shared.web.roles import Principal

INDICATORS = frozenset({measure.partition("/")[0] for family in FAMILIES for measure in family.measures} - {OF_ENQUIRY})
IN_TIME = "conferences_within_15_working_days"


async def releases_seen(session: Session, *, by: Principal) -> list[ReleaseOut]:
    """The releases whoever asks may see, the newest first."""
    wanted = select(Release).order_by(col(Release.month).desc(), col(Release.prepared_at).desc())
    if not _sees_unapproved(by):
        wanted = wanted.where(col(Release.stage) == Stage.APPROVED)
    return [await _out(session, release) for release in (await session.execute(wanted)).scalars()]


async def release_seen(session: Session, id: UUID, *, by: Principal) -> Release:
    """One release. Raises `NotFound` where there is none, or it has not left yet and is not theirs to see before."""
    release = await session.get(Release, id)
    if release is None or (release.stage != Stage.APPROVED and not _sees_unapproved(by)):
        raise NotFound("there is no such release")
    return release


async def release_shown(session: Session, id: UUID, *, by: Principal) -> ReleaseOut:
    return await _out(session, await release_seen(session, id, by=by))


async def document_seen(session: Session, id: UUID, name: str, *, by: Principal) -> ReleaseDocument:
    """One file of a release, as it was prepared. Raises `NotFound`."""
    await release_seen(session, id, by=by)
    document = await session.get(ReleaseDocument, (id, name))
    if document is None:
        raise NotFound("the release has no such document")
    return document


async def release_standing(session: Session, month: Month) -> Release | None:
    """The release that is prepared or approved for a month."""
    return (await session.execute(select(Release).where(col(Release.stands_for) == month))).scalar_one_or_none()


async def released_before(session: Session, month: Month) -> dict[Figure, Decided]:
    """Every figure of the earlier months of the financial year, as they were released."""
    april = f"{financial_year(month) - 1}-04"
    wanted = select(Release).where(
        col(Release.stage) == Stage.APPROVED, col(Release.month) >= april, col(Release.month) < month
    )
    return {
        Figure(*place): Decided(count, hidden)
        for release in (await session.execute(wanted)).scalars()
        for *place, count, hidden in release.figures
    }


async def units(session: Session, counted: Mapping[tuple[str, str], int]) -> Sequence[str]:
    """The teams there are, and any that something was counted under."""
    return sorted({*await team_names(session), *(team for (_, team), count in counted.items() if count)})


async def counted(session: Session, month: Month, *, authority: str) -> Counter[tuple[str, str]]:
    """How many of each measure there are in a month, by measure and team; what stands, at the end of it."""
    stands = and_(col(Cell.indicator).in_(STANDING), col(Cell.month) <= month)
    wanted = (
        select(
            col(Cell.indicator), col(Cell.band), col(Cell.team), func.sum(Cell.numerator), func.sum(Cell.denominator)
        )
        .where(col(Cell.authority) == authority, col(Cell.indicator).in_(INDICATORS))
        .where(or_(col(Cell.month) == month, stands))
        .group_by(col(Cell.indicator), col(Cell.band), col(Cell.team))
    )
    found: Counter[tuple[str, str]] = Counter()
    for indicator, band, team, over, under in (await session.execute(wanted)).all():
        found[f"{indicator}/{band}" if band else indicator, team] += int(over)
        if indicator == IN_TIME:
            found[OF_ENQUIRY, team] += int(under)
    return found


def figures_of(
    month: Month, found: Mapping[tuple[str, str], int], units: Sequence[str], before: Mapping[Figure, Decided]
) -> dict[Figure, int]:
    """The counts of every figure of a month. April to date adds this month to those released."""
    of_month = {
        figure: sum(found[figure.measure, unit] for unit in _under(figure, units, found))
        for figure in grid(month, units)
        if not figure.to_date
    }
    earlier: Counter[tuple[str, str]] = Counter()
    for figure, decided in before.items():
        if not figure.to_date:
            earlier[figure.measure, figure.unit] += decided.count
    return {
        figure: of_month[figure._replace(to_date=False)]
        + (earlier[figure.measure, figure.unit] if figure.to_date else 0)
        for figure in grid(month, units)
    }


def _under(figure: Figure, units: Sequence[str], found: Mapping[tuple[str, str], int]) -> Sequence[str]:
    if figure.unit != SERVICE:
        return [figure.unit]
    return (
        sorted({team for measure, team in found if measure == figure.measure}) if figure.measure in REASONS else units
    )


def _sees_unapproved(by: Principal) -> bool:
    return permissions.PREPARE_RELEASES.is_open_to(by) or permissions.DECIDE_RELEASES.is_open_to(by)


async def _out(session: Session, release: Release) -> ReleaseOut:
    wanted = (
        select(col(ReleaseDocument.name), col(ReleaseDocument.media_type), col(ReleaseDocument.sha256))
        .where(col(ReleaseDocument.release_id) == release.id)
        .order_by(col(ReleaseDocument.name))
    )
    hidden = sum(is_hidden for *_, is_hidden in release.figures)
    return ReleaseOut(
        **{name: getattr(release, name) for name in ReleaseOut.model_fields.keys() & Release.model_fields.keys()},
        documents=[DocumentOut.model_validate(row) for row in (await session.execute(wanted)).all()],
        figures_printed=len(release.figures) - hidden,
        figures_hidden=hidden,
    )
