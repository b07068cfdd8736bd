"""Terms and absences: stated from a day on, by whoever keeps the workforce or manages the team."""

import pytest

from services.intake.people.models import Absence, Worker
from services.intake.people.queries import absences_of, terms_of
from shared import clock
from shared.contracts.codes import InductionStage

ANY_VERSION = {"If-Match": "*"}
TERMS = {"full_time_equivalent_percent": 60, "stage": "phased_return"}


async def test_vera_states_that_asha_works_three_days_from_june_and_it_is_said_once(department) -> None:
    before = len(await department.said())
    for _ in range(2):
        answer = await department.vera.put("/v1/workers/asha/terms/2026-06-01", json=TERMS)
        assert answer.status_code == 204, answer.text
    (said,) = (await department.said())[before:]
    assert [(str(each.in_force_from), each.full_time_equivalent_percent, each.stage) for each in said.terms] == [
        ("2026-06-01", 60, InductionStage.PHASED_RETURN)
    ]
    assert (said.reference, said.full_time_equivalent_percent, said.n) == ("asha", 100, 2)


async def test_terms_stated_by_mistake_are_taken_back_and_that_is_said(department) -> None:
    await department.vera.put("/v1/workers/asha/terms/2026-06-01", json=TERMS)
    before = len(await department.said())
    for _ in range(2):
        gone = await department.vera.delete("/v1/workers/asha/terms/2026-06-01", headers=ANY_VERSION)
        assert gone.status_code == 204
    (said,) = (await department.said())[before:]
    assert said.terms == ()


async def test_norma_reads_her_workers_post_with_its_days_in_order(department) -> None:
    await department.staffed({"asha": {"registration": "SW12345", "line_manager": "norma"}})
    for day, percent in {"2026-06-01": 60, "2026-01-05": 80}.items():
        await department.vera.put(f"/v1/workers/asha/terms/{day}", json={"full_time_equivalent_percent": percent})
    await department.norma.put("/v1/workers/asha/absences/2026-05-11", json={"back_on": "2026-05-18"})
    post = (await department.norma.get("/v1/workers/asha")).json()
    assert (post["registration"], post["line_manager"]) == ("SW12345", "norma")
    assert [each["in_force_from"] for each in post["terms"]] == ["2026-01-05", "2026-06-01"]
    assert post["absences"] == [{"away_from": "2026-05-11", "back_on": "2026-05-18"}]
    assert post["memberships"] == [{"team_code": "north", "member_from": "2024-01-01", "member_until": None}]


async def test_an_absence_is_kept_without_a_reason_and_said_to_nobody(department) -> None:
    before = len(await department.said())
    assert (await department.norma.put("/v1/workers/asha/absences/2026-05-11", json={})).status_code == 204
    back = {"back_on": "2026-05-20"}
    replaced = await department.norma.put("/v1/workers/asha/absences/2026-05-11", json=back, headers=ANY_VERSION)
    assert replaced.status_code == 204
    (absence,) = await department.rows(Absence)
    assert (str(absence.away_from), str(absence.back_on)) == ("2026-05-11", "2026-05-20")
    assert (await department.norma.put("/v1/workers/asha/absences/2026-05-11", json={"reason": "ill"})).is_error
    assert len(await department.said()) == before
    gone = await department.norma.delete("/v1/workers/asha/absences/2026-05-11", headers=ANY_VERSION)
    assert gone.status_code == 204
    assert await department.rows(Absence) == []


async def test_nobody_is_back_before_being_away(department) -> None:
    for back_on in ("2026-05-11", "2026-05-10"):
        answer = await department.norma.put("/v1/workers/asha/absences/2026-05-11", json={"back_on": back_on})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/back_on")


async def test_sid_learns_of_the_north_teams_workers_no_more_than_of_who_does_not_exist(department) -> None:
    for path in ("asha", "nobody"):
        asked = [
            await department.sid.get(f"/v1/workers/{path}"),
            await department.sid.put(f"/v1/workers/{path}/absences/2026-05-11", json={}),
            await department.sid.delete(f"/v1/workers/{path}/absences/2026-05-11"),
        ]
        assert [answer.status_code for answer in asked] == [404, 404, 404]
        assert {answer.json()["title"] for answer in asked} == {"No such worker"}


@pytest.mark.parametrize("changes", [{"registration": "12345"}, {"line_manager": "no spaces"}])
async def test_a_register_number_and_a_manager_are_written_as_such(department, changes) -> None:
    post = {"name": "Z", "role": "coach", "team": "north", "team_name": "North", "member_from": "2024-01-01"}
    assert (await department.vera.put("/v1/workers/zoe", json=post | changes)).status_code == 422


async def test_terms_and_absences_of_a_team_are_read_in_one_statement_each(department) -> None:
    await department.vera.put("/v1/workers/asha/terms/2026-05-14", json=TERMS)
    await department.norma.put("/v1/workers/ben/absences/2026-05-11", json={})
    await department.norma.put("/v1/workers/asha/absences/2026-04-01", json={"back_on": "2026-05-14"})
    workers = {row.reference: row for row in await department.rows(Worker)}
    async with department.database.reading() as session:
        terms = await terms_of(session, [*workers.values()], on=clock.today())
        absences = await absences_of(session, [row.id for row in workers.values()], since=clock.today())
    assert terms[workers["asha"].id].full_time_equivalent_percent == 60
    assert terms[workers["ben"].id].stage is InductionStage.EXPERIENCED
    assert [*absences] == [workers["ben"].id]
