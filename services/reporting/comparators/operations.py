"""Taking in what others publish. The same file again changes nothing; a revision stands under its own vintage."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table

from services.reporting.comparators.measures import CHILDREN, mid_year
from services.reporting.comparators.models import Population, Published, PublishedFigure
from services.reporting.comparators.published_file import Stated
from shared import audit, clock
from shared.database import Session, insert_or
from shared.web.roles import Role

LOAD = "take in published figures"
BATCH = 500


async def take_in_published(
    session: Session, stated: Sequence[Stated], *, source: str, vintage: str, ours: str, by: str
) -> int:
    """Keep the figures that could be read; returns how many. `ours` is the name of the area that is the authority."""
    readable = [each for each in stated if not each.wrong]
    of_all = {"source": source, "vintage": vintage, "loaded_at": clock.now()}
    figures = [
        {
            **_of(each, ours),
            **of_all,
            "year": each.year,
            "measure": each.measure,
            "value": each.value,
            "symbol": each.symbol,
        }
        for each in readable
        if not each.is_population
    ]
    populations = [
        {
            **_of(each, ours),
            **of_all,
            "age_band": CHILDREN,
            "as_on": mid_year(each.year),
            "persons": int(each.value or 0),
        }
        for each in readable
        if each.is_population
    ]
    await _keep(session, PublishedFigure, figures)
    await _keep(session, Population, populations)
    await audit.record(session, actor=by, role=Role.OPERATOR, act=LOAD, outcome=200)
    return len(readable)


def _of(each: Stated, ours: str) -> dict[str, Any]:
    return {"area": each.area, "is_ours": each.area == ours}


async def _keep(session: Session, table: type[Published], rows: Iterable[dict[str, Any]]) -> None:
    core: Table = table.__table__  # type: ignore[attr-defined]
    keys = [column.name for column in core.primary_key.columns]
    by_key = {tuple(row[key] for key in keys): row for row in rows}  # of a figure stated twice, the last stands
    if not by_key:
        return
    adding = insert_or(session, core)
    replaced = {column.name: adding.excluded[column.name] for column in core.columns if column.name not in keys}
    await session.execute(
        adding.on_conflict_do_update(index_elements=keys, set_=replaced), [by_key[key] for key in sorted(by_key)]
    )
