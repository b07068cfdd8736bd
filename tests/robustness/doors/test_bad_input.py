"""Every row of the table at every door it concerns, on both databases: refused as it says, in words that repeat nothing."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from shared.web.limits import BULK_BYTES, FAULTS
from tests.permissions.matrix import Entry
from tests.robustness.doors.addresses import BESIDE, IN_PATHS, IN_QUERIES
from tests.robustness.doors.table import BODIES, FORMS, IN_PLACES, MEMBERS, Row, written

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

SECRETS = ("wharf", "robin", "5eed5eed")
LOST_IN_THE_CROWD = 8
"""Shorter values, as 0 or true, stand in many a sentence by chance."""


def faults(answer: httpx.Response, row: Row, *, at: str, sent: str = "") -> Iterator[str]:
    """What is wrong with a refusal, as sentences."""
    if answer.status_code not in row.answers:
        yield f"answers {answer.status_code}: {answer.text[:300]}"
        return
    if answer.headers["content-type"] != "application/problem+json":
        yield f"is {answer.headers['content-type']}"
        return
    told = answer.json()
    if told["status"] != answer.status_code or not told["detail"] or not told["request_id"]:
        yield f"is no whole problem document: {told}"
    if len(told["errors"]) > FAULTS:
        yield f"names {len(told['errors'])} faults"
    if answer.status_code == 422 and not any(error["pointer"].startswith(at) for error in told["errors"]):
        yield f"does not point at {at!r}: {told['errors']}"
    text = answer.text.lower()
    secrets = [*SECRETS, sent.strip('"').lower()[:100]] if len(sent) >= LOST_IN_THE_CROWD else SECRETS
    yield from (f"repeats {secret!r}: {answer.text}" for secret in secrets if secret in text)


def told(entry: Entry, where: str, wrong: Iterator[str]) -> list[str]:
    return [f"{entry.service} {entry.route} {where}: {sentence}" for sentence in wrong]


@pytest.mark.parametrize("row", IN_PLACES, ids=str)
async def test_a_wrong_value_is_refused_wherever_it_stands(town, row) -> None:
    tried, wrong = 0, []
    for entry, shape in town.shapes:
        for spot in (each for each in shape.spots() if each.kind in row.kinds and each.steps):
            answer = await town.send_json(entry, spot.with_raw(shape.body, row.sent))
            wrong += told(entry, spot.pointer, faults(answer, row, at=spot.pointer, sent=row.sent))
            tried += 1
    assert wrong == []
    assert tried


@pytest.mark.parametrize("row", MEMBERS, ids=str)
async def test_what_does_not_belong_in_an_object_is_refused(town, row) -> None:
    wrong = []
    for entry, shape in town.shapes:
        for spot in shape.spots():
            if spot.kind == "object" or (spot.kind == "map" and row.in_maps):
                answer = await town.send_json(entry, spot.with_member(shape.body, row.sent))
                wrong += told(entry, spot.pointer, faults(answer, row, at=spot.pointer))
    assert wrong == []


@pytest.mark.parametrize("row", BODIES, ids=str)
async def test_a_body_that_is_wrong_as_a_whole_is_refused(town, row) -> None:
    wrong = []
    for entry, shape in town.shapes:
        if row.number in TWO_FIELDS and len(shape.body) < 2:
            continue
        answer = await town.send_json(entry, row.sent(shape.body))
        wrong += told(entry, "", faults(answer, row, at=""))
    assert wrong == []


TWO_FIELDS = {6, 7, 16}


@pytest.mark.parametrize("row", FORMS, ids=str)
async def test_a_body_in_another_form_is_refused(town, row) -> None:
    wrong = []
    for entry, shape in town.shapes:
        if row.headers.get("Content-Type") in shape.media_types:
            continue
        answer = await town.send_json(entry, written(shape.body), headers=row.headers)
        wrong += told(entry, "", faults(answer, row, at=""))
    assert wrong == []


@pytest.mark.parametrize(
    ("headers", "size"),
    [
        ({"Content-Length": str(50 * 1024 * 1024)}, 100),
        ({"Content-Length": "9" * 30}, 100),
        ({}, BULK_BYTES + 1),
    ],
    ids=["37 announced as 50 MB", "162 announced as more than there is", "163 streamed"],
)
async def test_a_body_that_is_too_large_is_refused_before_or_while_it_arrives(town, headers, size) -> None:
    async def arriving() -> AsyncIterator[bytes]:
        for _ in range(0, size, 65536):
            yield b" " * min(size, 65536)
        yield b"Wharf-Robin"

    row, wrong = Row(37, "too large", (413,)), []
    for entry, _ in town.shapes:
        answer = await town.send_json(entry, arriving(), headers=headers)
        wrong += told(entry, "", faults(answer, row, at=""))
    assert wrong == []


@pytest.mark.parametrize("row", IN_PATHS, ids=str)
async def test_a_wrong_path_is_refused(town, row) -> None:
    wrong = []
    for entry in (each for each in town.entries if "{" in each.route):
        for name, schema in asked_of(town, entry, "path").items():
            if not fits(schema, row.sent):
                url = entry.address({}, **{name: row.sent})
                body = {} if entry.place.json else {"json": None}
                answer = await town.send(entry, url=url, **body)
                wrong += told(entry, "", faults(answer, row, at="#/path", sent=row.sent))
    assert wrong == []


def asked_of(town, entry: Entry, where: str = "query") -> dict[str, dict[str, Any]]:
    """The parameters of a route's query, or path, by name."""
    method, path = entry.route.split(" ")
    described = town.house.installation.apps[entry.service].openapi()["paths"][path][method.lower()]
    parameters = described.get("parameters", [])
    return {each["name"]: plain(each["schema"]) for each in parameters if each["in"] == where}


