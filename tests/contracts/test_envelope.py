"""The envelope is a CloudEvents 1.0 event in Kafka's binary mode, by the standard's rules and by its own SDK."""

import json
import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from services.reference.contracts import states
from shared.contracts.envelope import LARGEST, Envelope, NotAnEvent
from shared.ids import new_id
from tests.contracts.samples import sample

NOON = datetime(2026, 5, 14, 11, 0, 0, 250_000, tzinfo=UTC)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
URI_REFERENCE = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
STATES = [pytest.param(state, id=state.topic) for state in states()]


def enveloped(state) -> Envelope:
    return Envelope.around(
        sample(state),
        id=new_id(),
        service="intake",
        time=NOON,
        actor="W100",
        correlation_id="request-1",
        causation_id="request-1",
    )


def as_sent(envelope: Envelope) -> KafkaMessage:
    headers = {name: value.encode() for name, value in envelope.headers().items()}
    return KafkaMessage(headers=headers, key=str(envelope.key).encode(), value=envelope.data)


@pytest.mark.parametrize("state", STATES)
def test_every_attribute_keeps_the_rules_of_the_standard(state):
    """CloudEvents 1.0.2, sections 3 and 4; Kafka binding 1.0.2, section 3.2."""
    headers = enveloped(state).headers()
    attributes = {name.removeprefix("ce_"): value for name, value in headers.items() if name.startswith("ce_")}
    assert set(headers) - {f"ce_{name}" for name in attributes} == {"content-type"}
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in attributes)
    assert all(attributes[name] for name in ("id", "source", "specversion", "type", "subject"))
    assert attributes["specversion"] == "1.0"
    assert URI_REFERENCE.fullmatch(attributes["source"])
    assert RFC_3339.fullmatch(attributes["time"])
    assert "data" not in attributes
    assert all(value.isprintable() for value in headers.values())


@pytest.mark.parametrize("state", STATES)
def test_the_standards_own_sdk_opens_what_is_sent(state):
    sent = enveloped(state)
    opened = from_binary(as_sent(sent), JSONFormat())
    assert isinstance(opened, CloudEvent)
    assert (UUID(opened.get_id()), opened.get_type(), opened.get_source()) == (sent.id, sent.type, sent.source)
    assert (opened.get_subject(), opened.get_time()) == (str(sent.key), NOON)
    assert opened.get_datacontenttype() == "application/json"
    assert opened.get_data() == json.loads(sent.data)
    assert (opened.get_extension("actor"), opened.get_extension("correlationid")) == ("W100", "request-1")


@pytest.mark.parametrize("state", STATES)
def test_what_another_speaker_sends_through_the_sdk_is_opened_here(state):
    ours = enveloped(state)
    theirs = to_binary(from_binary(as_sent(ours), JSONFormat()), JSONFormat())
    headers = {name: value.decode() for name, value in theirs.headers.items()}
    data = theirs.value if isinstance(theirs.value, bytes) else theirs.value.encode()
    opened = Envelope.opened(ours.topic, headers, data)
    assert (opened.id, opened.key, opened.type, opened.time) == (ours.id, ours.key, ours.type, ours.time)
    assert state.model_validate_json(opened.data) == sample(state)


@pytest.mark.parametrize("missing", ["ce_id", "ce_type", "ce_source", "ce_subject", "ce_time"])
def test_what_lacks_an_attribute_is_no_event_of_ours(missing):
    sent = enveloped(states()[0])
    headers = {name: value for name, value in sent.headers().items() if name != missing}
    with pytest.raises(NotAnEvent, match=missing):
        Envelope.opened(sent.topic, headers, sent.data)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("ce_id", "1"),
        ("ce_id", "6f1c3f0e-8d5b-4c55-9a3e-2f6d0c1b7a11"),  # version 4 has no time in it
        ("ce_subject", "a child"),
        ("ce_type", "dwc.intake.child v1\n"),
        ("ce_time", "yesterday"),
    ],
)
def test_an_attribute_that_cannot_be_read_is_named_and_not_repeated(header, value):
    sent = enveloped(states()[0])
    with pytest.raises(NotAnEvent, match=f"^the header {header} cannot be read$"):
        Envelope.opened(sent.topic, sent.headers() | {header: value}, sent.data)


def test_an_event_larger_than_a_broker_takes_is_no_event_of_ours():
    sent = enveloped(states()[0])
    with pytest.raises(NotAnEvent, match="larger"):
        Envelope.opened(sent.topic, sent.headers(), b" " * (LARGEST + 1))
