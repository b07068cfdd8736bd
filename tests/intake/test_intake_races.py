"""The same thing from many at once: one referral, one decision, one worker, and never a child beyond the limit."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from httpx import Response

from services.intake.allocation.capacity import Capacity, CaseloadFull
from services.intake.allocation.caseloads import caseloads
from services.intake.allocation.models import Allocation, AllocationIn
from services.intake.allocation.operations import allocate
from services.intake.allocation.points import load_of
from services.intake.episodes.casework import NothingUnderWay
from services.intake.episodes.models import ClosureIn, Episode, PlanEndIn, ProtectionPlan
from services.intake.episodes.operations import close, end_protection_plan
from services.intake.people.models import Child, Worker
from services.intake.referrals.models import Referral, ReferralForm
from services.intake.sources.document import ChildDocument
from services.intake.sources.operations import Source, Statement, state
from shared import clock
from shared.contracts.codes import ClosureReason
from shared.web.roles import Principal, Role

MANAGERS = 20
VERA = Principal(id="vera", role=Role.SERVICE_MANAGER)
MAY = date(2026, 5, 1)


async def at_once(*sends: Callable[[], Awaitable[Response]]) -> list[Response]:
    """Send them all together; where a service is too busy to answer, send again, as a client would."""

    async def answered(send: Callable[[], Awaitable[Response]]) -> Response:
        while (answer := await send()).status_code == 503:
            pass
        return answer

    return await asyncio.gather(*map(answered, sends))


async def test_fifty_posts_under_one_key_are_one_referral(department) -> None:
    form, key = department.form("C1"), {"Idempotency-Key": "the school's impatient client"}
    answers = await at_once(*[lambda: department.school.post("/v1/referrals", json=form, headers=key)] * 50)
    assert [answer.status_code for answer in answers] == [201] * 50
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert sorted(answer.headers.get("idempotency-replayed", "") for answer in answers) == ["", *["true"] * 49]
    assert (
        len(await department.rows(Referral))
        == len(await department.said_of(answers[0].json()["referrals"][0]["child_id"]))
        == 1
    )


async def test_fifty_posts_under_one_source_reference_are_one_referral(department) -> None:
    form = department.form("C1")
    answers = await at_once(*[lambda: department.school.post("/v1/referrals", json=form)] * 50)
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert len(await department.rows(ReferralForm)) == len(await department.rows(Referral)) == 1


async def test_of_different_forms_under_one_source_reference_the_first_stands(department) -> None:
    form = department.form("C1")
    answers = await asyncio.gather(
        *(department.school.post("/v1/referrals", json=form | {"concern": f"{n}"}) for n in range(20))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert len(await department.rows(Referral)) == 1


async def test_a_child_referred_by_many_at_once_is_entered_once_and_every_referral_counts(department) -> None:
    """Siblings in every order, so that two who lock the same children could wait for one another for ever."""
    forms = [department.form(*(("C1", "C2", "C3") if n % 2 else ("C3", "C2", "C1"))) for n in range(20)]
    answers = await asyncio.gather(*(department.school.post("/v1/referrals", json=form) for form in forms))
    assert [answer.status_code for answer in answers] == [201] * 20
    children = await department.rows(Child)
    assert {child.la_child_id: child.n for child in children} == {"C1": 20, "C2": 20, "C3": 20}
    for child in children:
        assert [(state.n, len(state.referrals)) for state in await department.said_of(child.id)] == [
            (n, n) for n in range(1, 21)
        ]


async def test_records_and_referrals_about_the_same_children_at_once_wait_in_line_and_not_in_a_circle(
    department,
) -> None:
    """Names that a dictionary and a computer sort differently: whoever locks several locks them in one order."""
    names, chance = ["b1", "A1", "a2", "B2", "9", "z", "Z", "10"], random.Random(20261124)

    async def stated(n: int, some: list[str]) -> None:
        documents = [Statement(ChildDocument(la_child_id=name)) for name in some]
        async with department.database.transaction() as session:
            await state(session, Source(f"records/{n}", MAY), documents, by="a source")

    async def referred(some: list[str]) -> None:
        answer = await department.school.post("/v1/referrals", json=department.form(*some))
        assert answer.status_code == 201, answer.text

    picked = [chance.sample(names, 4) for _ in range(24)]
    await asyncio.gather(*(stated(n, some) if n % 2 else referred(some) for n, some in enumerate(picked)))
    assert {child.la_child_id: child.n for child in await department.rows(Child)} == Counter(
        name for some in picked for name in some
    )


async def test_a_referral_decided_by_many_at_once_is_decided_once(department) -> None:
    (referral,) = await department.referred("C1")
    path = f"/v1/referrals/{referral['id']}/decision"
    answers = await asyncio.gather(*(department.duty.post(path, json={"outcome": "assessment"}) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    assert len(await department.rows(Episode)) == 1


async def test_two_referrals_of_a_child_decided_at_once_open_one_episode(department) -> None:
    referrals = [(await department.referred("C1"))[0] for _ in range(10)]
    answers = await asyncio.gather(
        *(
            department.duty.post(f"/v1/referrals/{each['id']}/decision", json={"outcome": "assessment"})
            for each in referrals
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    assert len(await department.rows(Episode)) == 1


async def test_a_case_given_to_several_at_once_is_held_by_one(department) -> None:
    path = f"/v1/episodes/{await department.episode()}/allocation"
    answers = await asyncio.gather(
        *(department.norma.post(path, json={"worker": worker}) for worker in ("asha", "ben") * 5)
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert len(await department.rows(Allocation)) == 1


async def test_of_twenty_managers_at_the_door_for_one_place_one_is_let_in(department) -> None:
    await department.staffed({"zoe": {"full_time_equivalent_percent": 7}})
    managers = [department.token("service_manager", id=f"manager {n}") for n in range(MANAGERS)]
    paths = [f"/v1/episodes/{episode}/allocation" for episode in await many_episodes(department, MANAGERS)]
    answers = await asyncio.gather(
        *(manager.post(path, json={"worker": "zoe"}) for manager, path in zip(managers, paths, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (MANAGERS - 1)
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {
        "urn:dwc:problem:caseload-full"
    }
    assert len(await department.rows(Allocation)) == 1


async def test_in_races_of_2_to_20_managers_no_limit_is_ever_passed(department) -> None:
    """Truly at once on PostgreSQL; on SQLite, whose writers queue, a few show that the queue holds."""
    await raced(department, races=5 if department.database.is_sqlite else 30, seed=20)


@pytest.mark.campaign
async def test_in_a_thousand_races_no_limit_is_ever_passed(department) -> None:
    await raced(department, races=100 if department.database.is_sqlite else 1000, seed=1000)


async def raced(department, *, races: int, seed: int) -> None:
    """Managers race to give their cases, of which some are in protection, to one worker who has a few places.

    Whoever is let in fits within both limits; whoever is refused would not fit, even at the end.
    """
    chance = random.Random(seed)
    for number in range(races):
        percent = chance.choice((7, 14, 20, 27, 40))
        await department.staffed({"zoe": {"full_time_equivalent_percent": percent}})
        (zoe,) = [worker.id for worker in await department.rows(Worker) if worker.reference == "zoe"]
        racing = await many_episodes(department, chance.randint(2, MANAGERS), prefix=f"R{number}x")
        await put_in_protection(department, [each for each in racing if chance.random() < 0.3])
        has_place = await asyncio.gather(*(has_given(department, episode, to="zoe") for episode in racing))
        won = {episode for episode, place in zip(racing, has_place, strict=True) if place}
        refused = [episode for episode in racing if episode not in won]
        held = [row for row in await department.rows(Allocation) if row.held_until is None]
        assert {row.episode_id for row in held} == won, (seed, number)
        room = Capacity(limit=Fraction(15 * percent, 100), target=Fraction(0))
        async with department.database.reading() as session:
            counted = await caseloads(session, [zoe], on=clock.today(), and_of=refused)
        cases = counted.held[zoe]
        assert room.has_room_for(load_of(cases, on=counted.on)), (seed, number)
        for episode in refused:
            assert not room.has_room_for(load_of([*cases, counted.cases[episode]], on=counted.on)), (seed, number)
        await asyncio.gather(*(give_up(department, episode) for episode in won))


async def put_in_protection(department, episodes: list[UUID]) -> None:
    async with department.database.transaction() as session:
        session.add_all(ProtectionPlan(episode_id=episode, started_on=MAY) for episode in episodes)


async def has_given(department, episode: UUID, *, to: str) -> bool:
    try:
        async with department.database.transaction() as session:
            await allocate(session, episode, AllocationIn(worker=to), by=VERA)
    except CaseloadFull:
        return False
    return True


async def give_up(department, episode: UUID) -> None:
    async with department.database.transaction() as session:
        with suppress(NothingUnderWay):
            await end_protection_plan(session, episode, PlanEndIn(on=date(2026, 5, 14)), by=VERA)
        await close(
            session, episode, ClosureIn(closed_on=date(2026, 5, 14), reason=ClosureReason.ANY_OTHER_REASON), by=VERA
        )


async def many_episodes(department, count: int, *, prefix: str = "R") -> list[UUID]:
    """Open episodes of need of as many children, entered straight into the tables."""
    children = [Child(la_child_id=f"{prefix}{n}") for n in range(count)]
    referrals = [Referral(child_id=child.id, received_on=MAY, no_further_action=False) for child in children]
    episodes = [Episode(child_id=each.child_id, referral_id=each.id, started_on=MAY) for each in referrals]
    async with department.database.transaction() as session:
        for rows in (children, referrals, episodes):
            session.add_all(rows)
            await session.flush()
    return [episode.id for episode in episodes]