def plain(schema: dict[str, Any]) -> dict[str, Any]:
    return next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), schema)


def kind_of(schema: dict[str, Any]) -> str:
    return schema.get("format") or ("pattern" if "pattern" in schema else schema.get("type", "code"))


def fits(schema: dict[str, Any], sent: str) -> bool:
    """Whether what is wrong elsewhere happens to be right here."""
    is_a_number = sent.isdecimal() and len(sent) < 100  # Python reads no number of thousands of digits
    if {"minimum", "maximum"} <= schema.keys() and is_a_number:
        return bool(schema["minimum"] <= int(sent) <= schema["maximum"])
    return bool("pattern" in schema and re.search(schema["pattern"], unquote(sent)))


@pytest.mark.parametrize("row", IN_QUERIES, ids=str)
async def test_a_wrong_value_in_the_query_is_refused(town, row) -> None:
    tried, wrong = 0, []
    for entry in town.entries:
        for name, schema in asked_of(town, entry).items():
            if fits(schema, row.sent) or (row.kinds and kind_of(schema) not in row.kinds):
                continue
            request = town.request(entry)
            others = {key: value for key, value in request.pop("params").items() if key != name}
            url = f"{request.pop('url')}?{httpx.QueryParams(others)}&{name}={row.sent}".replace("?&", "?")
            answer = await town.client(entry).request(url=url, **request)
            wrong += told(entry, name, faults(answer, row, at=f"#/query/{name}", sent=row.sent))
            tried += 1
    assert wrong == []
    assert tried


@pytest.mark.parametrize("row", BESIDE, ids=str)
async def test_a_parameter_that_nobody_asked_for_is_refused(town, row) -> None:
    wrong = []
    for entry in town.entries:
        request = town.request(entry)
        query = str(httpx.QueryParams(request.pop("params", {})))
        url = f"{request.pop('url')}?{query}&{row.sent}".replace("?&", "?")
        answer = await town.client(entry).request(url=url, **request)
        wrong += told(entry, "", faults(answer, row, at="#/query"))
    assert wrong == []


async def test_a_parameter_said_twice_is_refused(town) -> None:
    row, wrong = Row(68, "twice", (422,)), []
    for entry in town.entries:
        for name in asked_of(town, entry):
            answer = await town.send(entry, params=[(name, "Wharf"), (name, "Robin")])
            wrong += told(entry, name, faults(answer, row, at=f"#/query/{name}"))
    assert wrong == []


