"""A small department in which there is one of everything: somebody's own, a colleague's, another team's, nobody's."""

from typing import Any
from uuid import UUID, uuid4

from services.intake.offer.models import Offer
from services.intake.sources.document import StatedCase
from services.intake.write_backs.models import ActOut, Message, WriteBack
from services.observation.coding.models import Basis, SecondCoding
from services.observation.people.queries import worker_named
from shared import clock
from shared.contracts.codes import PracticeSkill
from shared.database import Database
from shared.messaging.dead_letters import Kind, SetAside, Unreadable, set_aside
from shared.web.roles import Role
from tests.permissions.bodies import (
    AIM,
    ANSWERS,
    ASKED,
    COHORT,
    CONTACT,
    EXTRACT,
    GOAL,
    PLAN,
    RATING,
    SUPERVISION,
    VOICE,
    WORDING,
)
from tests.permissions.places import PLACES
from tests.permissions.sees import NOBODYS, OTHER, OWN, TEAM

WORKERS = {
    "asha": ("social_worker", "north"),
    "ari": ("social_worker", "north"),
    "ben": ("social_worker", "south"),
    "bob": ("social_worker", "south"),
    "norma": ("team_manager", "north"),
    "dora": ("deputy_team_manager", "north"),
    "eve": ("practice_evaluator", "practice"),
    "evan": ("practice_evaluator", "practice"),
    "ella": ("practice_evaluator", "practice"),
    "cara": ("coach", "practice"),
    "pia": ("coach", "practice"),
    "chloe": ("clinician", "practice"),
}
WHO = {
    Role.SOURCE_SYSTEM: {"id": "case-system"},
    Role.SOCIAL_WORKER: {"worker": "asha"},
    Role.TEAM_MANAGER: {"worker": "norma"},
    Role.DEPUTY_TEAM_MANAGER: {"worker": "dora"},
    Role.EVALUATOR: {"worker": "eve"},
    Role.COACH: {"worker": "cara"},
    Role.PRINCIPAL_SOCIAL_WORKER: {"worker": "pia"},
}
"""Who asks in each role; the other roles have no place in the workforce."""
UNHEARD_OF = {"worker": "nobody-has-heard-of", "id": "unheard-of"}
WHATEVER_STOOD = {"If-Match": "*"}
HELD_BY = {OWN: "asha", TEAM: "ari", OTHER: "ben"}

World = dict[str, dict[str, str]]
"""Whose -> kind -> id."""


async def made(answering: Any) -> Any:
    answer = await answering
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


async def staffed(house) -> None:
    manager = house.signed_in_as("service_manager").intake
    for reference, (role, team) in WORKERS.items():
        post = {"name": reference, "role": role, "team": team, "team_name": team.title(), "member_from": "2024-01-01"}
        await made(manager.put(f"/v1/workers/{reference}", json=post))


