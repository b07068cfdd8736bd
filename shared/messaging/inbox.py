"""Hearing: a batch of events is acted on once, whole, in one transaction with the note that it was heard.

Two kinds of failure carry the whole policy. A *transient* one (the database is away, a lock was not had) rolls back and
the transport delivers the batch again. Anything else is a fault of one event: the events are then taken one by one,
the one that cannot be acted on is put among the dead letters with its reason, and its neighbours go on.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Column, Table, Uuid, delete, select

from shared import clock
from shared.contracts.state import Renewal, State
from shared.database import GROUND, Database, Session, insert_or
from shared.failures import is_transient
from shared.ids import id_at, made_at
from shared.messaging import dead_letters
from shared.messaging.dead_letters import Arrival, DeadLetter, Kind, SetAside, Unreadable
from shared.messaging.origins import as_part_of_their_request

inbox_table = Table(
    "inbox",
    GROUND,
    Column("event_id", Uuid, primary_key=True),
)

PARKED_AT_ONCE = 100
KEPT = timedelta(days=35)
"""Longer than any topic keeps its events: what is forgotten and comes again is heard again."""
FORGOTTEN_AT_ONCE = 10_000

S = TypeVar("S", bound=State)


class CannotActOn(Exception):
    """This event cannot be acted on; the message says why, without saying what was in it."""

    kind = Kind.POISON


class NotKnownYet(CannotActOn):
    kind = Kind.PARKED


@dataclass(frozen=True)
class Subscription(Generic[S]):
    """What a service does when it hears of a kind of subject: it is handed the newest state of each, together."""

    state: type[S]
    hear: Callable[[Session, Sequence[S]], Awaitable[None]]
    lose: Callable[[Session, int], Awaitable[None]]
    """What it does with the subjects it last heard of in an epoch before this one: their speaker knows them no more.

    They are then as erased, at version 0 of this epoch, so that nothing said of them before can bring them back.
    """


@dataclass(frozen=True)
class Meaning:
    """What an event says, and whom it concerns here."""

    subscription: Subscription[Any]
    says: State | Renewal


@dataclass(frozen=True)
class Hearer:
    """A service's ears: its name, where it keeps what it hears, and what it listens for."""

    name: str
    database: Database
    subscriptions: Sequence[Subscription[Any]]
    _known: dict[str, tuple[Subscription[Any], type[State | Renewal]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        states = {each.state.type_of_events(): (each, each.state) for each in self.subscriptions}
        renewals = {Renewal.type_on(each.state.topic): (each, Renewal) for each in self.subscriptions}
        object.__setattr__(self, "_known", states | renewals)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(each.state.topic for each in self.subscriptions)

    async def hear(self, arrivals: Sequence[Arrival]) -> None:
        """Act on a batch. Returns when all of it is committed; raises only what is worth trying again."""
        with as_part_of_their_request(arrivals):
            async with self.database.transaction() as session:
                fresh = await _not_heard_before(session, arrivals)
                await dead_letters.set_aside(session, await self._act_on(session, fresh))

    async def replay(self, session: Session, letter_id: UUID) -> DeadLetter:
        """Act on a dead letter again; what came of it stands on the letter. Replaying one twice is harmless.

        So is replaying one whose subject has been heard of since: the newer version stays. Raises `NotFound`.
        """
        arrival = await dead_letters.take_again(session, letter_id)
        if arrival is not None:
            failed = await self._act_on(session, [arrival])
            await dead_letters.note_attempt(session, letter_id, failed[0] if failed else None)
        return await dead_letters.dead_letter(session, letter_id)

    async def take_up_parked(self) -> None:
        """Act on what was parked and is known by now. What still cannot be acted on is parked no longer."""
        while True:
            async with self.database.transaction() as session:
                waiting = await dead_letters.parked(session, self._known, limit=PARKED_AT_ONCE)
                for letter_id in waiting:
                    await self.replay(session, letter_id)
            if not waiting:
                return

    async def _act_on(self, session: Session, arrivals: Sequence[Arrival]) -> list[SetAside]:
        """Act on these; returns those that could not be acted on. None of them takes another down."""
        understood: list[tuple[Arrival, Meaning]] = []
        aside: list[SetAside] = []
        for arrival in arrivals:
            try:
                understood.append((arrival, self._meaning(arrival)))
            except CannotActOn as why:
                aside.append(SetAside(arrival, why.kind, str(why)))
        if await _attempt(session, [meaning for _, meaning in understood]) is None:
            return aside
        for arrival, meaning in understood:
            with as_part_of_their_request([arrival]):
                failure = await _attempt(session, [meaning])
            if failure is not None:
                aside.append(SetAside(arrival, Kind.POISON, f"{type(failure).__name__} while it was acted on"))
        return aside

    def _meaning(self, arrival: Arrival) -> Meaning:
        """What an event says. Raises `CannotActOn`."""
        if isinstance(arrival, Unreadable):
            raise CannotActOn(arrival.reason)
        if arrival.type not in self._known:
            raise NotKnownYet(f"nobody here knows events of type {arrival.type}")
        subscription, shape = self._known[arrival.type]
        if arrival.topic != subscription.state.topic:
            raise CannotActOn("events of this type do not belong on this topic")
        try:
            says = shape.model_validate_json(arrival.data)
        except ValidationError as invalid:
            raise CannotActOn(_where(invalid)) from None
        if says.key != arrival.key:
            raise CannotActOn("its state is of another subject than its header says")
        return Meaning(subscription, says)


async def _attempt(session: Session, meanings: Sequence[Meaning]) -> Exception | None:
    """Act on these together, or not at all; returns what prevented it. Raises what is worth trying again."""
    try:
        async with session.begin_nested():
            await _act(session, meanings)
    except Exception as failure:
        if is_transient(failure):
            raise
        return failure
    return None


async def _act(session: Session, meanings: Sequence[Meaning]) -> None:
    """Hand each subscription the newest state of every subject, then what its speaker knows no more."""
    newest: dict[Subscription[Any], dict[UUID, State]] = {}
    for meaning in meanings:
        if isinstance(state := meaning.says, State):
            states = newest.setdefault(meaning.subscription, {})
            if state.key not in states or states[state.key].version < state.version:
                states[state.key] = state
    for subscription, states in newest.items():
        await subscription.hear(session, list(states.values()))
        await dead_letters.forget_subjects(session, [key for key, state in states.items() if state.erased])
    for meaning in meanings:
        if isinstance(renewal := meaning.says, Renewal):
            await meaning.subscription.lose(session, renewal.epoch)
            await dead_letters.forget_superseded(session, renewal.topic, before=renewal.since)


async def _not_heard_before(session: Session, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Note these as heard; returns those that had not been. Sorted, so that two hearers cannot deadlock."""
    first: dict[UUID, Arrival] = {}
    for arrival in arrivals:
        first.setdefault(arrival.id, arrival)
    if not first:
        return []
    rows = [{"event_id": event_id} for event_id in sorted(first)]
    noted = insert_or(session, inbox_table).on_conflict_do_nothing().returning(inbox_table.c.event_id)
    fresh = set((await session.execute(noted, rows)).scalars())
    return [arrival for event_id, arrival in first.items() if event_id in fresh]


async def last_heard(session: Session) -> datetime | None:
    """When the newest event heard was said; None before the first."""
    newest = select(inbox_table.c.event_id).order_by(inbox_table.c.event_id.desc()).limit(1)
    event_id = (await session.execute(newest)).scalar_one_or_none()
    return None if event_id is None else made_at(event_id)


async def forget_old_events(database: Database) -> None:
    """The leader's housekeeping: forget what was heard, and what was replayed, too long ago to come again."""
    before = clock.now() - KEPT
    async with database.transaction() as session:
        await dead_letters.forget_replayed(session, before=before)
    forgotten = FORGOTTEN_AT_ONCE
    while forgotten == FORGOTTEN_AT_ONCE:
        async with database.transaction() as session:
            forgotten = await _forget_heard(session, before=before)


async def _forget_heard(session: Session, *, before: datetime) -> int:
    """Forget the oldest events said before an instant, not too many at once; returns how many."""
    old = select(inbox_table.c.event_id).where(inbox_table.c.event_id < id_at(before))
    oldest = old.order_by(inbox_table.c.event_id).limit(FORGOTTEN_AT_ONCE)
    forgotten = await session.execute(delete(inbox_table).where(inbox_table.c.event_id.in_(oldest)))
    return int(forgotten.rowcount)  # type: ignore[attr-defined]


def _where(invalid: ValidationError) -> str:
    errors = invalid.errors(include_input=False, include_url=False, include_context=False)
    places = sorted({".".join(map(str, error["loc"])) for error in errors} - {""})
    return (
        f"its state is not of the published shape at: {', '.join(places)[:500]}" if places else "its data is not JSON"
    )
