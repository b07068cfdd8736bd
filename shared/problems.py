"""Refusals. Each has its own name, an HTTP status and a sentence that a person can act on.

Plain Python, so that rules may raise them; `shared.web.problems` renders them (RFC 9457). A sentence never repeats
a value that was sent: it may be a child's name.
"""

import re
from collections.abc import Mapping
from typing import ClassVar


class Problem(Exception):
    """An expected refusal. Subclasses state `status` and `title`; the message is the detail."""

    type: ClassVar[str] = "urn:dwc:problem:problem"
    """A stable name, made of the class's: `urn:dwc:problem:not-a-census-file` for `NotACensusFile`."""
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request cannot be carried out"
    at: ClassVar[str] = ""
    """What is at fault, where one thing is: a JSON pointer into the body, or `#/query/…`, `#/path/…`, `#/header/…`."""
    headers: Mapping[str, str] = {}
    """What goes with the answer, such as how long to wait before trying again."""

    @property
    def detail(self) -> str:
        return str(self)

    def __init_subclass__(cls) -> None:
        cls.type = "urn:dwc:problem:" + re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class NotAuthenticated(Problem):
    status = 401
    title = "No valid token"
    headers: Mapping[str, str] = {"WWW-Authenticate": "Bearer"}


class NotAllowed(Problem):
    status = 403
    title = "Your role may not do this"


class NotFound(Problem):
    """Not there, or not yours to see: the answer is the same, so that nobody learns which."""

    status = 404
    title = "Not found"


class Conflict(Problem):
    status = 409
    title = "This conflicts with what is already recorded"


class Unprocessable(Problem):
    status = 422
    title = "The request is understood, but what it says cannot be right"


class TryAgain(Problem):
    """Nothing is wrong with the request, and nothing was changed: the same one will do in a moment."""

    status = 503
    title = "Not just now"
    headers: Mapping[str, str] = {"Retry-After": "2"}
