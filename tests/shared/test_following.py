"""Every request is followed: by its id and its trace, through answers, the log and events, and by one line that says no more."""

import logging
from typing import Any

import pytest

from shared import telemetry
from shared.messaging import outbox

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SENT = f"00-{TRACE}-00f067aa0ba902b7-01"
KEY = {"Idempotency-Key": "k1"}
FORM = {
    "source_reference": "R1",
    "received_on": "2026-05-11",
    "source": "6",
    "children": [{"la_child_id": "C1"}],
}


async def test_a_callers_id_and_trace_are_kept_in_the_answer_the_log_and_the_event(house, logged) -> None:
    sent: list[dict[str, str]] = []
    send = house.installation.transport.send

    async def overheard(envelopes: Any) -> None:
        sent.extend(envelope.headers() for envelope in envelopes)
        await send(envelopes)

    house.installation.transport.send = overheard
    source = house.signed_in_as("source_system", id="case-system").intake
    headers = {"X-Request-ID": "mine-1", "traceparent": SENT}
    answer = await source.post("/v1/referrals", json=FORM, headers=headers)
    await house.settle()
    (line,) = [each for each in logged() if each["event"] == "request"]
    version, trace, span, flags = answer.headers["traceparent"].split("-")
    assert (answer.headers["x-request-id"], version, trace, flags) == ("mine-1", "00", TRACE, "01")
    assert span != SENT.split("-")[2], "our step is our own"
    assert (line["request_id"], line["trace_id"]) == ("mine-1", TRACE)
    assert {(each["ce_correlationid"], each["ce_traceparent"]) for each in sent} == {
        ("mine-1", answer.headers["traceparent"])
    }


async def test_an_event_that_cannot_be_acted_on_is_logged_under_the_request_that_began_it(
    house, logged, monkeypatch
) -> None:
    async def cannot(*_: Any) -> None:
        raise ValueError("Robin Example")

    monkeypatch.setattr("services.reporting.subscriptions.keep", cannot)
    source = house.signed_in_as("source_system").intake
    answer = await source.post(
        "/v1/referrals", json=FORM, headers={"X-Request-ID": "mine-3", "traceparent": SENT, **KEY}
    )
    assert answer.status_code == 201
    await house.settle()
    (dead,) = [line for line in logged() if line["event"] == "event.poison"]
    assert (dead["request_id"], dead["trace_id"]) == ("mine-3", TRACE)
    assert "Robin" not in str(dead)


@pytest.mark.parametrize(
    "nonsense",
    ["", "asha", SENT[:-1], SENT.upper(), f"ff{SENT[2:]}", f"00-{'0' * 32}-00f067aa0ba902b7-01", SENT + "\x00", "é"],
)
async def test_a_trace_that_cannot_be_read_begins_anew(settings, nonsense) -> None:
    with telemetry.following("r", nonsense):
        begun = telemetry.TRACEPARENT.fullmatch(telemetry.traceparent.get())
    assert begun is not None
    assert begun[1] not in {TRACE, "0" * 32}


@pytest.mark.parametrize("id", ["", "a" * 65, "two words", "line\tend", "{json}"])
async def test_an_id_that_could_be_anything_is_replaced(house, id) -> None:
    answer = await house.stranger.intake.get("/health/live", headers={"X-Request-ID": id})
    assert answer.headers["x-request-id"] not in {"", id}


async def test_a_fault_is_answered_and_logged_under_its_own_request(house, logged, monkeypatch) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise ValueError("Robin Example, born 2011")

    monkeypatch.setattr("services.intake.referrals.operations.receive", broken)
    source = house.signed_in_as("source_system").intake
    answer = await source.post("/v1/referrals", json=FORM, headers={"X-Request-ID": "mine-2"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (500, "mine-2")
    assert answer.json()["request_id"] == "mine-2"
    fault, request = [each for each in logged() if each.get("request_id") == "mine-2"]
    assert (fault["event"], fault["error"], fault["places"][-1].split()[-1]) == ("fault", "ValueError", "broken")
    assert (request["event"], request["status"]) == ("request", 500)


async def test_the_line_says_route_status_time_and_role_and_nothing_that_was_sent(house, logged) -> None:
    manager = house.signed_in_as("service_manager").intake
    await manager.get("/v1/workers?team=north-by-northwest", headers={"User-Agent": "agent-canary"})
    (line,) = [each for each in logged() if each["event"] == "request"]
    assert line.keys() == {
        "event", "level", "timestamp", "request_id", "trace_id", "method", "route", "status", "ms", "role",
    }  # fmt: skip
    assert (line["method"], line["route"], line["status"]) == ("GET", "/v1/workers", 200)
    assert line["role"] == "service_manager"


async def test_probes_leave_a_line_only_when_they_are_refused(house, logged) -> None:
    await house.stranger.intake.get("/health/live")
    await house.stranger.intake.get("/health/ready")
    await house.signed_in_as("operator").intake.get("/metrics")
    assert [line for line in logged() if line["event"] == "request"] == []
    await house.stranger.intake.get("/metrics")
    assert [line["status"] for line in logged() if line["event"] == "request"] == [401]


def test_libraries_lines_are_json_and_hold_none_of_their_values(logged) -> None:
    fault = ValueError("Robin Example")
    logging.getLogger("uvicorn.error").error("Exception in %s\nRobin", "Robin Example", exc_info=fault)
    logging.getLogger("aiokafka.consumer").error("Robin Example")
    logging._showwarning(UserWarning("Robin Example"), UserWarning, "/somewhere/schemas.py", 7)
    lines = logged()
    assert "Robin" not in str(lines)
    assert [(line["logger"], line["level"], line["event"]) for line in lines] == [
        ("uvicorn.error", "error", "Exception in %s"),
        ("py.warnings", "warning", "schemas.py:7 UserWarning"),
    ]
    assert lines[0]["error"] == "ValueError"


async def test_what_is_said_outside_a_request_has_no_trace(house) -> None:
    async with house.databases["intake"].reading() as session:
        assert await outbox.waiting(session) == (0, 0.0)
    assert telemetry.traceparent.get() == ""
