"""`dwc demo`: makes the borough once, shows it in figures, tells one child's story, says where to look, and serves."""

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from services.demo.borough import Borough, Step, draw_borough, make
from services.demo.cast import ANALYST, Cast
from services.demo.figures import in_figures, quarter_of
from services.demo.mark import SYNTHETIC, Mark, clear_the_ground, note, whole_demo_in
from services.demo.story import tell
from services.host import NAMES, Installation, serve_until_stopped
from services.operating.terminal import LINE
from shared import clock
from shared.calendar import add_months, month_of
from shared.settings import Misconfigured, ServiceSettings, Settings, TransportKind
from shared.telemetry import start_logging
from shared.web.serving import address, hold_port

SEED = 2017
HOURS = 8
TOKENS = (
    ("the manager of team T1, who decides and allocates", "dwc token --role team_manager --worker W100"),
    ("that team's coach, who observes and feeds back", "dwc token --role coach --worker W101"),
    ("one of its social workers, who sees the own cases and practice", "dwc token --role social_worker --worker W104"),
)
PORTS = 49
"""How many are tried after the one asked for."""


async def demo(settings: Settings, *, serve: bool, console: Console, scale: float = 1.0) -> None:
    """Make the borough if this data folder has none, show it, and serve until stopped."""
    check_fit(settings)
    start_logging(level=logging.WARNING)  # a line a request would drown what is told
    if not console.is_terminal:
        console.width = LINE
    house = Installation(settings)
    console.print("Doing What Counts", style="bold", end="  ")
    console.print(SYNTHETIC, style="yellow")
    async with house.running(first=lambda: clear_the_ground(settings.data_dir, clock.today())):
        mark = whole_demo_in(settings.data_dir)
        if mark is None:
            mark = await _make(house, console, scale=scale)
        else:
            console.print(
                f"Kept  the borough of {_day(mark.made_on)}, in {settings.data_dir}; delete the folder to make another"
            )
        await _show_figures(house, mark, console)
        await _tell_story(house, mark, console)
        if serve:
            await _serve(house, console)


def check_fit(settings: Settings) -> None:
    """Raise `Misconfigured` where made-up data have no business."""
    if settings.production:
        raise Misconfigured("the demo makes up data: it does not run in production")
    if settings.transport is not TransportKind.EMBEDDED:
        raise Misconfigured("the demo is one process: unset DWC_TRANSPORT")
    if settings.jwks:
        raise Misconfigured("the demo signs its own tokens: unset DWC_JWKS")
    elsewhere = [name for name in NAMES if ServiceSettings.of(name).database_url]
    if elsewhere:
        named = ", ".join(f"DWC_{name.upper()}_DATABASE_URL" for name in elsewhere)
        raise Misconfigured(f"the demo keeps to SQLite files of its own: unset {named}")


async def _make(house: Installation, console: Console, *, scale: float) -> Mark:
    began = time.monotonic()
    console.print("Making one, as big as the borough that was evaluated: once, in about a minute.")
    borough = await asyncio.to_thread(draw_borough, seed=SEED, today=clock.today(), scale=scale)
    with _bars(borough, console) as step:
        await make(house, borough, step)
    mark = Mark(borough.span.today, is_whole=True)
    note(house.settings.data_dir, mark)
    stages = ", ".join(f"{count:,} {stage}" for stage, count in borough.stages.items())
    console.print(f"Made  {stages}, in {time.monotonic() - began:.0f} seconds")
    return mark


@contextmanager
def _bars(borough: Borough, console: Console) -> Iterator[Step]:
    """A progress bar a stage, where somebody watches."""
    columns = (
        TextColumn("  {task.description:<20}"),
        BarColumn(complete_style="cyan", finished_style="green"),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks = {stage: progress.add_task(stage, total=count, start=False) for stage, count in borough.stages.items()}

        def step(stage: str, count: int) -> None:
            progress.start_task(tasks[stage])
            progress.advance(tasks[stage], count)

        yield step


async def _show_figures(house: Installation, mark: Mark, console: Console) -> None:
    year, figures = await in_figures(house, mark.made_on)
    console.print("\nThe borough in figures", style="bold", end="  ")
    console.print(f"{year}, as its own doors answer")
    for name, figure in figures:
        _columns(console, ("", 1), (name, 34), (figure, None))


async def _tell_story(house: Installation, mark: Mark, console: Console) -> None:
    """Tell the story as it happens the first time, and as it happened ever after."""
    told = f", as told on {_day(mark.told_on)}" if mark.told_on else ""
    console.print(f"\nOne child's case{told}: each line is the answer of a door to a request", style="bold")
    for number, (label, line) in enumerate(mark.story, start=1):
        _story_line(console, number, label, line)
    if mark.story:
        return
    today = clock.today()
    lines: list[tuple[str, str]] = []
    async for label, line in tell(house, today):
        lines.append((label, line))
        _story_line(console, len(lines), label, line)
    note(house.settings.data_dir, replace(mark, story=tuple(lines), told_on=today))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _story_line(console: Console, number: int, label: str, line: str) -> None:
    _columns(console, (f"{number:>2}", 2), (label, 10), (line, None))


def _columns(console: Console, *cells: tuple[str, int | None]) -> None:
    """Cells beside one another, the last wrapped under itself; one line to each where nobody watches."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for _, width in cells:
        grid.add_column(width=width)
    grid.add_row(*(Text(cell) for cell, _ in cells))
    console.print(grid)


async def _serve(house: Installation, console: Console) -> None:
    settings, today = house.settings, clock.today()
    with hold_port(settings.host, settings.port, others=PORTS) as held:
        held.listen()  # what is printed may be tried at once
        at = address(held)
        if settings.port not in {0, held.getsockname()[1]}:
            console.print(f"\nPort {settings.port} is in use: serving on {held.getsockname()[1]}", style="yellow")
        console.print("\nWhere to look", style="bold", end="  ")
        console.print("  ".join(f"{at}/{name}/docs" for name in NAMES), soft_wrap=True)
        console.print(f"A token  of a performance analyst, good for {HOURS} hours (`dwc token --help` for others)")
        console.print(f"export TOKEN={Cast(house).token(ANALYST, minutes=HOURS * 60)}", soft_wrap=True)
        console.print("Try", style="bold")
        for what, path in _worth_trying(today):
            console.print(f"  # {what}", style="dim")
            console.print(f'  curl -sS -H "Authorization: Bearer $TOKEN" "{at}/{path}"', soft_wrap=True)
        for who, command in TOKENS:
            console.print(f"  # a token of {who}", style="dim")
            console.print(f"  {command}", soft_wrap=True)
        console.print("Serving on loopback; Ctrl-C stops.")
        await serve_until_stopped(house.mounted(), held)


def _worth_trying(today: date) -> list[tuple[str, str]]:
    """Addresses that an analyst may ask, with what they answer."""
    months = f"from={month_of(add_months(today, -11))}&to={month_of(today)}"
    quarter = quarter_of(add_months(today, -3))
    return [
        ("local performance indicators, month by month, one figure a row", f"reporting/v1/lpir?{months}&format=csv"),
        ("the last quarter's Practice Report", f"reporting/v1/practice-reports/{quarter}"),
        ("what each indicator means", "reporting/v1/indicators"),
        ("how many children each worker of one team holds", "intake/v1/workers?team=T1"),
    ]
