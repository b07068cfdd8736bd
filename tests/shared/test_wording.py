"""What is wrong with a body is said in our own words, with the name that was meant, and without a value that was sent."""

from typing import Any

import pytest

from services.host import Installation
from shared.web.roles import Role
from tests.conftest import House

CANARY = "CANARY"
CHILD = {"la_child_id": "C1"}
FORM: dict[str, Any] = {"source_reference": "R1", "received_on": "2026-05-11", "source": "6", "children": [CHILD]}


async def said_of(settings, **changed: Any) -> list[dict[str, str]]:
    installation = Installation(settings)
    async with installation.running():
        source = House(installation).signed_in_as(Role.SOURCE_SYSTEM, id="case-system").intake
        body = {name: value for name, value in (FORM | changed).items() if value is not None}
        answer = await source.post("/v1/referrals", json=body, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 422
    assert CANARY not in answer.text
    return [{each["pointer"]: each["message"]} for each in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"received_on": None, "recieved_on": "2026-05-11"},
            [
                {"/received_on": "this is needed"},
                {"/recieved_on": "this is not known here; is received_on meant?"},
            ],
        ),
        ({"children": []}, [{"/children": "at least 1 belong here"}]),
        (
            {"source": CANARY},
            [{"/source": "this is none of the 22 codes that there are: docs/codes.md says what each means"}],
        ),
        (
            {"children": [{"la_child_id": "C 1", "surnam": CANARY}]},
            [
                {"/children/0/la_child_id": "1 to 20 letters and digits"},
                {"/children/0/surnam": "this is not known here; is surname meant?"},
            ],
        ),
        (
            {"children": [CHILD | {"sex": CANARY}]},
            [{"/children/0/sex": "one of M, F, U: docs/codes.md says what each means"}],
        ),
        ({"colour": CANARY}, [{"/colour": "this is not known here"}]),
        ({"concern": ""}, [{"/concern": "at least 1 characters belong here"}]),
    ],
)
async def test_a_fault_is_told_in_our_words(settings, changed, said) -> None:
    assert await said_of(settings, **changed) == said


async def test_whoever_is_lost_is_told_where_this_service_is_described(settings) -> None:
    from httpx import ASGITransport, AsyncClient

    installation = Installation(settings)
    async with (
        installation.running(),
        AsyncClient(transport=ASGITransport(installation.mounted()), base_url="http://host") as anybody,
    ):
        lost = (await anybody.get("/intake/v1/nothing")).json()["detail"]
        assert lost.endswith("what there is stands in /intake/openapi.json")
        assert (await anybody.get("/intake/openapi.json")).status_code == 200
        for path in ("/docs", "/openapi.json", "/intake"):
            assert (await anybody.get(path)).json()["detail"].endswith("the pages that / lists")
