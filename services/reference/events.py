"""`docs/events.md`: what is said on each topic, in words."""

from collections.abc import Iterator
from typing import Any

from services.reference.contracts import hearers, schema, speaker, states, type_of
from shared.contracts.state import State

HEAD = """# Events

Drawn from `shared/contracts` by `make docs`. An event is one subject's whole coded state; hearers act on the state and
keep the newest version, so that duplicates, replays and corrections need nothing special. Its headers are those of
CloudEvents 1.0; its key is the subject's id, so that one subject's events keep their order. Topics keep 28 days.

Every state also has `authority`, the version (`epoch`, `n`), `changes` (what has just happened, each named by `what`),
`merged_into` and `erased`. A merged subject contributes nothing; of an erased one a hearer keeps the id alone. Fields and
words that a hearer does not know are to be ignored. The shapes for machines are in `shared/contracts/schemas/` and in
[asyncapi.json](asyncapi.json); how a contract may change is in [decision 9](decisions/0009-a-contract-only-grows.md).
"""


def page() -> str:
    return "\n".join([HEAD, *(line for state in states() for line in _topic(state))])


def _topic(state: type[State]) -> Iterator[str]:
    heard = " and ".join(hearers(state)) or "nobody in this repository"
    yield f"## {state.topic}\n"
    yield f"{' '.join((state.__doc__ or '').split())}\n"
    yield f"Type `{type_of(state)}`. Said by {speaker(state)}, heard by {heard}."
    yield f"What may have happened: `{'`, `'.join(sorted(state.happenings))}`.\n"
    found = schema(state)
    of_every_state = set(State.model_fields)
    yield from _fields({name: each for name, each in found["properties"].items() if name not in of_every_state})
    for name, shape in found["$defs"].items():
        if name != "Change" and "properties" in shape:
            yield f"### {name} ({state.topic})\n"
            if shape.get("description"):
                yield f"{' '.join(shape['description'].split())}\n"
            yield from _fields(shape["properties"])


def _fields(properties: dict[str, Any]) -> Iterator[str]:
    yield "| Field | Holds | |"
    yield "|---|---|---|"
    for name, shape in properties.items():
        yield f"| `{name}` | {_kind(shape)} | {' '.join(shape.get('description', '').split())} |"
    yield ""


def _kind(shape: dict[str, Any]) -> str:
    """What a field holds, in a word or two."""
    if "anyOf" in shape:
        return " or ".join("nothing" if each.get("type") == "null" else _kind(each) for each in shape["anyOf"])
    if "$ref" in shape:
        return f"`{shape['$ref'].rpartition('/')[2]}`"
    if shape.get("type") == "array":
        return f"list of {_kind(shape['items'])}"
    return str(shape.get("format") or {"boolean": "true or false", "string": "text"}.get(shape["type"], shape["type"]))
