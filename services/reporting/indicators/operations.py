"""Keeping the cells: the difference a changed history makes, and counting everything again."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import col, delete, select

from services.reporting.histories.models import ChildHistory, PracticeHistory
from services.reporting.indicators.catalogue import CellKey, Tally, contributions
from services.reporting.indicators.models import Cell, CellsVersion
from shared import clock
from shared.contracts.intake import ChildState
from shared.contracts.observation import PracticeState
from shared.contracts.state import State
from shared.database import Session, insert_or

COLUMNS = ("authority", "indicator", "month", "team", "band")
BATCH = 500


async def add(session: Session, difference: Tally) -> None:
    """Add a difference to the cells, in one statement; in order of key, so that two hearers cannot deadlock."""
    changed = sorted({key for (key, _), count in difference.items() if count})
    if not changed:
        return
    table = Cell.__table__  # type: ignore[attr-defined]
    stated = insert_or(session, table)
    adding = stated.on_conflict_do_update(
        index_elements=list(COLUMNS),
        set_={
            "numerator": table.c.numerator + stated.excluded.numerator,
            "denominator": table.c.denominator + stated.excluded.denominator,
        },
    )
    await session.execute(adding, [_row(key, difference) for key in changed])
    await _changed(session)


async def _changed(session: Session) -> None:
    """Give the cells a new version. Said last: everybody who changes a cell waits for this one row."""
    table = CellsVersion.__table__  # type: ignore[attr-defined]
    stated = insert_or(session, table).values(id=1, n=1, changed_at=clock.now())
    newer = {"n": table.c.n + 1, "changed_at": stated.excluded.changed_at}
    await session.execute(stated.on_conflict_do_update(index_elements=["id"], set_=newer))


def _row(key: CellKey, tally: Tally) -> dict[str, Any]:
    numerator, denominator = _parts(tally, key)
    return {**dict(zip(COLUMNS, key, strict=True)), "numerator": numerator, "denominator": denominator}


def difference(before: Iterable[State | None], after: Iterable[State]) -> Tally:
    """What the newer histories contribute beyond the older ones: `f(after) - f(before)`."""
    tally: Tally = Counter()
    for state in after:
        tally.update(contributions(state))
    for earlier in before:
        tally.subtract(contributions(earlier))
    return tally


@dataclass(frozen=True)
class Difference:
    """A cell that a full count contradicts: numerator and denominator as kept, and as counted."""

    cell: CellKey
    kept: tuple[int, int]
    counted: tuple[int, int]

    def __str__(self) -> str:
        named = ", ".join(f"{column} {value or '(none)'}" for column, value in zip(COLUMNS, self.cell, strict=True))
        return f"{named}: kept {_over(self.kept)}, counted {_over(self.counted)}"


async def differences(session: Session) -> list[Difference]:
    """The cells that a full count of all histories contradicts; empty when all is well. Begins its transaction."""
    if _is_postgresql(session):
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))  # histories go on being heard
    return _compared(await _kept(session), await _counted(session))


async def recount(session: Session) -> list[Difference]:
    """Put every cell right by a full count of all histories; returns what was wrong."""
    if _is_postgresql(session):
        await session.execute(text("LOCK TABLE cell IN SHARE ROW EXCLUSIVE MODE"))  # hearers wait; readers do not
    kept, counted = await _kept(session), await _counted(session)
    wrong = _compared(kept, counted)
    counted.subtract(kept)
    await add(session, counted)
    await session.exec(delete(Cell).where(col(Cell.numerator) == 0, col(Cell.denominator) == 0))
    await _changed(session)
    return wrong


def _compared(kept: Tally, counted: Tally) -> list[Difference]:
    compared = [
        Difference(cell, _parts(kept, cell), _parts(counted, cell))
        for cell in sorted({cell for cell, _ in (*kept, *counted)})
    ]
    return [each for each in compared if each.kept != each.counted]


def _parts(tally: Tally, cell: CellKey) -> tuple[int, int]:
    return tally[cell, "numerator"], tally[cell, "denominator"]


def _over(parts: tuple[int, int]) -> str:
    return f"{parts[0]} of {parts[1]}"


async def _kept(session: Session) -> Tally:
    tally: Tally = Counter()
    for cell in (await session.exec(select(Cell))).all():
        key = (cell.authority, cell.indicator, cell.month, cell.team, cell.band)
        tally[key, "numerator"], tally[key, "denominator"] = cell.numerator, cell.denominator
    return tally


async def _counted(session: Session) -> Tally:
    tally: Tally = Counter()
    async for state in _every_history(session):
        tally.update(contributions(state))
    return tally


async def _every_history(session: Session) -> AsyncIterator[State]:
    for table, kind in ((ChildHistory, ChildState), (PracticeHistory, PracticeState)):
        stated = select(table.state).where(col(table.state).is_not(None)).execution_options(yield_per=BATCH)
        async for state in await session.stream_scalars(stated):
            yield kind.model_validate_json(state)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
