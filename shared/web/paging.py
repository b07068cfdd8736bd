"""Long answers in pages. A page says where it ended; the next one begins after it, so new rows shift nothing."""

from typing import Annotated, Generic, TypeVar
from uuid import UUID

from annotated_types import Interval
from pydantic import BaseModel

from shared.web.shapes import IN_DIGITS, Id

Item = TypeVar("Item")
Limit = Annotated[int, Interval(ge=1, le=200), IN_DIGITS]
"""How many items a page holds at most."""


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next: UUID | None = None
    """Send this as `after` for the next page; absent on the last."""


class PageAsked(BaseModel):
    """Which page: at most `limit` items (1 to 200) whose id comes after `after`."""

    model_config = {"extra": "forbid"}
    after: UUID | None = None
    limit: int = 50


def page_asked(after: Id | None = None, limit: Limit = 50) -> PageAsked:
    return PageAsked(after=after, limit=limit)
