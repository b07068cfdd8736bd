"""Asha's families are offered the core offer, and some the enhanced one: asked for, decided on, given, and stepped down."""

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.intake.allocation.caseloads import caseloads
from services.intake.offer.models import Offer, PlaceIn, Year
from services.intake.offer.operations import give_place
from services.intake.offer.places import NoPlaceLeft
from services.intake.offer.stages import Ahead
from services.intake.people.models import Worker
from shared import clock
from shared.clock import held_at
from shared.web.roles import Principal, Role
from tests.intake.conftest import Department
from tests.intake.test_intake_races import many_episodes

ASKED = {
    "why": "Two assessments, no change",
    "criteria": ["edge_of_care"],
    "severity": 2,
    "imminence": 2,
    "changeability": 1,
}
TODAY = date(2026, 5, 14)
ON = {"on": "2026-05-14"}
PLACE = ON | {"clinician": "chloe"}
YEAR = date(2026, 4, 1)


@pytest.fixture
async def service(department: Department) -> Department:
    await department.staffed({"chloe": {"role": "clinician", "team": "mds"}})
    return department


async def done(answering: Any, status: int = 200) -> Any:
    answer = await answering
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def refused(answering: Any) -> str:
    answer = await answering
    assert not answer.is_success, answer.text
    return str(answer.json()["type"]).removeprefix("urn:dwc:problem:")


async def asked(service: Department, **changes: Any) -> str:
    """Of a case of Asha's the panel is asked for the enhanced offer."""
    episode = await service.allocated("asha")
    return str(
        (await done(service.asha.post(f"/v1/episodes/{episode}/enhanced-offer", json=ASKED | changes), 201))["id"]
    )


async def waiting(service: Department, **changes: Any) -> str:
    offer = await asked(service, **changes)
    await done(service.vera.post(f"/v1/offers/{offer}/acceptance", json={}))
    return offer


async def test_a_family_goes_from_the_core_offer_to_the_enhanced_one_and_back(service) -> None:
    episode = await service.allocated("asha")
    core = await done(service.norma.post(f"/v1/episodes/{episode}/core-offer", json=ON), 201)
    assert (core["offer"], core["stage"], core["given_from"]) == ("core", "given", "2026-05-14")
    offer = await done(service.asha.post(f"/v1/episodes/{episode}/enhanced-offer", json=ASKED), 201)
    assert (offer["stage"], offer["priority"], offer["criteria_are_met"]) == ("asked", 5, True)
    assert (offer["decide_by"], offer["days_waiting"], offer["on_record"]) == ("2026-05-21", 0, [])
    path = f"/v1/offers/{offer['id']}"
    assert (await done(service.vera.post(f"{path}/deferral", json={"reason": "more_information"})))[
        "stage"
    ] == "deferred"
    await done(service.vera.post(f"{path}/acceptance", json={}))
    given = await done(service.vera.post(f"{path}/place", json=PLACE))
    assert (given["stage"], given["clinician"], given["given_from"]) == ("given", "chloe", "2026-05-14")
    for attendance in ("given", "missed", "given", "cancelled"):
        held = await done(service.asha.post(f"{path}/sessions", json=ON | {"attendance": attendance}), 201)
    assert (held["sessions_given"], held["sessions_missed"]) == (2, 1)
    with held_at(datetime(2026, 9, 1, 11, tzinfo=UTC)):
        await done(service.norma.post(f"{path}/step-down", json={"on": "2026-09-01"}))
        shown = await done(service.asha.get(f"/v1/episodes/{episode}/offers"))
    assert [(each["offer"], each["stage"], each["given_until"]) for each in shown] == [
        ("core", "ended", "2026-05-14"),
        ("enhanced", "stepped_down", "2026-09-01"),
        ("core", "given", None),
    ]
    said = (await service.said())[-1]
    assert [change.what for change in said.changes] == ["offer.stepped_down", "offer.given"]
    told = said.episodes[0].offers[1]
    assert (told.offer, told.stage, str(told.decided_on)) == ("enhanced", "stepped_down", "2026-05-14")
    assert (str(told.given_from), str(told.given_until)) == ("2026-05-14", "2026-09-01")
    assert (told.sessions_given, told.sessions_missed) == (2, 1)
    assert "assessments" not in told.model_dump_json()
    (year,) = await service.rows(Year)
    assert (year.begins_on, year.given, year.at_discretion) == (YEAR, 1, 0)


