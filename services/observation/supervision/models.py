"""Tables of supervision, and the shapes in which it comes in and goes out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Bounded
from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.observation.database import Row
from services.observation.practice.models import Mark, NoteOut, Notes
from services.observation.supervision.quality import Kind, SupervisionSkill
from shared.database import UTCDateTime
from shared.web.shapes import Code, Day, In, Out, Reference


class Supervision(Row, table=True):
    """One session. What was talked about stands in the record of each case, and not here."""

    __tablename__ = "supervision"

    id: UUID = Field(primary_key=True)
    n: int
    supervisor_id: UUID = Field(index=True)
    team: str = Field(index=True, sa_type=Text)
    """The supervisor's on the day."""
    kind: Kind = Field(sa_type=Text)
    held_on: date
    minutes: int
    cases: int
    """How many cases were talked about."""
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class Supervised(Row, table=True):
    """A worker was there."""

    __tablename__ = "supervised"

    supervision_id: UUID = Field(primary_key=True, foreign_key="supervision.id")
    worker_id: UUID = Field(primary_key=True, index=True)


class SupervisionQuality(Row, table=True):
    """How a session was observed to be."""

    __tablename__ = "supervision_quality"

    supervision_id: UUID = Field(primary_key=True, foreign_key="supervision.id")
    n: int
    observer_id: UUID
    rubric: str = Field(sa_type=Text)
    scores: dict[SupervisionSkill, int | None] = Field(sa_type=JSON)
    evidence: dict[SupervisionSkill, list[dict[str, str | None]]] = Field(sa_type=JSON)
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class SupervisionIn(In):
    """A session you held. Who supervised is known from the token."""

    kind: Code[Kind]
    workers: Annotated[list[Reference], Bounded(min_length=1, max_length=20)]
    held_on: Day
    minutes: Annotated[int, Bounded(ge=1, le=600)]
    cases: Annotated[int, Bounded(ge=0, le=100)] = 0


def all_five(scores: dict[SupervisionSkill, int | None]) -> dict[SupervisionSkill, int | None]:
    """A skill that was left out may have been forgotten."""
    if len(scores) < len(SupervisionSkill):
        raise ValueError("name all five skills, with null for a skill that was not observed")
    return scores


class QualityIn(In):
    scores: Annotated[dict[Code[SupervisionSkill], Mark | None], AfterValidator(all_five)]
    evidence: dict[Code[SupervisionSkill], Notes] = Bounded(default_factory=dict)


class QualityOut(Out):
    observer: str
    rubric: str
    scores: dict[SupervisionSkill, int | None]
    composites: dict[str, float | None]
    evidence: dict[SupervisionSkill, list[NoteOut]]


class NextObservedOut(Out):
    """The first time the worker's practice was observed after the session, of what you may see."""

    observation_id: UUID
    observed_on: date


class SupervisedOut(Out):
    worker: str
    next_observed: NextObservedOut | None


class SupervisionOut(Out):
    id: UUID
    supervisor: str
    team: str
    kind: Kind
    held_on: date
    minutes: int
    cases: int
    workers: list[SupervisedOut]
    quality: QualityOut | None
    """For the supervisor, whoever observed, coaches and the principal social worker."""


class SupervisionSkillOut(Out):
    skill: SupervisionSkill
    rated: str
    anchors: dict[int, str]


class SupervisionRubricOut(Out):
    version: str
    guidance: str
    skills: list[SupervisionSkillOut]
