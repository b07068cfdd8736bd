"""A case passes on when the other worker, or the other's manager, takes it; until then it stays where it is."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from services.intake.allocation.models import Allocation
from services.intake.handovers.models import Handover
from services.intake.handovers.stages import LEGAL_MOVES, NotOffered, Stage, move
from services.intake.main import SERVICE
from shared.clock import held_at
from shared.due import fire

TO_CLEO = {"worker": "cleo", "reason": "moved_area", "note": "The family moved south last week."}


async def offered(department, worker: str = "cleo") -> tuple[str, str]:
    """A case that Asha holds, and the offer of it."""
    episode = await department.allocated(
        "asha", await department.episode(received_on="2026-05-01"), held_from="2026-05-04"
    )
    answer = await department.norma.post(f"/v1/episodes/{episode}/handovers", json=TO_CLEO | {"worker": worker})
    assert answer.status_code == 201, answer.text
    return episode, answer.json()["id"]


async def holder(department, episode: str) -> tuple[str, str]:
    shown = (await department.vera.get(f"/v1/episodes/{episode}")).json()
    return shown["worker"], shown["team"]


async def said_last(department) -> list[str]:
    return [change.what for change in (await department.said())[-1].changes]


async def test_norma_offers_ashas_case_to_cleo_who_takes_it(department) -> None:
    episode, offer = await offered(department)
    (standing,) = (await department.cleo.get("/v1/handovers")).json()["items"]
    assert standing | {"offered_at": ""} == {
        "id": offer,
        "episode_id": episode,
        "from_worker": "asha",
        "from_team": "north",
        "to_worker": "cleo",
        "to_team": "south",
        "reason": "moved_area",
        "stage": "offered",
        "offered_at": "",
        "answer_by": "2026-05-21",
        "answered_at": None,
        "refusal": None,
    }
    assert await holder(department, episode) == ("asha", "north"), "until it is accepted"
    taken = await department.cleo.post(f"/v1/handovers/{offer}/acceptance", json={})
    assert (taken.status_code, taken.json()["stage"]) == (200, "accepted")
    assert await holder(department, episode) == ("cleo", "south")
    assert [(row.team_code, row.held_from, row.held_until) for row in await department.rows(Allocation)] == [
        ("north", date(2026, 5, 4), date(2026, 5, 14)),
        ("south", date(2026, 5, 14), None),
    ]
    assert await said_last(department) == ["case.handed_over"]
    assert (await department.cleo.get("/v1/handovers")).json()["items"] == []


async def test_the_limits_bind_when_a_case_is_taken_over(department) -> None:
    await department.staffed({"zoe": {"team": "south", "full_time_equivalent_percent": 7}})
    await department.filled("zoe", 1)
    episode, offer = await offered(department, "zoe")
    refused = await department.sid.post(f"/v1/handovers/{offer}/acceptance", json={})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:dwc:problem:caseload-full")
    assert await holder(department, episode) == ("asha", "north")
    override = {"reason": "specialist", "explanation": "Only Zoe can.", "plan": "One closes on Friday."}
    zoe = department.token("social_worker", worker="zoe")
    alone = await zoe.post(f"/v1/handovers/{offer}/acceptance", json={"override": override})
    assert (alone.status_code, alone.json()["type"]) == (403, "urn:dwc:problem:for-a-manager")
    taken = await department.sid.post(f"/v1/handovers/{offer}/acceptance", json={"override": override})
    assert taken.status_code == 200, taken.text
    assert await holder(department, episode) == ("zoe", "south")
    assert [each["against"] for each in (await department.sid.get("/v1/overrides")).json()] == [["over_limit"]]


async def test_cleo_refuses_with_a_reason_and_the_case_stays(department) -> None:
    episode, offer = await offered(department)
    refused = await department.cleo.post(f"/v1/handovers/{offer}/refusal", json={"reason": "no_room"})
    assert (refused.status_code, refused.json()["stage"], refused.json()["refusal"]) == (200, "refused", "no_room")
    assert await holder(department, episode) == ("asha", "north")
    assert await said_last(department) == ["handover.refused"]
    again = await department.norma.post(f"/v1/episodes/{episode}/handovers", json=TO_CLEO | {"worker": "ben"})
    assert again.status_code == 201, "a refused case is offered to somebody else"


async def test_norma_takes_the_offer_back_and_nobody_can_accept_it(department) -> None:
    episode, offer = await offered(department)
    assert (await department.sid.post(f"/v1/handovers/{offer}/withdrawal")).status_code == 200
    for answer in ("acceptance", "refusal"):
        body = {} if answer == "acceptance" else {"reason": "other"}
        late = await department.cleo.post(f"/v1/handovers/{offer}/{answer}", json=body)
        assert (late.status_code, late.json()["type"]) == (409, "urn:dwc:problem:not-offered")
    assert await holder(department, episode) == ("asha", "north")


async def test_an_offer_that_nobody_answers_expires_after_five_working_days(department) -> None:
    episode, offer = await offered(department)
    with held_at(datetime(2026, 5, 21, 22, 30, tzinfo=UTC)):
        assert await fire(department.database, SERVICE.timers) == 0
    with held_at(datetime(2026, 5, 21, 23, 30, tzinfo=UTC)):
        assert await fire(department.database, SERVICE.timers) == 1
    assert [row.stage for row in await department.rows(Handover)] == [Stage.EXPIRED]
    assert await said_last(department) == ["handover.expired"]
    assert await holder(department, episode) == ("asha", "north")
    assert (await department.cleo.post(f"/v1/handovers/{offer}/acceptance", json={})).status_code == 409


async def test_a_case_is_offered_to_one_at_a_time_and_never_to_whoever_holds_it_or_when_nobody_does(department) -> None:
    episode, _ = await offered(department)
    path = f"/v1/episodes/{episode}/handovers"
    second = await department.norma.post(path, json=TO_CLEO | {"worker": "ben"})
    assert (second.status_code, second.json()["type"]) == (409, "urn:dwc:problem:already-offered")
    held = await department.allocated("ben")
    own = await department.norma.post(f"/v1/episodes/{held}/handovers", json=TO_CLEO | {"worker": "ben"})
    assert (own.status_code, own.json()["type"]) == (409, "urn:dwc:problem:held-by-them")
    nobody = await department.norma.post(f"/v1/episodes/{await department.episode()}/handovers", json=TO_CLEO)
    assert (nobody.status_code, nobody.json()["type"]) == (409, "urn:dwc:problem:nobody-holds-it")


async def test_an_offer_accepted_and_refused_by_many_at_once_is_answered_once(department) -> None:
    _, offer = await offered(department)
    path = f"/v1/handovers/{offer}"
    sends = [department.cleo.post(f"{path}/acceptance", json={}) for _ in range(5)]
    sends += [department.sid.post(f"{path}/refusal", json={"reason": "other"}) for _ in range(5)]
    assert sorted(answer.status_code for answer in await asyncio.gather(*sends)) == [200] + [409] * 9


async def test_only_those_whom_it_concerns_see_an_offer_and_only_the_takers_answer(department) -> None:
    _, offer = await offered(department)
    for who, count in {"cleo": 1, "sid": 1, "norma": 1, "dee": 1, "vera": 1, "asha": 0, "ben": 0}.items():
        assert len((await getattr(department, who).get("/v1/handovers")).json()["items"]) == count, who
    for who in ("norma", "asha", "ben"):
        answer = await getattr(department, who).post(f"/v1/handovers/{offer}/acceptance", json={})
        assert answer.status_code == 404, who


async def test_the_same_offer_under_one_key_is_answered_again(department) -> None:
    episode = await department.allocated("asha")
    path, key = f"/v1/episodes/{episode}/handovers", {"Idempotency-Key": "h1"}
    first, again = [await department.norma.post(path, json=TO_CLEO, headers=key) for _ in range(2)]
    assert first.json() == again.json()
    assert len(await department.rows(Handover)) == 1


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_says_which_moves_are_legal_and_refuses_the_others(stage) -> None:
    for to in Stage:
        if to in LEGAL_MOVES[stage]:
            assert move(stage, to=to) is to
        else:
            with pytest.raises(NotOffered):
                move(stage, to=to)
