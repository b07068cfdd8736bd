"""The tables of published figures and populations, and the shapes in which they go out beside ours."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field

from services.reporting.comparators.measures import Per
from services.reporting.database import Row
from shared.database import UTCDateTime
from shared.web.shapes import Out


class Published(Row):
    """What stands behind a figure that was taken in."""

    area: str = Field(primary_key=True, sa_type=Text)
    """As the publication names it: `Islington`, `Inner London`, `England`."""
    vintage: str = Field(primary_key=True, sa_type=Text)
    """When it was published, as a month or a day; a revision is another vintage, and the latest is shown."""
    source: str = Field(sa_type=Text)
    is_ours: bool
    """The area is the authority itself."""
    loaded_at: datetime = Field(sa_type=UTCDateTime)


class PublishedFigure(Published, table=True):
    __tablename__ = "published_figure"

    measure: str = Field(primary_key=True, sa_type=Text)
    year: int = Field(primary_key=True)
    """The financial year by the year in which it ends."""
    value: float | None
    """None where the publisher shows a symbol."""
    symbol: str | None = Field(sa_type=Text)
    """`c` suppressed, `x` not available, `z` not applicable, `u` low reliability, as published."""


class Population(Published, table=True):
    __tablename__ = "population"

    age_band: str = Field(primary_key=True, sa_type=Text)
    as_on: date = Field(primary_key=True)
    persons: int


class PublishedFigureOut(Out):
    area: str
    measure: str
    year: int
    value: float | None
    symbol: str | None
    source: str
    vintage: str


class PopulationOut(Out):
    area: str
    age_band: str
    as_on: date
    persons: int
    source: str
    vintage: str


class Between(Out):
    low: float
    high: float


class OursOut(Out):
    """Our figure of the year, as counted here: exact interval for a rate, Wilson's for a share."""

    numerator: int | None
    """Blank where no source states what is counted."""
    denominator: int | None
    """Of a share; the population is named once for all rates."""
    value: float | None
    interval_95: Between | None
    not_given_because: str | None


class ComparisonOut(Out):
    measure: str
    indicator: str
    title: str
    per: Per
    ours: OursOut
    published: list[PublishedFigureOut]
    """Of each area the latest year up to the one asked for. Drawn beside ours; nothing is tested against it."""


class ComparisonsOut(Out):
    year: int
    is_over: bool
    population: PopulationOut | None
    """What every rate here is of."""
    comparisons: list[ComparisonOut]
    notes: list[str]
