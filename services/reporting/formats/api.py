"""In which form a door is asked for figures, and the answer in that form."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from services.reporting.formats import workbook
from services.reporting.formats.table import Area, Table
from services.reporting.formats.tidy import as_csv, as_meta
from services.reporting.formats.workbook import as_workbook
from shared import clock
from shared.settings import Settings

CSV = "text/csv; charset=utf-8"


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    META = "meta"
    """What the columns of the CSV are (`.meta.csv`)."""
    XLSX = "xlsx"


IN_FORMS: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}, workbook.MEDIA_TYPE: {}}}}
"""What a door answers beside JSON, for its description."""


async def _wanted(request: Request, format: Format | None = None) -> Format:
    if format is not None:
        return format
    accepted = request.headers.get("accept", "")
    if workbook.MEDIA_TYPE in accepted:
        return Format.XLSX
    return Format.CSV if "text/csv" in accepted else Format.JSON


FormatAsked = Annotated[Format, Depends(_wanted)]
"""`?format=`, or else what `Accept` names; JSON of neither."""


def area_of(settings: Settings) -> Area:
    return Area(settings.authority, settings.authority_name, settings.authority_gss)


async def as_file(format: Format, table: Table, about: Mapping[str, str], area: Area) -> Response:
    """The table as CSV, as its `.meta.csv`, or as a workbook, to be kept under the table's name."""
    if format is Format.XLSX:
        now = clock.now()
        content: str | bytes = await asyncio.to_thread(lambda: _workbook(table, about, area, now))
        return download(content, workbook.MEDIA_TYPE, f"{table.name}.xlsx")
    if format is Format.META:
        return download(as_meta(table), CSV, f"{table.name}.meta.csv")
    return download(await asyncio.to_thread(as_csv, table, area), CSV, f"{table.name}.csv")


def _workbook(table: Table, about: Mapping[str, str], area: Area, now: datetime) -> bytes:
    return as_workbook(table.title, about, [table], area, made_at=now)


def download(content: str | bytes, media_type: str, name: str) -> Response:
    """An answer that is kept as a file of this name."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
