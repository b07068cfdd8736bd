"""Every door has a policy, and every policy somebody it lets in."""

import importlib
import inspect
import re
from types import ModuleType

import pytest
from httpx import ASGITransport, AsyncClient

from services.host import NAMES, service_named
from services.reference.routes import health_routes, routes_of
from shared.messaging.transports.embedded import EmbeddedTransport
from shared.web.app import build_app
from shared.web.guard import act_of
from shared.web.roles import Act, Role

ASYNCHRONOUS = (inspect.iscoroutinefunction, inspect.isasyncgenfunction)
PUBLIC = {"/health/live", "/health/ready", "/version"}
"""What anybody may ask without a token; it says nothing about anyone."""


def permissions_of(service: str) -> ModuleType:
    return importlib.import_module(f"services.{service}.permissions")


def declared(service: str) -> dict[str, Act]:
    return {name: value for name, value in vars(permissions_of(service)).items() if isinstance(value, Act)}


@pytest.mark.parametrize("service", NAMES)
async def test_a_stranger_is_refused_at_every_door_but_those_about_nobody(service, settings, tmp_path):
    described = service_named(service)
    database = described.open(f"sqlite+aiosqlite:///{tmp_path / service}.sqlite", authority="206")
    app = build_app(described, settings, database, EmbeddedTransport([]))
    doors = {(path, method) for path, methods in app.openapi()["paths"].items() for method in methods}
    assert {path for path, _ in doors} == {route.path for route in (*routes_of(service), *health_routes())}
    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as stranger:
        for path, method in sorted(doors):
            if path not in PUBLIC:
                answer = await stranger.request(method, re.sub(r"{\w+}", "anything", path))
                assert answer.status_code == 401, f"{method} {path} answered a stranger with {answer.status_code}"
    await database.close()


@pytest.mark.parametrize("service", NAMES)
def test_every_act_lets_in_at_least_one_role_and_only_roles_there_are(service):
    for act in declared(service).values():
        assert act.roles, f"nobody may {act.name}"
        assert act.roles <= set(Role)


@pytest.mark.parametrize("service", NAMES)
def test_every_act_declared_is_asked_for_by_a_door_and_every_door_asks_for_one_declared(service):
    asked = {act_of(route) for route in routes_of(service)}
    assert asked == set(declared(service).values())


@pytest.mark.parametrize("service", NAMES)
def test_no_two_acts_of_a_service_go_by_one_name(service):
    names = [act.name for act in declared(service).values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR, Role.OUTSIDE_ANALYST])
@pytest.mark.parametrize("act", ["READ_REFERRALS", "READ_EPISODES", "ALLOCATE_CASES", "DECIDE_REFERRALS"])
def test_who_watches_over_the_software_reads_no_case(role, act):
    assert role not in declared("intake")[act].roles


ABOUT_NOBODY = {"read the rubric", "read what families are asked", "read how cases are selected"}


@pytest.mark.parametrize("role", [Role.PERFORMANCE_ANALYST, Role.OUTSIDE_ANALYST, Role.AUDITOR, Role.OPERATOR])
def test_no_analyst_reads_anybodys_practice(role):
    assert {act.name for act in declared("observation").values() if role in act.roles} <= ABOUT_NOBODY


@pytest.mark.parametrize("service", NAMES)
def test_nothing_of_a_request_waits_for_a_thread(service):
    """FastAPI hands a plain function to a thread; for what a request depends on that costs more than the function."""
    for route in (*routes_of(service), *health_routes()):
        waiting = [route.dependant]
        while waiting:
            dependant = waiting.pop()
            waiting += dependant.dependencies
            call = dependant.call
            assert any(is_async(call) or is_async(type(call).__call__) for is_async in ASYNCHRONOUS), call
