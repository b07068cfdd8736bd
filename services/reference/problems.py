"""`docs/problems.md`: every expected refusal, by the name that never changes."""

from collections.abc import Iterator

from services.reference.everything import kinds_of
from shared.problems import Problem

HEAD = """# Problems

Drawn from the code by `make docs`. Every refusal is an `application/problem+json` document
([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)); `type` is one of these names and does not change. `detail` says
what to do about it, `errors` where the request is wrong, and `request_id` is what to quote when asking for help. Nothing
that was sent is repeated. A few are met on the command line only.

| Type | Status | Title |
|---|---|---|"""

AT_NO_DOOR = """
Where there is no such address, the type is `urn:dwc:problem:not-found` too.
"""


def page() -> str:
    return "\n".join([HEAD, *_rows(), AT_NO_DOOR])


def refusals() -> list[type[Problem]]:
    """Every named refusal there is."""
    return sorted(set(kinds_of(Problem)), key=lambda kind: (kind.type, kind.title))


def _rows() -> Iterator[str]:
    for kind in refusals():
        yield f"| `{kind.type}` | {kind.status} | {kind.title} |"
