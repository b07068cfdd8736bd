"""Whoever holds figures that nothing has changed since is told so, for the price of one small question."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from shared.clock import held_at

LPIR = "/v1/lpir?from=2026-04&to=2026-05"
POST = {"name": "A", "role": "team_manager", "team": "north", "team_name": "North", "member_from": "2024-01-01"}
FORM = {"source_reference": "R1", "received_on": "2026-05-01", "source": "6", "children": [{"la_child_id": "C1"}]}


@contextmanager
def asked_of(engine):
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine.sync_engine, "before_cursor_execute", note)


@pytest.fixture
async def analyst(house):
    with held_at(datetime(2026, 5, 14, 11, tzinfo=UTC)):
        yield house.signed_in_as("performance_analyst").reporting


async def referred(house, reference: str) -> None:
    school = house.signed_in_as("source_system", id="school").intake
    answer = await school.post("/v1/referrals", json=FORM | {"source_reference": reference})
    assert answer.status_code == 201, answer.text
    await house.settle()


async def test_figures_held_cost_one_statement_and_figures_that_changed_are_sent(house, analyst) -> None:
    await referred(house, "R1")
    first = await analyst.get(LPIR)
    held = {"If-None-Match": first.headers["ETag"]}
    with asked_of(house.databases["reporting"]._readers) as statements:
        again = await analyst.get(LPIR, headers=held)
    assert (again.status_code, again.content, len(statements)) == (304, b"", 1), statements
    await referred(house, "R2")
    newer = await analyst.get(LPIR, headers=held)
    assert newer.status_code == 200
    assert newer.json() != first.json()
    assert newer.headers["ETag"] != first.headers["ETag"]


async def test_what_changes_no_cell_changes_no_version(house, analyst) -> None:
    await referred(house, "R1")
    first = await analyst.get(LPIR)
    manager = house.signed_in_as("service_manager").intake
    assert (await manager.put("/v1/workers/ann", json=POST)).status_code == 204
    await house.settle()
    assert (await analyst.get(LPIR, headers={"If-None-Match": first.headers["ETag"]})).status_code == 304


async def test_a_month_that_ends_is_another_answer_though_no_cell_has_changed(house, analyst) -> None:
    first = await analyst.get(LPIR)
    with held_at(datetime(2026, 6, 1, 11, tzinfo=UTC)):
        later = await analyst.get(LPIR, headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert (first.json()["months"][1]["is_over"], later.json()["months"][1]["is_over"]) == (False, True)


async def test_the_same_figures_as_a_table_are_another_answer(house, analyst) -> None:
    as_json = await analyst.get(LPIR)
    as_table = await analyst.get(LPIR, headers={"Accept": "text/csv", "If-None-Match": as_json.headers["ETag"]})
    assert as_table.status_code == 200
    assert as_table.headers["Content-Type"].startswith("text/csv")
    held = {"Accept": "text/csv", "If-None-Match": as_table.headers["ETag"]}
    again = await analyst.get(LPIR, headers=held)
    assert (again.status_code, "content-disposition" in again.headers) == (304, False)


async def test_a_report_is_another_answer_to_whoever_sees_other_teams_and_once_a_team_has_a_new_name(
    house, analyst
) -> None:
    manager = house.signed_in_as("service_manager")
    entered = await manager.intake.put("/v1/workers/ann", json=POST)
    await house.settle()
    path = "/v1/practice-reports/2026-04"
    whole = await manager.reporting.get(path)
    assert [team["team_name"] for team in whole.json()["teams"]] == ["North"]
    held = {"If-None-Match": whole.headers["ETag"]}
    assert (await manager.reporting.get(path, headers=held)).status_code == 304
    coach = house.signed_in_as("coach", worker="ann").reporting
    assert (await coach.get(path, headers=held)).json()["teams"] == []
    replacing = {"If-Match": entered.headers["ETag"]}
    renamed = await manager.intake.put("/v1/workers/ann", json=POST | {"team_name": "Harbour"}, headers=replacing)
    assert renamed.status_code == 204
    await house.settle()
    newer = await manager.reporting.get(path, headers=held)
    assert [team["team_name"] for team in newer.json()["teams"]] == ["Harbour"]
