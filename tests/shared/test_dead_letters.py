"""What was heard and could not be acted on: kept with its reason, never in its neighbours' way, and replayed."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from services.observation.main import SERVICE
from services.observation.people.models import KnownWorker
from services.observation.people.operations import keep_workers, lose_workers
from shared.clock import held_at
from shared.contracts.codes import WorkerRole
from shared.contracts.envelope import Envelope
from shared.contracts.intake import TeamMembership, WorkerState
from shared.contracts.state import State
from shared.ids import id_at, new_id
from shared.messaging import dead_letters, inbox
from shared.messaging.dead_letters import Kind, Unreadable, how_many_wait
from shared.messaging.inbox import Hearer, Subscription, forget_old_events, inbox_table
from shared.problems import NotFound

NOON = datetime(2026, 5, 14, 11, tzinfo=UTC)


class NextWorkerState(WorkerState):
    """The contract after a breaking change, which nobody here knows yet."""

    topic = WorkerState.topic
    contract = 2


def worker(reference: str, *, n: int = 1, kind: type[WorkerState] = WorkerState, **changes) -> WorkerState:
    stated = {
        "authority": "206",
        "epoch": 1,
        "n": n,
        "worker_id": uuid4(),
        "reference": reference,
        "role": WorkerRole.SOCIAL_WORKER,
        "full_time_equivalent_percent": 100,
        "memberships": (TeamMembership(team="north", team_name="North", member_from=date(2024, 1, 1)),),
    }
    return kind(**(stated | changes))


def event(state: State, **changes) -> Envelope:
    said = Envelope.around(
        state, id=new_id(), service="intake", time=NOON, actor="", correlation_id="", causation_id=""
    )
    return Envelope(**(vars(said) | changes))


class Ears:
    """Observation hearing of workers only, by code that cannot act on some of them until it is mended."""

    def __init__(self, database) -> None:
        self.database = database
        self.troubled_by = {"trouble"}
        self.hearer = Hearer("observation", database, [Subscription(WorkerState, self._hear, lose_workers)])

    async def _hear(self, session, states) -> None:
        await keep_workers(session, states)
        if any(state.reference in self.troubled_by for state in states):
            raise LookupError("Trouble Smith")

    async def hears(self, *arrivals) -> None:
        await self.hearer.hear(arrivals)

    async def replay(self, letter_id: UUID) -> dead_letters.DeadLetter:
        async with self.database.transaction() as session:
            return await self.hearer.replay(session, letter_id)

    async def known(self) -> dict[str, int]:
        async with self.database.reading() as session:
            return {row.reference: row.n for row in (await session.exec(select(KnownWorker))).all()}

    async def letters(self, *, replayed: bool = False) -> list[dead_letters.DeadLetter]:
        async with self.database.reading() as session:
            return await dead_letters.dead_letters(session, replayed=replayed)


@pytest.fixture
async def ears(open_database):
    async with open_database(SERVICE) as database:
        with held_at(NOON):
            yield Ears(database)


async def test_one_event_that_troubles_the_code_takes_none_of_its_neighbours_down(ears) -> None:
    trouble = event(worker("trouble"))
    batch = [*(event(worker(f"before-{i}")) for i in range(3)), trouble, event(worker("after"))]
    await ears.hears(*batch)
    await ears.hears(*batch)
    assert set(await ears.known()) == {"before-0", "before-1", "before-2", "after"}
    (letter,) = await ears.letters()
    assert (letter.id, letter.kind, letter.key, letter.attempts) == (trouble.id, Kind.POISON, trouble.key, 1)
    assert (letter.reason, letter.failed_at) == ("LookupError while it was acted on", NOON)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"data": b"not JSON"}, "its data is not JSON"),
        ({"data": b'{"worker_id": "\xff\xfe"}'}, "its data is not JSON"),
        ({"data": b""}, "its data is not JSON"),
        ({"data": b"[" * 200_000}, "its data is not JSON"),
        ({"data": b'{"authority": "206", "epoch": "Smith"}'}, "its state is not of the published shape at: epoch, "),
        ({"topic": "observation.practice"}, "events of this type do not belong on this topic"),
        ({"key": uuid4()}, "its state is of another subject than its header says"),
    ],
)
async def test_what_cannot_be_understood_is_kept_with_the_reason_and_without_its_words(ears, wrong, reason) -> None:
    await ears.hears(event(worker("before")), event(worker("wrong"), **wrong), event(worker("after")))
    assert set(await ears.known()) == {"before", "after"}
    (letter,) = await ears.letters()
    assert letter.reason.startswith(reason)
    assert "Smith" not in letter.reason


async def test_a_record_that_is_no_event_is_kept_once_and_no_more_of_it_than_tells_what_it_was(ears) -> None:
    found = [
        Unreadable.found(
            "intake.workforce", place, stamp, [("x", b"\xff"), ("y", None)], b"\x00" * 5_000_000, "no event"
        )
        for place, stamp in (("0/7", 1_700_000_000_000), ("0/8", -1), ("0/9", 2**62))
    ]
    await ears.hears(*found, event(worker("after")))
    await ears.hears(*found)
    letters = await ears.letters()
    assert {(each.kind, each.type, each.key, each.reason) for each in letters} == {(Kind.POISON, "", None, "no event")}
    assert [each.id for each in letters] == sorted(each.id for each in found)
    assert set(await ears.known()) == {"after"}
    async with ears.database.reading() as session:
        kept = (await session.execute(select(dead_letters.dead_letter_table.c.data))).scalars().all()
    assert {len(data) for data in kept} == {dead_letters.KEPT_BYTES}
    again = await ears.replay(found[0].id)
    assert (again.reason, again.replayed_at, again.attempts) == ("no event", None, 2)


async def test_an_event_from_the_future_is_parked_and_taken_up_once_the_code_knows_it(ears) -> None:
    first, second = (worker(name, n=2, kind=NextWorkerState) for name in ("asha", "trouble"))
    known_by_now = worker("ben", n=1, kind=NextWorkerState)
    await ears.hears(event(first), event(second), event(known_by_now), event(worker("here")))
    assert set(await ears.known()) == {"here"}
    assert {(each.kind, each.reason) for each in await ears.letters()} == {
        (Kind.PARKED, "nobody here knows events of type dwc.intake.workforce.v2")
    }
    await ears.hearer.take_up_parked()
    assert len(await ears.letters()) == 3

    await ears.hears(event(worker("ben", n=5, worker_id=known_by_now.worker_id)))
    ears.hearer = Hearer("observation", ears.database, [Subscription(NextWorkerState, ears._hear, lose_workers)])
    await ears.hearer.take_up_parked()
    assert await ears.known() == {"here": 1, "asha": 2, "ben": 5}
    (still,) = await ears.letters()
    assert (still.key, still.kind, still.attempts) == (second.worker_id, Kind.POISON, 2)
    assert {each.key for each in await ears.letters(replayed=True)} == {first.worker_id, known_by_now.worker_id}


async def test_a_field_from_the_future_is_ignored(ears) -> None:
    said = event(worker("asha"))
    await ears.hears(Envelope(**(vars(said) | {"data": said.data[:-1] + b',"favourite_colour":"green"}'})))
    assert await ears.known() == {"asha": 1}
    assert await ears.letters() == []


async def test_a_letter_is_replayed_when_the_cause_is_mended_and_says_why_when_it_is_not(ears) -> None:
    trouble = event(worker("trouble"))
    await ears.hears(trouble)
    with held_at(NOON + timedelta(hours=1)):
        again = await ears.replay(trouble.id)
    assert (again.attempts, again.replayed_at, again.failed_at) == (2, None, NOON + timedelta(hours=1))
    assert await ears.known() == {}
    ears.troubled_by = set()
    with held_at(NOON + timedelta(hours=2)):
        replayed = await ears.replay(trouble.id)
        twice = await ears.replay(trouble.id)
    assert replayed == twice
    assert (replayed.attempts, replayed.replayed_at) == (3, NOON + timedelta(hours=2))
    assert await ears.known() == {"trouble": 1}
    assert await ears.letters() == []
    assert await ears.letters(replayed=True) == [replayed]


async def test_replaying_what_has_been_heard_of_since_changes_nothing(ears) -> None:
    old = worker("trouble")
    await ears.hears(event(old))
    await ears.hears(event(worker("promoted", n=2, worker_id=old.worker_id)))
    ears.troubled_by = set()
    (letter,) = await ears.letters()
    assert (await ears.replay(letter.id)).replayed_at == NOON
    assert await ears.known() == {"promoted": 2}


async def test_there_is_no_letter_of_an_id_that_nobody_has_heard_of(ears) -> None:
    with pytest.raises(NotFound):
        await ears.replay(new_id())


async def test_nothing_is_kept_of_somebody_who_was_erased(ears) -> None:
    trouble, other = worker("trouble"), worker("trouble")
    await ears.hears(event(trouble), event(other))
    await ears.hears(event(worker("gone", n=2, worker_id=trouble.worker_id, erased=True)))
    assert [letter.key for letter in await ears.letters()] == [other.worker_id]


async def test_a_database_that_is_busy_makes_no_dead_letters(ears, monkeypatch) -> None:
    busy = OperationalError("", {}, type("Busy", (Exception,), {"sqlite_errorcode": 5})())

    async def hear_busy(_session, _states):
        raise busy

    hearer = Hearer("observation", ears.database, [Subscription(WorkerState, hear_busy, lose_workers)])
    said = event(worker("asha"))
    with pytest.raises(OperationalError):
        await hearer.hear([said])
    assert await ears.letters() == []
    await ears.hears(said)
    assert await ears.known() == {"asha": 1}


async def test_what_cannot_come_again_is_forgotten_and_what_waits_is_not(ears) -> None:
    replayed, waits = event(worker("trouble")), event(worker("trouble"))
    await ears.hears(replayed, waits, event(worker("asha")))
    ears.troubled_by = set()
    await ears.replay(replayed.id)
    with held_at(NOON + timedelta(days=34)):
        await forget_old_events(ears.database)
    assert len(await ears.letters(replayed=True)) == 1
    async with ears.database.transaction() as session:
        heard = set((await session.execute(select(inbox_table.c.event_id))).scalars())
    assert {replayed.id, waits.id} < heard
    with held_at(datetime.now(UTC) + timedelta(days=36)):
        await forget_old_events(ears.database)
    assert await ears.letters(replayed=True) == []
    assert [letter.id for letter in await ears.letters()] == [waits.id]
    async with ears.database.reading() as session:
        assert (await session.execute(select(inbox_table))).all() == []
        assert await how_many_wait(session) == {Kind.POISON: 1, Kind.PARKED: 0}


async def test_many_thousands_are_forgotten_some_at_a_time(ears, monkeypatch) -> None:
    monkeypatch.setattr(inbox, "FORGOTTEN_AT_ONCE", 100)
    long_ago, lately = [id_at(NOON - timedelta(days=40), chance=i) for i in range(250)], new_id()
    async with ears.database.transaction() as session:
        await session.execute(inbox_table.insert(), [{"event_id": id} for id in [*long_ago, lately]])
    await forget_old_events(ears.database)
    async with ears.database.reading() as session:
        assert list((await session.execute(select(inbox_table.c.event_id))).scalars()) == [lately]


@pytest.fixture
async def operator(house):
    """The operator, with three letters waiting at reporting's door."""
    hearer = house.installation.services["reporting"].hearer(house.databases["reporting"])
    canaries = [event(worker(f"CANARY{i}"), data=b'{"reference": "CANARY"}') for i in range(3)]
    await hearer.hear(canaries)
    return house.signed_in_as("operator").reporting


