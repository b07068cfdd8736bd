"""Every route x every role x whose it is: what must be let in, drawn from the services' permissions and from `sees.py`.

A route without one of `places.py` fails the test, as does a place without a route. `page.py` draws it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi.routing import APIRoute

from services.host import NAMES, service_named
from shared.web.app import doors_of
from shared.web.guard import act_of
from shared.web.roles import Act, Role
from tests.permissions.place import Place
from tests.permissions.places import PLACES
from tests.permissions.sees import EVERYONES, SEES


@dataclass(frozen=True)
class Entry:
    """One route of one service, the act it performs, and its place."""

    service: str
    route: str
    act: Act | None
    place: Place | None

    def seen_by(self, role: Role) -> frozenset[str] | None:
        """Whose a role is let in to; None when its door is shut."""
        if self.act is None or self.place is None or role not in self.act.roles:
            return None
        return SEES[self.place.about].get(role, frozenset()) if self.place.about else EVERYONES

    def address(self, ids: Mapping[str, str], **given: str) -> str:
        """Where to ask about the subject with these ids; a parameter that is given stands as it is."""
        assert self.place is not None
        values = {name: _value(kind, ids) for name, kind in self.place.path.items()}
        return self.route.split(" ")[1].format(**values | given)

    def request(self, ids: Mapping[str, str]) -> dict[str, Any]:
        """The request about the subject with these ids; what has no id is made up."""
        assert self.place is not None
        method, url = self.route.split(" ")[0], self.address(ids)
        query = {name: _value(kind, ids) for name, kind in self.place.query.items()}
        named = {name: ids.get(kind, "NOSUCH1") for name, kind in self.place.named.items()}
        body = None if self.place.json is None else {**self.place.json, **named}
        return {"method": method, "url": url, "params": {k: v for k, v in query.items() if v}, "json": body}


def _value(kind: str, ids: Mapping[str, str]) -> str:
    return kind[1:] if kind.startswith("=") else ids.get(kind, str(uuid4()))


def entries() -> Iterator[Entry]:
    """Every route there is, as the services declare them."""
    for name in NAMES:
        for router in doors_of(service_named(name)):
            for route in router.routes:
                assert isinstance(route, APIRoute)
                for method in sorted(route.methods):
                    spelled = f"{method} {route.path}"
                    yield Entry(name, spelled, act_of(route), PLACES[name].get(spelled))
