"""A route as it looks from outside: who may knock, what may be asked in its address, and what it takes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute
from starlette.types import Scope

from shared.web.guard import act_of
from shared.web.limits import BODY_BYTES

JSON = "application/json"


@dataclass(frozen=True)
class Door:
    route: APIRoute
    path: re.Pattern[str]
    methods: frozenset[str]
    is_public: bool
    is_for_spreadsheets: bool
    """Whether a token that only reads may come as a password."""
    asks: frozenset[str]
    """Names that may stand in the query."""
    takes: frozenset[str]
    """Media types of a body."""
    most: int
    """Bytes of a body."""

    @classmethod
    def of(cls, route: APIRoute) -> "Door":
        declared = (route.openapi_extra or {}).get("requestBody", {}).get("content", {})
        return cls(
            route=route,
            path=route.path_regex,
            methods=frozenset(route.methods or ()),
            is_public=act_of(route) is None,
            is_for_spreadsheets=getattr(route.endpoint, "is_for_spreadsheets", False),
            asks=frozenset(
                field.alias for field in get_flat_params(route.dependant) if isinstance(field.field_info, Query)
            ),
            takes=frozenset({JSON, *declared}),
            most=route.max_body_size or BODY_BYTES,
        )

    def match(self, scope: Scope) -> re.Match[str] | None:
        """How this door's address fits the one asked for, below wherever the service is mounted."""
        return self.path.match(scope["path"].removeprefix(scope.get("root_path", "")))


class Doors:
    """All doors of a service, in the order in which they are tried."""

    def __init__(self, doors: Iterable[Door] = ()) -> None:
        self._doors = [*doors]

    @classmethod
    def of(cls, routers: Iterable[APIRouter]) -> "Doors":
        routes = (route for router in routers for route in router.routes)
        return cls(Door.of(route) for route in routes if isinstance(route, APIRoute))

    def at(self, scope: Scope) -> list[Door]:
        """The doors at this address, whatever the method."""
        return [door for door in self._doors if door.match(scope)]