async def test_the_operator_pages_through_dead_letters_and_reads_nothing_of_what_they_say(operator) -> None:
    first = (await operator.get("/v1/dead-letters", params={"limit": 2})).json()
    rest = (await operator.get("/v1/dead-letters", params={"limit": 2, "after": first["next"]})).json()
    letters = [*first["items"], *rest["items"]]
    assert (len(letters), rest["next"]) == (3, None)
    shown = (await operator.get(f"/v1/dead-letters/{letters[0]['id']}")).json()
    assert shown == letters[0]
    assert set(shown) == {
        "id", "kind", "topic", "type", "key", "reason", "failed_at", "attempts", "replayed_at",
    }  # fmt: skip
    assert shown["reason"].startswith("its state is not of the published shape at: authority, ")
    assert "CANARY" not in str(letters)


async def test_the_operator_has_a_letter_replayed_and_is_told_why_it_failed_again(operator) -> None:
    (letter, *_) = (await operator.get("/v1/dead-letters")).json()["items"]
    again = await operator.post(f"/v1/dead-letters/{letter['id']}/replay")
    assert (again.status_code, again.json()["attempts"], again.json()["replayed_at"]) == (200, 2, None)
    assert again.json()["reason"] == letter["reason"]
    missing = await operator.post(f"/v1/dead-letters/{new_id()}/replay")
    assert missing.status_code == 404
