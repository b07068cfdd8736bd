"""Dead letters: what was heard and could not be acted on, kept with the reason until somebody, or newer code, can.

*Poison* is an event that this code cannot act on, or a record that is no event at all: a person reads the reason, has
the cause mended and replays it. *Parked* is an event of a type that nobody here knows yet: it is taken up by itself
once the code knows the type.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Integer, LargeBinary, Row, Table, Text, Uuid, delete, func, select, update

from shared import clock
from shared.contracts.envelope import Envelope
from shared.database import GROUND, Session, UTCDateTime, insert_or
from shared.ids import BEGINNING, id_at
from shared.messaging.origins import as_part_of_their_request
from shared.problems import NotFound
from shared.telemetry import log

dead_letter_table = Table(
    "dead_letter",
    GROUND,
    Column("event_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("key", Uuid, nullable=True),
    Column("headers", JSON, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("failed_at", UTCDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("replayed_at", UTCDateTime, nullable=True),
)

KEPT_BYTES = 65_536
"""How much is kept of a record that is no event: enough to tell what it was, whatever its size."""
KEPT_HEADERS = 50


class Kind(StrEnum):
    POISON = "poison"
    PARKED = "parked"


@dataclass(frozen=True)
class Unreadable:
    """A record on a topic that is no event of ours. Its id follows from what it is, so that it is kept once."""

    id: UUID
    topic: str
    described_by: dict[str, str]
    data: bytes
    reason: str
    type: str = ""
    key: None = None

    @classmethod
    def found(
        cls, topic: str, place: str, stamp: int, headers: Iterable[tuple[str, bytes | None]], data: bytes, reason: str
    ) -> "Unreadable":
        """What stood at a place of a topic, with its time stamp in milliseconds, which may be anything."""
        digest = hashlib.sha256(f"{topic}/{place}/{stamp}/".encode() + data).digest()
        latest = datetime.now(UTC) + timedelta(days=1)
        stamped = min(BEGINNING + timedelta(milliseconds=min(max(stamp, 0), 2**45)), latest)
        described_by = {
            name[:100]: (value or b"")[:1000].decode(errors="backslashreplace")
            for name, value in list(headers)[:KEPT_HEADERS]
        }
        named = id_at(stamped, chance=int.from_bytes(digest[:9]))
        return cls(named, topic, described_by, data[:KEPT_BYTES], reason)

    def headers(self) -> dict[str, str]:
        return self.described_by


Arrival = Envelope | Unreadable


@dataclass(frozen=True)
class SetAside:
    """Something that arrived and could not be acted on, and why, in words that hold nothing of what it said."""

    arrival: Arrival
    kind: Kind
    reason: str


@dataclass(frozen=True)
class DeadLetter:
    """What may be shown of a dead letter: nothing of the subject's state."""

    id: UUID
    kind: Kind
    topic: str
    type: str
    """Empty for a record that is no event."""
    key: UUID | None
    """The subject's id."""
    reason: str
    failed_at: datetime
    attempts: int
    replayed_at: datetime | None


SHOWN = [
    dead_letter_table.c[name]
    for name in ("event_id", "kind", "topic", "type", "key", "reason", "failed_at", "attempts", "replayed_at")
]


async def set_aside(session: Session, those: Sequence[SetAside]) -> None:
    """Keep these as dead letters, in the transaction that notes them as heard."""
    if not those:
        return
    # A letter may wait here for longer than the inbox remembers that it came.
    await session.execute(
        insert_or(session, dead_letter_table).on_conflict_do_nothing(), [_row(each) for each in those]
    )
    for each in those:
        say = log.error if each.kind is Kind.POISON else log.info
        with as_part_of_their_request([each.arrival]):
            say(f"event.{each.kind}", event_id=str(each.arrival.id), topic=each.arrival.topic, reason=each.reason)


def _row(each: SetAside) -> dict[str, Any]:
    arrival = each.arrival
    return {
        "event_id": arrival.id,
        "kind": each.kind,
        "topic": arrival.topic,
        "type": arrival.type,
        "key": arrival.key,
        "headers": arrival.headers(),
        "data": arrival.data,
        "reason": each.reason,
        "failed_at": clock.now(),
        "attempts": 1,
    }


