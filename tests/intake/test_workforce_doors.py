"""Teams and workers: who is in post, where, and with how many children."""

import pytest

from services.intake.people.models import Membership, Worker

POST = {
    "name": "Zoe Sample",
    "role": "social_worker",
    "team": "north",
    "team_name": "North",
    "member_from": "2024-01-01",
}


async def put(department, stated: dict, reference: str = "zoe"):
    """State a post as somebody does who has read what stands."""
    read = await department.vera.get(f"/v1/workers/{reference}")
    replacing = {"If-Match": read.headers["ETag"]} if read.is_success else {}
    return await department.vera.put(f"/v1/workers/{reference}", json=stated, headers=replacing)


async def memberships(department, reference: str) -> list[tuple[str, str, str | None]]:
    """Team, from and until of each membership that lasted a day or more, in order."""
    (worker,) = [row for row in await department.rows(Worker) if row.reference == reference]
    rows = [row for row in await department.rows(Membership) if row.worker_id == worker.id]
    lasting = sorted((row for row in rows if row.member_from != row.member_until), key=lambda row: row.member_from)
    return [(row.team_code, str(row.member_from), row.member_until and str(row.member_until)) for row in lasting]


async def test_the_teams_are_listed_for_whoever_works_with_them(department) -> None:
    answer = await department.norma.get("/v1/teams")
    assert answer.json() == [{"code": "north", "name": "North"}, {"code": "south", "name": "South"}]


async def test_workers_are_listed_with_what_they_hold_and_may_hold(department) -> None:
    await department.filled("asha", 2)
    north = (await department.norma.get("/v1/workers?team=north")).json()
    assert [(each["reference"], each["role"], each["children_held"], each["caseload_limit"]) for each in north] == [
        ("asha", "social_worker", 2, 15),
        ("ben", "social_worker", 0, 15),
        ("dee", "deputy_team_manager", 0, 0),
        ("norma", "team_manager", 0, 0),
    ]
    everybody = (await department.norma.get("/v1/workers")).json()
    assert {each["team"] for each in everybody} == {"north", "south"}
    assert (await department.norma.get("/v1/workers?team=nowhere")).json() == []


async def test_vera_puts_zoe_in_post_and_everybody_who_must_know_is_told(department) -> None:
    answer = await put(department, POST | {"full_time_equivalent_percent": 60, "newly_qualified_from": "2026-01-05"})
    assert answer.status_code == 204, answer.text
    state = (await department.said())[-1]
    assert (state.reference, state.role, state.full_time_equivalent_percent, state.n) == ("zoe", "social_worker", 60, 1)
    assert [change.what for change in state.changes] == ["worker.stated"]
    assert [(each.team, each.team_name, str(each.member_from), each.member_until) for each in state.memberships] == [
        ("north", "North", "2024-01-01", None)
    ]
    assert "Zoe" not in state.model_dump_json()


async def test_stating_the_same_again_changes_nothing_and_says_nothing(department) -> None:
    await put(department, POST)
    said = len(await department.said())
    assert (await put(department, POST)).status_code == 204
    assert len(await department.said()) == said
    for change in ({"name": "Zoe Specimen"}, {"full_time_equivalent_percent": 80}, {"member_until": "2026-12-31"}):
        assert (await put(department, POST | change)).status_code == 204
        said += 1
        assert len(await department.said()) == said, change


async def test_a_new_team_ends_the_membership_of_the_old_one(department) -> None:
    await put(department, POST)
    await put(department, POST | {"team": "south", "team_name": "South", "member_from": "2025-06-01"})
    assert await memberships(department, "zoe") == [
        ("north", "2024-01-01", "2025-06-01"),
        ("south", "2025-06-01", None),
    ]


async def test_posts_stated_in_any_order_are_the_same_history(department) -> None:
    told = [
        POST,
        POST | {"team": "south", "team_name": "South", "member_from": "2025-01-06", "member_until": "2025-09-01"},
        POST | {"member_from": "2026-01-05"},
    ]
    for reference, order in {"z1": (0, 1, 2), "z2": (2, 1, 0), "z3": (1, 2, 0), "z4": (2, 0, 1)}.items():
        for index in order:
            await put(department, told[index], reference)
        assert await memberships(department, reference) == [
            ("north", "2024-01-01", "2025-01-06"),
            ("south", "2025-01-06", "2025-09-01"),
            ("north", "2026-01-05", None),
        ], order


async def test_a_post_stated_with_the_wrong_team_is_put_right(department) -> None:
    await put(department, POST)
    await put(department, POST | {"team": "south", "team_name": "South"})
    assert await memberships(department, "zoe") == [("south", "2024-01-01", None)]
    assert [
        each["team"] for each in (await department.vera.get("/v1/workers")).json() if each["reference"] == "zoe"
    ] == ["south"]


async def test_a_new_name_of_a_team_is_said_of_everybody_in_it(department) -> None:
    before = len(await department.said())
    await put(department, POST | {"team_name": "North and East"})
    said = (await department.said())[before:]
    assert sorted(state.reference for state in said) == ["asha", "ben", "dee", "norma", "zoe"]
    assert {state.memberships[0].team_name for state in said} == {"North and East"}
    assert {state.reference: state.n for state in said} == {"asha": 2, "ben": 2, "dee": 2, "norma": 2, "zoe": 1}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"role": "boss"}, "/role"),
        ({"full_time_equivalent_percent": 0}, "/full_time_equivalent_percent"),
        ({"full_time_equivalent_percent": 101}, "/full_time_equivalent_percent"),
        ({"member_until": "2024-01-01"}, "/member_until"),
        ({"member_until": "2023-12-31"}, "/member_until"),
        ({"member_from": "last year"}, "/member_from"),
        ({"team": "no spaces"}, "/team"),
        ({"name": " "}, "/name"),
        ({"salary": 1}, "/salary"),
    ],
)
async def test_a_post_that_cannot_be_is_refused(department, changes, pointer) -> None:
    answer = await put(department, POST | changes)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert "zoe" not in {row.reference for row in await department.rows(Worker)}
