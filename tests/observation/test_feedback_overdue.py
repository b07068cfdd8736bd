"""Overdue feedback is noticed by itself, once, from the midnight in London that ends the day it was due."""

from datetime import UTC, date, datetime
from uuid import uuid4

from services.observation.feedback.clocks import overdue_from
from services.observation.main import SERVICE
from services.observation.practice.models import Observation
from shared.audit import audit_table
from shared.clock import held_at
from shared.due import due_table, fire

FEEDBACK = {"strengths": ["Found out what the mother wanted"], "stretch": "Say what worries you"}
LAST_MOMENT = datetime(2026, 5, 19, 22, 59, 59, tzinfo=UTC)
"""23:59:59 in London on the day feedback is due."""
MIDNIGHT = datetime(2026, 5, 19, 23, tzinfo=UTC)


async def the_leader_looks(department, at: datetime) -> int:
    with held_at(at):
        return await fire(department.database, SERVICE.timers)


async def flagged(department) -> dict[str, str | None]:
    return {str(row.id): str(row.feedback_overdue_flagged_on) for row in await department.rows(Observation)}


async def waiting(department) -> int:
    async with department.database.reading() as session:
        return len((await session.execute(due_table.select().where(due_table.c.fired_at.is_(None)))).all())


def test_the_day_ends_in_london_in_summer_and_in_winter():
    assert overdue_from(date(2026, 5, 19)) == MIDNIGHT
    assert overdue_from(date(2026, 1, 10)) == datetime(2026, 1, 11, 0, tzinfo=UTC)
    assert overdue_from(date(2026, 3, 28)) == datetime(2026, 3, 29, 0, tzinfo=UTC)
    assert overdue_from(date(2026, 3, 29)) == datetime(2026, 3, 29, 23, tzinfo=UTC)


async def test_ashas_feedback_is_flagged_once_from_midnight_on(department):
    observation_id = str(await department.observed())
    assert await the_leader_looks(department, LAST_MOMENT) == 0
    assert await the_leader_looks(department, MIDNIGHT) == 1
    assert await flagged(department) == {observation_id: "2026-05-20"}
    assert await the_leader_looks(department, MIDNIGHT.replace(year=2027)) == 0
    recorded, overdue = await department.said()
    assert [change.what for change in overdue.changes] == ["feedback.overdue"]
    assert (recorded.feedback_overdue_flagged_on, str(overdue.feedback_overdue_flagged_on)) == (None, "2026-05-20")
    assert overdue.version > recorded.version


async def test_it_is_flagged_once_although_the_clock_jumps_back_and_forth(department):
    observation_id = str(await department.observed())
    for day, hour in ((14, 12), (22, 12), (14, 12), (19, 22), (19, 23), (17, 0), (25, 0)):
        await the_leader_looks(department, datetime(2026, 5, day, hour, tzinfo=UTC))
    assert await flagged(department) == {observation_id: "2026-05-22"}
    assert [state.changes[0].what for state in await department.said()] == ["observation.recorded", "feedback.overdue"]


async def test_feedback_in_time_calls_the_timer_off(department):
    observation_id = await department.observed()
    assert await waiting(department) == 1
    given = await department.cara.post(
        f"/v1/observations/{observation_id}/feedback", json=FEEDBACK | {"given_on": "2026-05-14"}
    )
    assert given.status_code == 201
    assert await waiting(department) == 0
    assert await the_leader_looks(department, MIDNIGHT) == 0


async def test_late_feedback_leaves_the_flag_and_ends_the_overdue_list(department):
    observation_id = await department.observed()
    await the_leader_looks(department, MIDNIGHT)
    with held_at(MIDNIGHT):
        listed = (await department.cara.get("/v1/feedback/overdue")).json()["items"]
        assert [item["observation_id"] for item in listed] == [str(observation_id)]
        late = await department.cara.post(
            f"/v1/observations/{observation_id}/feedback", json=FEEDBACK | {"given_on": "2026-05-20"}
        )
        assert (late.status_code, late.json()["days_late"]) == (201, 1)
        assert (await department.cara.get("/v1/feedback/overdue")).json()["items"] == []
    assert await flagged(department) == {str(observation_id): "2026-05-20"}


async def test_a_parked_observation_is_watched_once_its_case_is_heard_of(department):
    episode_id = uuid4()
    observation_id = str(await department.observed(episode_id=str(episode_id)))
    assert await waiting(department) == 0
    assert await the_leader_looks(department, MIDNIGHT) == 0
    await department.hears(department.child(uuid4(), episode_id=episode_id))
    assert await waiting(department) == 1
    assert await the_leader_looks(department, MIDNIGHT) == 1
    assert await flagged(department) == {observation_id: "2026-05-20"}
    assert [state.changes[0].what for state in await department.said()] == ["observation.recorded", "feedback.overdue"]


async def test_one_fed_back_while_it_was_parked_is_not_watched(department):
    episode_id = uuid4()
    observation_id = await department.observed(episode_id=str(episode_id))
    await department.cara.post(
        f"/v1/observations/{observation_id}/feedback", json=FEEDBACK | {"given_on": "2026-05-14"}
    )
    await department.hears(department.child(uuid4(), episode_id=episode_id))
    assert await waiting(department) == 0


async def test_several_are_flagged_together_and_the_audit_says_that_the_service_did_it(department):
    ids = {str(await department.observed()) for _ in range(5)}
    assert await the_leader_looks(department, MIDNIGHT) == 5
    assert set(await flagged(department)) == ids
    async with department.database.reading() as session:
        rows = (await session.execute(audit_table.select().where(audit_table.c.act == "feedback.overdue"))).all()
    (row,) = rows
    assert (row.actor, row.role) == ("observation", "")
    assert ids <= set(row.subjects)


async def test_an_observation_recorded_long_after_is_flagged_at_once(department):
    observation_id = str(await department.observed(observed_at="2026-04-20T09:00:00Z"))
    assert await the_leader_looks(department, datetime(2026, 5, 14, 11, tzinfo=UTC)) == 1
    assert await flagged(department) == {observation_id: "2026-05-14"}
