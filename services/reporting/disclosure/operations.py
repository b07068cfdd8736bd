"""Preparing a release, and deciding on it."""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.reporting.disclosure.families import GROUPS
from services.reporting.disclosure.models import Release, ReleaseDocument
from services.reporting.disclosure.queries import (
    counted,
    figures_of,
    release_seen,
    release_standing,
    released_before,
    units,
)
from services.reporting.disclosure.stages import STANDING, Stage, move
from services.reporting.disclosure.suppression import SERVICE, Decided, Figure, decide
from services.reporting.disclosure.tables import TABLES, printed
from services.reporting.formats.table import Area
from services.reporting.formats.tidy import as_csv, as_meta
from services.reporting.formats.workbook import MEDIA_TYPE, as_workbook
from services.reporting.people.queries import team_names
from shared import audit, clock
from shared.calendar import Month, financial_year, last_day, months_between
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict
from shared.web.roles import Principal

CSV = "text/csv; charset=utf-8"


class MonthNotOver(Conflict):
    title = "A month is released when it is over"
    at = "#/body/month"


class EarlierMonthsFirst(Conflict):
    title = "The months of a financial year are released in order"
    at = "#/body/month"


@dataclass(frozen=True)
class Draft:
    """A release as it would be, worked out of what is recorded now."""

    month: Month
    made_at: datetime
    figures: Mapping[Figure, Decided]
    documents: Mapping[str, tuple[str, bytes]]
    """Name to media type and content."""


async def work_out(session: Session, month: Month, area: Area) -> Draft | None:
    """What a release of the month would be; None where one stands already. Reads only, and weighs off the event loop.

    Raises `MonthNotOver`, or `EarlierMonthsFirst`.
    """
    if last_day(month) >= clock.today():
        raise MonthNotOver("wait for its end, and for what is recorded late")
    if await release_standing(session, month) is not None:
        return None
    before = await released_before(session, month)
    april = f"{financial_year(month) - 1}-04"
    if missing := set(months_between(april, month)) - {month} - {figure.month for figure in before}:
        raise EarlierMonthsFirst(f"release {min(missing)} first: April to date adds up what was released")
    found = await counted(session, month, authority=area.old_code)
    of_month, names = await units(session, found), await team_names(session)
    new, now = figures_of(month, found, of_month, before), clock.now()
    return await asyncio.to_thread(lambda: _draft(month, before, new, names, area, now))


def _draft(
    month: Month,
    before: Mapping[Figure, Decided],
    new: Mapping[Figure, int],
    team_names: Mapping[str, str],
    area: Area,
    now: datetime,
) -> Draft:
    of_year = {each: sorted(_teams_in(each, [*before, *new])) for each in sorted({f.month for f in (*before, *new)})}
    decided: dict[Figure, Decided] = {}
    for group in GROUPS:
        measures = {measure for family in group.families for measure in family.measures}
        decided |= decide(
            group,
            {figure: what for figure, what in before.items() if figure.measure in measures},
            {figure: count for figure, count in new.items() if figure.measure in measures},
            of_year,
        )
    return Draft(month, now, decided, dict(_documents(month, decided, team_names, area, now)))


def _teams_in(month: Month, figures: list[Figure]) -> set[str]:
    return {figure.unit for figure in figures if figure.month == month and figure.unit != SERVICE}


def _documents(
    month: Month, decided: Mapping[Figure, Decided], team_names: Mapping[str, str], area: Area, now: datetime
) -> Iterator[tuple[str, tuple[str, bytes]]]:
    tables = [printed(named, decided, team_names) for named in TABLES]
    for table in tables:
        yield f"{table.name}.csv", (CSV, as_csv(table, area).encode())
        yield f"{table.name}.meta.csv", (CSV, as_meta(table).encode())
    about = {"month": month, "authority": area.name or area.old_code, "prepared": f"{now:%Y-%m-%d}"}
    book = as_workbook("Children's social care: local performance indicators", about, tables, area, made_at=now)
    yield "release.xlsx", (MEDIA_TYPE, book)


async def prepare(session: Session, draft: Draft, *, by: Principal) -> Release:
    """Keep a draft for somebody else to decide on."""
    release = Release(
        id=new_id(),
        month=draft.month,
        stands_for=draft.month,
        stage=Stage.PREPARED,
        figures=[[*figure, decided.count, decided.is_hidden] for figure, decided in draft.figures.items()],
        prepared_by=by.id,
        prepared_at=draft.made_at,
        decided_by=None,
        decided_at=None,
        reason=None,
    )
    session.add(release)
    await session.flush()
    for name, (media_type, content) in draft.documents.items():
        digest = hashlib.sha256(content).hexdigest()
        session.add(
            ReleaseDocument(release_id=release.id, name=name, media_type=media_type, sha256=digest, content=content)
        )
    await session.flush()
    audit.touches(session, [release.id])
    return release


async def decide_on(session: Session, id: UUID, to: Stage, *, by: Principal, reason: str | None = None) -> None:
    """Approve, refuse or withdraw. Raises `NotFound`, `ReleaseDecided` or `NeedsAnotherPerson`."""
    release = await release_seen(session, id, by=by)
    await session.refresh(release, with_for_update=True)
    release.stage = move(release.stage, to=to, prepared_by=release.prepared_by, by=by.id)
    release.stands_for = release.month if release.stage in STANDING else None
    release.decided_by, release.decided_at, release.reason = by.id, clock.now(), reason
    audit.touches(session, [release.id])
    await session.flush()
