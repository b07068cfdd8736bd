"""Tables of children, workers, teams, and the shapes in which they come in and go out."""

from datetime import date
from uuid import UUID

from pydantic import Field as Bounded
from pydantic import ValidationInfo, field_validator
from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.intake.database import Row
from shared.contracts.codes import Disability, Ethnicity, Sex, WorkerRole
from shared.database import CODE
from shared.ids import new_id
from shared.web.shapes import Code, Day, In, LAChildId, Line, Out, Reference


class Child(Row, table=True):
    __tablename__ = "child"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    n: int = 0
    """Version of everything said of this child; raised once in each transaction that changes any of it."""
    la_child_id: str = Field(unique=True, sa_type=CODE)
    forename: str | None = Field(default=None, sa_type=Text)
    surname: str | None = Field(default=None, sa_type=Text)
    born_on: date | None = None
    expected_on: date | None = None
    died_on: date | None = None
    sex: Sex | None = Field(default=None, sa_type=Text)
    ethnicity: Ethnicity | None = Field(default=None, sa_type=Text)
    disabilities: list[Disability] = Field(default_factory=list, sa_type=JSON)
    upn: str | None = Field(default=None, sa_type=Text)
    former_upn: str | None = Field(default=None, sa_type=Text)
    upn_unknown: str | None = Field(default=None, sa_type=Text)


class Team(Row, table=True):
    __tablename__ = "team"

    code: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(sa_type=Text)


class Worker(Row, table=True):
    __tablename__ = "worker"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    n: int = 0
    reference: str = Field(unique=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    role: WorkerRole = Field(sa_type=Text)
    full_time_equivalent_percent: int = 100
    newly_qualified_from: date | None = None
    """First day of the assessed and supported year in employment."""


class Membership(Row, table=True):
    """A worker belonged to a team from a day until, but not on, another."""

    __tablename__ = "team_membership"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    team_code: str = Field(foreign_key="team.code", index=True, sa_type=Text)
    member_from: date
    member_until: date | None = None


class ReferredChild(In):
    """A child as a referrer names one. Matching is by the authority's id."""

    la_child_id: LAChildId
    forename: Line | None = None
    surname: Line | None = None
    born_on: Day | None = None
    expected_on: Day | None = None
    sex: Code[Sex] | None = None
    ethnicity: Code[Ethnicity] | None = None


class WorkerIn(In):
    """A worker and a post; whichever was stated first, the membership of one team ends the day the next begins."""

    name: Line
    role: Code[WorkerRole]
    team: Reference
    team_name: Line
    member_from: Day
    member_until: Day | None = None
    full_time_equivalent_percent: int = Bounded(100, ge=1, le=100)
    newly_qualified_from: Day | None = None

    @field_validator("member_until")
    @classmethod
    def _after_it_began(cls, until: date | None, info: ValidationInfo) -> date | None:
        began = info.data.get("member_from")
        if until is not None and began is not None and until <= began:
            raise ValueError("a post ends after the day it begins")
        return until


class WorkerOut(Out):
    id: UUID
    reference: str
    name: str
    role: WorkerRole
    team: str | None
    full_time_equivalent_percent: int
    children_held: int
    caseload_limit: int


class TeamOut(Out):
    code: str
    name: str
