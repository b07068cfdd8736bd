"""`docs/asyncapi.json`: the topics, who says and hears what on them, and the shapes, for machines (AsyncAPI 3.0)."""

from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from services.reference.contracts import as_text, hearers, schema, speaker, states, type_of
from shared.contracts.envelope import Envelope
from shared.contracts.state import State
from shared.ids import new_id
from shared.messaging.transports.kafka import PARTITIONS, RETENTION_MS

HEADERS = {
    "content-type": "`application/json`",
    "ce_specversion": "`1.0`",
    "ce_id": "UUIDv7 of the event; one that has been heard is dropped",
    "ce_type": "what is said, and the version of the contract",
    "ce_source": "authority and service, as `/206/intake`",
    "ce_subject": "the subject's id, which is the key too",
    "ce_time": "when it was said (RFC 3339)",
    "ce_actor": "who caused it: a staff reference or the name of a system",
    "ce_correlationid": "the request that began it all",
    "ce_causationid": "the event or request that this one answers",
}


def page() -> str:
    return as_text(document())


def document() -> dict[str, Any]:
    """The whole AsyncAPI document."""
    spoken = states()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Doing What Counts",
            "version": version("doing-what-counts"),
            "description": "Each event is one subject's whole coded state. Pseudonymised special category data.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {state.topic: _channel(state) for state in spoken},
        "operations": {name: operation for state in spoken for name, operation in _operations(state).items()},
        "components": {
            "messages": {state.__name__: _message(state) for state in spoken},
            "schemas": {"headers": _headers(), **_schemas(spoken)},
        },
    }


def _channel(state: type[State]) -> dict[str, Any]:
    kafka = {
        "topic": state.topic,
        "partitions": PARTITIONS,
        "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": RETENTION_MS},
        "bindingVersion": "0.5.0",
    }
    return {
        "address": state.topic,
        "messages": {state.__name__: {"$ref": f"#/components/messages/{state.__name__}"}},
        "bindings": {"kafka": kafka},
    }


def _operations(state: type[State]) -> dict[str, Any]:
    told = {
        "channel": {"$ref": f"#/channels/{state.topic}"},
        "messages": [{"$ref": f"#/channels/{state.topic}/messages/{state.__name__}"}],
    }
    says = {f"{speaker(state)} says {state.topic}": {"action": "send", **told}}
    return says | {f"{name} hears {state.topic}": {"action": "receive", **told} for name in hearers(state)}


def _message(state: type[State]) -> dict[str, Any]:
    return {
        "name": type_of(state),
        "title": state.__name__,
        "summary": " ".join((state.__doc__ or "").split()),
        "contentType": "application/json",
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": {"$ref": f"#/components/schemas/{state.__name__}"},
        "bindings": {"kafka": {"key": {"type": "string", "format": "uuid"}, "bindingVersion": "0.5.0"}},
    }


def _headers() -> dict[str, Any]:
    """The headers as an envelope has them; one that nothing is said of above is a KeyError here."""
    now = datetime.now(UTC)
    sample = Envelope(new_id(), "", new_id(), "", "", now, actor="", correlation_id="", causation_id="", data=b"")
    names = list(sample.headers())
    properties = {name: {"type": "string", "description": HEADERS[name]} for name in names}
    return {"type": "object", "required": names, "properties": properties}


def _schemas(spoken: list[type[State]]) -> dict[str, Any]:
    """Every shape by name. One name for two shapes would be a contradiction, and is refused."""
    found: dict[str, Any] = {}
    for state in spoken:
        whole = schema(state, refer_as="#/components/schemas/{model}")
        for name, shape in {**whole.pop("$defs"), state.__name__: whole}.items():
            if found.setdefault(name, shape) != shape:
                raise ValueError(f"two shapes are called {name}: give one another name")
    return found
