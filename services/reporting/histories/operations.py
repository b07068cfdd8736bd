"""Keeping histories: the newest state of a subject replaces the one before it, whatever order they are heard in."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Table, update
from sqlmodel import col, select

from services.reporting.histories.models import History
from shared.contracts.state import State
from shared.database import Session, insert_or

S = TypeVar("S", bound=State)

NEVER_HEARD = -1
"""An epoch before every epoch."""
BATCH = 500


async def keep(session: Session, table: type[History], states: Sequence[S]) -> tuple[list[S], list[S]]:
    """Keep those states that are newer than what is kept; returns what they replace, and them."""
    kept = await _locked(session, table, states)
    newer = [state for state in states if (kept[state.key].epoch, kept[state.key].n) < state.version]
    replaced = [kept[state.key].state for state in newer]
    if newer:
        stated = insert_or(session, _core(table))
        newest = {name: stated.excluded[name] for name in ("epoch", "n", "state")}
        replacing = stated.on_conflict_do_update(index_elements=["subject_id"], set_=newest)
        await session.execute(replacing, [_row(state) for state in newer])
    return [type(newer[0]).model_validate_json(before) for before in replaced if before is not None], newer


async def lose(session: Session, table: type[History], shape: type[S], epoch: int) -> AsyncIterator[list[S]]:
    """Keep only the id of subjects last heard of before this epoch; yields what they were, some at a time."""
    rows = _core(table)
    some = select(rows.c.subject_id, rows.c.state).where(rows.c.epoch < epoch).order_by(rows.c.subject_id).limit(BATCH)
    while lost := (await session.execute(some.with_for_update())).all():
        ids = [row.subject_id for row in lost]
        await session.execute(update(rows).where(rows.c.subject_id.in_(ids)).values(epoch=epoch, n=0, state=None))
        yield [shape.model_validate_json(row.state) for row in lost if row.state is not None]


async def _locked(session: Session, table: type[History], states: Sequence[State]) -> dict[Any, History]:
    """The rows of these subjects, ours until the end of the transaction.

    Only a row that exists can be locked: without the placeholders, two hearers of a new subject would both count it.
    """
    ids = sorted(state.key for state in states)
    unheard = [{"subject_id": id, "epoch": NEVER_HEARD, "n": NEVER_HEARD, "state": None} for id in ids]
    if unheard:
        await session.execute(insert_or(session, _core(table)).on_conflict_do_nothing(), unheard)
    rows = select(table).where(col(table.subject_id).in_(ids)).order_by(col(table.subject_id)).with_for_update()
    return {row.subject_id: row for row in (await session.exec(rows.execution_options(populate_existing=True))).all()}


def _row(state: State) -> dict[str, Any]:
    return {
        "subject_id": state.key,
        "epoch": state.epoch,
        "n": state.n,
        "state": None if state.erased else state.model_dump_json(),
    }


def _core(table: type[History]) -> Table:
    return table.__table__  # type: ignore[attr-defined, no-any-return]
