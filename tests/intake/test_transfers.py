"""A case goes from the north team to the south: offered, accepted, visited together, handed over; or it stays."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.allocation.models import Allocation
from services.intake.transfers.models import Involvement, Transfer
from services.intake.transfers.stages import AWAITED, LEGAL_MOVES, OPEN, TransferOutOfTurn, TransferStage, move
from shared.clock import held_at
from tests.intake.test_episode_acts import ashas_case

LATER = datetime(2026, 5, 21, 11, tzinfo=UTC)
OFFER = {"to_team": "south", "trigger": "first_core_group"}
COMPLETION = {"on": "2026-05-21", "joint_visit_on": "2026-05-20"}


async def post(who, episode: str, path: str, body: dict[str, Any] | None = None, status: int = 200) -> dict[str, Any]:
    answer = await who.post(f"/v1/episodes/{episode}/{path}", json=body)
    assert answer.status_code == status, answer.text
    return dict(answer.json()) if answer.content else {}


async def offered(department) -> str:
    episode = await ashas_case(department)
    await post(department.norma, episode, "transfer", OFFER, 201)
    return episode


async def accepted(department) -> str:
    episode = await offered(department)
    await post(department.sid, episode, "transfer/acceptance", {"worker": "cleo"})
    return episode


def test_every_stage_of_a_transfer_has_its_moves_and_an_owner() -> None:
    assert set(LEGAL_MOVES) == set(AWAITED) == set(TransferStage)
    assert {TransferStage.OFFERED, TransferStage.ACCEPTED} == OPEN
    for now, legal in LEGAL_MOVES.items():
        for to in TransferStage:
            if to in legal:
                assert move(now, to=to) is to
            else:
                with pytest.raises(TransferOutOfTurn, match="awaits"):
                    move(now, to=to)


async def test_a_case_is_offered_accepted_and_handed_over_with_both_workers_involved_meanwhile(department) -> None:
    episode = await ashas_case(department)
    assert (await department.sid.get(f"/v1/episodes/{episode}")).status_code == 404
    await post(department.norma, episode, "transfer", OFFER, 201)
    assert (await department.sid.get(f"/v1/episodes/{episode}")).status_code == 200
    assert (await department.cleo.get(f"/v1/episodes/{episode}")).status_code == 404
    shown = await post(department.sid, episode, "transfer/acceptance", {"worker": "cleo"})
    assert (shown["stage"], shown["worker"], shown["accepted_on"]) == ("accepted", "cleo", "2026-05-14")
    for worker in (department.asha, department.cleo):
        assert (await worker.get(f"/v1/episodes/{episode}")).json()["worker"] == "asha", "she holds it until the day"
    with held_at(LATER):
        done = COMPLETION | {"hands_over_until": "2026-05-25"}
        assert (await post(department.sid, episode, "transfer/completion", done))["stage"] == "completed"
        assert (await department.cleo.get(f"/v1/episodes/{episode}")).json()["worker"] == "cleo"
        assert (await department.asha.get(f"/v1/episodes/{episode}")).status_code == 200, (
            "she hands over until the 25th"
        )
        assert (await department.norma.get(f"/v1/episodes/{episode}")).status_code == 200, "the team held it"
    with held_at(datetime(2026, 5, 25, 11, tzinfo=UTC)):
        assert (await department.asha.get(f"/v1/episodes/{episode}")).status_code == 404


async def test_what_is_said_of_a_transfer_is_where_the_case_was_and_who_worked_on_it(department) -> None:
    episode = await accepted(department)
    with held_at(LATER):
        await post(department.sid, episode, "transfer/completion", COMPLETION)
    said = (await department.said())[-1]
    assert [change.what for change in said.changes] == ["case.allocated", "transfer.completed"]
    (transfer,), (involvement,), allocations = [
        getattr(said.episodes[0], field) for field in ("transfers", "involvements", "allocations")
    ]
    assert (transfer.from_team, transfer.to_team, transfer.trigger, transfer.stage) == (
        "north",
        "south",
        "first_core_group",
        "completed",
    )
    assert str(transfer.joint_visit_on) == "2026-05-20"
    assert (involvement.role, str(involvement.involved_from), str(involvement.involved_until)) == (
        "receiving",
        "2026-05-14",
        "2026-05-21",
    )
    assert [(each.team, str(each.held_from), str(each.held_until)) for each in allocations] == [
        ("north", "2026-05-01", "2026-05-21"),
        ("south", "2026-05-21", "None"),
    ]


async def test_a_team_that_refuses_does_not_see_the_case_any_more_and_it_may_be_offered_again(department) -> None:
    episode = await offered(department)
    await post(department.sid, episode, "transfer/refusal", {"reason": "no_capacity"}, 204)
    assert (await department.sid.get(f"/v1/episodes/{episode}")).status_code == 404
    (told,) = (await department.norma.get(f"/v1/episodes/{episode}/transfers")).json()
    assert (told["stage"], told["refusal"], told["ended_on"]) == ("declined", "no_capacity", "2026-05-14")
    await post(department.norma, episode, "transfer", OFFER, 201)
    assert len(await department.rows(Transfer)) == 2


async def test_the_team_that_offered_it_may_keep_it_after_all(department) -> None:
    episode = await accepted(department)
    assert (await post(department.norma, episode, "transfer/withdrawal"))["stage"] == "withdrawn"
    assert (await department.cleo.get(f"/v1/episodes/{episode}")).status_code == 404
    (involvement,) = await department.rows(Involvement)
    assert str(involvement.involved_until) == "2026-05-14"


async def test_a_case_that_closes_goes_nowhere(department) -> None:
    episode = await accepted(department)
    await post(department.norma, episode, "closure", {"closed_on": "2026-05-14", "reason": "RC7"})
    (transfer,), (involvement,) = await department.rows(Transfer), await department.rows(Involvement)
    assert (transfer.stage, str(transfer.ended_on)) == ("withdrawn", "2026-05-14")
    assert str(involvement.involved_until) == "2026-05-14"
    assert (await department.said())[-1].episodes[0].transfers[0].stage == "withdrawn"


async def test_open_transfers_are_listed_for_both_teams_and_for_nobody_else(department) -> None:
    episode = await offered(department)
    for who, query, sees in (
        ("norma", "", True),
        ("sid", "?team=south", True),
        ("asha", "", True),
        ("cleo", "", False),
        ("vera", "?team=north", True),
        ("vera", "?team=nowhere", False),
    ):
        items = (await getattr(department, who).get(f"/v1/transfers{query}")).json()["items"]
        assert [each["episode_id"] for each in items] == [episode] * sees, who
    await post(department.sid, episode, "transfer/refusal", {"reason": "other"}, 204)
    assert (await department.norma.get("/v1/transfers")).json()["items"] == []


async def test_transfers_come_in_pages(department) -> None:
    for _ in range(3):
        await offered(department)
    first = await department.sid.get("/v1/transfers?limit=2")
    assert len(first.json()["items"]) == 2
    rest = await department.sid.get(f"/v1/transfers?limit=2&after={first.json()['next']}")
    assert (len(rest.json()["items"]), rest.json()["next"]) == (1, None)
    assert 'rel="next"' in first.headers["link"]


async def test_a_full_worker_takes_nothing_over_and_the_case_stays_where_it_was(department) -> None:
    episode = await accepted(department)
    for _ in range(15):
        await department.allocated("cleo")
    with held_at(LATER):
        refused = await post(department.sid, episode, "transfer/completion", COMPLETION, 409)
    assert refused["type"] == "urn:dwc:problem:caseload-full"
    held = [row for row in await department.rows(Allocation) if str(row.episode_id) == episode]
    assert [row.held_until for row in held] == [None]
    assert [row.stage for row in await department.rows(Transfer)] == ["accepted"]


REFUSED = [
    ("to the own team", "ashas_case", "norma", "transfer", OFFER | {"to_team": "north"}, "no-other-team"),
    ("to a team there is not", "ashas_case", "norma", "transfer", OFFER | {"to_team": "east"}, "no-other-team"),
    ("twice", "offered", "norma", "transfer", OFFER, "transfer-open"),
    ("by the team it goes to", "offered", "sid", "transfer/withdrawal", None, "another-teams-transfer"),
    ("acceptance by the team that offers", "offered", "norma", "transfer/acceptance", {"worker": "cleo"}, "another-teams-transfer"),
    ("acceptance for a worker of another team", "offered", "sid", "transfer/acceptance", {"worker": "ben"}, "not-of-the-new-team"),
    ("acceptance of nothing", "ashas_case", "norma", "transfer/acceptance", {"worker": "cleo"}, "no-transfer-open"),
    ("acceptance twice", "accepted", "sid", "transfer/acceptance", {"worker": "cleo"}, "transfer-out-of-turn"),
    ("refusal once accepted", "accepted", "sid", "transfer/refusal", {"reason": "other"}, "transfer-out-of-turn"),
    ("completion of what was not accepted", "offered", "sid", "transfer/completion", COMPLETION, "transfer-out-of-turn"),
    ("completion tomorrow", "accepted", "sid", "transfer/completion", COMPLETION | {"on": "2026-05-22"}, "completed-out-of-order"),
    ("completion before acceptance", "accepted", "sid", "transfer/completion", COMPLETION | {"on": "2026-05-13"}, "completed-out-of-order"),
    ("a joint visit before acceptance", "accepted", "sid", "transfer/completion", COMPLETION | {"joint_visit_on": "2026-05-13"}, "visited-out-of-order"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "who", "path", "body", "problem"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED]
)
async def test_a_transfer_out_of_its_turn_is_refused_and_changes_nothing(
    department, at, who, path, body, problem
) -> None:
    episode = await {"ashas_case": ashas_case, "offered": offered, "accepted": accepted}[at](department)
    before = [(row.stage, row.recorded_at) for row in await department.rows(Transfer)]
    with held_at(LATER):
        answer = await getattr(department, who).post(f"/v1/episodes/{episode}/{path}", json=body)
    assert answer.json()["type"] == f"urn:dwc:problem:{problem}", answer.text
    assert [(row.stage, row.recorded_at) for row in await department.rows(Transfer)] == before


async def test_a_case_that_nobody_holds_is_allocated_not_transferred(department) -> None:
    refused = await post(department.vera, await department.episode(), "transfer", OFFER, 409)
    assert refused["type"] == "urn:dwc:problem:nobody-holds-the-case"


async def test_acceptance_sent_again_under_its_key_is_answered_again(department) -> None:
    episode, key = await offered(department), {"Idempotency-Key": "t1"}
    path = f"/v1/episodes/{episode}/transfer/acceptance"
    first = await department.sid.post(path, json={"worker": "cleo"}, headers=key)
    again = await department.sid.post(path, json={"worker": "cleo"}, headers=key)
    assert (first.status_code, again.json()) == (200, first.json())
    assert len(await department.rows(Involvement)) == 1
