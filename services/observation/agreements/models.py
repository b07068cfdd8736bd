"""Tables of wordings and answers, and the shapes in which they come in and go out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field as Bounded
from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.observation.agreements.answers import (
    Answer,
    Answered,
    Capacity,
    LawfulBasis,
    Person,
    Purpose,
)
from services.observation.database import Row
from shared.database import UTCDateTime
from shared.web.shapes import Code, Day, In, Narrative, Out, Reference


class Wording(Row, table=True):
    """The words in which somebody is asked. They never change under their id: other words are another wording."""

    __tablename__ = "wording"

    reference: str = Field(primary_key=True, sa_type=Text)
    purposes: list[Purpose] = Field(sa_type=JSON)
    text: str = Field(sa_type=Text)
    stated_at: datetime = Field(sa_type=UTCDateTime)
    stated_by: str = Field(sa_type=Text)


class Agreement(Row, table=True):
    """One answer of one person for one purpose. The latest stands."""

    __tablename__ = "agreement"

    id: UUID = Field(primary_key=True)
    """In the order in which they were recorded."""
    participation_id: UUID = Field(foreign_key="participation.id", index=True)
    person: Person = Field(sa_type=Text)
    purpose: Purpose = Field(sa_type=Text)
    basis: LawfulBasis = Field(sa_type=Text)
    wording: str = Field(foreign_key="wording.reference", sa_type=Text)
    answer: Answer = Field(sa_type=Text)
    on: date
    capacity: Capacity | None = Field(default=None, sa_type=Text)
    advocate: bool = False
    interpreter: bool = False
    past_forgotten: bool = False
    recorded_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def answered(self) -> Answered:
        capacity = Capacity(self.capacity) if self.capacity else None
        return Answered(Person(self.person), Purpose(self.purpose), Answer(self.answer), capacity)


Purposes = Annotated[list[Code[Purpose]], Bounded(min_length=1, max_length=len(Purpose))]


class WordingIn(In):
    reference: Reference
    """An id of the authority's own making: `parent-t1/3`."""
    purposes: Purposes
    text: Narrative


class WordingOut(Out):
    reference: str
    purposes: list[Purpose]
    text: str
    stated_at: datetime
    stated_by: str


class AnswerIn(In):
    """What a person answered, to one or several things asked at once in the same words."""

    person: Code[Person]
    purposes: Purposes
    answer: Code[Answer]
    wording: Reference
    on: Day
    capacity: Code[Capacity] | None = None
    """Of a child: assents beside a parent, or answers alone."""
    advocate: bool = False
    """An advocate was there for the person."""
    interpreter: bool = False
    past_forgotten: bool = False
    """Of a withdrawal: what was collected before is to be forgotten as well."""


class AgreementOut(Out):
    id: UUID
    person: Person
    purpose: Purpose
    basis: LawfulBasis
    wording: str
    answer: Answer
    stands: bool
    """Whether it is the person's latest answer for this purpose."""
    on: date
    capacity: Capacity | None
    advocate: bool
    interpreter: bool
    past_forgotten: bool
    recorded_at: datetime