async def cases(house) -> World:
    """A case of each kind: Asha's, a colleague's, another team's, and one that nobody holds."""
    manager = house.signed_in_as("service_manager").intake
    world: World = {}
    for number, whose in enumerate((OWN, TEAM, OTHER, NOBODYS)):
        poster = house.signed_in_as("source_system", id="case-system" if whose == OWN else "another-system").intake
        form = {"source_reference": f"R{number}", "received_on": "2026-05-01", "source": "6"}
        another = form | {"source_reference": f"A{number}", "children": [{"la_child_id": f"D{number}"}]}
        form["children"] = [{"la_child_id": f"C{number}"}]
        kept = await made(poster.post("/v1/referrals", json=form))
        await made(poster.post("/v1/referrals", json=another))
        pair = await made(manager.post("/v1/possible-matches", json={"children": [f"C{number}", f"D{number}"]}))
        referral_id = kept["referrals"][0]["id"]
        decided = await made(manager.post(f"/v1/referrals/{referral_id}/decision", json={"outcome": "assessment"}))
        world[whose] = {"referral form": kept["id"], "referral": referral_id, "episode": decided["episode_id"]}
        world[whose]["la_child_id"] = f"C{number}"
        world[whose] |= {"match": pair["id"], "child": kept["referrals"][0]["child_id"]}
        world[whose] |= await rated_goal(manager, decided["episode_id"])
        if whose in HELD_BY:
            world[whose]["worker"] = HELD_BY[whose]
            away = f"/v1/workers/{HELD_BY[whose]}/absences/2026-05-01"
            await made(manager.put(away, json={}, headers=WHATEVER_STOOD))
            all_the_same = {"reason": "continuity", "explanation": "the family is known"}
            held = {"worker": HELD_BY[whose], "held_from": "2026-05-01", "override": all_the_same}
            given = await made(manager.post(f"/v1/episodes/{decided['episode_id']}/allocation", json=held))
            await made(manager.delete(away, headers=WHATEVER_STOOD))
            world[whose]["override"] = given["override_id"]
        world[whose]["offer"] = await asked_of_the_panel(house.databases["intake"], decided["episode_id"])
    for number, (whose, seen) in enumerate(world.items()):
        system = "case-system" if whose == OWN else "another-system"
        poster = house.signed_in_as("source_system", id=system).intake
        told = CONTACT | {"source_reference": f"K{number}", "child": {"la_child_id": seen["la_child_id"]}}
        seen["contact"] = (await made(poster.post("/v1/contacts", json=told)))["id"]
        seen["message"] = await went_back(house.databases["intake"], system, seen)
        broken = {"la_child_id": seen["la_child_id"], "reason": "found alone at the station"}
        seen["glass"] = (await made(house.signed_in_as("social_worker").intake.post("/v1/break-glass", json=broken)))[
            "id"
        ]
    for whose, team in {OWN: "north", TEAM: "north", OTHER: "south"}.items():
        plan = {"team": team, "episodes": [world[NOBODYS]["episode"]]}
        world[whose]["plan"] = (await made(manager.post("/v1/allocations/plan", json=plan)))["id"]
    for whose, (of, to) in {OWN: (TEAM, "asha"), TEAM: (OWN, "ari"), OTHER: (OTHER, "bob")}.items():
        offer = {"worker": to, "reason": "caseload"}
        offered = await made(manager.post(f"/v1/episodes/{world[of]['episode']}/handovers", json=offer))
        world[whose]["handover"] = offered["id"]
    await house.settle()
    return world


async def rated_goal(manager, episode: str) -> dict[str, str]:
    """A goal of a case, and a rating of it that was corrected since."""
    goal = f"/v1/family-goals/{(await made(manager.post(f'/v1/episodes/{episode}/family-goals', json=AIM)))['id']}"
    rated = await made(manager.post(f"{goal}/ratings", json=RATING))
    correction = f"{goal}/ratings/{rated['ratings'][0]['id']}/correction"
    await made(manager.post(correction, json=RATING | {"by_worker": "green"}, headers=WHATEVER_STOOD))
    return {"family goal": rated["id"], "rating": rated["ratings"][0]["id"]}


async def went_back(database: Database, system: str, seen: dict[str, str]) -> str:
    """As if something had been done in a case of a team that is mirrored."""
    message = Message(
        id=uuid4(),
        authority="206",
        system=system,
        la_child_id=seen["la_child_id"],
        acts=[ActOut(what="visit.made", on=clock.today())],
        done_by="ari",
        done_at=clock.now(),
        case=StatedCase(referred_on=clock.today()),
    )
    ids = {"child_id": UUID(seen["child"]), "episode_id": UUID(seen["episode"])}
    row = WriteBack(id=message.id, system=system, message=message.model_dump(mode="json"), made_at=clock.now(), **ids)
    async with database.transaction() as session:
        session.add(row)
    return str(message.id)


async def asked_of_the_panel(database: Database, episode: str) -> str:
    """As if whoever held the case before had asked for the enhanced offer."""
    asked = {"offer": "enhanced", "stage": "asked", "asked_on": clock.today(), "to_panel_on": clock.today(), **ASKED}
    offer = Offer(episode_id=UUID(episode), **asked)
    id = str(offer.id)
    async with database.transaction() as session:
        session.add(offer)
    return id


