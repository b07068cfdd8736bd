"""The AsyncAPI document holds together: whatever it refers to is there, and everybody who speaks or hears is in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator

from services.host import NAMES, service_named
from services.reference.asyncapi import document
from services.reference.contracts import speaker, states, type_of

DOCUMENT = document()


def references(at: Any) -> Iterator[str]:
    if isinstance(at, dict):
        if "$ref" in at:
            yield at["$ref"]
        for each in at.values():
            yield from references(each)
    elif isinstance(at, list):
        for each in at:
            yield from references(each)


def referred(reference: str) -> Any:
    at: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        at = at[step.replace("~1", "/").replace("~0", "~")]
    return at


def test_it_is_an_asyncapi_3_document_with_all_its_parts():
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert DOCUMENT.keys() == {"asyncapi", "info", "defaultContentType", "channels", "operations", "components"}
    assert {"title", "version"} <= DOCUMENT["info"].keys()
    assert DOCUMENT["components"].keys() == {"messages", "schemas"}


def test_whatever_it_refers_to_is_in_it():
    found = set(references(DOCUMENT))
    assert found
    for reference in found:
        assert isinstance(referred(reference), dict), reference


def test_no_shape_is_left_that_nothing_refers_to():
    found = set(references(DOCUMENT))
    for kind in ("messages", "schemas"):
        assert {f"#/components/{kind}/{name}" for name in DOCUMENT["components"][kind]} <= found


def test_every_topic_is_a_channel_with_its_message():
    assert DOCUMENT["channels"].keys() == {state.topic for state in states()}
    for state in states():
        message = referred(DOCUMENT["channels"][state.topic]["messages"][state.__name__]["$ref"])
        assert message["name"] == type_of(state)
        Draft7Validator.check_schema(referred(message["payload"]["$ref"]))


@pytest.mark.parametrize("name", NAMES)
def test_every_service_sends_what_it_says_and_receives_what_it_hears(name):
    done = {
        (operation["action"], operation["channel"]["$ref"].rpartition("/")[2])
        for title, operation in DOCUMENT["operations"].items()
        if title.startswith(f"{name} ")
    }
    says = {("send", state.topic) for state in states() if speaker(state) == name}
    assert done == says | {("receive", each.state.topic) for each in service_named(name).hears}


def test_an_operation_offers_only_messages_of_its_channel():
    for operation in DOCUMENT["operations"].values():
        channel = operation["channel"]["$ref"]
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])
