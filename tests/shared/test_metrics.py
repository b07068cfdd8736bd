"""What Prometheus is told: requests by route, what waits, who leads; and never a label that somebody sent."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from httpx import ASGITransport, AsyncClient
from prometheus_client.parser import text_string_to_metric_families

from services.intake.main import SERVICE
from shared.clock import held_at
from shared.messaging.transports.embedded import EmbeddedTransport
from shared.settings import Settings
from shared.web.app import build_app
from shared.web.roles import Principal, Role
from shared.web.tokens import sign_token, trial_key

FORM = {
    "source_reference": "R1",
    "received_on": "2026-05-11",
    "source": "6",
    "children": [{"la_child_id": "C1"}],
}
NOON = datetime(2026, 5, 14, 11, tzinfo=UTC)


async def figures(client: Any) -> dict[tuple[str, ...], float]:
    """Each sample: its name and its labels' values -> its value."""
    answer = await client.get("/metrics")
    assert answer.status_code == 200, answer.text
    samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


async def test_requests_are_counted_by_method_route_and_status(house) -> None:
    operator, manager = house.signed_in_as("operator").intake, house.signed_in_as("service_manager").intake
    for _ in range(3):
        await manager.get("/v1/teams")
    await manager.get("/v1/referrals/00000000-0000-7000-8000-000000000000")
    await house.stranger.intake.get("/v1/teams")
    told = await figures(operator)
    assert told["dwc_http_requests_total", "GET", "/v1/teams", "200"] == 3
    assert told["dwc_http_requests_total", "GET", "/v1/teams", "401"] == 1
    assert told["dwc_http_requests_total", "GET", "/v1/referrals/{referral_id}", "404"] == 1
    assert told["dwc_http_request_seconds_count", "GET", "/v1/teams"] == 4
    assert told["dwc_http_requests_in_flight",] == 1, "the one that asks"


async def test_made_up_paths_methods_and_ids_add_no_series(house) -> None:
    operator = house.signed_in_as("operator").intake
    for word in ("Robin", "Example"):
        await operator.get(f"/v1/{word}")
        await operator.get(f"/v1/referrals/{word}")
        await operator.request(word.upper(), "/v1/teams")
    told = await figures(operator)
    before = len(told)
    for word in ("x1", "x2", "x3"):
        await operator.get(f"/v1/{word}?name={word}")
        await operator.get(f"/v1/referrals/{word}")
        await operator.request(word.upper(), "/v1/teams")
    after = await figures(operator)
    assert len(after) <= before + 20, "only the series of /metrics itself are new"
    assert not [sample for sample in after if {"robin", "example", "x1"} & {str(each).lower() for each in sample}]


async def test_what_waits_and_for_how_long_is_told_while_nobody_relays(open_database, settings) -> None:
    async with open_database(SERVICE) as database:
        app = build_app(SERVICE, settings, database, EmbeddedTransport([]))
        operator, source = signed_in(app, settings, Role.OPERATOR), signed_in(app, settings, Role.SOURCE_SYSTEM)
        assert (await figures(operator))["dwc_events_waiting",] == 0
        with held_at(NOON):
            assert (await source.post("/v1/referrals", json=FORM)).status_code == 201
        with held_at(NOON + timedelta(minutes=5)):
            told = await figures(operator)
    assert told["dwc_events_waiting",] == 1
    assert told["dwc_events_waiting_oldest_seconds",] == 300
    assert told["dwc_audit_unsealed_seconds",] == 300
    assert told["dwc_leads",] == 0


async def test_dead_letters_and_the_age_of_what_was_last_heard_are_told(house, monkeypatch) -> None:
    async def cannot(*_: Any) -> None:
        raise ValueError

    monkeypatch.setattr("services.reporting.subscriptions.keep", cannot)
    source = house.signed_in_as("source_system").intake
    assert (await source.post("/v1/referrals", json=FORM, headers={"Idempotency-Key": "k1"})).status_code == 201
    await house.settle()
    operator = house.signed_in_as("operator")
    reporting, observation = await figures(operator.reporting), await figures(operator.observation)
    assert (reporting["dwc_dead_letters", "poison"], observation["dwc_dead_letters", "poison"]) == (1, 0)
    assert 0 <= observation["dwc_events_heard_seconds",] < 300


async def test_the_process_that_leads_says_so(house) -> None:
    operator = house.signed_in_as("operator")
    async with asyncio.timeout(30):
        for client in (operator.intake, operator.observation, operator.reporting):
            while (await figures(client))["dwc_leads",] == 0:
                await asyncio.sleep(0.05)


def signed_in(app: Any, settings: Settings, role: Role) -> AsyncClient:
    token = sign_token(trial_key(settings.data_dir), Principal(id="a", role=role), issuer=settings.issuer, minutes=5)
    headers = {"Authorization": f"Bearer {token}"}
    return AsyncClient(transport=ASGITransport(app), base_url="http://intake", headers=headers)
