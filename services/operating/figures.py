"""The commands about figures: print them, and count them again."""

import asyncio
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Column, Table

from services.operating.commands import say_if_synthetic
from services.operating.terminal import console
from shared.settings import Settings

if TYPE_CHECKING:
    from services.reporting.indicators.models import Figure, LpirOut

MOST_SHOWN = 1000
"""Lines that a terminal is given."""


def _month(text: str) -> str:
    if not re.fullmatch(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise typer.BadParameter("a month is written as 2025-04")
    return text


def lpir(
    first: Annotated[str, typer.Option("--from", help="first month, as 2025-04", callback=_month)],
    last: Annotated[str, typer.Option("--to", help="last month", callback=_month)],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="counts alone, by month and whole financial year, under short names")
    ] = False,
) -> None:
    """Print the local performance indicators, month by month, and the financial year to date. The services may run."""
    from services.host import beside
    from services.reporting.indicators.flat import lpir_figures
    from services.reporting.indicators.queries import lpir as figures_of

    if first > last:
        raise typer.BadParameter("--from is on or before --to")
    settings = Settings()
    say_if_synthetic(settings)

    async def work() -> None:
        async with beside("reporting", settings) as database, database.reading() as session:
            if as_json:
                counts = await lpir_figures(session, authority=settings.authority, first=first, last=last)
                print(json.dumps(counts, indent=1))
            else:
                _tell(await figures_of(session, authority=settings.authority, first=first, last=last))

    asyncio.run(work())


def _tell(found: "LpirOut") -> None:
    """A row an indicator under the names of the API and its CSV, a column a period, and what to know before one is quoted."""
    to_date = "year to date"
    periods = {each.month: each.figures for each in found.months} | {to_date: found.year_to_date}
    table = Table(Column("indicator", no_wrap=True), *periods)
    shown = {name: {(each.indicator, each.band): each for each in figures} for name, figures in periods.items()}
    for row in dict.fromkeys(key for figures in shown.values() for key in figures):
        cells = [shown[name].get(row) for name in periods]
        table.add_row(" ".join(filter(None, row)), *(_shown(figure) if figure else "" for figure in cells))
    console.print(table)
    notes = [f"{each.month} is not over" for each in found.months if not each.is_over]
    for note in (f"{to_date}: {found.year_to_date_from} to {found.last}", *notes, *found.notes):
        console.print(note, markup=False, soft_wrap=True)


def _shown(figure: "Figure") -> str:
    if figure.numerator is None:
        return ""
    if figure.values is not None:
        return f"median {figure.values.median:g} ({figure.numerator})"
    if figure.denominator is None:
        return str(figure.numerator)
    share = "-" if figure.percent is None else f"{figure.percent:.1f}%"
    return f"{share} ({figure.numerator} of {figure.denominator})"


def recount(
    *, check: Annotated[bool, typer.Option(help="only compare; exit status 1 when a cell differs")] = False
) -> None:
    """Count every figure again from the histories, and put right what differs. With DuckDB a second engine counts, too."""
    from services.host import at_hand, beside
    from services.reporting.indicators import operations
    from services.reporting.recounting.counting import Contradiction
    from services.reporting.recounting.engine import NoSecondEngine
    from services.reporting.recounting.queries import second_count

    async def counted_by_another() -> list[Contradiction]:
        async with beside("reporting", Settings()) as database, database.reading() as session:
            return await second_count(session)

    async def compared() -> list[operations.Difference]:
        async with beside("reporting", Settings()) as database, database.reading() as session:
            return await operations.differences(session)

    async def put_right() -> list[operations.Difference]:
        async with at_hand("reporting", Settings()) as found, found.database.transaction() as session:
            return await operations.recount(session)

    differing = asyncio.run(compared() if check else put_right())
    for each in differing:
        console.print(str(each), markup=False)
    console.print(f"{len(differing)} cells {'differ' if check else 'put right'}")
    contradicted: list[Contradiction] = []
    try:
        contradicted = asyncio.run(counted_by_another()) if check else []
    except NoSecondEngine as missing:
        console.print(f"No second engine counted: {missing.detail}", markup=False, soft_wrap=True)
    else:
        if check:
            for contradiction in contradicted[:MOST_SHOWN]:
                console.print(str(contradiction), markup=False)
            console.print(f"{len(contradicted)} figures differ from what DuckDB counts")
    if check and (differing or contradicted):
        raise typer.Exit(1)


def ask(
    question: Annotated[str, typer.Argument(help="one SELECT over child, referral, episode and the others")],
    parquet: Annotated[Path | None, typer.Option(help="write the answer to this file in place of the screen")] = None,
) -> None:
    """Ask the histories something nobody thought of beforehand, in SQL. Nothing is changed. Needs DuckDB."""
    from services.host import beside
    from services.reporting.recounting.queries import asked

    settings = Settings()
    say_if_synthetic(settings)

    async def work() -> tuple[list[str], list[tuple[Any, ...]]]:
        async with beside("reporting", settings) as database, database.reading() as session:
            return await asked(session, question, parquet=parquet)

    columns, rows = asyncio.run(work())
    if parquet is not None:
        console.print(f"written to {parquet}", markup=False)
        return
    table = Table(*columns)
    for row in rows[:MOST_SHOWN]:
        table.add_row(*("" if value is None else str(value) for value in row))
    console.print(table)
    if len(rows) > MOST_SHOWN:
        console.print(f"{MOST_SHOWN} of {len(rows)} rows; `--parquet` writes them all")
