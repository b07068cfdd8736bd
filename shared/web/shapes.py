"""What may come in. Unknown fields are refused; text has no NUL, which PostgreSQL cannot store and SQLite can."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints


class In(BaseModel):
    """The base of every body."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Out(BaseModel):
    """The base of every answer; it can be read straight off a row."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


def _storable(text: str) -> str:
    if any(ord(character) < 32 and character not in "\n\t\r" for character in text):
        raise ValueError("the text has control characters")
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise ValueError("the text is not valid Unicode")
    return text


def _plausible(day: date) -> date:
    if not 1900 <= day.year <= 2200:
        raise ValueError("the year is not plausible")
    return day


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_storable)]
"""A name, a code, a reference: 1 to 200 characters."""

Narrative = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000), AfterValidator(_storable)
]
"""What somebody wrote. It stays in the service it was written in."""

Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:/-]{1,100}$")]
"""A source system's own reference."""

LAChildId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,20}$")]
"""The authority's id of a child: up to 20 letters and digits (census rules 1570 and 1580)."""

Day = Annotated[date, AfterValidator(_plausible)]
"""A civil date in London between 1900 and 2200."""
