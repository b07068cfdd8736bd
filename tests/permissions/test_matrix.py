"""Who may do what, and with whose: every route x every role x whose it is, asked of the running services."""

from functools import lru_cache
from typing import Any

from services.host import NAMES
from services.reference.routes import routes_of
from shared.web.roles import Role
from tests.permissions.matrix import Entry, entries
from tests.permissions.page import page
from tests.permissions.places import PLACES
from tests.permissions.sees import OWN, TEAM, WHOLE
from tests.permissions.world import UNHEARD_OF, WHO, World


async def asked(house, entry: Entry, role: Role, who: dict[str, str], ids: dict[str, str]) -> Any:
    return await getattr(visitor(house, role, **who), entry.service).request(**entry.request(ids))


@lru_cache(maxsize=len(Role))
def visitor(house, role: Role, **who: str) -> Any:
    return house.signed_in_as(role, **who)


def let_in(answer: Any) -> bool:
    """Past the door and the sight: done, or refused for what the thing is and not for who asks."""
    return answer.is_success or answer.status_code in {409, 422}


def brings(entry: Entry) -> str:
    """What a stranger is told to bring: a token, and where spreadsheets read it may come as a password."""
    routes = {f"{method} {route.path}": route for route in routes_of(entry.service) for method in route.methods}
    reads_sheets = getattr(getattr(routes.get(entry.route), "endpoint", None), "is_for_spreadsheets", False)
    return 'Bearer, Basic realm="Doing What Counts", charset="UTF-8"' if reads_sheets else "Bearer"


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
            if role in {Role.COACH, Role.PRINCIPAL_SOCIAL_WORKER, Role.EVALUATOR} and entry.route.startswith(
                ("POST", "PUT")
            ):
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
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, brings(entry)), entry
            bodies.add(str(answer.json() | {"request_id": ""}))
    assert len(bodies) == 1


def test_every_route_has_a_place_in_the_matrix_and_every_place_a_route() -> None:
    guarded = {(entry.service, entry.route) for entry in entries() if entry.act}
    placed = {(service, route) for service, routes in PLACES.items() for route in routes}
    assert guarded - placed == set(), "say in tests/permissions/places.py whose these are about and how they are asked"
    assert placed - guarded == set(), "these places have no route"


async def test_no_app_serves_a_route_that_the_services_do_not_declare(house) -> None:
    for name in NAMES:
        declared = {entry.route for entry in entries() if entry.service == name}
        paths = house.installation.apps[name].openapi()["paths"]
        assert {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods} == declared


def test_the_page_says_what_the_matrix_says(request) -> None:
    written = request.config.rootpath / "docs/permissions.md"
    assert written.read_text() == page(), "run `make docs` and commit what it writes"
