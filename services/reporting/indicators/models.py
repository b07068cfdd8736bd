"""The table of cells, and the shapes in which definitions and figures go out."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from services.reporting.database import Row
from services.reporting.indicators.indicator import Kind, Polarity, Unit
from shared.calendar import Month
from shared.database import UTCDateTime
from shared.web.shapes import Out


class Cell(Row, table=True):
    """One indicator in one month for one team and band: what all histories together contribute."""

    __tablename__ = "cell"
    __table_args__ = (Index("ix_cell_authority_month", "authority", "month"),)

    authority: str = Field(primary_key=True, sa_type=Text)
    indicator: str = Field(primary_key=True, sa_type=Text)
    month: str = Field(primary_key=True, sa_type=Text)
    team: str = Field(primary_key=True, sa_type=Text)
    band: str = Field(primary_key=True, sa_type=Text)
    numerator: int = Field(sa_type=BigInteger)
    denominator: int = Field(sa_type=BigInteger)


class CellsVersion(Row, table=True):
    """How often the cells have changed: the one row that tells whether a figure may have."""

    __tablename__ = "cells_version"

    id: int = Field(default=1, primary_key=True)
    n: int = Field(sa_type=BigInteger)
    changed_at: datetime = Field(sa_type=UTCDateTime)
    """Tells the versions after a restored backup from those before it."""


class IndicatorOut(Out):
    """What an indicator means."""

    id: str
    title: str
    sentence: str
    kind: Kind
    unit: Unit
    numerator: str
    denominator: str | None
    exclusions: str
    attribution: str
    polarity: Polarity
    bands: str
    source: str
    version: int


class Figure(Out):
    """One indicator in one period. `percent` is there when the figure is a share of something that occurred."""

    indicator: str
    band: str | None = None
    numerator: int
    denominator: int | None = None
    percent: float | None = None
    note: str | None = None
    """What to know before the figure is quoted: why there is no percentage, or what a year to date adds up."""


class MonthOut(Out):
    month: Month
    is_over: bool
    """False for the month we are in and those to come: its figures will still grow."""
    figures: list[Figure]


class LpirOut(Out):
    """Local performance indicators, month by month, and the financial year to date."""

    authority: str
    team: str | None
    first: Month
    last: Month
    months: list[MonthOut]
    year_to_date_from: Month
    year_to_date: list[Figure]
    """From April to `last`: what happened added up, numerators and denominators apart; stocks as at the last day.

    Empty when it was not asked for.
    """
    notes: list[str]
