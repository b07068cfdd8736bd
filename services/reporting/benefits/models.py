"""Versions of plans and the log of decisions, and the shapes in which a tracker goes out."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.reporting.benefits.plan import PlanIn
from services.reporting.database import Row
from services.reporting.evidence.claims import Claim
from shared.calendar import Month
from shared.database import UTCDateTime
from shared.web.shapes import Day, In, Line, Narrative, Out


class ProgrammePlan(Row, table=True):
    """One version of a programme's plan. What stood before it is kept."""

    __tablename__ = "programme_plan"

    programme: str = Field(primary_key=True, sa_type=Text)
    n: int = Field(primary_key=True)
    stated: dict[str, Any] = Field(sa_type=JSON)
    stated_by: str = Field(sa_type=Text)
    stated_at: datetime = Field(sa_type=UTCDateTime)


class ProgrammeDecision(Row, table=True):
    """Something that was decided about a programme, and why. Nothing is taken out of the log."""

    __tablename__ = "programme_decision"

    id: UUID = Field(primary_key=True)
    programme: str = Field(index=True, sa_type=Text)
    decided_on: date
    what: str = Field(sa_type=Text)
    why: str = Field(sa_type=Text)
    recorded_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class DecisionIn(In):
    decided_on: Day
    what: Line
    why: Narrative
    """Of the programme, and nothing of a child or a family."""


class DecisionOut(Out):
    id: UUID
    decided_on: date
    what: str
    why: str
    recorded_by: str
    recorded_at: datetime


class MoneyOut(Out):
    """Whole pounds, under the lowest, central and highest assumptions stated."""

    low: int
    central: int
    high: int


class AvoidedOut(Out):
    month: Month
    children: float
    to_date: MoneyOut


class PhaseOut(Out):
    name: str
    planned_last: Month
    last: Month
    months_late: int


class SpendOut(Out):
    planned: int
    actual: int
    """Of the years in which something was spent."""
    not_yet_stated: int
    """Planned in years of which what was spent is not stated."""


class TrackerOut(Out):
    """A programme: its plan as stated, what came of it, and what to know before it is quoted."""

    programme: str
    version: int
    stated_by: str
    stated_at: datetime
    plan: PlanIn
    actual_to: Month | None
    """The last month of which the number of children is known."""
    planned_avoidance: list[AvoidedOut]
    actual_avoidance: list[AvoidedOut]
    shortfall: MoneyOut | None
    """Planned less actual avoidance at the last month known, by the central assumptions in each place."""
    months_behind: int | None
    """By how much the number of children trails the plan; null where the plan never goes so low."""
    phases: list[PhaseOut]
    spend: SpendOut
    headline: Claim
    findings: list[str]
    """What does not add up in what was stated."""
    notes: list[str]


class ProgrammeOut(Out):
    programme: str
    version: int
    title: str
