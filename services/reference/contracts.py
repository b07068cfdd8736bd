"""Every state that is spoken, who speaks and hears it, and its JSON Schema."""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from services.host import NAMES, service_named
from services.reference.everything import kinds_of
from shared.contracts.state import State


class _Schema(GenerateJsonSchema):
    """Without the titles that only repeat the names of fields."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def states() -> list[type[State]]:
    """Every kind of subject spoken of, by topic."""
    return sorted({kind for kind in kinds_of(State) if "topic" in vars(kind)}, key=lambda kind: kind.topic)


def type_of(state: type[State]) -> str:
    """The CloudEvents type of events that carry this state."""
    return state.type_of_events()


def speaker(state: type[State]) -> str:
    """A topic is named after whoever speaks on it."""
    return state.topic.partition(".")[0]


def hearers(state: type[State]) -> list[str]:
    return [name for name in NAMES if any(each.state is state for each in service_named(name).hears)]


def schema(state: type[State], *, refer_as: str = "#/$defs/{model}") -> JsonSchemaValue:
    """The state as JSON Schema, with the words its `changes` may use."""
    found = state.model_json_schema(ref_template=refer_as, schema_generator=_Schema)
    change = found["properties"]["changes"]["items"]
    words = {"properties": {"what": {"enum": sorted(state.happenings)}}}
    found["properties"]["changes"]["items"] = {"allOf": [change, words]}
    return found


def schema_text(state: type[State]) -> str:
    """The schema as it is committed."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:{type_of(state).replace('.', ':')}"}
    return as_text(head | schema(state))


def as_text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
