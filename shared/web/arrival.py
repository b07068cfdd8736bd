"""What the head of a request alone gives reason to refuse: before anybody is asked, and before a body is read."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote

from starlette.datastructures import Headers
from starlette.types import Scope

from shared.problems import Problem
from shared.web.door import Door
from shared.web.faults import Fault, Faulty, pointer
from shared.web.limits import ADDRESS_BYTES, HEADER_BYTES, KIB

SAID_ONCE = ("authorization", "content-type", "content-length", "content-encoding", "idempotency-key", "x-request-id")
"""Headers of which two readers may each take another one, when there are two."""

UTF_8 = re.compile(r'charset="?utf-?8"?', re.IGNORECASE)
NOT_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
"""Control characters, and what bytes that are not UTF-8 are turned into."""


class AddressTooLong(Problem):
    status = 414
    title = "The address is too long"


class TooManyHeaders(Problem):
    status = 431
    title = "The headers are too long"


class AmbiguousHeaders(Faulty):
    status = 400
    title = "The headers can be read in two ways"


class AddressNotUnderstood(Faulty):
    status = 422
    title = "The address holds what is not understood"


class FormNotTaken(Problem):
    status = 415
    title = "The body is in a form that is not taken here"


class EncodingNotTaken(Problem):
    status = 415
    title = "The body is compressed or otherwise encoded"
    headers = {"Accept-Encoding": "identity"}  # noqa: RUF012 -- as everywhere, read only


class BodyTooLarge(Problem):
    status = 413
    title = "The body is too large"


def check_head(scope: Scope) -> None:
    """Refuse an address or headers that are too long, ambiguous, or not text."""
    if len(_raw_path(scope)) + len(scope["query_string"]) > ADDRESS_BYTES:
        raise AddressTooLong(f"path and query have at most {ADDRESS_BYTES // KIB} KiB together")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
        raise TooManyHeaders(f"headers have at most {HEADER_BYTES // KIB} KiB together")
    if faults := [*_ambiguities(scope)]:
        raise AmbiguousHeaders("send each of the headers named in errors once", faults)
    if NOT_TEXT.search(unquote(_raw_path(scope).decode("ascii", "surrogateescape"), errors="surrogateescape")):
        fault = Fault(pointer=pointer(("path",)), code="not_text", message="the path is not text in UTF-8")
        raise AddressNotUnderstood("correct the address and send it again", [fault])


def _raw_path(scope: Scope) -> bytes:
    raw: bytes | None = scope.get("raw_path")
    return scope["path"].encode() if raw is None else raw


def _ambiguities(scope: Scope) -> Iterator[Fault]:
    times = Counter(name for name, _ in scope["headers"])
    for name in SAID_ONCE:
        if times[name.encode()] > 1:
            yield Fault(pointer=pointer(("header", name)), code="repeated", message="this is said more than once")
    if times[b"content-length"] and times[b"transfer-encoding"]:
        place = pointer(("header", "transfer-encoding"))
        yield Fault(pointer=place, code="ambiguous", message="the length of the body is said in two ways")


def check_query(door: Door, query: bytes) -> None:
    """Refuse what a door does not know, what is said twice, and what is not text."""
    if faults := [*_query_faults(door, query)]:
        raise AddressNotUnderstood("correct what is named in errors and send it again", faults)


def _query_faults(door: Door, query: bytes) -> Iterator[Fault]:
    said = parse_qsl(query.decode("ascii", "surrogateescape"), keep_blank_values=True, errors="surrogateescape")
    times = Counter(name for name, _ in said)
    for name, value in said:
        if name not in door.asks:
            yield Fault(pointer=pointer(("query", name)), code="extra_forbidden", message="this is not known here")
        elif times[name] > 1:
            yield Fault(pointer=pointer(("query", name)), code="repeated", message="this is said more than once")
        elif NOT_TEXT.search(value):
            yield Fault(pointer=pointer(("query", name)), code="not_text", message="this is not text in UTF-8")


def check_form(door: Door, headers: Headers) -> str:
    """The media type of a body. Raises when a door does not take it, or takes no more than is announced."""
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise EncodingNotTaken("send it as it is")
    media_type, *parameters = [part.strip() for part in headers.get("content-type", "").split(";")]
    charsets = [part for part in parameters if part.lower().startswith("charset")]
    if media_type.lower() not in door.takes or not all(map(UTF_8.fullmatch, charsets)):
        raise FormNotTaken(f"send {' or '.join(sorted(door.takes))} in UTF-8, and say so in Content-Type")
    announced = headers.get("content-length", "0")
    if len(announced) > 18 or int(announced) > door.most:
        raise too_large(door)
    return media_type.lower()


def too_large(door: Door) -> BodyTooLarge:
    return BodyTooLarge(f"a body has at most {door.most // KIB} KiB here: send less at a time")
