"""The log of baselines, and the shapes in which charts and funnels go out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy import Text
from sqlmodel import Field

from services.reporting.database import Row
from services.reporting.evidence.claims import Claim
from shared.calendar import Month
from shared.database import UTCDateTime
from shared.web.shapes import In, Line, Out, Reference


class Baseline(Row, table=True):
    """Somebody's decision that an indicator's chart begins afresh from a month, or that it does not after all."""

    __tablename__ = "baseline"

    id: UUID = Field(primary_key=True)
    indicator: str = Field(index=True, sa_type=Text)
    team: str = Field(sa_type=Text)
    """Empty for the whole service."""
    begins_on: str = Field(sa_type=Text)
    stands: bool
    reason: str = Field(sa_type=Text)
    decided_by: str = Field(sa_type=Text)
    decided_at: datetime = Field(sa_type=UTCDateTime)


class BaselineIn(In):
    indicator: Reference
    team: Reference | None = None
    """None for the whole service."""
    begins_on: Annotated[str, StringConstraints(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$")]
    """The first month of the new baseline."""
    stands: bool = True
    """False takes an earlier decision back."""
    reason: Line
    """What was changed in how things are done or counted. A chart that begins afresh because it looks bad hides why."""


class BaselineOut(Out):
    id: UUID
    indicator: str
    team: str
    begins_on: Month
    stands: bool
    reason: str
    decided_by: str
    decided_at: datetime


class ChartedMonth(Out):
    month: Month
    numerator: int
    denominator: int | None
    value: float | None
    centre: float | None
    low: float | None
    high: float | None
    signals: list[str]
    """The rules this month breaks."""


class ControlChartOut(Out):
    indicator: str
    title: str
    team: str | None
    kind: str
    """`XmR`, `p` or `u`."""
    measured: str
    rules: list[str]
    months: list[ChartedMonth]
    """Months that are over."""
    baselines: list[BaselineOut]
    """Where the chart begins afresh, by whose decision and why."""
    no_limits_because: str | None
    headline: Claim


class FunnelTeam(Out):
    team: str
    team_name: str
    numerator: int
    denominator: int
    low_95: float | None
    high_95: float | None
    low_998: float | None
    high_998: float | None
    look: bool
    """Outside the 99.8% limits: a reason to look, and no judgement."""


class TeamFunnelOut(Out):
    """Shares from 0 to 1. Teams are in order of their code, for a funnel ranks nobody."""

    indicator: str
    title: str
    first: Month
    last: Month
    target: float | None
    """The share of the whole service."""
    teams: list[FunnelTeam]
    notes: list[str]
