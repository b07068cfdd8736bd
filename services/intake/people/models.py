"""Tables of children, workers, teams, and the shapes in which they come in and go out."""

import re
from datetime import date
from typing import Annotated, TypeAlias
from uuid import UUID

from pydantic import AfterValidator, StringConstraints, ValidationInfo, field_validator
from pydantic import Field as Bounded
from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.intake.database import Row
from services.intake.people.numbers import as_postcode, is_nhs_number, is_upn
from shared.contracts.codes import Disability, Ethnicity, InductionStage, Sex, TeamRemit, WorkerRole
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
    upn: str | None = Field(default=None, index=True, sa_type=Text)
    former_upn: str | None = Field(default=None, sa_type=Text)
    upn_unknown: str | None = Field(default=None, sa_type=Text)
    nhs_number: str | None = Field(default=None, index=True, sa_type=Text)
    postcode: str | None = Field(default=None, sa_type=Text)
    """Of the home, as last stated."""
    family_id: UUID | None = Field(default=None, index=True)
    """Children of one family, as referrers named them together, have this in common."""
    name_key: str | None = Field(default=None, index=True, sa_type=Text)
    born_key: str | None = Field(default=None, index=True, sa_type=Text)
    """Under these, records of one child meet (`names.py`)."""
    merged_into: UUID | None = None
    """The child this record is of, if a person has said that it is another's."""
    stands_for: list[str] = Field(default_factory=list, sa_type=JSON)
    """The records that were merged into this one: what is said of them is said of this child."""


class Team(Row, table=True):
    __tablename__ = "team"

    code: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(sa_type=Text)


class Remit(Row, table=True):
    """From a day on, until the next row of the same team: which children it is for, and of which areas."""

    __tablename__ = "team_remit"

    team_code: str = Field(foreign_key="team.code", primary_key=True, sa_type=Text)
    in_force_from: date = Field(primary_key=True)
    remit: TeamRemit = Field(sa_type=Text)
    areas: list[str] = Field(default_factory=list, sa_type=JSON)
    """Codes, as addresses have them."""


