"""Keeping workers as heard."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import tuple_, update

from services.reporting.people.models import KnownWorker
from shared.contracts.intake import WorkerState
from shared.database import Session, insert_or


async def keep_workers(session: Session, states: Sequence[WorkerState]) -> None:
    """Keep those workers that are newer than what is kept, in one statement."""
    if not states:
        return
    table = KnownWorker.__table__  # type: ignore[attr-defined]
    stated = insert_or(session, table)
    newest = {name: stated.excluded[name] for name in ("epoch", "n", "reference", "memberships")}
    is_newer = tuple_(table.c.epoch, table.c.n) < tuple_(stated.excluded.epoch, stated.excluded.n)
    keeping = stated.on_conflict_do_update(index_elements=["worker_id"], set_=newest, where=is_newer)
    await session.execute(keeping, [_row(state) for state in sorted(states, key=lambda each: each.key)])


async def lose_workers(session: Session, epoch: int) -> None:
    """Keep only the id of workers last heard of before this epoch."""
    table = KnownWorker.__table__  # type: ignore[attr-defined]
    lost = update(table).where(table.c.epoch < epoch)
    await session.execute(lost.values(epoch=epoch, n=0, reference="", memberships=[]))


def _row(state: WorkerState) -> dict[str, Any]:
    """A worker who was erased or merged into another belongs to no team and signs in no more."""
    gone = state.erased or state.merged_into is not None
    return {
        "worker_id": state.worker_id,
        "epoch": state.epoch,
        "n": state.n,
        "reference": "" if gone else state.reference,
        "memberships": [] if gone else [each.model_dump(mode="json") for each in state.memberships],
    }
