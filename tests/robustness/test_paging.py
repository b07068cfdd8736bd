"""Lists in pages: followed by their links, whatever comes meanwhile; and a place in a list opens no door."""

import base64
import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.routing import Mount

from services.host import NAMES, service_named
from shared.clock import held_at
from shared.web.app import doors_of
from shared.web.guard import act_of, depends_on
from shared.web.paging import page_asked

WHOLE = {
    "/v1/teams": "a department has a dozen",
    "/v1/workers": "a department's workers in post are chosen from together",
    "/v1/baselines": "set once a programme",
    "/v1/declines/counts": "a figure a reason",
    "/v1/children": "a search that answers the few who match",
    "/v1/overrides": "of cases that are still held",
    "/v1/caseload-breaches": "of the workers in post, a few at a time",
    "/v1/indicators": "they are written in the code",
    "/v1/populations": "one a year and age group",
    "/v1/published-figures": "of the indicators, a year at a time",
    "/v1/rubrics": "they are written in the code",
    "/v1/instruments": "they are written in the code",
    "/v1/breakdowns": "they are written in the code",
    "/v1/pulse/questions": "they are written in the code",
    "/v1/cohorts": "one is drawn a programme and year",
    "/v1/releases": "one a period",
    "/v1/research-extracts": "one an evaluation",
    "/v1/benefits": "one a programme",
    "/v1/family-goals/board": "counts, a team",
}
"""Lists that are answered whole, and why they are short. What belongs to one thing is as short as the thing."""


def written(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


FORGED = [
    "1",
    "nonsense",
    str(uuid4()),
    written(),
    written("x"),
    written(1),
    written(None),
    written("\x00"),
    written("\ud800"),
    written("-1"),
    written(" 1"),
    written(str(2**63)),
    written("1" * 60),
    written(str(uuid4()).upper()),
    written("2026-02-30", str(uuid4())),
    written("20260501", str(uuid4())),
    written(str(uuid4()), str(uuid4())),
    written({"after": 1}),
    "W" * 200,
    "A" * 201,
    "a b",
    "",
    "é",
]


@pytest.fixture
async def noon():
    with held_at(datetime(2026, 5, 14, 11, tzinfo=UTC)):
        yield


def reads(name: str) -> list[APIRoute]:
    doors = (route for router in doors_of(service_named(name)) for route in router.routes)
    return [route for route in doors if isinstance(route, APIRoute) and act_of(route) and "GET" in route.methods]


async def referred(house, count: int, source: str = "school") -> list[str]:
    school = house.signed_in_as("source_system", id=source).intake
    form = {"received_on": "2026-05-11", "source": "6", "children": [{"la_child_id": "C1"}]}
    made = [await school.post("/v1/referrals", json=form | {"source_reference": f"{uuid4()}"}) for _ in range(count)]
    return [answer.json()["referrals"][0]["id"] for answer in made]


async def test_the_links_lead_through_all_pages_wherever_the_service_is_mounted_and_whatever_comes_meanwhile(
    house, noon
) -> None:
    waiting = await referred(house, 5)
    mounted = Starlette(routes=[Mount("/childrens/intake", app=house.installation.apps["intake"])])
    headers = house.signed_in_as("duty").headers
    async with AsyncClient(transport=ASGITransport(mounted), base_url="http://here", headers=headers) as duty:
        shown, following = [], "/childrens/intake/v1/referrals?limit=2&undecided=true"
        while following:
            assert following.startswith("/childrens/intake/v1/referrals?limit=2&undecided=true"), following
            answer = await duty.get(following)
            assert answer.status_code == 200, answer.text
            shown += [item["id"] for item in answer.json()["items"]]
            following = answer.links.get("next", {}).get("url")
            assert bool(following) is (answer.json()["next"] is not None)
            if len(waiting) < 8:
                waiting += await referred(house, 1)
    assert shown == waiting


async def test_somebody_elses_place_in_a_list_shows_nothing_of_theirs(house, noon) -> None:
    await referred(house, 2)
    mine = await referred(house, 1, source="hospital")
    place = (await house.signed_in_as("duty").intake.get("/v1/referrals?limit=1")).json()["next"]
    hospital = house.signed_in_as("source_system", id="hospital").intake
    assert [item["id"] for item in (await hospital.get(f"/v1/referrals?after={place}")).json()["items"]] == mine


async def test_a_place_that_no_page_has_ended_at_is_refused_at_every_list(house) -> None:
    for name in NAMES:
        for route in (each for each in reads(name) if depends_on(each, page_asked) and "{" not in each.path):
            client = getattr(house.signed_in_as(min(act_of(route).roles)), name)
            for forged in FORGED:
                answer = await client.get(route.path, params={"after": forged})
                if answer.is_success and answer.json()["items"] == []:
                    continue  # whoever sees nothing in any case
                assert answer.status_code == 422, (route.path, forged, answer.text)
                assert [fault["pointer"] for fault in answer.json()["errors"]] == ["#/query/after"], (
                    route.path,
                    forged,
                )


def test_every_list_is_in_pages_or_has_a_reason_to_be_short() -> None:
    whole = {
        route.path
        for name in NAMES
        for route in reads(name)
        if "{" not in route.path
        if getattr(route.response_model, "__origin__", None) is list
        or ("items" in getattr(route.response_model, "model_fields", ()) and not depends_on(route, page_asked))
    }
    assert whole <= {*WHOLE}, "a list takes its page from page_asked, or says here why it stays short"
