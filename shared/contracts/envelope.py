"""How an event travels: CloudEvents 1.0 in Kafka's binary mode, attributes in headers and the state as JSON."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from shared.contracts.state import Renewal, State

LARGEST = 1_000_000
"""Bytes of state an event may have. Brokers refuse a little more than that, and a refused event would hold up the rest."""
TYPE = re.compile(r"[A-Za-z0-9._-]{1,100}")

V = TypeVar("V")


class NotAnEvent(ValueError):
    """What stands on a topic is no event of ours. The message says why, without saying what was in it."""


@dataclass(frozen=True)
class Envelope:
    """One event on its way. Nobody who hears it may change it."""

    id: UUID
    """UUIDv7; a hearer that has seen it drops it."""
    topic: str
    key: UUID
    """The subject's id: events of one subject keep their order."""
    type: str
    source: str
    """Authority and service, as `/206/intake`."""
    time: datetime
    actor: str
    correlation_id: str
    """The request that began it all."""
    causation_id: str
    """The event or request that this one answers."""
    data: bytes
    traceparent: str = ""
    """Where it stands in the trace that led to it (CloudEvents' distributed tracing extension); empty outside a request."""

    @classmethod
    def around(
        cls,
        state: State | Renewal,
        *,
        id: UUID,
        service: str,
        time: datetime,
        actor: str,
        correlation_id: str,
        causation_id: str,
        traceparent: str = "",
    ) -> "Envelope":
        return cls(
            id=id,
            topic=state.topic,
            key=state.key,
            type=state.type,
            source=f"/{state.authority}/{service}",
            time=time,
            actor=actor,
            correlation_id=correlation_id,
            causation_id=causation_id,
            data=state.model_dump_json().encode(),
            traceparent=traceparent,
        )

    def headers(self) -> dict[str, str]:
        """The attributes as Kafka headers (CloudEvents Kafka binding 1.0.2, binary content mode)."""
        headers = {
            "content-type": "application/json",
            "ce_specversion": "1.0",
            "ce_id": str(self.id),
            "ce_type": self.type,
            "ce_source": self.source,
            "ce_subject": str(self.key),
            "ce_time": self.time.isoformat(),
            "ce_actor": self.actor,
            "ce_correlationid": self.correlation_id,
            "ce_causationid": self.causation_id,
        }
        return headers | ({"ce_traceparent": self.traceparent} if self.traceparent else {})

    @classmethod
    def opened(cls, topic: str, headers: dict[str, str], data: bytes) -> "Envelope":
        """The event behind headers and data. Raises `NotAnEvent` when it is no event of ours."""
        if len(data) > LARGEST:
            raise NotAnEvent(f"it is larger than any event may be ({LARGEST} bytes)")
        return cls(
            id=_header(headers, "ce_id", _uuid7),
            topic=topic,
            key=_header(headers, "ce_subject", UUID),
            type=_header(headers, "ce_type", _event_type),
            source=_header(headers, "ce_source", str),
            time=_header(headers, "ce_time", datetime.fromisoformat),
            actor=headers.get("ce_actor", ""),
            correlation_id=headers.get("ce_correlationid", ""),
            causation_id=headers.get("ce_causationid", ""),
            data=data,
            traceparent=headers.get("ce_traceparent", ""),
        )


def _header(headers: dict[str, str], name: str, read: Callable[[str], V]) -> V:
    try:
        return read(headers[name])
    except KeyError:
        raise NotAnEvent(f"the header {name} is missing") from None
    except ValueError:
        raise NotAnEvent(f"the header {name} cannot be read") from None


def _uuid7(text: str) -> UUID:
    """The inbox is pruned by the time in its ids, so an id without one would be forgotten too early or never."""
    read = UUID(text)
    if read.version != 7:
        raise ValueError
    return read


def _event_type(text: str) -> str:
    if not TYPE.fullmatch(text):
        raise ValueError
    return text
