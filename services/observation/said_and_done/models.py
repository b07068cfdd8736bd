"""The table of what was said and done, and the shapes in which it comes in and goes out."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field as Bounded
from sqlalchemy import Text
from sqlmodel import Field

from services.observation.database import Row
from shared.database import UTCDateTime
from shared.web.shapes import Code, Day, In, Narrative, Out


class Voiced(StrEnum):
    """Who was asked."""

    PARENTS = "parents"
    CHILDREN = "children"
    PRACTITIONERS = "practitioners"
    MANAGERS = "managers"
    PARTNERS = "partners"


class SaidAndDone(Row, table=True):
    """One thing that was said, and what came of it."""

    __tablename__ = "said_and_done"

    id: UUID = Field(primary_key=True)
    n: int
    on: date
    who: Voiced = Field(sa_type=Text)
    how_many: int
    said: str = Field(sa_type=Text)
    done: str | None = Field(default=None, sa_type=Text)
    done_on: date | None = None
    why_not: str | None = Field(default=None, sa_type=Text)
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class SaidAndDoneIn(In):
    """Name nobody: it is read by everybody who works here."""

    on: Day
    who: Code[Voiced]
    how_many: Annotated[int, Bounded(ge=1, le=10_000)]
    said: Narrative
    done: Narrative | None = None
    done_on: Day | None = None
    why_not: Narrative | None = None
    """Why nothing was done; whoever was asked is owed that, too."""


class SaidAndDoneOut(Out):
    id: UUID
    on: date
    who: Voiced
    how_many: int
    said: str
    done: str | None
    done_on: date | None
    why_not: str | None
    is_open: bool
    """Nobody has said yet what came of it."""
