"""What is wrong with a request, and where. Never a value that was sent: it may be a child's name.

A name that was sent may be one too, as where somebody fills in a map; so a pointer names what looks like the name of a field
and otherwise ends at whatever holds it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, Field

from shared.problems import Problem
from shared.web.limits import DEPTH, FAULTS
from shared.web.wording import in_our_words

NAME = re.compile(r"[A-Za-z][a-z0-9]*([_-][A-Za-z0-9]+){0,7}")
LONGEST_NAME = 40


class Fault(BaseModel):
    """One thing wrong with the request, and where."""

    pointer: str = Field(description="JSON pointer into the body, or `#/query/…`, `#/path/…`, `#/header/…`")
    code: str
    message: str


class Faulty(Problem):
    """A refusal that can name several things at fault."""

    def __init__(self, detail: str, faults: Iterable[Fault] = ()) -> None:
        super().__init__(detail)
        self.faults = list(faults)[:FAULTS]


def pointer(place: Sequence[int | str]) -> str:
    """Where something is: `("body", "children", 0)` is `/children/0`, `("query", "limit")` is `#/query/limit`."""
    source, *path = place
    steps = "".join(f"/{step}" for step in _nameable(path[:DEPTH]))
    return steps if source == "body" else f"#/{source}{steps}"


def _nameable(path: Iterable[int | str]) -> Iterable[int | str]:
    for step in path:
        if isinstance(step, str) and not (len(step) <= LONGEST_NAME and NAME.fullmatch(step)):
            return
        yield step


def of_shape(errors: Sequence[dict[str, Any]], shape: Any = None) -> list[Fault]:
    """What pydantic found wrong with a body that was to have this shape."""
    return [
        Fault(pointer=pointer(error["loc"]), code=error["type"], message=in_our_words(error, shape))
        for error in errors[:FAULTS]
    ]
