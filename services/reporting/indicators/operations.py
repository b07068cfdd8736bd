"""Keeping the cells: the difference a changed history makes, and counting everything again."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from typing import Any

from sqlmodel import delete, select

from services.reporting.histories.models import ChildHistory, PracticeHistory
from services.reporting.indicators.definitions import CellKey, Tally, contributions
from services.reporting.indicators.models import Cell
from shared.contracts.intake import ChildState
from shared.contracts.observation import PracticeState
from shared.contracts.state import State
from shared.database import Session, insert_or

COLUMNS = ("authority", "indicator", "month", "team", "band")
BATCH = 500


async def add(session: Session, difference: Tally) -> None:
    """Add a difference to the cells, in one statement a batch; in order of key, so that two hearers cannot deadlock."""
    changed = sorted({key for (key, _), count in difference.items() if count})
    table = Cell.__table__  # type: ignore[attr-defined]
    for start in range(0, len(changed), BATCH):
        rows = [_row(key, difference) for key in changed[start : start + BATCH]]
        stated = insert_or(session, table).values(rows)
        await session.execute(
            stated.on_conflict_do_update(
                index_elements=list(COLUMNS),
                set_={
                    "numerator": table.c.numerator + stated.excluded.numerator,
                    "denominator": table.c.denominator + stated.excluded.denominator,
                },
            )
        )


def _row(key: CellKey, tally: Tally) -> dict[str, Any]:
    return {
        **dict(zip(COLUMNS, key, strict=True)),
        "numerator": tally[key, "numerator"],
        "denominator": tally[key, "denominator"],
    }


def difference(before: Iterable[State | None], after: Iterable[State]) -> Tally:
    """What the newer histories contribute beyond the older ones: `f(after) - f(before)`."""
    tally: Tally = Counter()
    for state in after:
        tally.update(contributions(state))
    for earlier in before:
        tally.subtract(contributions(earlier))
    return tally


async def counted_again(session: Session) -> Tally:
    """Every cell as a full count of all histories gives it."""
    tally: Tally = Counter()
    async for state in _every_history(session):
        tally.update(contributions(state))
    return tally


async def _every_history(session: Session) -> AsyncIterator[State]:
    async for row in await session.stream_scalars(select(ChildHistory.state).execution_options(yield_per=BATCH)):
        yield ChildState.model_validate_json(row)
    async for row in await session.stream_scalars(select(PracticeHistory.state).execution_options(yield_per=BATCH)):
        yield PracticeState.model_validate_json(row)


async def differing_cells(session: Session) -> list[CellKey]:
    """The cells that a full count contradicts; empty when all is well."""
    kept: Tally = Counter()
    for cell in (await session.exec(select(Cell))).all():
        key = (cell.authority, cell.indicator, cell.month, cell.team, cell.band)
        kept[key, "numerator"], kept[key, "denominator"] = cell.numerator, cell.denominator
    full = await counted_again(session)
    return sorted({key for key, part in {*kept, *full} if kept[key, part] != full[key, part]})


async def recount(session: Session) -> int:
    """Count every cell again from the histories and put the result in place; returns how many cells were wrong."""
    wrong = len(await differing_cells(session))
    full = await counted_again(session)
    await session.exec(delete(Cell))
    await add(session, full)
    return wrong
