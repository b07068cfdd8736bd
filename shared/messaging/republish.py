"""Republishing: a service says again what each of its subjects is now.

It brings up a hearer that has heard of none of them, or has lost what it heard. A hearer that has the same version
already drops it, so saying everything again is always safe. A service that was restored from a backup begins a new
epoch first, so that what it says now outvotes what it said before; at the end it says that what it has not said again
it does not know of any more.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Table, Text, Uuid, delete, func, insert, select, update

from shared import clock
from shared.contracts.state import Change, Renewal, State
from shared.database import GROUND, Database, Session, epoch_table, insert_or
from shared.leader import Duty, alone, lead
from shared.messaging import outbox
from shared.messaging.relay import relay
from shared.messaging.transports import Transport
from shared.problems import Conflict

republication_table = Table(
    "republication",
    GROUND,
    Column("topic", Text, primary_key=True),
    Column("reached", Uuid, nullable=True),
    Column("after_restore", Boolean, nullable=False),
)
"""What is being said again and not done yet: it survives whatever stops it."""

BATCH = 200
MOST_WAITING = 1_000
"""While more events wait than these it rests: news must not queue behind what is said again."""
REST_SECONDS = 0.05
EPOCHS_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
SAID_AGAIN = Change(what="record.republished")


@dataclass(frozen=True)
class Subjects:
    """A kind of subject that a service speaks of."""

    topic: str
    ids: Any
    """The column of their ids."""
    states: Callable[[Session, Sequence[UUID], Change], Awaitable[Sequence[State]]]
    """Locks the subjects of these ids, as whoever changes them does, and puts together what they are now."""


class NothingToResume(Conflict):
    title = "Nothing that was being said again is left to say"


async def republish(
    database: Database,
    transport: Transport,
    kinds: Sequence[Subjects],
    *,
    by: str,
    after_restore: bool = False,
    resume: bool = False,
    progress: Callable[[int], None] = lambda _subjects: None,
) -> int:
    """Say everything again, or what was left to say when it was interrupted; returns of how many subjects.

    Done when all of it is delivered: by the service's leader if there is one, and otherwise from here. After a restore
    no process of the service may run, which would go on speaking in the old epoch: raises `StillRunning`. Raises
    `NothingToResume`.
    """
    if not resume:
        await begin(database, kinds, after_restore=after_restore)
    relaying = asyncio.create_task(lead(database, [Duty("relay", lambda database: relay(database, transport))]))
    try:
        total = await say_again(database, kinds, by=by, progress=progress)
        await _until_waiting(database, at_most=0)
        return total
    finally:
        relaying.cancel()
        await asyncio.gather(relaying, return_exceptions=True)


async def begin(database: Database, kinds: Sequence[Subjects], *, after_restore: bool) -> None:
    """Note that everything is to be said again from the start; after a restore, in a new epoch."""
    if after_restore:
        async with alone(database), database.transaction() as session:
            await _begin_epoch(session)
            await _note(session, kinds, after_restore=True)
        await database.read_epoch()
    else:
        async with database.transaction() as session:
            await _note(session, kinds, after_restore=False)


async def _begin_epoch(session: Session) -> None:
    """An epoch is numbered by the second it begins in: a backup that is restored twice knows nothing of the first time."""
    now = clock.now()
    number = max(session.info["epoch"] + 1, int((now - EPOCHS_BEGIN).total_seconds()))
    await session.execute(insert(epoch_table).values(number=number, began_at=now))


async def _note(session: Session, kinds: Sequence[Subjects], *, after_restore: bool) -> None:
    """One that was interrupted after a restore still has to say what is known no more. Who says nothing has nothing to note."""
    if not kinds:
        return
    table = republication_table
    stated = insert_or(session, table)
    anew = {"reached": None, "after_restore": table.c.after_restore | stated.excluded.after_restore}
    rows = [{"topic": kind.topic, "reached": None, "after_restore": after_restore} for kind in kinds]
    await session.execute(stated.on_conflict_do_update(index_elements=["topic"], set_=anew), rows)


async def say_again(database: Database, kinds: Sequence[Subjects], *, by: str, progress: Callable[[int], None]) -> int:
    """Say what is left to say again, some at a time, while somebody delivers."""
    async with database.reading() as session:
        if not await unfinished(session):
            raise NothingToResume("leave out --resume, and everything is said again")
    total = 0
    for kind in kinds:
        while (count := await _say_some(database, kind, by=by)) is not None:
            total += count
            progress(count)
            await _until_waiting(database, at_most=MOST_WAITING)
    return total


async def _say_some(database: Database, kind: Subjects, *, by: str) -> int | None:
    """Say the next subjects again and note how far that is; None when all of this kind have been."""
    table = republication_table
    async with database.transaction() as session:
        left = (await session.execute(select(table).where(table.c.topic == kind.topic).with_for_update())).one_or_none()
        if left is None:
            return None
        some = select(kind.ids).order_by(kind.ids).limit(BATCH)
        if left.reached is not None:
            some = some.where(kind.ids > left.reached)
        ids: Sequence[UUID] = (await session.execute(some)).scalars().all()
        if ids:
            await outbox.publish(session, *await kind.states(session, ids, SAID_AGAIN), by=by)
            await session.execute(update(table).where(table.c.topic == kind.topic).values(reached=ids[-1]))
        else:
            if left.after_restore:
                await outbox.publish(session, await _renewal(session, kind.topic), by=by)
            await session.execute(delete(table).where(table.c.topic == kind.topic))
        return len(ids)


async def _renewal(session: Session, topic: str) -> Renewal:
    authority, epoch = session.info["authority"], session.info["epoch"]
    since = select(epoch_table.c.began_at).where(epoch_table.c.number == epoch)
    return Renewal(authority=authority, topic=topic, epoch=epoch, since=(await session.execute(since)).scalar_one())


async def _until_waiting(database: Database, *, at_most: int) -> None:
    while True:
        async with database.reading() as session:
            if await outbox.depth(session) <= at_most:
                return
        await asyncio.sleep(REST_SECONDS)


async def how_many(database: Database, kinds: Sequence[Subjects]) -> int:
    """How many subjects there are to speak of."""
    async with database.reading() as session:
        return sum([(await session.execute(select(func.count(kind.ids)))).scalar_one() for kind in kinds])


async def unfinished(session: Session) -> list[str]:
    """The topics on which something that was being said again is left to say."""
    return list((await session.execute(select(republication_table.c.topic).order_by("topic"))).scalars())
