"""Reads of everything a second engine needs: every history, and every cell."""

import asyncio
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import col, select

from services.reporting.histories.models import ChildHistory, History, PracticeHistory
from services.reporting.indicators.queries import kept_cells
from services.reporting.recounting.counting import Contradiction, Kept, contradictions
from services.reporting.recounting.engine import Histories, SecondEngine, calendar_of
from shared import clock
from shared.calendar import add_months, month_of
from shared.database import Session

FIRST_DAY, MONTHS_AHEAD = "1900-01", 36
FIRST_COMPARED = "1990-01"


async def second_count(session: Session) -> list[Contradiction]:
    """The figures of every month on which the cells and the second engine differ. Begins its transaction."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))  # histories go on being heard
    histories, cells = await _histories(session), await kept_cells(session)
    last = _last()
    kept = Kept(cells, first=FIRST_COMPARED, last=last)

    def compared() -> list[Contradiction]:
        with SecondEngine(histories, first=FIRST_COMPARED, last=last, calendar=calendar_of(FIRST_DAY, last)) as engine:
            return [each for counted in engine.counted() for each in contradictions(*counted, kept)]

    return await asyncio.to_thread(compared)


async def asked(session: Session, question: str, *, parquet: Path | None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """What one SELECT over the histories answers; nothing where it goes into a Parquet file."""
    histories, last = await _histories(session), _last()

    def answered() -> tuple[list[str], list[tuple[Any, ...]]]:
        with SecondEngine(histories, first=FIRST_COMPARED, last=last, calendar=calendar_of(FIRST_DAY, last)) as engine:
            if parquet is None:
                return engine.answer(question)
            engine.write_parquet(question, parquet)
            return [], []

    return await asyncio.to_thread(answered)


def _last() -> str:
    return month_of(add_months(clock.today(), MONTHS_AHEAD))


async def _histories(session: Session) -> Histories:
    return Histories(await _states(session, ChildHistory), await _states(session, PracticeHistory))


async def _states(session: Session, table: type[History]) -> list[str]:
    rows = (await session.exec(select(table.state).where(col(table.state).is_not(None)))).all()
    return [row for row in rows if row is not None]