async def observations(house, of: World) -> World:
    """Two observations of each worker, one with feedback and one without; Asha's were made by Eve, the others by Evan."""
    world: World = {}
    for whose, worker in HELD_BY.items():
        observer = house.signed_in_as("evaluator", worker="eve" if whose == OWN else "evan").observation
        world[whose] = {"observation": str(uuid4()), "feedback": str(uuid4())}
        for id in world[whose].values():
            form = PLACES["observation"]["PUT /v1/observations/{observation_id}"].json
            changes = {"episode_id": of[whose]["episode"], "worker": worker, "observed_at": "2026-05-02T10:00:00Z"}
            await made(observer.put(f"/v1/observations/{id}", json=form | changes))
        twice = f"/v1/observations/{world[whose]['observation']}"
        assert (await observer.put(twice, json=form | changes | {"child_seen_alone": True})).status_code == 409
        disputed = await made(observer.get(f"/v1/forms?standing=disputed&observation_id={world[whose]['observation']}"))
        world[whose]["form"] = disputed["items"][0]["id"]
        world[whose]["decline"] = str(uuid4())
        declined = PLACES["observation"]["PUT /v1/declines/{decline_id}"].json | {"worker": worker}
        await made(observer.put(f"/v1/declines/{world[whose]['decline']}", json=declined))
        for kind, shape in {"answers": ANSWERS, "goal": GOAL, "voice": VOICE}.items():
            world[whose] |= {kind: str(uuid4()), "episode": of[whose]["episode"]}
            said = shape | {"episode_id": of[whose]["episode"]}
            await made(observer.put(f"/v1/{kind.removesuffix('s')}s/{world[whose][kind]}", json=said))
        world[whose] |= {"worker": worker, "supervision": str(uuid4())}
        supervisor = {"worker": "bob"} if whose == OTHER else {"worker": "dora"}
        held = SUPERVISION | {"workers": [worker]}
        deputy = house.signed_in_as("deputy_team_manager", **supervisor).observation
        await made(deputy.put(f"/v1/supervisions/{world[whose]['supervision']}", json=held))
        await scored_again(house.databases["observation"], UUID(world[whose]["observation"]))
        said = {"strengths": ["warm"], "stretch": "say the worry", "given_on": "2026-05-05"}
        await made(observer.post(f"/v1/observations/{world[whose]['feedback']}/feedback", json=said))
    await followed(house, of, world)
    await house.settle()
    return world


async def followed(house, of: World, world: World) -> None:
    """Every case that somebody holds is in a cohort and selected; Eve follows Asha's, Evan the others."""
    chooser = house.signed_in_as("principal_social_worker", worker="pia").observation
    cohort = COHORT | {"allocated_from": "2026-04-01", "allocated_until": "2027-03-31", "share": 1.0}
    made_id = (await made(chooser.post("/v1/cohorts", json=cohort)))["id"]
    await made(chooser.post("/v1/wordings", json=WORDING))
    selected = {each["episode_id"]: each["id"] for each in (await made(chooser.get("/v1/participations")))["items"]}
    waves = (await made(chooser.get("/v1/waves?stage=planned&name=T1")))["items"]
    first = {each["participation_id"]: each["id"] for each in waves}
    for whose in HELD_BY:
        id = selected[of[whose]["episode"]]
        follower = {"worker": "eve" if whose == OWN else "evan"}
        await made(chooser.post(f"/v1/participations/{id}/follower", json=follower))
        world[whose] |= {"cohort": made_id, "participation": id, "wave": first[id]}


async def scored_again(database: Database, observation_id: UUID) -> None:
    """As if chance had drawn the observation, and Ella had scored it a second time, two points from the first."""
    async with database.transaction() as session:
        ella = await worker_named(session, "ella")
        coded = SecondCoding(observation_id=observation_id, drawn_at=clock.now(), coder_id=ella.worker_id)
        coded.basis, coded.coded_at, coded.scores = Basis.AUDIO, clock.now(), {PracticeSkill.EMPATHY: 2}
        await session.merge(coded)


async def reported(house, world: World) -> World:
    """A month has left, a programme has a plan, a report was published, and an extract asked for."""
    analyst, manager = (house.signed_in_as(role).reporting for role in ("performance_analyst", "service_manager"))
    release = (await made(analyst.post("/v1/releases", json={"month": "2025-04"})))["id"]
    await made(manager.post(f"/v1/releases/{release}/approval"))
    await made(manager.put("/v1/benefits/programme", json=PLAN))
    await made(manager.post("/v1/practice-reports/2026-04/versions", json={}))
    extract = (await made(analyst.post("/v1/research-extracts", json=EXTRACT)))["id"]
    return {
        whose: {**ids, "release": release, "programme": "programme", "extract": extract} for whose, ids in world.items()
    }


async def dead_letter(database: Database) -> str:
    """Something that arrived and was no event."""
    record = Unreadable.found("a.topic", "0/0", 0, [], b"", "the header ce_id is missing")
    async with database.transaction() as session:
        await set_aside(session, [SetAside(record, Kind.POISON, record.reason)])
    return str(record.id)
