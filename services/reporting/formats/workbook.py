"""A workbook as the Analysis Function asks for it: a cover, notes, then one table a sheet, each under its title.

Symbols stand in brackets (`[c]`), as they do in spreadsheets of official statistics. The same tables made at the same
instant are the same bytes.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from services.reporting.formats.table import SYMBOLS_IN_WORDS, Area, Symbol, Table, Value
from services.reporting.formats.tidy import PLACED, placed
from shared.spreadsheets import inert

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLE_BEGINS = 4
"""Rows above a table: its title, what the sheet holds, where the symbols are explained, and an empty one."""


def as_workbook(
    title: str, about: Mapping[str, str], tables: Sequence[Table], area: Area, *, made_at: datetime
) -> bytes:
    """One `.xlsx` of all tables. `about` are the lines of the cover."""
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": inert(title), "created": made_at.astimezone(UTC).replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "font_size": 14})
        _cover(book, bold, title, about, tables)
        _notes(book, bold, tables)
        for table in tables:
            _sheet(book, bold, table, area)
    return file.getvalue()


def _cover(book: Any, bold: Any, title: str, about: Mapping[str, str], tables: Sequence[Table]) -> None:
    lines = [*about.items(), *((table.name, table.title) for table in tables)]
    sheet = book.add_worksheet("cover")
    sheet.set_column(0, 1, 40)
    sheet.write_string(0, 0, inert(title), bold)
    for place, (what, said) in enumerate(lines, start=2):
        sheet.write_string(place, 0, inert(what))
        sheet.write_string(place, 1, inert(said))


def _notes(book: Any, bold: Any, tables: Sequence[Table]) -> None:
    symbols = [f"[{symbol}] {words}" for symbol, words in SYMBOLS_IN_WORDS.items()]
    notes = dict.fromkeys(note for table in tables for note in table.notes)
    sheet = book.add_worksheet("notes")
    sheet.set_column(0, 0, 120)
    sheet.write_string(0, 0, "Notes", bold)
    for place, line in enumerate([*symbols, *notes], start=2):
        sheet.write_string(place, 0, inert(line))


def _sheet(book: Any, bold: Any, table: Table, area: Area) -> None:
    sheet = book.add_worksheet(table.name)
    header = [*PLACED, *(column.name for column in table.columns)]
    sheet.write_string(0, 0, inert(table.title), bold)
    sheet.write_string(1, 0, f"One table of {len(table.rows)} rows.")
    sheet.write_string(2, 0, "Symbols are explained under notes.")
    sheet.freeze_panes(TABLE_BEGINS + 1, 0)
    sheet.set_column(0, len(header) - 1, 18)
    rows = [[_cell(value) for value in (*placed(row.month, area), *row.values)] for row in table.rows]
    last = TABLE_BEGINS + max(1, len(rows))  # a table of a spreadsheet has one row at least
    columns = [{"header": name} for name in header]
    of_table = {"data": rows, "columns": columns, "name": table.name.replace("-", "_"), "style": "Table Style Light 1"}
    sheet.add_table(TABLE_BEGINS, 0, last, len(header) - 1, of_table)


def _cell(value: Value) -> str | int | float:
    if isinstance(value, Symbol):
        return f"[{value}]"
    return inert(value) if isinstance(value, str) else value
