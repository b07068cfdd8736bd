"""Long answers in pages. A page says where it ended; the next one begins after it, so new rows shift nothing."""

from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from shared.web.shapes import Id, WholeAsked

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next: UUID | None = None
    """Send this as `after` for the next page; absent on the last."""


class PageAsked(BaseModel):
    """Which page: at most `limit` items (1 to 200) whose id comes after `after`."""

    model_config = {"extra": "forbid"}
    after: UUID | None = None
    limit: int = 50


def page_asked(after: Id | None = None, limit: Annotated[WholeAsked, Query(ge=1, le=200)] = 50) -> PageAsked:
    return PageAsked(after=after, limit=limit)
