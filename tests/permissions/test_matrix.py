"""Who may do what, and with whose: every route x every role x whose it is, asked of the running services."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

import pytest

from services.host import NAMES
from shared.clock import held_at
from shared.database import Database, Session
from shared.web.roles import Role
from tests.permissions.matrix import NOBODYS, OTHER, OWN, PLACES, TEAM, WHOLE, Entry, entries, page

NOON = datetime(2026, 5, 14, 11, tzinfo=UTC)
WORKERS = {
    "asha": ("social_worker", "north"),
    "ari": ("social_worker", "north"),
    "ben": ("social_worker", "south"),
    "norma": ("team_manager", "north"),
    "dora": ("deputy_team_manager", "north"),
    "eve": ("practice_evaluator", "practice"),
    "evan": ("practice_evaluator", "practice"),
    "cara": ("coach", "practice"),
    "pia": ("coach", "practice"),
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
HELD_BY = {OWN: "asha", TEAM: "ari", OTHER: "ben"}

World = dict[str, dict[str, str]]
"""Whose -> kind -> id."""


class Unmoved:
    """A database that forgets what was done in it, so that every question is asked of the same world."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        async with self._database._writing, Session(self._database.engine, info=dict(INFO)) as session:
            yield session
            await session.rollback()


INFO = {"service": "trial", "authority": "206", "epoch": 1}


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
        form["children"] = [{"la_child_id": f"C{number}"}]
        referral_id = (await made(poster.post("/v1/referrals", json=form)))["referrals"][0]["id"]
        decided = await made(manager.post(f"/v1/referrals/{referral_id}/decision", json={"outcome": "assessment"}))
        world[whose] = {"referral": referral_id, "episode": decided["episode_id"]}
        if whose in HELD_BY:
            held = {"worker": HELD_BY[whose], "held_from": "2026-05-01"}
            await made(manager.post(f"/v1/episodes/{decided['episode_id']}/allocation", json=held))
    await house.settle()
    return world


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
        said = {"strengths": ["warm"], "stretch": "say the worry", "given_on": "2026-05-05"}
        await made(observer.post(f"/v1/observations/{world[whose]['feedback']}/feedback", json=said))
    await house.settle()
    return world


@pytest.fixture
def noon() -> Iterator[None]:
    with held_at(NOON):
        yield


@pytest.fixture
async def worlds(noon, house) -> dict[str, World]:
    """What there is in each service, whose it is; and from here on nothing that is asked changes it."""
    await staffed(house)
    of_intake = await cases(house)
    of_observation = await observations(house, of_intake)
    of_reporting = {TEAM: {"team": "north"}, OTHER: {"team": "south"}, WHOLE: {"team": ""}}
    for app in house.installation.apps.values():
        app.state.database = Unmoved(app.state.database)
    return {"intake": of_intake, "observation": of_observation, "reporting": of_reporting}


async def asked(house, entry: Entry, role: Role, who: dict[str, str], ids: dict[str, str]) -> Any:
    return await getattr(visitor(house, role, **who), entry.service).request(**entry.request(ids))


@lru_cache(maxsize=len(Role))
def visitor(house, role: Role, **who: str) -> Any:
    return house.signed_in_as(role, **who)


def let_in(answer: Any) -> bool:
    """Past the door and the sight: done, or refused for what the thing is and not for who asks."""
    return answer.is_success or answer.status_code in {409, 422}


def same_but_for_the_request(one: Any, other: Any) -> bool:
    return one.status_code == other.status_code and one.json() | {"request_id": ""} == other.json() | {"request_id": ""}


