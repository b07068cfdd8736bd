"""Each prompt comes once, on its day, whatever the clock does and however long nobody looked; a window that closes says why."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.observation.waves.models import Wave
from services.observation.waves.windows import WaveName, window
from shared.calendar import civil_date
from shared.clock import held_at
from tests.observation.followed import COHORT, SAFE, all_said, case_of, held_by, noon, ok, the_leader_looks

FIRST, DAYS, CASES = date(2026, 4, 2), 40, 12


@pytest.fixture
async def allocated(department):
    """A dozen cases, allocated day by day, each heard of on its day."""
    with held_at(noon(date(2026, 3, 31))):
        await ok(department.pia.post("/v1/cohorts", json=COHORT | {"allocated_from": "2026-04-02"}))
    for place in range(CASES):
        day = FIRST + timedelta(days=3 * place)
        given = held_by(department, "asha", "north", day)
        with held_at(noon(day)):
            await department.hears(case_of(department, uuid4(), UUID(int=place + 1), given))
    return department


async def prompts(department) -> list[tuple[str, UUID, date]]:
    """Everything that was prompted for, in the order in which it was said."""
    return [
        (change.what, change.item_id, change.on)
        for state in await all_said(department)
        for change in state.changes
        if change.what in {"wave.opened", "wave.unbooked", "wave.lost"}
    ]


async def test_each_prompt_comes_on_its_day_when_somebody_looks_every_day(allocated):
    day = FIRST
    while day <= FIRST + timedelta(days=3 * CASES + 160):
        await the_leader_looks(allocated, noon(day))
        day += timedelta(days=1)
    waves = {each.id: each for each in await allocated.rows(Wave) if each.name != "T3"}
    assert {each.stage for each in waves.values()} == {"lost"}
    assert {each.lost_because for each in waves.values()} == {"not_tried"}
    expected = [
        prompt
        for each in waves.values()
        for prompt in (
            ("wave.opened", each.id, each.window_from),
            ("wave.unbooked", each.id, each.due_on),
            ("wave.lost", each.id, each.window_until + timedelta(days=1)),
        )
    ]
    assert Counter(await prompts(allocated)) == Counter(expected)


async def test_each_comes_once_although_the_clock_jumps_from_an_hour_back_to_three_days_on(allocated):
    chance, now = random.Random(5), noon(FIRST)
    end = noon(FIRST + timedelta(days=3 * CASES + 170))
    looked = []
    while now < end:
        await the_leader_looks(allocated, now)
        looked.append(now)
        now += timedelta(seconds=chance.randint(-3600, 3 * 86400))
    await the_leader_looks(allocated, end)
    looked.append(end)
    waves = {each.id: each for each in await allocated.rows(Wave) if each.name != "T3"}
    found = await prompts(allocated)
    assert Counter((what, id) for what, id, _ in found) == Counter(
        (what, id) for what in ("wave.opened", "wave.unbooked", "wave.lost") for id in waves
    )
    for what, id, on in found:
        of = waves[id].window
        at = {"wave.opened": of.opens_at, "wave.unbooked": of.due_at, "wave.lost": of.closed_at}[what]
        first_look = next(each for each in looked if each >= at)
        assert on == civil_date(first_look), "the first time the clock was seen past due"


async def test_what_nobody_looked_at_for_a_year_is_found_at_once_and_what_is_on_record_is_known(allocated):
    await the_leader_looks(allocated, datetime(2027, 6, 1, 12, tzinfo=UTC))
    waves = await allocated.rows(Wave)
    assert Counter((each.name, each.stage) for each in waves) == {
        ("T1", "lost"): CASES,
        ("T2", "lost"): CASES,
        ("T3", "taken"): CASES,
    }
    assert all(each.taken_on == each.due_on for each in waves if each.name == "T3")
    assert await the_leader_looks(allocated, datetime(2028, 6, 1, 12, tzinfo=UTC)) == 0


async def test_a_day_that_was_agreed_on_calls_no_alarm_and_one_that_passed_does(allocated):
    first, second, *_ = sorted(
        (each for each in await allocated.rows(Wave) if each.name == "T1"), key=lambda each: each.due_on
    )
    for each, booked_for in ((first, first.due_on + timedelta(days=2)), (second, second.due_on - timedelta(days=1))):
        of = f"/v1/waves/{each.id}"
        with held_at(noon(each.window_from)):
            check = await ok(allocated.eve.post(f"{of}/safe-contact-checks", json=SAFE))
            booked = {"check_id": check["id"], "channel": "phone", "reached": "booked", "booked_for": str(booked_for)}
            await ok(allocated.eve.post(f"{of}/contacts", json=booked))
    await the_leader_looks(allocated, noon(first.due_on))
    await the_leader_looks(allocated, noon(second.due_on))
    flagged = {each.id: each.unbooked_flagged_on for each in await allocated.rows(Wave)}
    assert (flagged[first.id], flagged[second.id]) == (None, second.due_on)
    await the_leader_looks(allocated, noon(first.window_until + timedelta(days=1)))
    (lost,) = [each for each in await allocated.rows(Wave) if each.id == first.id]
    assert (lost.stage, lost.lost_because) == ("lost", "not_reached")


def test_t2_lies_after_t1_for_every_day_of_a_year():
    for number in range(366):
        day = date(2026, 1, 1) + timedelta(days=number)
        t1, t2, t3 = (window(name, day) for name in WaveName)
        assert t1.first <= t1.due_on <= t1.last < t2.first <= t2.due_on <= t2.last < t3.due_on
