"""Reads a file of published figures: CSV with a header, one figure a row. A row that cannot be read is reported."""

import csv
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from services.reporting.comparators.measures import POPULATION_MEASURE, POPULATION_TABLE
from shared.problems import Unprocessable

NEEDED = ("table", "measure", "area", "year_ending_31_march", "value")
SYMBOLS = frozenset("cxzuk:")
WORD = re.compile(r"[\w+\- .&',()]{1,100}")
YEAR = re.compile(r"(19|20|21)\d\d")
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")


class NotAPublishedFile(Unprocessable):
    title = "This is not a file of published figures"


@dataclass(frozen=True)
class Stated:
    """One row: a figure, or in place of one what is wrong with it."""

    line: int
    area: str = ""
    measure: str = ""
    year: int = 0
    value: float | None = None
    symbol: str | None = None
    wrong: str = ""

    @property
    def is_population(self) -> bool:
        return self.measure == f"{POPULATION_TABLE}.{POPULATION_MEASURE}"


def read_published(file: TextIO) -> list[Stated]:
    """Every row of the file. Raises `NotAPublishedFile` when it cannot be read as one, before anything came of it."""
    rows = csv.DictReader(file)
    try:
        missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
        if missing:
            raise NotAPublishedFile(f"its first line names the columns; missing: {', '.join(missing)}")
        return [_stated(rows.line_num, {name: (row.get(name) or "").strip() for name in NEEDED}) for row in rows]
    except UnicodeDecodeError:
        raise NotAPublishedFile("its text is not UTF-8: save it as `CSV UTF-8`") from None
    except csv.Error:
        raise NotAPublishedFile(f"it is not CSV from line {rows.line_num + 1} on") from None


def _stated(line: int, row: dict[str, str]) -> Stated:
    if wrong := list(_faults(row)):
        return Stated(line, wrong=f"missing or not understood: {', '.join(wrong)}")
    measure, value = f"{row['table']}.{row['measure']}", row["value"]
    shown = None if value in SYMBOLS else float(value)
    return Stated(line, row["area"], measure, int(row["year_ending_31_march"]), shown, value if shown is None else None)


def _faults(row: dict[str, str]) -> Iterator[str]:
    yield from (name for name in ("table", "measure", "area") if not WORD.fullmatch(row[name]))
    if not YEAR.fullmatch(row["year_ending_31_march"]):
        yield "year_ending_31_march"
    value = row["value"]
    is_number = bool(NUMBER.fullmatch(value)) and math.isfinite(float(value))
    is_population = (row["table"], row["measure"]) == (POPULATION_TABLE, POPULATION_MEASURE)
    if (is_population and not (value.isascii() and value.isdigit() and 0 < int(value) < 10**9)) or (
        not is_number and value not in SYMBOLS
    ):
        yield "value"
