"""What reporting does when it hears of a subject: keep the newest history, and count the difference it makes."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import col, select

from services.reporting.histories.models import ChildHistory, PracticeHistory
from services.reporting.indicators.operations import add, difference
from services.reporting.people.models import KnownWorker
from shared.contracts.intake import ChildState, WorkerState
from shared.contracts.observation import PracticeState
from shared.contracts.state import State
from shared.database import Session, insert_or
from shared.messaging.inbox import Subscription

S = TypeVar("S", bound=State)


async def hear_children(session: Session, states: Sequence[ChildState]) -> None:
    """Replace these children's histories and add the difference to the cells."""
    fresh, known = await _newer(session, ChildHistory, col(ChildHistory.child_id), states)
    before = [ChildState.model_validate_json(known[state.key].state) for state in fresh if state.key in known]
    await _keep(
        session,
        ChildHistory,
        ["child_id"],
        [{"child_id": s.child_id, "epoch": s.epoch, "n": s.n, "state": s.model_dump_json()} for s in fresh],
    )
    await add(session, difference(before, fresh))


async def hear_practice(session: Session, states: Sequence[PracticeState]) -> None:
    """Replace these observations and add the difference to the cells."""
    fresh, known = await _newer(session, PracticeHistory, col(PracticeHistory.observation_id), states)
    before = [PracticeState.model_validate_json(known[state.key].state) for state in fresh if state.key in known]
    await _keep(
        session,
        PracticeHistory,
        ["observation_id"],
        [
            {
                "observation_id": s.observation_id,
                "epoch": s.epoch,
                "n": s.n,
                "worker_id": s.worker_id,
                "team": s.team,
                "observed_on": s.observed_on,
                "state": s.model_dump_json(),
            }
            for s in fresh
        ],
    )
    await add(session, difference(before, fresh))


async def hear_workforce(session: Session, states: Sequence[WorkerState]) -> None:
    """Keep who belongs to which team."""
    fresh, _ = await _newer(session, KnownWorker, col(KnownWorker.worker_id), states)
    await _keep(
        session,
        KnownWorker,
        ["worker_id"],
        [
            {
                "worker_id": s.worker_id,
                "epoch": s.epoch,
                "n": s.n,
                "reference": s.reference,
                "memberships": [each.model_dump(mode="json") for each in s.memberships],
            }
            for s in fresh
        ],
    )


async def _newer(session: Session, table: Any, key: Any, states: Sequence[S]) -> tuple[list[S], dict[UUID, Any]]:
    """Those states that are newer than what we have, and the rows we have; locked, so that nobody counts them twice."""
    wanted = select(table).where(key.in_([state.key for state in states])).order_by(key).with_for_update()
    known = {getattr(row, key.key): row for row in (await session.exec(wanted)).all()}
    fresh = [
        state
        for state in states
        if state.key not in known or (known[state.key].epoch, known[state.key].n) < state.version
    ]
    return fresh, known


async def _keep(session: Session, table: Any, key: list[str], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    stated = insert_or(session, table.__table__).values(sorted(rows, key=lambda row: str(row[key[0]])))
    newest = {name: stated.excluded[name] for name in rows[0] if name not in key}
    await session.execute(stated.on_conflict_do_update(index_elements=key, set_=newest))


SUBSCRIPTIONS = (
    Subscription(ChildState, hear_children),
    Subscription(PracticeState, hear_practice),
    Subscription(WorkerState, hear_workforce),
)