async def dead_letters(
    session: Session, *, after: UUID | None = None, limit: int = 50, replayed: bool = False
) -> list[DeadLetter]:
    """Dead letters in order of id, which is the order they were said in: those that wait, or those replayed."""
    is_replayed = dead_letter_table.c.replayed_at.is_not(None)
    wanted = select(*SHOWN).where(is_replayed if replayed else ~is_replayed).order_by(dead_letter_table.c.event_id)
    if after is not None:
        wanted = wanted.where(dead_letter_table.c.event_id > after)
    return [_shown(row) for row in await session.execute(wanted.limit(limit))]


async def dead_letter(session: Session, letter_id: UUID) -> DeadLetter:
    """One dead letter. Raises `NotFound`."""
    row = (await session.execute(select(*SHOWN).where(dead_letter_table.c.event_id == letter_id))).one_or_none()
    if row is None:
        raise NotFound("there is no dead letter of this id")
    return _shown(row)


def _shown(row: Row[Any]) -> DeadLetter:
    return DeadLetter(
        row.event_id,
        Kind(row.kind),
        row.topic,
        row.type,
        row.key,
        row.reason,
        row.failed_at,
        row.attempts,
        row.replayed_at,
    )


async def how_many_wait(session: Session) -> dict[Kind, int]:
    """How many dead letters of each kind have not been replayed."""
    table = dead_letter_table.c
    counted = select(table.kind, func.count().label("waiting")).where(table.replayed_at.is_(None)).group_by(table.kind)
    found = {row.kind: row.waiting for row in await session.execute(counted)}
    return {kind: found.get(kind, 0) for kind in Kind}


async def parked(session: Session, types: Collection[str], *, limit: int) -> list[UUID]:
    """The oldest that were parked and are of one of these types."""
    table = dead_letter_table.c
    wanted = select(table.event_id).where(
        table.kind == Kind.PARKED, table.replayed_at.is_(None), table.type.in_(sorted(types))
    )
    return list((await session.execute(wanted.order_by(table.event_id).limit(limit))).scalars())


async def take_again(session: Session, letter_id: UUID) -> Arrival | None:
    """What arrived, to be acted on again, and ours until the transaction ends; None if that has been done already."""
    wanted = select(dead_letter_table).where(dead_letter_table.c.event_id == letter_id).with_for_update()
    row = (await session.execute(wanted)).one_or_none()
    if row is None:
        raise NotFound("there is no dead letter of this id")
    if row.replayed_at is not None:
        return None
    if row.key is None:
        return Unreadable(row.event_id, row.topic, row.headers, row.data, row.reason)
    return Envelope.opened(row.topic, row.headers, row.data)


async def note_attempt(session: Session, letter_id: UUID, failed: SetAside | None) -> None:
    """Note on the letter what came of acting on it again."""
    outcome: dict[str, Any] = {"replayed_at": clock.now()}
    if failed is not None:
        outcome = {"kind": failed.kind, "reason": failed.reason, "failed_at": clock.now()}
    letter = update(dead_letter_table).where(dead_letter_table.c.event_id == letter_id)
    await session.execute(letter.values(attempts=dead_letter_table.c.attempts + 1, **outcome))


async def forget_subjects(session: Session, keys: Collection[UUID]) -> None:
    """Keep nothing of what was said of these subjects: they were erased."""
    if keys:
        await session.execute(delete(dead_letter_table).where(dead_letter_table.c.key.in_(keys)))


async def forget_superseded(session: Session, topic: str, *, before: datetime) -> None:
    """Drop what was said on a topic before everything on it was said again."""
    table = dead_letter_table.c
    await session.execute(delete(dead_letter_table).where(table.topic == topic, table.event_id < id_at(before)))


async def forget_replayed(session: Session, *, before: datetime) -> None:
    """Drop what was replayed before an instant."""
    await session.execute(delete(dead_letter_table).where(dead_letter_table.c.replayed_at < before))
