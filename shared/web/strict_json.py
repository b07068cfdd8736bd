"""JSON that every reader reads alike, and that both databases can keep.

Parsers differ where it hurts: of a name said twice one takes the first and another the last; NaN, half a surrogate pair or
an object 1,000 deep goes in and never comes out again. What is sound is recognised fast; what is not is read once more,
slowly, to say where.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

from shared.web.faults import Fault, Faulty, pointer
from shared.web.limits import DEPTH, NAMES

SUSPECT_TEXT = re.compile(r"\\u(0000|[dD][89a-fA-F])")
SUSPECT_NUMBER = re.compile(r"[0-9]([0-9]{18}|[eE]\+?[0-9]{3})")
"""How NUL, half a surrogate pair and a number out of range are written. Most of what looks so is sound."""

NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
LARGEST = 2**63 - 1


class Malformed(Faulty):
    status = 400
    title = "The body is not JSON that can be relied on"


class CannotBeKept(Faulty):
    status = 422
    title = "The body holds what cannot be kept"


class _Unsound(Exception):
    """Found while parsing, where it cannot be said yet in which place."""


def read(body: bytes) -> Any:
    """The document in a body. Raises `Malformed` or `CannotBeKept`, saying where as far as can be told."""
    text = _text(body)
    try:
        document = _parsed(text, _FAST)
    except _Unsound:
        raise _first_problem(text) or Malformed("write every name once, and numbers as numbers") from None
    if text.count("{") + text.count("[") > DEPTH:
        _check_depth(document)
    if (SUSPECT_TEXT.search(text) or SUSPECT_NUMBER.search(text)) and (problem := _first_problem(text)):
        raise problem
    return document


def _text(body: bytes) -> str:
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise Malformed("send UTF-8 without a byte order mark")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("send UTF-8") from None


def _parsed(text: str, parser: json.JSONDecoder) -> Any:
    try:
        return parser.decode(text)
    except json.JSONDecodeError as failure:
        raise Malformed(f"it stops being JSON at line {failure.lineno}, column {failure.colno}") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # a number of more than 4,300 digits, which Python does not read
        raise Malformed("it holds a number of thousands of digits") from None


def _check_depth(document: Any) -> None:
    """Level by level."""
    level = [document]
    for _ in range(DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> Malformed:
    return Malformed(f"objects and lists are at most {DEPTH} inside one another")


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs) or len(said) > NAMES:
        raise _Unsound
    return said


def _no_constant(_name: str) -> NoReturn:
    raise _Unsound


class _Object(list[tuple[str, Any]]):
    """An object as it was written, with whatever it says twice."""


class _Constant:
    """NaN, Infinity or -Infinity."""


_FAST = json.JSONDecoder(object_pairs_hook=_said_once, parse_constant=_no_constant)
_PRECISE = json.JSONDecoder(object_pairs_hook=_Object, parse_constant=lambda _name: _Constant())


def _first_problem(text: str) -> Faulty | None:
    """What is wrong with a document, all of it that is equally bad; None when it only looked so."""
    document = _parsed(text, _PRECISE)
    if ambiguous := list(_ambiguities(document)):
        return Malformed("correct what is named in errors and send it again", ambiguous)
    if too_much := list(_excesses(document)):
        return CannotBeKept("correct what is named in errors and send it again", too_much)
    return None


def _ambiguities(document: Any) -> Iterator[Fault]:
    for place, node in _walk(document):
        if isinstance(node, _Constant):
            yield _fault(place, "not_a_number", "NaN and Infinity are not JSON")
        elif isinstance(node, _Object):
            if len(node) > NAMES:
                yield _fault(place, "too_many_names", f"an object has at most {NAMES} names")
            for name, times in Counter(name for name, _ in node).items():
                if times > 1:
                    yield _fault((*place, name), "repeated", "this is said more than once")


def _excesses(document: Any) -> Iterator[Fault]:
    for place, node in _walk(document):
        match node:
            case str() if NOT_TEXT.search(node):
                yield _fault(place, "not_text", "the text holds NUL or half a surrogate pair")
            case _Object() if any(NOT_TEXT.search(name) for name, _ in node):
                yield _fault(place, "not_text", "a name in it holds NUL or half a surrogate pair")
            case int() if abs(node) > LARGEST:
                yield _fault(place, "out_of_range", "the number is out of range")
            case float() if math.isinf(node):
                yield _fault(place, "out_of_range", "the number is out of range")


def _walk(document: Any) -> Iterator[tuple[tuple[int | str, ...], Any]]:
    """Every part of a document with its place, in order. A loop, because depth is what may be wrong."""
    waiting: list[tuple[tuple[int | str, ...], Any]] = [(("body",), document)]
    while waiting:
        place, node = waiting.pop()
        yield place, node
        if isinstance(node, list):
            inner = node if isinstance(node, _Object) else list(enumerate(node))
            waiting += [((*place, step), each) for step, each in reversed(inner)]


def _fault(place: tuple[int | str, ...], code: str, message: str) -> Fault:
    return Fault(pointer=pointer(place), code=code, message=message)