class Worker(Row, table=True):
    __tablename__ = "worker"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    n: int = 0
    reference: str = Field(unique=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    role: WorkerRole = Field(sa_type=Text)
    registration: str | None = Field(default=None, sa_type=Text)
    """Number in the register of Social Work England."""
    line_manager: str | None = Field(default=None, sa_type=Text)
    """A staff reference: who manages whom may be stated before the manager is entered."""
    full_time_equivalent_percent: int = 100
    newly_qualified_from: date | None = None
    """First day of the assessed and supported year in employment."""


class WorkingTerms(Row, table=True):
    """From a day on, until the next row of the same worker, hours or stage are other than the post says."""

    __tablename__ = "working_terms"

    worker_id: UUID = Field(foreign_key="worker.id", primary_key=True)
    in_force_from: date = Field(primary_key=True)
    full_time_equivalent_percent: int
    stage: InductionStage | None = Field(default=None, sa_type=Text)
    """None: what the first day of the assessed and supported year makes of it."""


class Absence(Row, table=True):
    """A worker is away from a day until, but not on, another. Why is the employer's business, and not kept."""

    __tablename__ = "absence"

    worker_id: UUID = Field(foreign_key="worker.id", primary_key=True)
    away_from: date = Field(primary_key=True)
    back_on: date | None = None
    """None: nobody knows yet."""


class Membership(Row, table=True):
    """A worker belonged to a team from a day until, but not on, another."""

    __tablename__ = "team_membership"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    team_code: str = Field(foreign_key="team.code", index=True, sa_type=Text)
    member_from: date
    member_until: date | None = None


Percent: TypeAlias = Annotated[int, Bounded(ge=1, le=100)]


def _upn(stated: str) -> str:
    if not is_upn(stated):
        raise ValueError("the check letter does not fit the number, or it has not 13 characters")
    return stated


def _nhs_number(stated: str) -> str:
    digits = re.sub("[ -]", "", stated)
    if not is_nhs_number(digits):
        raise ValueError("the check digit does not fit the number, or it has not ten digits")
    return digits


UPN = Annotated[Line, AfterValidator(_upn)]
"""A unique pupil number, whose first letter checks it."""
NHSNumber = Annotated[Line, AfterValidator(_nhs_number)]
"""An NHS number, whose last digit checks it; spaces and hyphens between its digits are left out."""
Postcode = Annotated[Line, AfterValidator(as_postcode)]
"""A postcode of the United Kingdom, however it is spaced; kept in capitals with one space."""


class ReferredChild(In):
    """A child as a referrer names one. The authority's id says who it is; the rest is compared with whoever is known."""

    la_child_id: LAChildId
    forename: Line | None = None
    surname: Line | None = None
    born_on: Day | None = None
    expected_on: Day | None = None
    sex: Code[Sex] | None = None
    ethnicity: Code[Ethnicity] | None = None
    upn: UPN | None = None
    nhs_number: NHSNumber | None = None
    postcode: Postcode | None = None


class WorkerIn(In):
    """A worker and a post; whichever was stated first, the membership of one team ends the day the next begins."""

    name: Line
    role: Code[WorkerRole]
    team: Reference
    team_name: Line
    member_from: Day
    member_until: Day | None = None
    registration: Annotated[str, StringConstraints(pattern=r"^SW[0-9]{1,10}$")] | None = None
    """Number in the register of Social Work England, as SW12345."""
    line_manager: Reference | None = None
    """Staff reference of the line manager."""
    full_time_equivalent_percent: Percent = 100
    newly_qualified_from: Day | None = None

    @field_validator("member_until")
    @classmethod
    def _after_it_began(cls, until: date | None, info: ValidationInfo) -> date | None:
        began = info.data.get("member_from")
        if until is not None and began is not None and until <= began:
            raise ValueError("a post ends after the day it begins")
        return until


class TermsIn(In):
    """Hours and stage that begin on a day; those of the post stand before it."""

    full_time_equivalent_percent: Percent
    stage: Code[InductionStage] | None = None


class AbsenceIn(In):
    back_on: Day | None = None
    """First day back at work; left out while nobody knows."""


class TermsOut(Out):
    in_force_from: date
    full_time_equivalent_percent: int
    stage: InductionStage | None


class AbsenceOut(Out):
    away_from: date
    back_on: date | None


def _each_area_once(areas: list[str]) -> list[str]:
    if len(set(areas)) < len(areas):
        raise ValueError("an area is named twice")
    return sorted(areas)


class RemitIn(In):
    """Which children a team is for from a day on, and of which areas."""

    in_force_from: Day
    remit: Code[TeamRemit]
    areas: Annotated[list[Reference], Bounded(max_length=200), AfterValidator(_each_area_once)] = Bounded(
        default_factory=list
    )
    """Codes of wards or areas, as addresses have them."""


class RemitOut(Out):
    in_force_from: date
    remit: TeamRemit
    areas: list[str]
    in_practice_model: bool
    """Whether a team with this remit works by the practice model, on the later of that day and today."""


class MembershipOut(Out):
    team_code: str
    member_from: date
    member_until: date | None


class PostOut(Out):
    """A worker with what was stated of the post, whatever the day; each list in order of its days."""

    reference: str
    name: str
    role: WorkerRole
    registration: str | None
    line_manager: str | None
    full_time_equivalent_percent: int
    newly_qualified_from: date | None
    memberships: list[MembershipOut]
    terms: list[TermsOut]
    absences: list[AbsenceOut]


class WorkerOut(Out):
    id: UUID
    reference: str
    name: str
    role: WorkerRole
    team: str | None
    full_time_equivalent_percent: int
    children_held: int
    caseload_limit: int
    points_held: float
    points_limit: float


class TeamOut(Out):
    code: str
    name: str
