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


class BrokenDownCell(Row, table=True):
    """One indicator in one month for one category of a breakdown, of all teams together."""

    __tablename__ = "broken_down_cell"

    authority: str = Field(primary_key=True, sa_type=Text)
    indicator: str = Field(primary_key=True, sa_type=Text)
    breakdown: str = Field(primary_key=True, sa_type=Text)
    month: str = Field(primary_key=True, sa_type=Text)
    category: str = Field(primary_key=True, sa_type=Text)
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
    definitions: str = Field(sa_type=Text)
    """By which definitions they were last counted as a whole: others, and they are counted again."""


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
    breakdowns: list[str]
    """By what its figures can be broken down, one at a time."""
    benchmark: str | None
    """The DfE's published measure that says the same, as table and column."""
    source: str
    version: int
    since: int
    """The financial year, by the year in which it ends, from which this version holds until another does."""
    not_yet_stated: list[str]
    """The facts it is counted from that no source has stated yet: until one does, its figures are blanks."""


class BreakdownOut(Out):
    id: str
    title: str
    sentence: str
    is_stated: bool
    """False where no source states by what it would be broken down."""


class Values(Out):
    """How some values lie: their number, the least, the quartiles and the greatest."""

    n: int
    lowest: float
    lower_quartile: float
    median: float
    upper_quartile: float
    highest: float


class Figure(Out):
    """One indicator in one period. `percent` is there when the figure is a share of something that occurred."""

    indicator: str
    band: str | None = None
    numerator: int | None
    """Of values, how many there are. Blank where the period has not begun, or no source states what is counted."""
    denominator: int | None = None
    percent: float | None = None
    values: Values | None = None
    note: str | None = None
    """What to know before the figure is quoted: why there is no percentage, or what a year to date adds up."""


class MonthOut(Out):
    month: Month
    is_over: bool
    """False for the month we are in and those to come: its figures will still grow."""
    figures: list[Figure]


class ProvenanceOut(Out):
    """Where figures come from."""

    counted_at: datetime | None
    """When what they are counted from last changed anything."""
    version: int
    """Of all figures together: the same version, the same figures."""
    definitions: str
    """Of all definitions together."""


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
    provenance: ProvenanceOut
    notes: list[str]


class CategoryOut(Out):
    category: str
    figures: list[Figure]
    """One for each period, in the order of `periods`; with several bands, band after band."""


class BrokenDownOut(Out):
    """One indicator by one breakdown: each case stands under one category, of all teams together."""

    authority: str
    indicator: str
    breakdown: str
    periods: list[str]
    """The months, and last the financial year to date."""
    categories: list[CategoryOut]
    provenance: ProvenanceOut
    notes: list[str]
