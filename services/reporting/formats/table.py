"""A table as it leaves: what its columns are, and its rows. Whether it becomes CSV or a sheet is not its business."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from shared.calendar import Month


class Symbol(StrEnum):
    """What stands in place of a figure (Government Statistical Service; DfE open data standards)."""

    SUPPRESSED = "c"
    LOW = "low"
    """It rounds to nought and is not nought."""
    UNRELIABLE = "u"
    NOT_AVAILABLE = "x"
    NOT_APPLICABLE = "z"


SYMBOLS_IN_WORDS = {
    Symbol.SUPPRESSED: "suppressed, so that nobody can be made out",
    Symbol.LOW: "more than nought, and rounds to it",
    Symbol.UNRELIABLE: "of too few to be relied on",
    Symbol.NOT_AVAILABLE: "not available",
    Symbol.NOT_APPLICABLE: "not applicable",
}

Value: TypeAlias = str | int | float | Symbol


class Kind(StrEnum):
    FILTER = "Filter"
    INDICATOR = "Indicator"


@dataclass(frozen=True)
class Column:
    name: str
    label: str
    kind: Kind = Kind.FILTER
    unit: str = ""
    """`%` for a percentage; empty for a count, and for a filter."""
    places: int | None = None
    """Decimal places of an indicator."""


@dataclass(frozen=True)
class Area:
    """The authority whose figures they are."""

    old_code: str
    """Three digits, as DfE numbers authorities."""
    name: str = ""
    gss_code: str = ""


@dataclass(frozen=True)
class Row:
    month: Month
    """The month, or the last of those taken together."""
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Table:
    name: str
    """Of the file and of the sheet: at most 31 characters."""
    title: str
    columns: Sequence[Column]
    """Beside those that say when and where, which every table has."""
    rows: Sequence[Row]
    notes: Sequence[str] = field(default=())