async def deviations(house, entry: Entry, role: Role, who: dict[str, str], world: World, seen: frozenset[str] | None):
    """Where the answers differ from what the matrix says, as sentences."""
    place = entry.place
    assert place is not None
    says = f"{entry.service} {entry.route} as {role.value} {who}"
    if seen is None:
        for whose, ids in {**world, "made up": {}}.items():
            answer = await asked(house, entry, role, who, ids)
            if answer.status_code != 403:
                yield f"{says}: {whose} answers {answer.status_code}, not 403"
        return
    if not place.about:
        answer = await asked(house, entry, role, who, {})
        if not answer.is_success:
            yield f"{says}: {answer.status_code} {answer.text}"
        return
    if place.lists:
        shown = {item[place.lists] for item in (await asked(house, entry, role, who, {})).json()["items"]}
        for whose, ids in world.items():
            if bool(shown & {*ids.values()}) is not (whose in seen):
                yield f"{says}: what is {whose} is {'not ' * (whose in seen)}listed"
        return
    missing = await asked(house, entry, role, who, {"team": "nonesuch"})
    if missing.status_code != 404:
        yield f"{says}: what does not exist answers {missing.status_code}"
    for whose, ids in world.items():
        answer = await asked(house, entry, role, who, ids)
        if whose in seen and not let_in(answer):
            yield f"{says}: {whose} answers {answer.status_code} {answer.text}"
        if whose not in seen and not same_but_for_the_request(answer, missing):
            yield f"{says}: {whose} answers {answer.status_code}, not like what does not exist"


async def test_every_route_lets_in_exactly_those_the_matrix_names(house, worlds) -> None:
    wrong = []
    for entry in (each for each in entries() if each.act):
        for role in Role:
            seen = entry.seen_by(role)
            asking = deviations(house, entry, role, WHO.get(role, {}), worlds[entry.service], seen)
            wrong += [each async for each in asking]
    assert wrong == []


async def test_whoever_the_service_has_not_heard_of_sees_what_only_their_role_opens(house, worlds) -> None:
    wrong = []
    for entry in (each for each in entries() if each.place and each.place.about and not each.place.lists):
        for role in (role for role in WHO if entry.act and role in entry.act.roles):
            seen = entry.seen_by(role)
            of_a_place = seen & {OWN, TEAM} and seen < {*worlds[entry.service]}
            seen = seen & {WHOLE} if of_a_place else seen
            if role in {Role.COACH, Role.PRINCIPAL_SOCIAL_WORKER, Role.EVALUATOR} and entry.route.startswith("POST"):
                continue  # guiding needs a place in the workforce: 403, tested beside the doors
            asking = deviations(house, entry, role, UNHEARD_OF, worlds[entry.service], seen)
            wrong += [each async for each in asking]
    assert wrong == []


async def test_without_a_token_every_door_is_shut_in_the_same_words(house, worlds) -> None:
    bodies = set()
    for entry in entries():
        client = getattr(house.stranger, entry.service)
        if entry.act is None:
            assert (await client.get(entry.route.split(" ")[1])).status_code == 200, entry
            continue
        for ids in ({}, *worlds[entry.service].values()):
            answer = await client.request(**entry.request(ids))
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), entry
            bodies.add(str(answer.json() | {"request_id": ""}))
    assert len(bodies) == 1


def test_every_route_has_a_place_in_the_matrix_and_every_place_a_route() -> None:
    guarded = {(entry.service, entry.route) for entry in entries() if entry.act}
    placed = {(service, route) for service, routes in PLACES.items() for route in routes}
    assert guarded - placed == set(), "say in tests/permissions/matrix.py whose these are about and how they are asked"
    assert placed - guarded == set(), "these places have no route"


async def test_no_app_serves_a_route_that_the_services_do_not_declare(house) -> None:
    for name in NAMES:
        declared = {entry.route for entry in entries() if entry.service == name}
        paths = house.installation.apps[name].openapi()["paths"]
        assert {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods} == declared


def test_the_page_says_what_the_matrix_says(request) -> None:
    written = request.config.rootpath / "docs/permissions.md"
    assert written.read_text() == page(), "run `make docs` and commit what it writes"
