"""`docs/routes.md`: every door, the act it performs, and who may ask for it."""

from collections.abc import Iterator

from fastapi.routing import APIRoute

from services.host import NAMES, service_named
from services.reference.everything import sentence
from shared.web.app import doors_of
from shared.web.guard import act_of
from shared.web.roles import Act, Role

HEAD = """# Routes

Drawn from the doors and from each service's `permissions.py` by `make docs`. The shapes are at `/docs` of each service.
A role says what may be asked; whose referrals, observations and figures are then seen is decided by each service's
`sight.py`, and in reporting by `people/queries.py`.
"""


def page() -> str:
    return "\n".join([HEAD, *(line for name in NAMES for line in _service(name)), *_policy(), *_health()])


def routes_of(name: str) -> list[APIRoute]:
    """A service's own doors, in the order they were hung."""
    return [route for door in service_named(name).doors for route in door.routes if isinstance(route, APIRoute)]


def health_routes() -> list[APIRoute]:
    """The doors that every service has."""
    every = doors_of(service_named(NAMES[0]))
    own = service_named(NAMES[0]).doors
    return [route for door in every if door not in own for route in door.routes if isinstance(route, APIRoute)]


def acts() -> dict[str, dict[str, Act]]:
    """Every act asked for anywhere, by service and by name."""
    found: dict[str, dict[str, Act]] = {}
    for name in NAMES:
        named = [act for act in map(act_of, routes_of(name)) if act]
        found[name] = {act.name: act for act in sorted(named, key=lambda act: act.name)}
    return found


def _service(name: str) -> Iterator[str]:
    yield f"## {name}\n"
    yield "| Door | What it does | Act |"
    yield "|---|---|---|"
    for route in routes_of(name):
        act = act_of(route)
        yield f"| `{_door(route)}` | {sentence(route.description)} | {act.name if act else 'anybody'} |"
    yield ""


def _policy() -> Iterator[str]:
    yield "## Who may do what\n"
    for name, found in acts().items():
        yield f"| {name} | Roles |"
        yield "|---|---|"
        for act in found.values():
            roles = "every role" if act.roles == set(Role) else ", ".join(role for role in Role if role in act.roles)
            yield f"| {act.name} | {roles} |"
        yield ""


def _health() -> Iterator[str]:
    yield "## Every service\n"
    yield "Where anybody may ask, no token is needed, and the answer says nothing about anyone.\n"
    yield "| Door | What it does | Act |"
    yield "|---|---|---|"
    for route in health_routes():
        act = act_of(route)
        yield f"| `{_door(route)}` | {sentence(route.description)} | {act.name if act else 'anybody'} |"
    yield ""


def _door(route: APIRoute) -> str:
    return f"{' '.join(sorted(route.methods or ()))} {route.path}"
