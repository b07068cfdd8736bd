"""How an event travels: CloudEvents 1.0 in Kafka's binary mode, attributes in headers and the state as JSON."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.state import State


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
        state: State,
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
        """The event behind headers and data. Raises KeyError or ValueError when it is no event of ours."""
        return cls(
            id=UUID(headers["ce_id"]),
            topic=topic,
            key=UUID(headers["ce_subject"]),
            type=headers["ce_type"],
            source=headers["ce_source"],
            time=datetime.fromisoformat(headers["ce_time"]),
            actor=headers.get("ce_actor", ""),
            correlation_id=headers.get("ce_correlationid", ""),
            causation_id=headers.get("ce_causationid", ""),
            data=data,
            traceparent=headers.get("ce_traceparent", ""),
        )
