"""What is done with what is heard of people: the newest version is kept, whatever comes again or late."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, insert, tuple_, update
from sqlmodel import select

from services.observation.people.circumstances import has_died, is_enhanced, is_looked_after
from services.observation.people.models import KnownCase, KnownChild, KnownNamed, KnownWorker
from services.observation.people.queries import hidden_from
from shared.contracts.intake import ChildState, Episode, WorkerState
from shared.database import Session, insert_or
from shared.web.roles import Principal

WORKERS: Table = KnownWorker.__table__  # type: ignore[attr-defined]
CHILDREN: Table = KnownChild.__table__  # type: ignore[attr-defined]
NAMED: Table = KnownNamed.__table__  # type: ignore[attr-defined]
CASES: Table = KnownCase.__table__  # type: ignore[attr-defined]

BATCH = 500
OF_A_CASE = ("child_id", "closed_on", "died", "looked_after", "enhanced", "allocations")


async def keep_workers(session: Session, states: Sequence[WorkerState]) -> None:
    """Keep who these workers are and which teams they belong to; of an erased one, only the id."""
    rows = [
        {
            "worker_id": state.worker_id,
            "epoch": state.epoch,
            "n": state.n,
            "reference": "" if state.erased else state.reference,
            "role": state.role,
            "memberships": [] if state.erased else [each.model_dump(mode="json") for each in state.memberships],
        }
        for state in states
    ]
    await _keep_newest(session, WORKERS, rows)


async def keep_cases(session: Session, states: Sequence[ChildState]) -> set[UUID]:
    """Keep these children's cases, and drop those no longer spoken of; returns the children of whom this was news."""
    rows = [
        {"child_id": state.child_id, "epoch": state.epoch, "n": state.n, "restricted": state.restricted}
        for state in states
    ]
    news = await _keep_newest(session, CHILDREN, rows)
    await _keep_named(session, {state.child_id: state.named for state in states if state.child_id in news})
    cases = {
        episode.id: _case(state.child_id, episode)
        for state in states
        if state.child_id in news and not state.erased and state.merged_into is None
        for episode in state.episodes
    }
    await _overwrite(session, cases)
    await session.execute(delete(CASES).where(CASES.c.child_id.in_(news), CASES.c.episode_id.not_in(cases)))
    return news


async def _keep_named(session: Session, named: dict[UUID, Sequence[str]]) -> None:
    """Who may see each of these children, if not everybody by their role."""
    await session.execute(delete(NAMED).where(NAMED.c.child_id.in_(named)))
    if rows := [{"child_id": child_id, "who": who} for child_id, those in named.items() for who in those]:
        await session.execute(insert(NAMED), rows)


async def lose_workers(session: Session, epoch: int) -> None:
    """Keep only the id of workers last heard of before this epoch."""
    lost = update(WORKERS).where(WORKERS.c.epoch < epoch)
    await session.execute(lost.values(epoch=epoch, n=0, reference="", memberships=[]))


async def lose_cases(session: Session, epoch: int) -> None:
    """Keep only the id of children last heard of before this epoch, and none of their cases."""
    lost = update(CHILDREN).where(CHILDREN.c.epoch < epoch).values(epoch=epoch, n=0).returning(CHILDREN.c.child_id)
    children = (await session.execute(lost)).scalars().all()
    for start in range(0, len(children), BATCH):
        await session.execute(delete(CASES).where(CASES.c.child_id.in_(children[start : start + BATCH])))


def _case(child_id: UUID, episode: Episode) -> dict[str, Any]:
    return {
        "episode_id": episode.id,
        "child_id": child_id,
        "closed_on": episode.closed_on,
        "died": has_died(episode),
        "looked_after": is_looked_after(episode),
        "enhanced": is_enhanced(episode),
        "allocations": [each.model_dump(mode="json") for each in episode.allocations],
    }


async def _keep_newest(session: Session, table: Table, rows: list[dict[str, Any]]) -> set[UUID]:
    """Write these rows over older versions of themselves; returns the keys of those that were news.

    One statement compares and writes, so that of two hearers at once neither can put an older version back.
    """
    (key,) = table.primary_key
    stated = insert_or(session, table)
    newest = stated.on_conflict_do_update(
        index_elements=[key.name],
        set_={name: stated.excluded[name] for name in rows[0] if name != key.name},
        where=tuple_(table.c.epoch, table.c.n) < tuple_(stated.excluded.epoch, stated.excluded.n),
    ).returning(key)
    in_order = sorted(rows, key=lambda row: str(row[key.name]))  # two hearers lock in one order
    return set((await session.execute(newest, in_order)).scalars())


async def _overwrite(session: Session, cases: dict[UUID, dict[str, Any]]) -> None:
    if not cases:
        return
    stated = insert_or(session, CASES)
    kept = stated.on_conflict_do_update(
        index_elements=["episode_id"],
        set_={name: stated.excluded[name] for name in OF_A_CASE},
    ).returning(CASES.c.episode_id)
    await session.execute(kept, [cases[episode_id] for episode_id in sorted(cases, key=str)])


async def case_as_seen(session: Session, episode_id: UUID, *, by: Principal) -> KnownCase:
    """The case, held; of a child hidden from whoever asks, one that has not been heard of. What they send of it is kept, and
    parked until the child is heard of again.
    """
    held = await hold_case(session, episode_id)
    hidden = hidden_from(by).where(KnownChild.child_id == held.child_id)
    if (await session.exec(hidden)).one_or_none() is None:
        return held
    return KnownCase(episode_id=episode_id, allocations=[])


async def hold_case(session: Session, episode_id: UUID) -> KnownCase:
    """The case, unchanged until this transaction ends; entered without a child if it has not been heard of.

    Whoever hears of it meanwhile waits for this transaction, and then finds the observation it parked: without a row to
    meet at, each would miss the other and the observation would stay parked.
    """
    entered = insert_or(session, CASES).values(
        episode_id=episode_id, died=False, looked_after=False, enhanced=False, allocations=[]
    )
    await session.execute(entered.on_conflict_do_nothing())
    held = select(KnownCase).where(KnownCase.episode_id == episode_id).with_for_update(read=True)
    return (await session.exec(held.execution_options(populate_existing=True))).one()
