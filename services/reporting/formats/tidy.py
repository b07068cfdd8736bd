"""Tidy CSV in the layout of DfE's open data: when, where, filters, then indicators, one observation a row; and its `.meta.csv`.

Source: Explore Education Statistics, open data standards. UTF-8 without a mark, rows ended as RFC 4180 has it.
"""

import csv
import io
from collections.abc import Iterable

from services.reporting.formats.table import Area, Kind, Symbol, Table, Value
from shared.calendar import Month, first_day
from shared.spreadsheets import inert

PLACED = (
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "new_la_code",
    "old_la_code",
    "la_name",
)
META = (
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
)


def placed(month: Month, area: Area) -> tuple[Value, ...]:
    """When and where: `2026`, `April`, and the authority under the codes it has."""
    return (
        month[:4],
        f"{first_day(month):%B}",
        "Local authority",
        "E92000001",
        "England",
        area.gss_code or Symbol.NOT_AVAILABLE,
        area.old_code,
        area.name or Symbol.NOT_AVAILABLE,
    )


def as_csv(table: Table, area: Area) -> str:
    """The table with its header, a row for each of its rows."""
    header = (*PLACED, *(column.name for column in table.columns))
    return _written([header, *((*placed(row.month, area), *row.values) for row in table.rows)])


def as_meta(table: Table) -> str:
    """What each filter and each indicator of the table is."""
    described = [
        (
            column.name,
            column.kind,
            column.label,
            "",
            column.unit if column.kind is Kind.INDICATOR else "",
            "" if column.places is None else column.places,
            "",
            "",
        )
        for column in table.columns
    ]
    return _written([META, *described])


def _written(rows: Iterable[Iterable[Value]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([inert(str(value)) if isinstance(value, str) else value for value in row] for row in rows)
    return text.getvalue()
