"""Keeping the cells: the difference a changed history makes, and counting everything again."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, text
from sqlmodel import col, select

from services.reporting.histories.models import ChildHistory, PracticeHistory
from services.reporting.indicators.catalogue import (
    CellKey,
    Contributed,
    Tallies,
    Tally,
    cells_of,
    contributions,
    definitions,
)
from services.reporting.indicators.models import CellsVersion
from services.reporting.indicators.queries import CELLS, kept, kept_cells
from shared import clock
from shared.contracts.intake import ChildState
from shared.contracts.observation import PracticeState
from shared.contracts.state import State
from shared.database import Database, Session, insert_or
from shared.telemetry import log

BATCH = 500


async def add(session: Session, difference: Tallies) -> None:
    """Add a difference to the cells, in a statement a table; in order of key, so that two hearers cannot deadlock."""
    changed = [
        await _add(session, table, tally)
        for table, tally in zip(CELLS, (difference.whole, difference.broken_down), strict=True)
    ]
    if any(changed):
        await _changed(session)


async def _add(session: Session, table: Table, difference: Tally) -> bool:
    changed = sorted({key for (key, _), count in difference.items() if count})
    if not changed:
        return False
    keys = _keys(table)
    stated = insert_or(session, table)
    adding = stated.on_conflict_do_update(
        index_elements=keys,
        set_={
            "numerator": table.c.numerator + stated.excluded.numerator,
            "denominator": table.c.denominator + stated.excluded.denominator,
        },
    )
    await session.execute(adding, [_row(keys, key, difference) for key in changed])
    return True


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns]


async def _changed(session: Session, *, counted_again: bool = False) -> None:
    """Give the cells a new version. Said last: everybody who changes a cell waits for this one row."""
    table = CellsVersion.__table__  # type: ignore[attr-defined]
    stated = insert_or(session, table).values(id=1, n=1, changed_at=clock.now(), definitions=definitions())
    newer = {"n": table.c.n + 1, "changed_at": stated.excluded.changed_at}
    if counted_again:
        newer["definitions"] = stated.excluded.definitions
    await session.execute(stated.on_conflict_do_update(index_elements=["id"], set_=newer))


def _row(keys: list[str], key: CellKey, tally: Tally) -> dict[str, Any]:
    numerator, denominator = _parts(tally, key)
    return {**dict(zip(keys, key, strict=True)), "numerator": numerator, "denominator": denominator}


def difference(before: Iterable[State | None], after: Iterable[State]) -> Tallies:
    """What the newer histories contribute beyond the older ones: `f(after) - f(before)`."""
    counted: Contributed = Counter()
    for state in after:
        counted.update(contributions(state))
    for earlier in before:
        counted.subtract(contributions(earlier))
    return cells_of(counted)


@dataclass(frozen=True)
class Difference:
    """A cell that a full count contradicts: numerator and denominator as kept, and as counted."""

    columns: tuple[str, ...]
    cell: CellKey
    kept: tuple[int, int]
    counted: tuple[int, int]

    def __str__(self) -> str:
        named = ", ".join(
            f"{column} {value or '(none)'}" for column, value in zip(self.columns, self.cell, strict=True)
        )
        return f"{named}: kept {_over(self.kept)}, counted {_over(self.counted)}"


async def differences(session: Session) -> list[Difference]:
    """The cells that a full count of all histories contradicts; empty when all is well. Begins its transaction."""
    if _is_postgresql(session):
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))  # histories go on being heard
    counted = await _counted(session)
    cells = await kept_cells(session)
    return [
        *_compared(CELLS[0], cells.whole, counted.whole),
        *_compared(CELLS[1], cells.broken_down, counted.broken_down),
    ]


async def recount(session: Session) -> list[Difference]:
    """Put every cell right by a full count of all histories; returns what was wrong.

    Whoever reads meanwhile reads the old figures, until all of the new ones stand at once.
    """
    if _is_postgresql(session):
        await session.execute(
            text("LOCK TABLE cell, broken_down_cell IN SHARE ROW EXCLUSIVE MODE")
        )  # hearers wait; readers do not
    counted = await _counted(session)
    wrong: list[Difference] = []
    for table, tally in zip(CELLS, (counted.whole, counted.broken_down), strict=True):
        cells = await kept(session, table)
        wrong += _compared(table, cells, tally)
        tally.subtract(cells)
        await _add(session, table, tally)
        await session.execute(delete(table).where(table.c.numerator == 0, table.c.denominator == 0))
    await _changed(session, counted_again=True)
    return wrong


async def recount_if_redefined(database: Database) -> None:
    """The leader's housekeeping: count again where the cells were counted by other definitions than those of this version."""
    async with database.reading() as session:
        counted_by = (await session.execute(select(col(CellsVersion.definitions)))).scalar_one_or_none()
    if counted_by in {None, definitions()}:
        return
    async with database.transaction() as session:
        wrong = await recount(session)
    log.info("cells.counted_by_new_definitions", cells=len(wrong))


def _compared(table: Table, kept: Tally, counted: Tally) -> list[Difference]:
    columns = tuple(_keys(table))
    compared = [
        Difference(columns, cell, _parts(kept, cell), _parts(counted, cell))
        for cell in sorted({cell for cell, _ in (*kept, *counted)})
    ]
    return [each for each in compared if each.kept != each.counted]


def _parts(tally: Tally, cell: CellKey) -> tuple[int, int]:
    return tally[cell, "numerator"], tally[cell, "denominator"]


def _over(parts: tuple[int, int]) -> str:
    return f"{parts[0]} of {parts[1]}"


async def _counted(session: Session) -> Tallies:
    counted: Contributed = Counter()
    async for state in every_history(session):
        counted.update(contributions(state))
    return cells_of(counted)


async def every_history(session: Session) -> AsyncIterator[State]:
    for table, kind in ((ChildHistory, ChildState), (PracticeHistory, PracticeState)):
        stated = select(table.state).where(col(table.state).is_not(None)).execution_options(yield_per=BATCH)
        async for state in await session.stream_scalars(stated):
            yield kind.model_validate_json(state)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