async def test_an_address_or_headers_that_are_too_long_are_refused_at_every_door(town) -> None:
    wrong = []
    for entry in town.entries:
        long_address = await town.send(entry, params={"wharf": "Robin" * 12 * 1024})
        wrong += told(entry, "", faults(long_address, Row(78, "70 KB in the address", (414,)), at=""))
        long_header = await town.send(entry, headers={"X-Wharf": "Robin" * 12 * 1024})
        wrong += told(entry, "", faults(long_header, Row(77, "70 KB of headers", (431,)), at=""))
    assert wrong == []


@pytest.mark.parametrize("name", ["Authorization", "Content-Type", "Idempotency-Key"])
async def test_a_header_that_two_readers_may_read_differently_is_refused_at_every_door(town, name) -> None:
    row, wrong = Row(241, f"{name} twice", (400,)), []
    for entry, shape in town.shapes:
        request = town.request(entry, json=None, content=written(shape.body))
        standing = {**town.client(entry).headers, "Content-Type": "application/json", **request.pop("headers")}
        twice = [*standing.items(), (name, "Wharf-Robin")]
        answer = await town.client(entry).request(headers=twice, **request)
        wrong += told(entry, "", faults(answer, row, at=""))
    assert wrong == []


async def test_other_bytes_in_a_header_are_nobodys_business(town) -> None:
    """Row 79: proxies and browsers send such; what is not read cannot hurt."""
    for entry in (each for each in town.entries if each.route.startswith("GET")):
        answer = await town.send(entry, headers={"X-Name": "Siân".encode("latin-1")})
        assert answer.is_success, (entry.route, answer.text)


def stands_at(path: str, template: str) -> bool:
    """Whether a route answers at another's path too: `{referral_id}` may be any word."""
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), re.sub(r"\{\w+\}", "0", path)) is not None


async def test_any_other_method_is_refused_with_those_there_are(town) -> None:
    paths = {(entry.service, entry.route.split(" ")[1]): entry for entry in town.entries}
    for (service, path), entry in paths.items():
        there = {
            each.route.split(" ")[0]
            for each in town.entries
            if each.service == service and stands_at(path, each.route.split(" ")[1])
        }
        implied = {"OPTIONS"} | ({"HEAD"} if "GET" in there else set())
        for method in {"PUT", "TRACE", "PATCH", "DELETE", "POST", "BREW"} - there:
            answer = await town.send(entry, method=method, json=None)
            assert answer.status_code == 405, (method, path, answer.text)
            assert set(answer.headers["allow"].split(", ")) == there | implied
            assert answer.json()["type"] == "urn:dwc:problem:no-such-method"
        asked = await town.send(entry, method="OPTIONS", json=None)
        assert (asked.status_code, asked.content) == (204, b"")
        assert set(asked.headers["allow"].split(", ")) == there | implied


async def test_what_refers_to_nothing_is_refused_or_parked(town) -> None:
    """Row 72: SQLite's foreign keys are as much in force as PostgreSQL's."""
    row = Row(72, "refers to nothing", (404, 409, 422))
    for entry, shape in town.shapes:
        changes = {name: "nobody-there" for name in ("worker",) if name in shape.body}
        if changes:
            body = entry.place.json | changes
            answer = await town.send(entry, json=body)
            assert told(entry, "", faults(answer, row, at="/worker", sent="nobody-there")) == []


async def test_the_same_reference_for_another_referral_is_refused_and_the_same_again_is_answered(town) -> None:
    """Row 34."""
    entry = next(each for each, _ in town.shapes if each.route == "POST /v1/referrals")
    form = entry.place.json | {"source_reference": "UNIQUE-1"}
    first, again = await town.send(entry, json=form), await town.send(entry, json=form)
    other = await town.send(entry, json=form | {"received_on": "2026-05-10"})
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert again.json()["id"] == first.json()["id"]
    assert other.json()["errors"][0]["pointer"] == "/source_reference"


async def test_after_all_this_every_answer_is_still_given(town) -> None:
    await town.still_answers()
    await town.house.settle()
