"""Bad input, by number, with the answers it may get. Rows 1 to 80 broke a service built in the usual way; from 101 on they are our own.

A row says where it is tried: in each place of its kind of every body, as the body, as its form, or in an address.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TEXTS = frozenset({"text"})
NAMED = frozenset({"text", "pattern", "code"})
WRITTEN = NAMED | {"date", "date-time", "uuid"}
DAYS = frozenset({"date"})
INSTANTS = frozenset({"date-time"})
WHOLES = frozenset({"integer"})
FLAGS = frozenset({"boolean"})
LEAVES = WRITTEN | WHOLES | FLAGS
EVERYWHERE = LEAVES | {"array", "object", "map"}
KIB = 1024


@dataclass(frozen=True)
class Row:
    number: int
    what: str
    answers: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.number} {self.what}"


@dataclass(frozen=True)
class InPlace(Row):
    """`sent` is JSON as it is written, in each place of one of these kinds."""

    kinds: frozenset[str]
    sent: str


@dataclass(frozen=True)
class Member(Row):
    """`sent` is a member as it is written, in each object and, where `in_maps`, in each map."""

    sent: str
    in_maps: bool = False


@dataclass(frozen=True)
class Body(Row):
    """`sent` makes the bytes that are sent out of the body that is right."""

    sent: Callable[[Any], bytes]


@dataclass(frozen=True)
class Form(Row):
    """The body that is right, with these headers."""

    headers: dict[str, str]


@dataclass(frozen=True)
class InPath(Row):
    """In place of each parameter of each path."""

    sent: str


@dataclass(frozen=True)
class InQuery(Row):
    """For each parameter of one of these kinds, of each query; any of them when none is named."""

    sent: str
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Beside(Row):
    """A parameter that nobody asked for, in the query of each route."""

    sent: str


def written(body: Any) -> bytes:
    return json.dumps(body).encode()


def _without_first(body: dict[str, Any], raw: str) -> bytes:
    """A body that is wrong twice: a field is missing, and another holds what an answer that repeats it would choke on."""
    first, second, *_ = body
    rest = {name: value for name, value in body.items() if name != first} | {second: "@"}
    return json.dumps(rest).replace('"@"', raw, 1).encode()


def _twice(body: dict[str, Any]) -> bytes:
    name = next(iter(body))
    return b"{" + json.dumps({name: body[name]}).encode()[1:-1] + b"," + written(body)[1:]


def _deep(levels: int) -> Callable[[Any], bytes]:
    return lambda body: written(body)[:-1] + b', "more": ' + b"[" * levels + b"]" * levels + b"}"


IN_PLACES = [
    InPlace(1, "NUL in text", (422,), WRITTEN, r'"Wharf\u0000Robin"'),
    InPlace(2, "NUL in JSON", (422,), EVERYWHERE, r'{"x": "Wharf\u0000Robin"}'),
    InPlace(4, "half a surrogate pair in text", (422,), WRITTEN, r'"Wharf\ud800Robin"'),
    InPlace(5, "half a surrogate pair in JSON", (422,), EVERYWHERE, r'["Wharf\udfffRobin"]'),
    InPlace(8, "2^31", (422,), WHOLES, "2147483648"),
    InPlace(9, "2^63", (422,), EVERYWHERE, "9223372036854775808"),
    InPlace(10, "a number of 5,000 digits", (400,), LEAVES, "7" * 5000),
    InPlace(11, "1e400 for a whole number", (422,), WHOLES, "1e400"),
    InPlace(12, "NaN in JSON", (400,), EVERYWHERE, "NaN"),
    InPlace(13, "Infinity in JSON", (400,), EVERYWHERE, "-Infinity"),
    InPlace(14, "1e400 in JSON", (422,), EVERYWHERE, "1e400"),
    InPlace(15, "a number of 4,000 digits", (422,), LEAVES, "7" * 4000),
    InPlace(23, "an instant without a time zone", (422,), INSTANTS, '"2026-05-12T10:30:00"'),
    InPlace(24, "the first instant of all, east of here", (422,), INSTANTS, '"0001-01-01T00:00:00+14:00"'),
    InPlace(25, "the last instant of all, west of here", (422,), INSTANTS, '"9999-12-31T23:59:59-12:00"'),
    InPlace(26, "0 as an instant", (422,), INSTANTS, "0"),
    InPlace(27, "1e20 as an instant", (422,), INSTANTS, "1e20"),
    InPlace(28, "0 as a date", (422,), DAYS, "0"),
    InPlace(29, "a date in the year 1", (422,), DAYS, '"0001-01-01"'),
    InPlace(30, "a date in the year 9999", (422,), DAYS, '"9999-12-31"'),
    InPlace(31, "30 February", (422,), DAYS, '"2026-02-30"'),
    InPlace(32, "true as a whole number", (422,), WHOLES, "true"),
    InPlace(33, "text as a whole number", (422,), WHOLES, '"3"'),
    InPlace(35, "an empty name", (422,), WRITTEN, '""'),
    InPlace(36, "a name of 600 KiB", (422,), WRITTEN, '"' + "Robin " * 100 * KIB + '"'),
    InPlace(73, "NaN as text for a score", (422,), WHOLES, '"NaN"'),
    InPlace(74, "the largest number there is for a score", (422,), WHOLES, "1.7e308"),
    InPlace(75, "a duration of a billion days", (422,), DAYS | INSTANTS, '"P999999999D"'),
    InPlace(101, "a number as text", (422,), WRITTEN, "31415926"),
    InPlace(102, "a flag as text", (422,), WRITTEN, "true"),
    InPlace(103, "a list in place of one thing", (422,), LEAVES, '["Wharf-Robin"]'),
    InPlace(104, "an object in place of one thing", (422,), LEAVES, '{"Wharf-Robin": "x"}'),
    InPlace(105, "text in place of many", (422,), EVERYWHERE - LEAVES, '"Wharf-Robin"'),
    InPlace(106, "nothing but spaces", (422,), WRITTEN, '" \\u2003\\t "'),
    InPlace(107, "nothing that can be seen", (422,), WRITTEN, '"\\u200b\\ufeff\\u2060"'),
    InPlace(108, "control characters", (422,), WRITTEN, '"Wharf\\u0007\\u001bRobin"'),
    InPlace(109, "text in another encoding, read as if it were not", (422,), WRITTEN, '"Wharf\\u0085\\u0092Robin"'),
    InPlace(110, "what Unicode says is no character", (422,), WRITTEN, '"Wharf\\uffff\\ufdd0Robin"'),
    InPlace(111, "5.0 as a whole number", (422,), WHOLES, "5.0"),
    InPlace(112, "5e0 as a whole number", (422,), WHOLES, "5e0"),
    InPlace(113, "less than the least", (422,), WHOLES, "-2147483649"),
    InPlace(114, "0 and 1 as a flag", (422,), FLAGS, "1"),
    InPlace(115, "yes as a flag", (422,), FLAGS, '"yes"'),
    InPlace(116, "true as text for a flag", (422,), FLAGS, '"true"'),
    InPlace(117, "a date with a time", (422,), DAYS, '"2026-05-12T00:00:00Z"'),
    InPlace(118, "a date without hyphens", (422,), DAYS, '"20260512"'),
    InPlace(119, "a week of the year", (422,), DAYS, '"2026-W20-2"'),
    InPlace(120, "a date in digits of another script", (422,), DAYS, '"２０２６-05-12"'),
    InPlace(121, "a date as English people write it", (422,), DAYS, '"12/05/2026"'),
    InPlace(122, "seconds since 1970 as text", (422,), DAYS | INSTANTS, '"1778580000.5"'),
    InPlace(123, "a leap second", (422,), INSTANTS, '"2026-06-30T23:59:60Z"'),
    InPlace(124, "an hour that no clock shows", (422,), INSTANTS, '"2026-05-12T24:61:00Z"'),
    InPlace(125, "a time zone further away than there are", (422,), INSTANTS, '"2026-05-12T10:30:00+99:00"'),
    InPlace(126, "a day for an instant", (422,), INSTANTS, '"2026-05-12"'),
    InPlace(127, "an id in braces", (422,), frozenset({"uuid"}), '"{00000000-0000-7000-8000-000000000001}"'),
    InPlace(128, "an id as a URN", (422,), frozenset({"uuid"}), '"urn:uuid:00000000-0000-7000-8000-000000000001"'),
    InPlace(129, "an id without hyphens", (422,), frozenset({"uuid"}), '"00000000000070008000000000000001"'),
    InPlace(130, "a code nobody has", (422,), frozenset({"code"}), '"Wharf-Robin"'),
    InPlace(131, "a code in another case", (422,), frozenset({"code"}), '"ABUSE_OR_NEGLECT"'),
    InPlace(132, "a reference with a line break", (422,), frozenset({"pattern"}), '"R1\\n"'),
    InPlace(133, "a reference that leaves its folder", (422,), frozenset({"pattern"}), '"Wharf\\\\..\\\\Robin"'),
    InPlace(134, "a reference with SQL in it", (422,), frozenset({"pattern"}), '"R\'; DROP TABLE child; --"'),
    InPlace(135, "a list of 10,000", (422,), frozenset({"array"}), "[" + '"Wharf",' * 9999 + '"Robin"]'),
    InPlace(136, "a list of nothing", (422,), frozenset({"filled array"}), "[]"),
    InPlace(137, "2^53 and a bit, where readers differ", (422,), EVERYWHERE - WHOLES, "9007199254740993"),
]

MEMBERS = [
    Member(3, "NUL in a name", (422,), r'"Wharf\u0000Robin": 1', in_maps=True),
    Member(21, "a field that is not known", (422,), '"not_known": "Wharf Robin"', in_maps=True),
    Member(22, "an id of the sender's own", (422,), '"id": "00000000-0000-7000-8000-5eed5eed5eed"'),
    Member(138, "half a surrogate pair in a name", (422,), r'"Wharf\ud800Robin": 1', in_maps=True),
    Member(139, "a child's name as the name of a field", (422,), '"Wharf Robin, born 2019": true', in_maps=True),
    Member(140, "who it was, said by the sender", (422,), '"by": "Wharf Robin", "actor": "service_manager"'),
    Member(141, "Python's own name of a class", (422,), '"__class__": "Wharf", "model_config": {}'),
    Member(142, "300 fields", (400,), ", ".join(f'"field_{n}": {n}' for n in range(300)), in_maps=True),
]

BODIES = [
    Body(6, "half a surrogate pair beside a missing field", (422,), lambda b: _without_first(b, r'"Wharf\ud800"')),
    Body(7, "NaN beside a missing field", (400,), lambda b: _without_first(b, "NaN")),
    Body(16, "Infinity that would be repeated", (400,), lambda b: _without_first(b, "[Infinity]")),
    Body(17, "500 lists in one another", (400,), _deep(500)),
    Body(18, "256 lists in one another", (400,), _deep(256)),
    Body(19, "100,000 lists in one another", (400,), _deep(100_000)),
    Body(20, "a name said twice", (400,), _twice),
    Body(38, "a list", (422,), lambda _: b"[]"),
    Body(39, "null", (422,), lambda _: b"null"),
    Body(40, "nothing at all", (422,), lambda _: b""),
    Body(41, "JSON cut short", (400,), lambda b: written(b)[:-3]),
    Body(42, "not UTF-8", (400,), lambda b: written(b)[:2] + b"\xe2\x28" + written(b)[2:]),
    Body(43, "UTF-16", (400,), lambda b: written(b).decode().encode("utf-16")),
    Body(44, "a byte order mark", (400,), lambda b: b"\xef\xbb\xbf" + written(b)),
    Body(143, "UTF-16 without a mark", (400,), lambda b: written(b).decode().encode("utf-16-le")),
    Body(144, "two documents", (400,), lambda b: written(b) * 2),
    Body(145, "single quotes", (400,), lambda b: written(b).replace(b'"', b"'")),
    Body(146, "a comma too many", (400,), lambda b: written(b)[:-1] + b",}"),
    Body(147, "a comment", (400,), lambda b: b"/* Wharf-Robin */" + written(b)),
    Body(148, "a raw control character", (400,), lambda b: written(b).replace(b'"', b'"\x01', 1)),
    Body(149, "a form in place of JSON", (400,), lambda _: b"name=Wharf+Robin&role=service_manager"),
    Body(150, "17 lists in one another", (400,), _deep(16)),
    Body(151, "one text", (422,), lambda _: b'"Wharf Robin"'),
    Body(152, "one number", (422,), lambda _: b"3"),
    Body(153, "the object in a list", (422,), lambda b: b"[" + written(b) + b"]"),
    Body(154, "XML", (400,), lambda _: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    Body(155, "the name said twice further in", (400,), lambda b: written(b)[:-1] + b', "x": [{"y": 1, "y": 2}]}'),
    Body(156, "leading zeros", (400,), lambda b: written(b)[:-1] + b', "x": 007}'),
]

FORMS = [
    Form(45, "no media type", (415,), {"Content-Type": ""}),
    Form(46, "text", (415,), {"Content-Type": "text/plain"}),
    Form(47, "a form", (415,), {"Content-Type": "application/x-www-form-urlencoded"}),
    Form(48, "compressed", (415,), {"Content-Encoding": "gzip"}),
    Form(49, "a charset there is not", (415,), {"Content-Type": "application/json; charset=bogus"}),
    Form(50, "parts without a boundary", (415,), {"Content-Type": "multipart/form-data"}),
    Form(157, "another charset", (415,), {"Content-Type": "application/json; charset=utf-16"}),
    Form(158, "JSON by another name", (415,), {"Content-Type": "application/vnd.wharf-robin+json"}),
    Form(159, "a media type that is none", (415,), {"Content-Type": "wharf-robin"}),
    Form(160, "several encodings", (415,), {"Content-Encoding": "identity, br"}),
    Form(161, "lines of JSON where one document belongs", (415,), {"Content-Type": "application/x-ndjson"}),
]
"""Row 37, 50 MB, and the like are sent as they would be: see the test."""
