"""Durable timers: what is to happen to a subject once an instant has come, whatever is restarted, killed or put right meanwhile.

A timer is a row. The leader lets those that are due fire, and a timer is marked as fired in the transaction of what it
does, so that it does it once. There is no lease: nobody holds a timer while nobody is in a transaction. The mark comes last,
and only where the timer still stands as it was found; if it was moved, called off or fired by another meanwhile, all
that was done is undone. So whoever fires a timer takes the subject first and the timer after, like whoever moves one,
and two of them cannot wait for each other in a ring.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Index, Integer, Table, Text, Uuid, delete, func, or_, select, text, update

from shared import audit, clock, telemetry
from shared.database import GROUND, Database, Session, UTCDateTime, insert_or
from shared.ids import new_id
from shared.telemetry import log

due_table = Table(
    "due",
    GROUND,
    Column("kind", Text, primary_key=True),
    Column("subject", Uuid, primary_key=True),
    Column("due_at", UTCDateTime, nullable=False),
    Column("fired_at", UTCDateTime, nullable=True),
    Column("failures", Integer, nullable=False),
    Column("retry_at", UTCDateTime, nullable=True),
    Index("ix_due_waiting", "due_at", sqlite_where=text("fired_at IS NULL"), postgresql_where=text("fired_at IS NULL")),
)

BATCH = 200
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True)
class Timer:
    """A kind of timer, and what happens to its subjects when they are due: all of it in the transaction that is handed in.
    It takes the subjects' rows first, and does not set its own timer again.
    """

    kind: str
    when_due: Callable[[Session, Sequence[UUID]], Awaitable[None]]


async def at(session: Session, kind: str, subject: UUID, when: datetime) -> None:
    """Set a timer. One that is set already is moved; the same instant again changes nothing, even after it has fired."""
    stated = insert_or(session, due_table).values(kind=kind, subject=subject, due_at=when, failures=0)
    moved = stated.on_conflict_do_update(
        index_elements=["kind", "subject"],
        set_={"due_at": stated.excluded.due_at, "fired_at": None, "failures": 0, "retry_at": None},
        where=due_table.c.due_at != stated.excluded.due_at,
    )
    await session.execute(moved)


async def cancel(session: Session, kind: str, subject: UUID) -> None:
    """Call a timer off. One that has fired stays as a record that it did."""
    waiting = due_table.c.fired_at.is_(None)
    await session.execute(delete(due_table).where(due_table.c.kind == kind, due_table.c.subject == subject, waiting))


async def fire(database: Database, timers: Collection[Timer]) -> int:
    """The leader's round: let everything fire that is due; returns how many did."""
    by_kind = {timer.kind: timer for timer in timers}
    fired = 0
    while waiting := await _waiting(database, by_kind):
        for kind, subjects in waiting.items():
            fired += await _fire(database, by_kind[kind], subjects)
    return fired


async def _waiting(database: Database, kinds: Collection[str]) -> dict[str, list[UUID]]:
    """The subjects whose timers have been due longest, by kind.

    A pause further off than any we make was made by a clock that has since been put back: it is over.
    """
    now = clock.now()
    paused = due_table.c.retry_at.between(now, now + LONGEST_PAUSE)
    wanted = (
        select(due_table.c.kind, due_table.c.subject)
        .where(due_table.c.fired_at.is_(None), due_table.c.due_at <= now, due_table.c.kind.in_(kinds))
        .where(or_(due_table.c.retry_at.is_(None), ~paused))
        .order_by(due_table.c.due_at)
        .limit(BATCH)
    )
    found: dict[str, list[UUID]] = defaultdict(list)
    async with database.reading() as session:
        for kind, subject in await session.execute(wanted):
            found[kind].append(subject)
    return found


async def _fire(database: Database, timer: Timer, subjects: Sequence[UUID]) -> int:
    """Fire these together. Whatever fails is halved until what cannot be done stands alone; that one is tried again later."""
    try:
        with telemetry.following(str(new_id())):
            async with database.transaction() as session:
                await timer.when_due(session, subjects)
                audit.touches(session, subjects)
                await audit.record(session, actor=database.service, role="", act=timer.kind, outcome=200)
                await _mark_fired(session, timer.kind, subjects)
        return len(subjects)
    except Exception as failure:
        if len(subjects) == 1:
            await _put_off(database, timer.kind, subjects[0], failure)
            return 0
    half = len(subjects) // 2
    return await _fire(database, timer, subjects[:half]) + await _fire(database, timer, subjects[half:])


class Moved(Exception):
    """A timer does not stand as it was found."""


async def _mark_fired(session: Session, kind: str, subjects: Sequence[UUID]) -> None:
    mark = update(due_table).where(*_standing(kind), due_table.c.subject.in_(subjects)).values(fired_at=clock.now())
    if (await session.execute(mark)).rowcount != len(subjects):  # type: ignore[attr-defined]
        raise Moved


async def _put_off(database: Database, kind: str, subject: UUID, failure: Exception) -> None:
    """Try it again later, if it stands at all: another may have moved it or called it off, which is no failure."""
    async with database.transaction() as session:
        here = (*_standing(kind), due_table.c.subject == subject)
        failures = (await session.execute(select(due_table.c.failures).where(*here))).scalar_one_or_none()
        if failures is None:
            return
        pause = min(FIRST_PAUSE * 2 ** min(failures, 10), LONGEST_PAUSE)
        put_off = update(due_table).where(*here).values(failures=failures + 1, retry_at=clock.now() + pause)
        await session.execute(put_off)
    log.error("timer.failed", kind=kind, subject=str(subject), failures=failures + 1, error=type(failure).__name__)


def _standing(kind: str) -> tuple[ColumnElement[bool], ...]:
    return due_table.c.kind == kind, due_table.c.fired_at.is_(None), due_table.c.due_at <= clock.now()


async def overdue(session: Session) -> tuple[int, int]:
    """How many timers are due and have not fired, and how many of them have failed. Both return to 0 within moments."""
    waiting = select(func.count(), func.count().filter(due_table.c.failures > 0)).where(
        due_table.c.fired_at.is_(None), due_table.c.due_at <= clock.now()
    )
    count, failing = (await session.execute(waiting)).one()
    return count, failing
