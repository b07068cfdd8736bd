"""Where in a request something may be wrong: every place of every body, drawn from the shapes that the routes declare.

A body is made complete from its shape, so that a field nobody thought of in a test is tried as well.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.permissions.matrix import Entry

CANARY = "Canary Wharf-Robin"
"""In every text that is sent: no answer may hold it."""
HERE = "@here@"
SAMPLES = {"date": "2026-05-12", "date-time": "2026-05-12T10:30:00+01:00", "uuid": str(UUID(int=7))}
FITS_ANY_PATTERN = "C1"
FREE = {"type", "enum", "const"}
"""A shape that says none of these takes anything."""

Schema = Mapping[str, Any]
Steps = tuple[int | str, ...]


def _inner(plain: "Schema") -> "Schema":
    """What a map holds, whether its names are of a list or of a pattern."""
    if "patternProperties" in plain:
        return next(iter(plain["patternProperties"].values()))
    inner: Schema = plain["additionalProperties"]
    return inner


@dataclass(frozen=True)
class Spot:
    """One place in a body: the way to it, and what belongs there."""

    steps: Steps
    kind: str
    """text, code, pattern, date, date-time, uuid, integer, boolean, array, filled array, object or map; an array that must
    hold something is tried as a filled one, too"""

    @property
    def pointer(self) -> str:
        return "".join(f"/{step}" for step in self.steps)

    def with_raw(self, body: Any, raw: str) -> bytes:
        """The body as JSON, with something written in this place as it stands."""
        return json.dumps(_replaced(body, self.steps, HERE)).replace(f'"{HERE}"', raw, 1).encode()

    def with_member(self, body: Any, raw: str) -> bytes:
        """The body as JSON, with a member written into this object as it stands."""
        inside = body
        for step in self.steps:
            inside = inside[step]
        written = json.dumps(_replaced(body, self.steps, {**inside, HERE: 0}))
        return written.replace(f'"{HERE}": 0', raw, 1).encode()


def _replaced(node: Any, steps: Steps, by: Any) -> Any:
    if not steps:
        return by
    first, *rest = steps
    if isinstance(node, list):
        return [_replaced(each, tuple(rest), by) if i == first else each for i, each in enumerate(node)]
    return node | {first: _replaced(node[first], tuple(rest), by)}


class Shape:
    """The body a route takes, complete, with all its places."""

    def __init__(self, openapi: Schema, entry: Entry) -> None:
        self._openapi = openapi
        method, path = entry.route.lower().split(" ", 1)[0], entry.route.split(" ", 1)[1]
        content = openapi["paths"][path][method]["requestBody"]["content"]
        self.media_types = frozenset(content)
        self._schema = content["application/json"]["schema"]
        given = entry.place.json if entry.place else None
        self.body = self._filled(self._schema, given, "")

    def _plain(self, schema: Schema) -> Schema:
        """A shape without its references, and without the null that may stand in place of it."""
        if "$ref" in schema:
            found: Any = self._openapi
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            return self._plain(found)
        if "anyOf" in schema:
            return self._plain(next(each for each in schema["anyOf"] if each.get("type") != "null"))
        return schema

    def _kind(self, schema: Schema) -> str:
        if FREE.isdisjoint(schema):
            return "free"
        if "enum" in schema or "const" in schema:
            return "code"
        if schema["type"] == "object":
            return "object" if "properties" in schema else "map"
        if schema["type"] == "string":
            return str(schema.get("format") or ("pattern" if "pattern" in schema else "text"))
        return str(schema["type"])

    def _filled(self, schema: Schema, given: Any, name: str) -> Any:
        plain = self._plain(schema)
        match self._kind(plain):
            case "object":
                members = plain["properties"].items()
                return {key: self._filled(inner, (given or {}).get(key), key) for key, inner in members}
            case "map":
                names = (
                    self._plain(plain["propertyNames"]).get("enum", [FITS_ANY_PATTERN])
                    if "propertyNames" in plain
                    else ["C1"]
                )
                keys = [*(given or ()), *names][: max(1, len(given or ()))]
                return {key: self._filled(_inner(plain), (given or {}).get(key), key) for key in keys}
            case "array":
                return [self._filled(plain["items"], each, name) for each in given or [None]]
            case "text":
                return f"{CANARY} {name}"
            case kind:
                return self._sample(kind, plain) if given is None else given

    def _sample(self, kind: str, plain: Schema) -> Any:
        match kind:
            case "code":
                return plain["enum"][0] if "enum" in plain else plain["const"]
            case "integer" | "number":
                return int(plain.get("minimum", plain.get("maximum", 1)))
            case "boolean":
                return True
            case "pattern":
                return FITS_ANY_PATTERN
        return SAMPLES[kind]

    def spots(self) -> Iterator[Spot]:
        yield from self._spots(self._schema, self.body, ())

    def _spots(self, schema: Schema, node: Any, steps: Steps) -> Iterator[Spot]:
        plain = self._plain(schema)
        kind = self._kind(plain)
        if kind == "free":  # judged by itself: whatever it is, the request is answered
            return
        yield Spot(steps, kind)
        if plain.get("minItems"):
            yield Spot(steps, "filled array")
        if kind == "object":
            for key, inner in plain["properties"].items():
                yield from self._spots(inner, node[key], (*steps, key))
        elif kind == "map":
            for key in node:
                yield from self._spots(_inner(plain), node[key], (*steps, key))
        elif kind == "array":
            yield from self._spots(plain["items"], node[0], (*steps, 0))