async def test_what_may_not_be_done_with_an_offer_is_refused_and_leaves_nothing(service) -> None:
    episode, nobodys = await service.allocated("asha"), await service.episode()
    enhanced, core = f"/v1/episodes/{episode}/enhanced-offer", f"/v1/episodes/{episode}/core-offer"
    nobody = service.vera.post(f"/v1/episodes/{nobodys}/core-offer", json=ON)
    assert await refused(nobody) == "nobody-works-with-them"
    assert await refused(service.norma.post(core, json={"on": "2026-05-15"})) == "offered-out-of-order"
    await done(service.norma.post(core, json=ON), 201)
    assert await refused(service.norma.post(core, json=ON)) == "offer-already-made"
    offer = (await done(service.vera.post(enhanced, json=ASKED | {"criteria": ["domestic_abuse"]}), 201))["id"]
    path = f"/v1/offers/{offer}"
    assert await refused(service.asha.post(enhanced, json=ASKED)) == "offer-already-made"
    assert await refused(service.vera.post(f"{path}/acceptance", json={})) == "asked-for-by-them"
    panel = service.token("principal_social_worker", id="pia")
    assert await refused(panel.post(f"{path}/acceptance", json={})) == "criteria-not-met"
    assert await refused(panel.post(f"{path}/place", json=PLACE)) == "offer-out-of-turn"
    assert (await done(panel.post(f"{path}/acceptance", json={"discretion": "trauma"})))["discretion"] == "trauma"
    assert await refused(panel.post(f"{path}/place", json=PLACE | {"clinician": "ben"})) == "no-clinician"
    assert await refused(panel.post(f"{path}/place", json=PLACE | {"on": "2026-05-13"})) == "offered-out-of-order"
    assert (
        await refused(service.asha.post(f"{path}/sessions", json=ON | {"attendance": "given"})) == "offer-out-of-turn"
    )
    await done(service.asha.post(f"{path}/withdrawal"))
    assert await refused(panel.post(f"{path}/refusal", json={"reason": "other"})) == "offer-out-of-turn"
    assert [row.stage for row in await service.rows(Offer)] == ["given", "withdrawn"]
    assert await service.rows(Year) == []


async def test_whoever_comes_first_gets_the_place_unless_it_is_said_why_not(service) -> None:
    late, first = await waiting(service), await waiting(service, severity=3)
    south = await done(service.sid.get("/v1/enhanced-offer"))
    assert (south["waiting"], south["waiting_list"]) == (2, []), "she waits, and is another team's"
    board = await done(service.norma.get("/v1/enhanced-offer?team=north"))
    assert [(each["id"], each["in_line"]) for each in board["waiting_list"]] == [(first, 1), (late, 2)]
    assert (board["places"], board["left"], board["taken_when_even"], board["at_discretion_at_most"]) == (
        60,
        60,
        20,
        12,
    )
    assert await refused(service.vera.post(f"/v1/offers/{late}/place", json=PLACE)) == "others-come-first"
    ahead = await done(service.vera.post(f"/v1/offers/{late}/place", json=PLACE | {"ahead_because": "emergency"}))
    assert ahead["ahead_because"] == "emergency"
    given = await done(service.vera.post(f"/v1/offers/{first}/place", json=PLACE | {"ahead_because": "emergency"}))
    assert given["ahead_because"] is None, "it came first"
    board = await done(service.norma.get("/v1/enhanced-offer"))
    assert (board["given"], board["left"], board["taken_now"], board["waiting"]) == (2, 58, 2, 0)


async def test_a_restricted_child_counts_in_the_line_and_is_not_shown(service) -> None:
    hidden, seen = await waiting(service, severity=3), await waiting(service)
    child = (await done(service.vera.get(f"/v1/offers/{hidden}")))["child_id"]
    await done(service.vera.put(f"/v1/children/{child}/restriction", json={"named": ["asha"]}), 204)
    board = await done(service.norma.get("/v1/enhanced-offer"))
    assert (board["waiting"], [(each["id"], each["in_line"]) for each in board["waiting_list"]]) == (2, [(seen, 2)])
    assert (await service.norma.get(f"/v1/offers/{hidden}")).status_code == 404
    assert (await service.asha.get(f"/v1/offers/{hidden}")).status_code == 200
    listed = await done(service.norma.get("/v1/offers?offer=enhanced&stage=waiting"))
    assert [each["id"] for each in listed["items"]] == [seen]


async def test_what_the_panel_was_asked_is_put_right_by_whoever_has_read_it(service) -> None:
    path = f"/v1/offers/{await asked(service)}"
    read = await service.asha.get(path)
    tag, right = {"If-Match": read.headers["ETag"]}, ASKED | {"criteria": ["exploitation"], "severity": 3}
    assert (await service.asha.put(path, json=right)).status_code == 428
    assert (await service.asha.put(path, json=right, headers=tag)).status_code == 204
    assert (await service.asha.put(path, json=ASKED, headers=tag)).status_code == 412
    assert (await service.asha.put(path, json=right, headers=tag)).status_code == 204, (
        "sent again, it is as good as done"
    )
    shown = await done(service.asha.get(path))
    assert (shown["criteria"], shown["severity"], shown["why"]) == (["exploitation"], 3, ASKED["why"])
    await done(service.vera.post(f"{path}/refusal", json={"reason": "core_offer_not_tried"}))
    assert await refused(service.asha.put(path, json=ASKED, headers={"If-Match": "*"})) == "offer-out-of-turn"


