"""`docs/routes.md`: every door, what it does, and the act it performs."""

from collections.abc import Iterator

from fastapi.routing import APIRoute

from services.host import NAMES, service_named
from services.reference.everything import sentence
from shared.web.app import doors_of
from shared.web.guard import act_of

HEAD = """# Routes

Drawn from the doors by `make docs`. The shapes are at `/docs` of each service; who may perform an act, and with whose
referrals, observations and figures, is in [permissions](permissions.md).
"""


def page() -> str:
    return "\n".join([HEAD, *(line for name in NAMES for line in _service(name)), *_health()])


def routes_of(name: str) -> list[APIRoute]:
    """A service's own doors, in the order they were hung."""
    return [route for door in service_named(name).doors for route in door.routes if isinstance(route, APIRoute)]


def health_routes() -> list[APIRoute]:
    """The doors that every service has."""
    every = doors_of(service_named(NAMES[0]))
    own = service_named(NAMES[0]).doors
    return [route for door in every if door not in own for route in door.routes if isinstance(route, APIRoute)]


def _service(name: str) -> Iterator[str]:
    yield f"## {name}\n"
    yield "| Door | What it does | Act |"
    yield "|---|---|---|"
    for route in routes_of(name):
        act = act_of(route)
        yield f"| `{_door(route)}` | {sentence(route.description)} | {act.name if act else 'anybody'} |"
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
