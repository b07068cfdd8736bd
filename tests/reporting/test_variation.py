"""Months out of the ordinary, teams to look at, and who decided that a chart begins afresh."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.reporting.indicators.models import Cell
from services.reporting.people.operations import keep_workers
from shared.calendar import months_between
from shared.clock import held_at
from shared.contracts.codes import WorkerRole
from shared.contracts.intake import TeamMembership, WorkerState
from tests.reporting.observed import worker_id

MONTHS = months_between("2024-04", "2026-03")
ASKED = {"from": "2024-04", "to": "2026-03"}
REFERRED_AGAIN = "rereferrals_within_12_months"


@pytest.fixture(autouse=True)
def in_may():
    with held_at(datetime(2026, 5, 12, 12, tzinfo=UTC)):
        yield


async def counted(house: Any, indicator: str, counts: list[tuple[int, int]], *, team: str = "north") -> None:
    async with house.databases["reporting"].transaction() as session:
        for month, (over, under) in zip(MONTHS, counts, strict=False):
            session.add(
                Cell(
                    authority="206",
                    indicator=indicator,
                    month=month,
                    team=team,
                    band="",
                    numerator=over,
                    denominator=under,
                )
            )
        await keep_workers(
            session,
            [
                WorkerState(
                    authority="206",
                    epoch=1,
                    n=1,
                    worker_id=worker_id(f"manager of {name}"),
                    reference=f"manager-{name}",
                    role=WorkerRole.TEAM_MANAGER,
                    full_time_equivalent_percent=100,
                    memberships=(TeamMembership(team=name, team_name=name.title(), member_from=date(2020, 1, 1)),),
                )
                for name in ("north", "south")
            ],
        )


async def get(house: Any, path: str, role: str = "service_manager", worker: str = "", **query: str) -> Any:
    asked = {} if path == "baselines" else {**ASKED, **query}
    answer = await house.signed_in_as(role, worker=worker).reporting.get(f"/v1/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def decide(house: Any, role: str = "service_manager", key: str | None = None, **decided: Any) -> Any:
    body = {"indicator": "referrals", "begins_on": "2025-04", "reason": "the front door moved", **decided}
    headers = {"Idempotency-Key": key} if key else {}
    return await house.signed_in_as(role).reporting.post("/v1/baselines", json=body, headers=headers)


STEADY = [(100, 100), (104, 104)] * 12


async def test_a_month_out_of_the_ordinary_is_named_and_steady_months_are_not(house):
    await counted(house, "referrals", [*STEADY[:23], (160, 160)])
    found = await get(house, "control-charts/referrals")
    assert (found["kind"], found["measured"], len(found["months"])) == ("XmR", "count of the month", 24)
    assert [month["month"] for month in found["months"] if month["signals"]] == ["2026-03"]
    assert found["headline"] == "Referrals: out of the ordinary in 1 of 24 months (2026-03)."
    assert found["rules"] == sorted(
        ["a point beyond a limit", "eight or more points in a row on one side of the median"]
    )


async def test_a_share_has_limits_of_its_own_each_month(house):
    await counted(house, REFERRED_AGAIN, [(12, 100)] * 23 + [(3, 10)])
    found = await get(house, f"control-charts/{REFERRED_AGAIN}")
    assert (found["kind"], found["measured"]) == ("p", "share of the month")
    assert found["months"][-1]["high"] > found["months"][0]["high"]
    assert found["headline"].endswith("no month of 24 is out of the ordinary.")


async def test_what_stands_is_drawn_by_what_was_added_in_the_month(house):
    await counted(house, "episodes_open", [(900, 0), *[(5, 0), (-5, 0)] * 11, (4, 0)])
    found = await get(house, "control-charts/episodes_open", **{"from": "2024-05"})
    assert (found["kind"], found["measured"]) == ("XmR", "change within the month")
    assert [month["numerator"] for month in found["months"]][:2] == [5, -5]
    assert not any(month["signals"] for month in found["months"])


async def test_what_is_rare_is_drawn_as_events_one_by_one(house):
    await counted(house, "conferences", [(4, 4)] * 23 + [(14, 14)])
    found = await get(house, "control-charts/conferences")
    assert (found["kind"], found["months"][-1]["signals"]) == ("u", ["a point beyond a limit"])


async def test_a_month_that_is_not_over_is_not_judged_and_eleven_have_no_limits(house):
    await counted(house, "referrals", STEADY)
    found = await get(house, "control-charts/referrals", **{"from": "2025-07", "to": "2026-09"})
    assert found["months"][-1]["month"] == "2026-04"
    few = await get(house, "control-charts/referrals", **{"from": "2025-05", "to": "2026-03"})
    assert (few["no_limits_because"], few["months"][0]["low"]) == ("limits need 12 points", None)
    assert few["headline"] == "Referrals: 11 months, and limits need 12 points."


async def test_a_chart_begins_afresh_where_somebody_decided_so_and_takes_it_back(house):
    await counted(house, "referrals", [*STEADY[:12], *[(140, 140), (144, 144)] * 6])
    before = await get(house, "control-charts/referrals")
    assert any(month["signals"] for month in before["months"])
    decided = await decide(house)
    assert decided.status_code == 201
    (logged,) = decided.json()
    assert (logged["decided_by"], logged["reason"], logged["team"]) == ("a service_manager", "the front door moved", "")
    after = await get(house, "control-charts/referrals")
    assert not any(month["signals"] for month in after["months"])
    assert [each["begins_on"] for each in after["baselines"]] == ["2025-04"]
    assert (after["months"][0]["centre"], after["months"][-1]["centre"]) == (102, 142)
    of_a_team = await get(house, "control-charts/referrals", team="north")
    assert of_a_team["baselines"] == [], "what was decided of the service is not decided of a team"
    await decide(house, stands=False, reason="it had not moved after all")
    assert (await get(house, "control-charts/referrals"))["months"] == before["months"]
    assert [each["stands"] for each in await get(house, "baselines")] == [True, False]


async def test_a_decision_sent_twice_is_logged_once(house):
    first = await decide(house, key="one")
    again = await decide(house, key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(again.json()) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"indicator": "no_such"}, 404),
        ({"indicator": "closures_by_reason"}, 404),
        ({"team": "elsewhere"}, 404),
        ({"begins_on": "2025-13"}, 422),
        ({"reason": " "}, 422),
    ],
)
async def test_a_decision_about_what_is_not_there_or_without_a_reason_is_refused(house, body, status):
    await counted(house, "referrals", STEADY)
    assert (await decide(house, **body)).status_code == status
    assert (await decide(house, role="team_manager")).status_code == 403
    assert await get(house, "baselines") == []


async def test_a_funnel_says_where_to_look_and_a_manager_sees_the_own_team(house):
    await counted(house, REFERRED_AGAIN, [(5, 100)] * 24, team="north")
    await counted(house, REFERRED_AGAIN, [(30, 100)] * 24, team="south")
    found = await get(house, f"funnels/{REFERRED_AGAIN}")
    assert found["target"] == 0.175
    assert [(team["team"], team["look"]) for team in found["teams"]] == [("north", True), ("south", True)]
    assert found["teams"][0]["low_998"] < found["teams"][0]["low_95"] < 0.175 < found["teams"][0]["high_95"]
    hers = await get(house, f"funnels/{REFERRED_AGAIN}", role="team_manager", worker="manager-north")
    assert [team["team"] for team in hers["teams"]] == ["north"]
    assert hers["teams"][0] == found["teams"][0]


async def test_a_count_has_no_funnel_and_a_foreign_team_no_chart(house):
    await counted(house, "referrals", STEADY)
    manager = house.signed_in_as("team_manager", worker="manager-north").reporting
    assert (await manager.get("/v1/funnels/referrals", params=ASKED)).status_code == 404
    answer = await manager.get("/v1/control-charts/referrals", params={**ASKED, "team": "south"})
    assert answer.status_code == 404
