"""What may come in. Nothing is guessed at: an unknown field is refused, `true` is no number, "5" is none, 0 is no date.

JSON writes codes, ids, days and instants as text; fields that hold them say so with the types here. Text is refused where
the two databases would differ in silence: PostgreSQL cannot store NUL, SQLite can. What a validator says is shown to
whoever sent the value, so it never holds it.
"""

import re
import unicodedata
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Strict, StringConstraints

YEARS = range(1900, 2201)

ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
INSTANT = re.compile(rf"{DAY.pattern}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]{{1,9}})?(Z|[+-][0-9]{{2}}:[0-9]{{2}})")
WHOLE = re.compile(r"-?[0-9]{1,18}")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
NOT_CHARACTERS = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
LINE_BREAK = re.compile("[\t\n\r\u2028\u2029]")
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class In(BaseModel):
    """The base of every body."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class Out(BaseModel):
    """The base of every answer; it can be read straight off a row."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


def _id(stated: object) -> UUID:
    if isinstance(stated, UUID):
        return stated
    if isinstance(stated, str) and ID.fullmatch(stated):
        return UUID(stated)
    raise ValueError("an id is 32 hexadecimal digits in five groups joined by hyphens")


def _day(stated: object) -> date:
    if type(stated) is date:
        return stated
    if isinstance(stated, str) and (found := DAY.fullmatch(stated)):
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            raise ValueError("the calendar has no such day") from None
    raise ValueError("a date is text: YYYY-MM-DD")


def _instant(stated: object) -> datetime:
    if isinstance(stated, datetime):
        return stated
    if isinstance(stated, str) and INSTANT.fullmatch(stated):
        try:
            return datetime.fromisoformat(stated)
        except ValueError:
            raise ValueError("the calendar or the clock has no such moment") from None
    raise ValueError("an instant is text with a time zone: YYYY-MM-DDThh:mm:ssZ, or +01:00 in place of Z")


def _in_utc(moment: datetime) -> datetime:
    """The same instant told in another time zone is the same instant."""
    _plausible(moment)
    return moment.astimezone(UTC)


AnyDay = TypeVar("AnyDay", date, datetime)


def _plausible(day: AnyDay) -> AnyDay:
    if day.year not in YEARS:
        raise ValueError(f"the year is not plausible: {YEARS[0]} to {YEARS[-1]}")
    return day


def _storable(text: str) -> str:
    if CONTROL.search(text):
        raise ValueError("the text has control characters; was it written in another encoding?")
    if NOT_CHARACTERS.search(text):
        raise ValueError("the text is not valid Unicode")
    if not any(unicodedata.category(letter)[0] in "LNPS" and letter not in BLANK_LETTERS for letter in text):
        raise ValueError("there is nothing to be seen in the text")
    return text


def _in_one_line(text: str) -> str:
    if LINE_BREAK.search(text):
        raise ValueError("the text is one line, without tabs")
    return text


def _whole(stated: object) -> object:
    if isinstance(stated, str) and not WHOLE.fullmatch(stated):
        raise ValueError("a whole number is written in digits")
    return stated


def _flag(stated: object) -> object:
    if isinstance(stated, str) and stated not in {"true", "false"}:
        raise ValueError("say true or false")
    return stated


CodeSet = TypeVar("CodeSet", bound=StrEnum)
Code = Annotated[CodeSet, Strict(False)]
"""One code of a code set: `Code[Sex]`."""

Id = Annotated[UUID, BeforeValidator(_id)]
"""An id of ours, as it is always written: no braces, no `urn:`."""

Day = Annotated[date, BeforeValidator(_day), AfterValidator(_plausible)]
"""A civil date in London between 1900 and 2200."""

Instant = Annotated[AwareDatetime, BeforeValidator(_instant), AfterValidator(_in_utc)]
"""A moment between 1900 and 2200, stated with its time zone and kept in UTC."""

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_storable),
    AfterValidator(_in_one_line),
]
"""A name, a code, a reference: 1 to 200 characters."""

Narrative = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000), AfterValidator(_storable)
]
"""What somebody wrote. It stays in the service it was written in."""

Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=20, max_length=2000), AfterValidator(_storable)
]
"""Why somebody does what is not done every day, in words enough for whoever asks about it later."""

Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:/-]{1,100}$")]
"""A source system's own reference, a staff reference, the code of a team."""

LAChildId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,20}$")]
"""The authority's id of a child: up to 20 letters and digits (census rules 1570 and 1580)."""

IN_DIGITS = BeforeValidator(_whole)
"""For a whole number in an address, where everything is text: digits, and neither 5.0 nor 1_000. It stands behind the number's
bounds, `Annotated[int, Interval(ge=1, le=200), IN_DIGITS]`, or the description of the door would not show them.
"""

FlagAsked = Annotated[bool, BeforeValidator(_flag)]
"""`true` or `false` in an address; not 1, not yes."""
