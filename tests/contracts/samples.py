"""One whole state of each kind, with every field filled: made from its published schema, so that none is forgotten."""

from typing import Any

from services.reference.contracts import schema
from shared.contracts.state import State

BY_FORMAT = {"uuid": "01a20f44-caf4-76d9-a1de-85744b2214c1", "date": "2026-05-14", "date-time": "2026-05-14T11:00:00Z"}
BY_TYPE = {"string": "North", "integer": 3, "number": 0.5, "boolean": True}


def sample(state: type[State]) -> State:
    """A state with one of everything in every list."""
    whole = schema(state)
    return state.model_validate(_filled(whole, whole["$defs"]))


def _filled(shape: dict[str, Any], shapes: dict[str, Any]) -> Any:
    while "$ref" in shape or "anyOf" in shape:
        shape = shapes[shape["$ref"].rpartition("/")[2]] if "$ref" in shape else shape["anyOf"][0]
    if "allOf" in shape:
        return {name: value for part in shape["allOf"] for name, value in _filled(part, shapes).items()}
    if "properties" in shape:
        return {name: _filled(each, shapes) for name, each in shape["properties"].items()}
    if "items" in shape:
        return [_filled(shape["items"], shapes)]
    if "enum" in shape:
        return shape["enum"][0]
    return BY_FORMAT[shape["format"]] if "format" in shape else BY_TYPE[shape["type"]]
