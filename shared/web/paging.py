"""Long answers in pages. A page says where it ended; the next one begins after it, so new rows shift nothing.

Where to go on is said twice: as `next` in the body, and as a `Link` that can be followed as it stands. It is a place in an
order, and no permission: every page starts from what whoever asks may see.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import parse_qsl, quote, urlencode
from uuid import UUID

from annotated_types import Interval
from fastapi import Query, Request, Response
from pydantic import BaseModel, BeforeValidator
from sqlalchemy import Row, tuple_

from shared.database import Session
from shared.problems import Unprocessable
from shared.web.shapes import IN_DIGITS

Item = TypeVar("Item")
R = TypeVar("R")
Limit = Annotated[int, Interval(ge=1, le=200), IN_DIGITS]
"""How many items a page holds at most."""
Place = tuple[Any, ...]
"""Where a page ended: the last item's values of what the list is ordered by."""

LARGEST = 2**63 - 1


class NoSuchPlace(Unprocessable):
    title = "This is no place where a page of this list has ended"
    at = "#/query/after"


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next: Annotated[
        str | None, BeforeValidator(lambda ended: _written((ended,)) if isinstance(ended, UUID) else ended)
    ] = None
    """Send this as `after` for the next page, or follow the `Link`; absent on the last."""


class PageAsked:
    """Which page: at most `limit` items that come after a place."""

    def __init__(self, request: Request, response: Response, after: str | None, limit: int) -> None:
        self._request, self._response, self._after = request, response, after
        self.limit = limit

    async def read(self, session: Session, wanted: Any, *order: Any) -> tuple[Sequence[Any], str | None]:
        """The rows of this page and where to go on; None on the last. In order of these columns of what is listed, of
        which no two have all the same.
        """
        if place := self.place(*(column.type.python_type for column in order)):
            wanted = wanted.where(tuple_(*order) > place)
        found = (await session.exec(wanted.order_by(*order).limit(self.limit + 1))).all()
        return self.cut(found, lambda row: _values(row, order))

    @property
    def after(self) -> UUID | None:
        """The place asked for, in a list that is in order of id."""
        id: UUID | None
        (id,) = self.place(UUID) or (None,)
        return id

    def place(self, *kinds: type[Any]) -> Place | None:
        """The place asked for, as values of these kinds; None for the first page. Raises `NoSuchPlace`."""
        return None if self._after is None else _place(self._after, kinds)

    def cut(self, found: Sequence[R], place: Callable[[R], Place]) -> tuple[Sequence[R], str | None]:
        """At most `limit` of what was found, which is one more if there are more; and where to go on."""
        if len(found) <= self.limit:
            return found, None
        on_page = found[: self.limit]
        following = _written(place(on_page[-1]))
        self._response.headers["Link"] = f'<{self._address(following)}>; rel="next"'
        return on_page, following

    def _address(self, after: str) -> str:
        """This list's own address as it was called, wherever the service is mounted, with another place in it."""
        asked = [each for each in parse_qsl(self._request.url.query) if each[0] != "after"]
        return f"{quote(self._request.url.path)}?{urlencode([*asked, ('after', after)])}"


async def page_asked(
    request: Request,
    response: Response,
    after: Annotated[
        str | None,
        Query(max_length=200, pattern=r"^[A-Za-z0-9_-]+$", description="`next` of the page before"),
    ] = None,
    limit: Limit = 50,
) -> PageAsked:
    return PageAsked(request, response, after, limit)


def _values(row: Any, order: Sequence[Any]) -> Place:
    ordered = row[0] if isinstance(row, Row) else row
    return tuple(getattr(ordered, column.key) for column in order)


def _written(place: Place) -> str:
    values = [str(value) for value in place]
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def _place(written: str, kinds: Sequence[type[Any]]) -> Place:
    try:
        values = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
        place = tuple(READ[kind](value) for kind, value in zip(kinds, values, strict=True))
    except (binascii.Error, ValueError, TypeError, AttributeError):
        place = ()
    if not place or _written(place) != written:
        raise NoSuchPlace("send `next` of the page before exactly as it was given, to the same list")
    return place


def _number(value: str) -> int:
    if not 0 <= int(value) <= LARGEST:
        raise ValueError("no row has this number")
    return int(value)


def _instant(value: str) -> datetime:
    if datetime.fromisoformat(value).tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return datetime.fromisoformat(value)


def _text(value: str) -> str:
    if not value.isprintable():
        raise ValueError("no database holds this")
    return value


READ: dict[type[Any], Callable[[str], Any]] = {
    UUID: UUID,
    date: date.fromisoformat,
    datetime: _instant,
    int: _number,
    str: _text,
}