async def test_teams_outside_the_practice_model_offer_neither_and_the_workforce_says_so(service) -> None:
    episode = await service.allocated("cleo")
    remit = {"in_force_from": "2026-01-01", "remit": "disability", "areas": []}
    stated = await done(service.vera.post("/v1/teams/south/remits", json=remit), 201)
    assert [(each["remit"], each["in_practice_model"]) for each in stated] == [("disability", False)]
    assert await refused(service.vera.post("/v1/teams/nowhere/remits", json=remit)) == "no-such-team"
    for offer, body in (("core-offer", ON), ("enhanced-offer", ASKED)):
        assert (
            await refused(service.vera.post(f"/v1/episodes/{episode}/{offer}", json=body))
            == "outside-the-practice-model"
        )
    told = {state.reference: state for state in await service.said() if hasattr(state, "reference")}
    (south,) = told["cleo"].memberships
    assert [(str(each.worked_from), str(each.worked_until)) for each in south.in_practice_model] == [
        ("2015-04-01", "2026-01-01")
    ]
    assert [each.remit for each in south.remits] == ["disability"]
    (north,) = told["asha"].memberships
    assert (len(north.in_practice_model), north.in_practice_model[0].worked_until) == (1, None)
    versions = len(await service.said())
    await done(service.vera.post("/v1/teams/south/remits", json=remit), 201)
    assert len(await service.said()) == versions, "the same again is nothing new"


async def test_a_place_weighs_in_the_caseload_from_its_day_until_it_ends_and_no_longer_once_the_case_closes(
    service,
) -> None:
    offer = await waiting(service)
    (asha,) = [worker.id for worker in await service.rows(Worker) if worker.reference == "asha"]

    async def points() -> int:
        async with service.database.reading() as session:
            return (await caseloads(session, [asha], on=clock.today())).load(asha).points

    before = await points()
    given = await done(service.vera.post(f"/v1/offers/{offer}/place", json=PLACE))
    assert await points() == before + 20
    closing = {"closed_on": "2026-05-14", "reason": "RC7"}
    await done(service.norma.post(f"/v1/episodes/{given['episode_id']}/closure", json=closing))
    (row,) = await service.rows(Offer)
    assert (row.stage, row.given_until) == ("ended", date(2026, 5, 14))
    assert [each.stage for each in (await service.said())[-1].episodes[0].offers] == ["ended"]


async def test_an_offer_is_due_for_decision_and_later_for_stepping_down(service) -> None:
    offer = await asked(service)
    until = {"until": "2026-12-31"}
    tasks = [
        each for each in (await done(service.norma.get("/v1/tasks", params=until)))["items"] if each["item_id"] == offer
    ]
    assert [(each["clock"], each["due_on"], each["asked"]) for each in tasks] == [
        ("panel_decision", "2026-05-21", "panel")
    ]
    await done(service.vera.post(f"/v1/offers/{offer}/acceptance", json={}))
    await done(service.vera.post(f"/v1/offers/{offer}/place", json=PLACE))
    tasks = [
        each for each in (await done(service.norma.get("/v1/tasks", params=until)))["items"] if each["item_id"] == offer
    ]
    assert [(each["clock"], each["due_on"]) for each in tasks] == [("step_down", "2026-09-14")]


async def test_of_twenty_who_give_the_last_places_at_once_none_is_given_beyond_them(service) -> None:
    """Fifty-seven of sixty are given; twenty families wait, and as many members of the panel each give one a place."""
    episodes = await many_episodes(service, 20)
    offers = [
        Offer(episode_id=each, offer="enhanced", stage="waiting", asked_on=TODAY, to_panel_on=TODAY, decided_on=TODAY)
        for each in episodes
    ]
    ids = [offer.id for offer in offers]
    async with service.database.transaction() as session:
        session.add_all([Year(begins_on=YEAR, given=57), *offers])
    place = PlaceIn(on=TODAY, clinician="chloe", ahead_because=Ahead.EMERGENCY)

    async def has_given(offer: UUID, number: int) -> bool:
        with suppress(NoPlaceLeft):
            async with service.database.transaction() as session:
                await give_place(session, offer, place, by=Principal(f"member {number}", Role.SERVICE_MANAGER))
            return True
        return False

    given = await asyncio.gather(*(has_given(offer, number) for number, offer in enumerate(ids)))
    assert sum(given) == 3
    (year,) = await service.rows(Year)
    assert (year.given, sum(row.stage == "given" for row in await service.rows(Offer))) == (60, 3)
    assert len(await service.said()) == 3 + len(await service.rows(Worker)), "who was refused has said nothing"
