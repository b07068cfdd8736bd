"""The outbox: what a service has said and not yet delivered, in the order it was said."""

from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Identity,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    delete,
    func,
    insert,
    select,
)

from shared import clock, telemetry
from shared.contracts.envelope import LARGEST, Envelope
from shared.contracts.state import Renewal, State
from shared.database import GROUND, Session, UTCDateTime
from shared.ids import new_id
from shared.problems import Unprocessable

outbox_table = Table(
    "outbox",
    GROUND,
    # PostgreSQL draws pos under the lock on the subject's row, so pos order is commit order for each subject.
    Column("pos", BigInteger().with_variant(Integer, "sqlite"), Identity(always=True), primary_key=True),
    Column("topic", Text, nullable=False),
    Column("key", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    sqlite_autoincrement=True,
)

SPOKEN = insert(outbox_table).inline()


class TooMuchToSay(Unprocessable):
    title = "There is more of this record than can be passed on"


async def publish(session: Session, *states: State | Renewal, by: str, because_of: str = "") -> None:
    """Say what these subjects are now, as part of this transaction. Nothing is sent here; the relay sends.

    The subject's row must have been locked or changed earlier in the transaction: that is what keeps its events in order.
    Raises `TooMuchToSay`, because an event that no broker takes would hold up all that come after it.
    """
    if not states:
        return
    now = clock.now()
    correlation = telemetry.request_id.get()
    rows = []
    for state in states:
        assert {change.what for change in state.changes} <= state.happenings, "a word that no contract has"
        envelope = Envelope.around(
            state,
            id=new_id(),
            service=session.info["service"],
            time=now,
            actor=by,
            correlation_id=correlation,
            causation_id=because_of or correlation,
            traceparent=telemetry.traceparent.get(),
        )
        if len(envelope.data) > LARGEST:
            raise TooMuchToSay(f"an event may have {LARGEST} bytes; give less in one record")
        rows.append(
            {
                "topic": envelope.topic,
                "key": envelope.key,
                "event_id": envelope.id,
                "headers": envelope.headers(),
                "data": envelope.data,
                "created_at": now,
            }
        )
    await session.execute(SPOKEN, rows)
    session.info["spoke"] = True


async def oldest(session: Session, *, limit: int) -> list[tuple[int, Envelope]]:
    """The oldest undelivered events, each with its position."""
    rows = await session.execute(select(outbox_table).order_by(outbox_table.c.pos).limit(limit))
    return [(row.pos, Envelope.opened(row.topic, row.headers, row.data)) for row in rows]


async def delivered(session: Session, positions: list[int]) -> None:
    """Forget what has arrived."""
    await session.execute(delete(outbox_table).where(outbox_table.c.pos.in_(positions)))


async def depth(session: Session) -> int:
    """How many events wait to be delivered."""
    return int((await session.execute(select(func.count()).select_from(outbox_table))).scalar_one())


async def waiting(session: Session) -> tuple[int, float]:
    """How many events wait to be delivered, and for how many seconds the oldest has."""
    counted = select(func.count(), func.min(outbox_table.c.created_at))
    count, oldest_at = (await session.execute(counted)).one()
    return int(count), (clock.now() - oldest_at).total_seconds() if oldest_at else 0.0


async def waiting_ids(session: Session) -> set[UUID]:
    """The ids of the events that wait to be delivered."""
    return set((await session.execute(select(outbox_table.c.event_id))).scalars())
