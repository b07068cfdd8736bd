"""May you? Every route names the act it performs; a route without one keeps the service from starting."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared import audit
from shared.database import Database, Session
from shared.problems import NotAllowed
from shared.settings import Misconfigured
from shared.web.roles import Act, Principal

BEARER = HTTPBearer(
    auto_error=False, bearerFormat="JWT", description="A token from `dwc token` or your identity provider"
)


async def _principal(
    request: Request, _token: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
) -> Principal:
    """Whoever asks, as the threshold read it from the token."""
    principal: Principal = request.state.principal
    return principal


def may(act: Act) -> Any:
    """A dependency: whoever asks, if their role may do this. Raises `NotAllowed`; the refusal is audited."""

    async def check(request: Request, principal: Annotated[Principal, Depends(_principal)]) -> Principal:
        request.state.act = act
        if not act.is_open_to(principal):
            raise NotAllowed(f"your role may not {act.name}")
        return principal

    check.act = act  # type: ignore[attr-defined]
    return Depends(check)


def public(endpoint: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Mark a route that anybody may call: it tells nothing about anyone."""
    endpoint.is_public = True  # type: ignore[attr-defined]
    return endpoint


def for_spreadsheets(endpoint: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Mark a route that spreadsheets read, which know user and password alone: a token that only reads may come as the
    password (RFC 7617). Any user will do.
    """
    endpoint.is_for_spreadsheets = True  # type: ignore[attr-defined]
    return endpoint


def act_of(route: APIRoute) -> Act | None:
    """The act a route performs; None when it names none."""
    acts = (getattr(call, "act", None) for call in _dependencies(route))
    return next((found for found in acts if found), None)


def depends_on(route: APIRoute, call: Callable[..., Any]) -> bool:
    """Whether a route asks for this dependency."""
    return call in _dependencies(route)


def _dependencies(route: APIRoute) -> Iterator[Any]:
    waiting = list(route.dependant.dependencies)
    while waiting:
        dependant = waiting.pop()
        yield dependant.call
        waiting += dependant.dependencies


def refuse_unguarded(routers: Iterable[APIRouter]) -> None:
    """Raise `Misconfigured` if any route neither names an act nor is marked public."""
    for route in (route for router in routers for route in router.routes):
        if not isinstance(route, APIRoute):
            raise Misconfigured("a router holds something whose policy cannot be read: put every route on it directly")
        if act_of(route) is None and not getattr(route.endpoint, "is_public", False):
            raise Misconfigured(f"{route.path} has no policy: name the act it performs with may(...)")


async def _transaction(request: Request, response: Response) -> AsyncIterator[Session]:
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session
        if principal := getattr(request.state, "principal", None):
            outcome = response.status_code or request.scope["route"].status_code or 200
            await audit.record(
                session, actor=principal.id, role=principal.role, act=request.state.act.name, outcome=outcome
            )


async def _reading(request: Request) -> AsyncIterator[Session]:
    database: Database = request.app.state.database
    async with database.reading() as session:
        yield session


# scope="function": with a plain `yield` dependency FastAPI answers 201 before a commit that may then fail.
Transaction = Annotated[Session, Depends(_transaction, scope="function")]
"""One transaction for the whole request, with its audit row: for writes, and for reads of individuals."""

Reading = Annotated[Session, Depends(_reading, scope="function")]
"""A view for answers that are about nobody in particular."""
