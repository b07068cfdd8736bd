"""What may change in a contract, and what would break whoever hears it."""

from copy import deepcopy
from typing import Any

import pytest

from services.reference.additive import breaks

BEFORE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "on"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "on": {"type": "string", "format": "date"},
        "reason": {"anyOf": [{"$ref": "#/$defs/Reason"}, {"type": "null"}], "default": None},
        "plans": {"type": "array", "items": {"$ref": "#/$defs/Plan"}, "default": []},
    },
    "$defs": {
        "Reason": {"enum": ["RC1", "RC2"], "type": "string"},
        "Plan": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
    },
}


def changed(*path: str, to: Any) -> dict[str, Any]:
    """The contract with one place changed; gone where `to` is None."""
    after = deepcopy(BEFORE)
    at = after
    for step in path[:-1]:
        at = at[step]
    if to is None:
        del at[path[-1]]
    else:
        at[path[-1]] = to
    return after


@pytest.mark.parametrize(
    ("what", "after"),
    [
        ("nothing", BEFORE),
        ("another optional field", changed("properties", "team", to={"type": "string", "default": ""})),
        ("an optional field inside a part", changed("$defs", "Plan", "properties", "ended_on", to={"type": "string"})),
        ("a shape of its own", changed("$defs", "Visit", to={"type": "object", "properties": {}})),
        ("another code in a list of codes", changed("$defs", "Reason", "enum", to=["RC0", "RC1", "RC2"])),
        ("what is said of a field", changed("properties", "on", "description", to="the day it happened")),
        ("the title of a shape", changed("$defs", "Plan", "title", to="A plan")),
    ],
)
def test_a_contract_may_grow_by(what, after):
    assert breaks(BEFORE, after) == []


@pytest.mark.parametrize(
    ("sentence", "after"),
    [
        ("/properties/on has gone", changed("properties", "on", to=None)),
        ("/properties/reason has gone", changed("properties", "reason", to=None)),
        ("/properties/id/format has gone", changed("properties", "id", "format", to=None)),
        ("/properties/on/format has changed", changed("properties", "on", "format", to="date-time")),
        ("/properties/on/type has changed", changed("properties", "on", "type", to="integer")),
        ("/on may now be absent", changed("required", to=["id"])),
        ("/plans must now be there", changed("required", to=["id", "on", "plans"])),
        ("/$defs/Plan/id may now be absent", changed("$defs", "Plan", "required", to=[])),
        ("/$defs/Plan has gone", changed("$defs", "Plan", to=None)),
        ("/$defs/Reason/enum has lost RC2", changed("$defs", "Reason", "enum", to=["RC1"])),
        ("/properties/id/enum now limits what could be anything", changed("properties", "id", "enum", to=["a"])),
        ("/properties/plans/default has gone", changed("properties", "plans", "default", to=None)),
        ("/properties/plans/default has changed", changed("properties", "plans", "default", to=["one"])),
        ("/properties/plans/maxItems has come", changed("properties", "plans", "maxItems", to=5)),
        ("/properties/reason/anyOf has changed", changed("properties", "reason", "anyOf", to=[{"type": "string"}])),
        ("/additionalProperties has come", changed("additionalProperties", to=False)),
    ],
)
def test_a_hearer_would_be_broken_because(sentence, after):
    assert sentence in breaks(BEFORE, after)


def test_a_new_field_that_has_to_be_there_breaks_whoever_reads_an_older_event():
    after = changed("properties", "team", to={"type": "string"})
    after["required"] = ["id", "on", "team"]
    assert breaks(BEFORE, after) == ["/team must now be there"]
