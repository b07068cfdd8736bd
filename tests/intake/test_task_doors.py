"""Tasks: for whom, in which order, and gone the moment the work is recorded."""

from datetime import UTC, datetime

from sqlalchemy import event

from shared.clock import held_at
from tests.intake.test_episode_acts import ASSESSMENT, AUTHORISED, CONFERENCE, ENQUIRY, ashas_case, done, on

JUNE = datetime(2026, 6, 3, 11, tzinfo=UTC)


async def told(who, query: str = "") -> list[tuple[str, str, str]]:
    answer = await who.get(f"/v1/tasks{query}")
    assert answer.status_code == 200, answer.text
    return [(each["clock"], each["due_on"], each["urgency"]) for each in answer.json()["items"]]


async def protected(department) -> str:
    """Asha's case: assessed, and on a protection plan from 8 May."""
    episode = await ashas_case(department)
    await done(department, episode, ASSESSMENT, AUTHORISED, ENQUIRY, CONFERENCE)
    return episode


async def test_asha_sees_what_is_overdue_first_and_it_is_gone_when_she_has_done_it(department) -> None:
    episode = await protected(department)
    with held_at(JUNE):
        overdue = [("core_group", "2026-05-22", "overdue"), ("protection_visit", "2026-05-22", "overdue")]
        assert sorted(await told(department.asha)) == overdue
        visited = {"on": "2026-06-03", "kind": "protection", "child_seen": True, "seen_alone": True}
        await done(department, episode, ("visits", visited), by="asha")
        assert await told(department.asha) == overdue[:1]
        assert ("protection_visit", "2026-06-17", "later") in await told(department.asha, "?until=2026-06-17")
        await done(department, episode, ("meetings", on("20", kind="core_group")), by="asha")
        assert await told(department.asha) == []


async def test_each_sees_the_tasks_of_the_cases_they_see_and_no_others(department) -> None:
    await protected(department)
    await department.allocated("cleo", await department.episode(received_on="2026-05-01"), held_from="2026-05-01")
    every = "?until=2026-12-31"
    with held_at(JUNE):
        for who, query, workers in (
            ("asha", "", {"asha"}),
            ("ben", "", set()),
            ("cleo", "", {"cleo"}),
            ("norma", "", {"asha"}),
            ("sid", "", {"cleo"}),
            ("vera", "", {"asha", "cleo"}),
            ("vera", "&worker=asha", {"asha"}),
            ("vera", "&team=south", {"cleo"}),
            ("sid", "&worker=asha", set()),
            ("sid", "&team=north", set()),
        ):
            answer = await getattr(department, who).get(f"/v1/tasks{every}{query}")
            assert {each["worker"] for each in answer.json()["items"]} == workers, (who, query)
    assert (await department.school.get("/v1/tasks")).status_code == 403


async def test_pages_follow_one_another_though_what_was_shown_is_done_meanwhile(department) -> None:
    episode = await protected(department)
    with held_at(JUNE):
        whole = [each["id"] for each in (await department.asha.get("/v1/tasks?until=2026-12-31")).json()["items"]]
        first = (await department.asha.get("/v1/tasks?until=2026-12-31&limit=2")).json()
        assert [each["id"] for each in first["items"]] == whole[:2]
        assert first["next"]
        await done(department, episode, ("meetings", on("20", kind="core_group")))
        rest = (await department.asha.get(f"/v1/tasks?until=2026-12-31&after={first['next']}")).json()
        assert [each["id"] for each in rest["items"]] == whole[2:]
        assert rest["next"] is None


async def test_a_list_of_tasks_is_one_statement_for_however_many_cases(department) -> None:
    async def statements() -> int:
        sent: list[str] = []
        engine = department.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note := lambda *args: sent.append(args[2]))
        await told(department.vera, "?until=2026-12-31")
        event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    await protected(department)
    one = await statements()
    for _ in range(4):
        await protected(department)
    assert await statements() == one


async def test_both_clocks_of_an_assessment_are_told_and_one_is_a_task(department) -> None:
    episode = await ashas_case(department)
    await done(department, episode, ("assessment", on("08")))
    clocks = (await department.asha.get(f"/v1/episodes/{episode}/clocks")).json()["clocks"]
    assert [(each["clock"], each["due_on"]) for each in clocks] == [
        ("assessment", "2026-07-07"),
        ("assessment_in_the_census", "2026-07-13"),
    ]
    assert [each[0] for each in await told(department.asha, "?until=2026-12-31")] == ["assessment"]
    assert (await department.sid.get(f"/v1/episodes/{episode}/clocks")).status_code == 404


async def test_an_episode_open_for_eighteen_months_is_something_for_supervision(department) -> None:
    await protected(department)
    with held_at(datetime(2027, 11, 5, 11, tzinfo=UTC)):
        drifting = (await department.norma.get("/v1/drift?team=north")).json()["items"]
        assert [(each["kind"], each["began_on"], each["months"]) for each in drifting] == [
            ("episode", "2026-05-01", 18),
            ("protection_plan", "2026-05-08", 12),
        ]
        assert (await department.sid.get("/v1/drift")).json()["items"] == []
