"""What happens before a door opens: strangers, floods, many lines at once, HEAD, and addresses that lead nowhere."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Body, FastAPI, Request
from httpx import ASGITransport, AsyncClient

from shared.web import problems
from shared.web.door import Doors
from shared.web.limits import BODY_BYTES, BULK_BYTES
from shared.web.threshold import Threshold
from shared.web.turns import Turns

LINES = "application/x-ndjson"


@pytest.fixture
def database_urls(tmp_path: Path) -> Callable[[str], str]:
    """One kind of database will do: these requests do not come as far."""
    return lambda service: f"sqlite+aiosqlite:///{tmp_path / service}.sqlite"


class Waiting:
    """A door behind which everybody waits until they are let go."""

    def __init__(self) -> None:
        self.inside = 0
        self.go = asyncio.Event()
        self.router = APIRouter()
        self.router.add_api_route("/", self.wait)
        self.router.add_api_route(
            "/many",
            self.count,
            methods=["POST"],
            max_body_size=BULK_BYTES,
            openapi_extra={"requestBody": {"content": {LINES: {}, "application/json": {}}}},
        )
        self.router.add_api_route("/few", self.take, methods=["POST"])

    async def wait(self) -> None:
        self.inside += 1
        await self.go.wait()

    async def count(self, request: Request) -> int:
        return len((await request.body()).splitlines())

    async def take(self, said: Annotated[Any, Body()]) -> Any:
        return said

    def behind(self, turns: Turns) -> FastAPI:
        app = FastAPI()
        app.include_router(self.router)
        problems.install(app)
        app.add_middleware(Threshold, doors=Doors.of([self.router]), turns=turns)
        return app


def at(app: FastAPI, address: str = "192.0.2.1") -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app, client=(address, 1)), base_url="http://here")


async def until(true: Any) -> None:
    while not true():
        await asyncio.sleep(0)


async def test_one_clients_flood_waits_in_its_own_line_and_then_is_sent_away() -> None:
    door = Waiting()
    app = door.behind(Turns(at_once=2, waiting=3))
    async with at(app) as one, at(app, "192.0.2.2") as other:
        flood = [asyncio.create_task(one.get("/")) for _ in range(5)]
        await until(lambda: door.inside == 2)
        one_more = await one.get("/")
        assert (one_more.status_code, one_more.headers["retry-after"]) == (429, "2")
        assert one_more.json()["type"] == "urn:dwc:problem:too-many-at-once"
        assert door.inside == 2, "three of the first client's wait outside"
        someone_else = asyncio.create_task(other.get("/"))
        await until(lambda: door.inside == 3)
        door.go.set()
        answers = await asyncio.gather(*flood, someone_else)
        assert [answer.status_code for answer in answers] == [200] * 6
        assert (await one.get("/")).status_code == 200


async def test_who_hangs_up_while_waiting_leaves_no_gap_in_the_line() -> None:
    door = Waiting()
    app = door.behind(Turns(at_once=1, waiting=1))
    async with at(app) as one:
        inside, waiting = asyncio.create_task(one.get("/")), asyncio.create_task(one.get("/"))
        await until(lambda: door.inside == 1)
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        door.go.set()
        assert (await inside).status_code == 200
        assert (await one.get("/")).status_code == 200


async def test_lines_are_taken_where_a_route_takes_them_and_up_to_what_it_takes() -> None:
    app = Waiting().behind(Turns())
    line = b'{"a": 1, "a": 2}\n'
    async with at(app) as client:
        many = {"headers": {"Content-Type": LINES}, "content": line * 100_000}
        assert (await client.post("/many", **many)).json() == 100_000, "each line is for the route to judge"
        assert (await client.post("/few", **many)).status_code == 415
        just_too_much = await client.post("/many", headers={"Content-Type": LINES}, content=b" " * (BULK_BYTES + 1))
        assert just_too_much.status_code == 413
        as_json = {"headers": {"Content-Type": "application/json"}}
        assert (await client.post("/many", content=b"[" + line + b"]", **as_json)).status_code == 400
        assert (await client.post("/few", content=b" " * (BODY_BYTES - 1) + b"1", **as_json)).status_code == 200
        assert (await client.post("/few", content=b" " * BODY_BYTES + b"1", **as_json)).status_code == 413


@pytest.mark.parametrize(
    "text", ['"\\ud83d\\ude00"', '"\\\\u0000"', "123456789012345678", "0.0000000000000000000001", "1e99"]
)
async def test_what_only_looks_unsound_comes_through_as_it_was_sent(text) -> None:
    async with at(Waiting().behind(Turns())) as client:
        answer = await client.post("/few", content=text, headers={"Content-Type": "Application/JSON; charset=UTF-8"})
        assert answer.json() == json.loads(text)


async def test_a_strangers_body_is_never_read(house) -> None:
    async def receive() -> Any:
        pytest.fail("somebody asked for the stranger's body")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"content-length", b"1000000")]
    where = {"path": "/v1/referrals", "raw_path": b"/v1/referrals", "query_string": b"", "root_path": ""}
    scope = {"type": "http", "method": "POST", "headers": headers, "client": ("192.0.2.1", 1), **where}
    await house.installation.apps["intake"](scope, receive, send)
    assert sent[0]["status"] == 401


async def test_head_is_get_without_the_body(house) -> None:
    analyst = house.signed_in_as("performance_analyst")
    for client, path in (
        (analyst.intake, "/v1/teams"),
        (analyst.reporting, "/v1/indicators"),
        (house.stranger.intake, "/version"),
    ):
        full, bare = await client.get(path), await client.head(path)
        assert (bare.status_code, bare.content) == (full.status_code, b"")
        assert bare.headers["content-length"] == full.headers["content-length"]
    assert (await house.stranger.intake.head("/v1/teams")).status_code == 401


async def test_no_answer_is_kept_by_a_browser_or_shown_as_something_else(house) -> None:
    duty = house.signed_in_as("duty").intake
    for answer in (await duty.get("/v1/referrals"), await duty.get("/v1/teams?no=1"), await duty.post("/v1/referrals")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "path", ["/nowhere", "/intake", "/intake/v1/nowhere", "/intake/v1/referrals/", "/%00", "/v1/referrals"]
)
async def test_an_address_that_leads_nowhere_is_a_problem_document_wherever_it_is(house, path) -> None:
    async with AsyncClient(transport=ASGITransport(house.installation.mounted()), base_url="http://here") as client:
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) in {
            (404, "application/problem+json"),
            (422, "application/problem+json"),
        }
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_the_way_in_leads_to_the_page_of_each_service(house) -> None:
    async with AsyncClient(transport=ASGITransport(house.installation.mounted()), base_url="http://here") as client:
        pages = (await client.get("/")).json()
        assert set(pages) == {"intake", "observation", "reporting"}
        for page in pages.values():
            assert (await client.get(page)).headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("service", ["intake", "observation", "reporting"])
def test_every_refusal_that_any_route_may_answer_is_described(service, house) -> None:
    description = house.installation.apps[service].openapi()
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            described = {int(status) for status in operation["responses"]}
            assert described >= {400, 404, 414, 422, 429, 431, 503}, (method, path)
            if "security" in operation:
                assert described >= {401, 403}, (method, path)
            if "requestBody" in operation:
                assert described >= {408, 409, 413, 415}, (method, path)
    assert "HTTPValidationError" not in description["components"]["schemas"]
