"""Hearing: a batch of events is applied once, whole, in one transaction with the note that it was heard.

Two kinds of failure carry the whole policy. A *transient* one (the database is away, a lock was not had) rolls back and
the transport delivers the batch again. Anything else is *poison*: the events are then taken one by one, the one that
cannot be applied is put among the dead letters with its reason, and its neighbours go on.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import JSON, Column, LargeBinary, Table, Text, Uuid, insert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared import clock
from shared.contracts.envelope import Envelope
from shared.contracts.state import State
from shared.database import GROUND, Database, Session, UTCDateTime, insert_or
from shared.telemetry import log

inbox_table = Table(
    "inbox",
    GROUND,
    Column("event_id", Uuid, primary_key=True),
)

dead_letter_table = Table(
    "dead_letter",
    GROUND,
    Column("event_id", Uuid, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("key", Uuid, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("failed_at", UTCDateTime, nullable=False),
)

S = TypeVar("S", bound=State)


class Poison(Exception):
    """This event can never be applied; the message says why, without saying what was in it."""


@dataclass(frozen=True)
class Subscription(Generic[S]):
    """What a service does when it hears of a kind of subject: it is handed the newest state of each, together."""

    state: type[S]
    hear: Callable[[Session, Sequence[S]], Awaitable[None]]


@dataclass(frozen=True)
class Hearer:
    """A service's ears: its name, where it keeps what it hears, and what it listens for."""

    name: str
    database: Database
    subscriptions: Sequence[Subscription[Any]]
    _by_type: dict[str, Subscription[Any]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_type = {f"dwc.{each.state.topic}.v1": each for each in self.subscriptions}
        object.__setattr__(self, "_by_type", by_type)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(each.state.topic for each in self.subscriptions)

    async def hear(self, envelopes: Sequence[Envelope]) -> None:
        """Apply a batch. Returns when all of it is committed; raises only what is worth trying again."""
        try:
            async with self.database.transaction() as session:
                await self._apply(session, envelopes)
        except Exception as failure:
            if is_transient(failure):
                raise
            for envelope in envelopes:
                await self._hear_alone(envelope)

    async def _hear_alone(self, envelope: Envelope) -> None:
        try:
            async with self.database.transaction() as session:
                await self._apply(session, [envelope])
        except Exception as failure:
            if is_transient(failure):
                raise
            await self._bury(envelope, _reason(failure))

    async def _apply(self, session: Session, envelopes: Sequence[Envelope]) -> None:
        fresh = await _not_heard_before(session, [envelope.id for envelope in envelopes])
        newest: dict[str, dict[UUID, State]] = {}
        for envelope in envelopes:
            if envelope.id not in fresh:
                continue
            fresh.discard(envelope.id)
            subscription = self._by_type.get(envelope.type)
            if subscription is None:
                raise Poison(f"nobody here knows events of type {envelope.type}")
            state = subscription.state.model_validate_json(envelope.data)
            states = newest.setdefault(envelope.type, {})
            if state.key not in states or states[state.key].version < state.version:
                states[state.key] = state
        for event_type, states in newest.items():
            await self._by_type[event_type].hear(session, list(states.values()))

    async def _bury(self, envelope: Envelope, reason: str) -> None:
        log.error("event.dead", event_id=str(envelope.id), topic=envelope.topic, reason=reason)
        async with self.database.transaction() as session:
            if not await _not_heard_before(session, [envelope.id]):
                return
            await session.execute(
                insert(dead_letter_table).values(
                    event_id=envelope.id,
                    topic=envelope.topic,
                    key=envelope.key,
                    headers=envelope.headers(),
                    data=envelope.data,
                    reason=reason,
                    failed_at=clock.now(),
                )
            )


async def _not_heard_before(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    """Note these events as heard; returns those that had not been. Sorted, so that two hearers cannot deadlock."""
    if not ids:
        return set()
    rows = [{"event_id": event_id} for event_id in sorted(set(ids))]
    noted = insert_or(session, inbox_table).on_conflict_do_nothing().returning(inbox_table.c.event_id)
    return set((await session.execute(noted, rows)).scalars())


def is_transient(failure: BaseException) -> bool:
    """Whether the same attempt may succeed later: the database is away, busy or would not wait."""
    if isinstance(failure, OperationalError | InterfaceError | PoolTimeout | OSError | TimeoutError):
        return True
    return isinstance(failure, DBAPIError) and (
        failure.connection_invalidated or _sqlstate(failure)[:2] in {"08", "40", "53", "55", "57"}
    )


def _sqlstate(failure: DBAPIError) -> str:
    """PostgreSQL's class of error: connection, rollback, resources, lock, intervention."""
    return getattr(failure.orig, "sqlstate", None) or getattr(failure.orig, "pgcode", None) or ""


def _reason(failure: Exception) -> str:
    """Why, in words that hold nothing of what the event said."""
    if isinstance(failure, Poison):
        return str(failure)
    if isinstance(failure, ValidationError):
        places = ", ".join(sorted({".".join(map(str, error["loc"])) for error in failure.errors(include_input=False)}))
        return f"the state is not of its published shape at: {places}"
    return f"{type(failure).__name__} while it was applied"
