"""Many things in one body: one JSON document that lists them, or one a line. Each is understood by itself."""

import json
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.problems import Problem
from shared.web import strict_json
from shared.web.faults import Fault, Faulty, of_shape
from shared.web.problems import Invalid

Shape = TypeVar("Shape", bound=BaseModel)
LINES = "application/x-ndjson"


class NotABatch(Faulty):
    status = 422
    title = "This is not a batch"


class LineNotUnderstood(Faulty):
    status = 422
    title = "This line is not JSON that can be relied on"


def body_of(name: str, each: str) -> dict[str, Any]:
    """How such a body is described to whoever sends one."""
    listed = {
        "type": "object",
        "required": [name],
        "additionalProperties": False,
        "properties": {name: {"type": "array", "items": {"description": each}}},
    }
    lines = {"type": "string", "description": f"one a line: {each}"}
    content = {"application/json": {"schema": listed}, LINES: {"schema": lines}}
    return {"requestBody": {"required": True, "content": content}}


def read_batch(body: bytes, media_type: str, shape: type[Shape], *, name: str, most: int) -> list[Shape | Problem]:
    """What a batch lists under a name, each understood or refused. Raises `NotABatch` when there is nothing to look at singly."""
    is_lines = media_type.partition(";")[0].strip().lower() == LINES
    items = list(_lines(body)) if is_lines else _listed(body, name)
    if not 1 <= len(items) <= most:
        fault = Fault(pointer=f"/{name}", code="wrong_size", message=f"a batch holds 1 to {most} {name}")
        raise NotABatch(f"send {most} at most at a time" if items else "there is nothing in it", [fault])
    return [item if isinstance(item, Problem) else _understood(item, shape) for item in items]


def _listed(body: bytes, name: str) -> list[Any]:
    """The threshold has seen to it that this is JSON."""
    document = json.loads(body) if body else None
    if not isinstance(document, dict) or set(document) != {name} or not isinstance(document[name], list):
        fault = Fault(pointer=f"/{name}", code="list_type", message=f"a list of {name} belongs here, and nothing else")
        raise NotABatch(f'send {{"{name}": […]}}, or one a line as {LINES}', [fault])
    listed: list[Any] = document[name]
    return listed


def _lines(body: bytes) -> Iterator[Any]:
    for line in body.splitlines():
        if line.strip():
            try:
                yield strict_json.read(line)
            except Faulty as problem:
                yield LineNotUnderstood(problem.detail, problem.faults)


def _understood(item: Any, shape: type[Shape]) -> Shape | Problem:
    try:
        return shape.model_validate(item)
    except ValidationError as wrong:
        errors: list[dict[str, Any]] = [{**error, "loc": ("body", *error["loc"])} for error in wrong.errors()]
        return Invalid("correct the fields named in errors and send it again", of_shape(errors, shape))
