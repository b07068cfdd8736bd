"""Whatever is killed between two steps, sent again or sent in another order: each event counts once, on both databases."""

import random
from collections.abc import Sequence

import pytest
from sqlalchemy import text

from services.observation.main import SERVICE as OBSERVATION
from services.reporting.main import SERVICE as REPORTING
from shared.contracts.envelope import LARGEST, Envelope
from shared.contracts.intake import WorkerState
from shared.messaging import outbox
from shared.messaging.dead_letters import dead_letters
from shared.messaging.inbox import Hearer, Subscription
from shared.messaging.outbox import TooMuchToSay, publish
from shared.messaging.relay import BATCH, drain, relay_once
from shared.messaging.transports.embedded import EmbeddedTransport
from tests.borough import figures
from tests.shared.test_dead_letters import event, worker

SEED = 20261124


class Killed(BaseException):
    """kill -9: nothing that was to come after it happens, and nobody gets to handle it."""


class Dying(EmbeddedTransport):
    """Hands over, and is killed before anybody is told that it has."""

    def __init__(self, hearers: Sequence[Hearer], *, times: int) -> None:
        super().__init__(hearers)
        self.left = times

    async def send(self, envelopes: Sequence[Envelope]) -> None:
        await super().send(envelopes)
        if self.left:
            self.left -= 1
            raise Killed


class Noting(EmbeddedTransport):
    """Notes what is handed over, and in which batches."""

    def __init__(self, hearers: Sequence[Hearer] = ()) -> None:
        super().__init__(hearers)
        self.batches: list[list[Envelope]] = []

    async def send(self, envelopes: Sequence[Envelope]) -> None:
        self.batches.append(list(envelopes))
        await super().send(envelopes)


@pytest.fixture
async def observation(open_database):
    async with open_database(OBSERVATION) as database:
        async with database.transaction() as session:
            await session.execute(text("CREATE TABLE heard (worker text, n integer)"))
        yield database


def counting(database) -> Hearer:
    """Ears that add a row for every state they are handed: what is handed over twice shows."""

    async def hear(session, states) -> None:
        rows = [{"worker": state.reference, "n": state.n} for state in states]
        await session.execute(text("INSERT INTO heard VALUES (:worker, :n)"), rows)

    async def lose(_session, _epoch) -> None:
        raise AssertionError("nothing is lost here")

    return Hearer("observation", database, [Subscription(WorkerState, hear, lose)])


async def heard(database) -> list[tuple[str, int]]:
    async with database.reading() as session:
        return sorted((row.worker, row.n) for row in await session.execute(text("SELECT worker, n FROM heard")))


async def depth(database) -> int:
    async with database.reading() as session:
        return await outbox.depth(session)


async def said(database, *states: WorkerState) -> None:
    async with database.transaction() as session:
        await publish(session, *states, by="test")


async def test_what_was_acknowledged_and_not_yet_removed_is_sent_again_and_dropped(observation) -> None:
    await said(observation, *(worker(f"w{i}") for i in range(20)))
    transport = Dying([counting(observation)], times=3)
    for _ in range(3):
        with pytest.raises(Killed):
            await relay_once(observation, transport)
        assert await depth(observation) == 20
    assert await drain(observation, transport) == 20
    assert len(await heard(observation)) == len(set(await heard(observation))) == 20


async def test_what_was_heard_and_whose_offset_was_not_committed_is_delivered_again_and_dropped(observation) -> None:
    batch = [event(worker(f"w{i}")) for i in range(20)]
    await counting(observation).hear(batch)
    await counting(observation).hear([*batch[10:], event(worker("next"))])  # another process, from the older offset
    assert len(await heard(observation)) == len(set(await heard(observation))) == 21


async def test_what_was_being_heard_when_it_was_killed_is_as_if_it_had_never_come(observation) -> None:
    async def killed(_session, _states) -> None:
        raise Killed

    batch = [event(worker(f"w{i}")) for i in range(5)]
    ears = counting(observation)
    dying = Hearer("observation", observation, [Subscription(WorkerState, killed, ears.subscriptions[0].lose)])
    with pytest.raises(Killed):
        await dying.hear(batch)
    assert await heard(observation) == []
    await ears.hear(batch)
    assert len(await heard(observation)) == 5


async def test_a_long_backlog_leaves_in_bounded_batches_and_in_the_order_it_was_said(observation) -> None:
    total = 4 * BATCH + 7
    ids = [worker(f"w{i}", n=i + 1) for i in range(total)]
    await said(observation, *ids)
    transport = Noting()
    await relay_once(observation, transport)
    await said(observation, worker("news"))  # said while the backlog is being delivered
    await drain(observation, transport)
    assert max(map(len, transport.batches)) == BATCH
    delivered = [WorkerState.model_validate_json(each.data).reference for batch in transport.batches for each in batch]
    assert delivered == [*(each.reference for each in ids), "news"]


async def test_more_than_an_event_may_hold_is_refused_before_it_holds_up_the_rest(observation) -> None:
    with pytest.raises(TooMuchToSay):
        await said(observation, worker("w" * (LARGEST + 1)))
    assert await depth(observation) == 0


async def test_events_three_times_over_shuffled_and_replayed_from_the_start_give_the_same_figures(borough) -> None:
    """Across subjects and within them, into a database that is being heard into."""
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    async with borough.closed() as department:
        noting = department.installation.transport = Noting(department.installation.transport._hearers)
        await department.staffed()
        for child in ("C1", "C2", "C3", "C4"):
            await department.lives(child, worker=chance.choice(["asha", "ben"]))
        before = await department.cells()
    borough.take_away("reporting")
    async with borough.database("reporting") as reporting:
        ears = REPORTING.hearer(reporting)
        once = [each for batch in noting.batches for each in batch if each.topic in ears.topics]
        assert before
        assert len(once) == 3 + 4 * 4  # each worker once, each child referred, decided, allocated, observed
        left = once * 3
        chance.shuffle(left)
        while left:
            size = chance.randint(1, 7)
            await ears.hear(left[:size])
            del left[:size]
        assert await figures(reporting) == before
        await ears.hear(once)
        assert await figures(reporting) == before
        async with reporting.reading() as session:
            assert await dead_letters(session) == []
