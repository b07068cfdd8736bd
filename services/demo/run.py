"""`dwc demo`: makes the borough once, tells one child's story, says where to look, and serves."""

import socket
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from services.demo.borough import STAGES, make_borough
from services.demo.story import quarter_of, tell
from services.host import Installation, serve_until_stopped
from shared import clock
from shared.calendar import add_months, month_of
from shared.settings import Misconfigured, Settings
from shared.web.roles import Principal, Role
from shared.web.tokens import sign_token, trial_key

SEED = 2017
MADE = "demo-made-on"
STORY = "demo-story.txt"


async def demo(settings: Settings, *, serve: bool, console: Console) -> None:
    """Make the borough if this data folder has none, tell the story, and serve until stopped."""
    if settings.production:
        raise Misconfigured("the demo makes up data: it does not run in production")
    house = Installation(settings)
    async with house.running():
        console.print("Doing What Counts · everything here is synthetic data", style="bold")
        made = settings.data_dir / MADE
        if made.exists():
            console.print(
                f"The made-up borough of {made.read_text()} is in {settings.data_dir}; delete the folder to make another."
            )
        else:
            await _make(house, console)
            made.write_text(clock.today().isoformat())
        await _story(house, settings.data_dir / STORY, console)
        if serve:
            await _serve(house, console)


async def _make(house: Installation, console: Console) -> None:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        tasks = {stage.title: progress.add_task(stage.title, total=stage.steps) for stage in STAGES}
        await make_borough(
            house, seed=SEED, today=clock.today(), step=lambda title, count: progress.advance(tasks[title], count)
        )
    console.print(", ".join(f"{stage.steps} {stage.title}" for stage in STAGES) + " made")


async def _story(house: Installation, kept: Path, console: Console) -> None:
    console.print("\nOne child's case:")
    if kept.exists():
        console.print(kept.read_text(), end="", highlight=False, markup=False)
        return
    lines: list[str] = []
    async for line in tell(house, clock.today()):
        lines.append(f" {len(lines) + 1}  {line}\n")
        console.print(lines[-1], end="", highlight=False, markup=False, soft_wrap=True)
    kept.write_text("".join(lines))


async def _serve(house: Installation, console: Console) -> None:
    settings = house.settings
    port = _free_port(settings.host, settings.port)
    at = f"http://{settings.host}:{port}"
    today = clock.today()
    token = sign_token(
        trial_key(settings.data_dir),
        Principal(id="analyst (demo)", role=Role.PERFORMANCE_ANALYST),
        issuer=settings.issuer,
        minutes=8 * 60,
    )
    months = f"from={month_of(add_months(today, -11))}&to={month_of(today)}"
    console.print(f"\nDoors           {at}/intake/docs   {at}/observation/docs   {at}/reporting/docs", highlight=False)
    console.print(
        "A token for a performance analyst, good for eight hours (`dwc token --help` for others):", highlight=False
    )
    console.print(f"export TOKEN={token}", highlight=False, soft_wrap=True)
    console.print("Try", highlight=False)
    for path in (f"lpir?{months}", f"lpir?{months}&format=csv", f"practice-reports/{quarter_of(today)}"):
        console.print(
            f'  curl -H "Authorization: Bearer $TOKEN" "{at}/reporting/v1/{path}"', highlight=False, soft_wrap=True
        )
    console.print("Serving on loopback; Ctrl-C stops.", highlight=False)
    await serve_until_stopped(house.mounted(), host=settings.host, port=port)


def _free_port(host: str, wanted: int) -> int:
    """The port asked for, or the next one that is free."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise Misconfigured(f"no port from {wanted} to {wanted + 49} is free: set DWC_PORT")
