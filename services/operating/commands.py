"""The commands themselves: what they print, and with which status they end."""

import asyncio
import json
from dataclasses import asdict
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from services.operating.terminal import aside, console
from shared.settings import Misconfigured, Settings, TransportKind

configured = typer.Typer(no_args_is_help=True, help="The settings in force.")

AFTER_RESTORE = (
    "before serving, so that what was said since the backup does not outvote it:",
    "  1. dwc republish intake --after-restore",
    "  2. dwc republish observation --after-restore",
    "reporting says nothing of its own. Then `dwc doctor`, and serve",
)

AsJson = Annotated[bool, typer.Option("--json", help="as JSON, for a machine")]


def _version(asked: bool) -> None:
    if asked:
        print(f"dwc {version_of('doing-what-counts')}")
        raise typer.Exit


def about(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="say which version this is")
    ] = False,
) -> None:
    """What is said of `dwc` itself."""


def say_if_synthetic(settings: Settings) -> None:
    """Say so where the data folder holds a made-up borough."""
    from services.demo.mark import SYNTHETIC, holds_demo

    if settings.transport is TransportKind.EMBEDDED and holds_demo(settings.data_dir):
        aside.print(SYNTHETIC, style="yellow")


@configured.command("show")
def show_configuration(*, as_json: AsJson = False) -> None:
    """Every setting, its value and where it comes from; secrets are masked."""
    from services.operating.configuration import configuration

    found = list(configuration())
    if as_json:
        print(json.dumps([asdict(each) for each in found], indent=1))
        return
    table = Table(*(Column(name, overflow="fold") for name in ("setting", "value", "from")))
    for each in found:
        table.add_row(each.variable, each.value, each.origin)
    console.print(table)


def doctor(*, as_json: AsJson = False) -> None:
    """Look at settings, keys, databases, broker and clocks, and say what to do; exit status 1 when something fails."""
    from services.operating.doctor import examine
    from services.operating.findings import Finding, State

    async def work() -> list[Finding]:
        found = []
        async for finding in examine(Settings()):
            found.append(finding)
            if not as_json:
                cure = f": {finding.cure}" if finding.cure else ""
                style = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}[finding.state]
                console.print(
                    f"[{style}]{finding.state:<5}[/]{finding.about:<24}",
                    escape(f"{finding.says}{cure}"),
                    soft_wrap=True,
                )
        return found

    found = asyncio.run(work())
    if as_json:
        print(json.dumps([asdict(each) for each in found], indent=1))
    if any(each.state is State.FAIL for each in found):
        raise typer.Exit(1)


def backup(into: Annotated[Path, typer.Argument(help="folder to keep backups in", file_okay=False)]) -> None:
    """Back up an installation on SQLite, while it may be running."""
    from services.operating.backup import back_up

    print(back_up(Settings(), into))


def restore(
    folder: Annotated[Path, typer.Argument(help="what `dwc backup` wrote", exists=True, file_okay=False)],
) -> None:
    """Put a backup in place of the data folder's content, once it has been checked. The services must be stopped."""
    from services.operating.backup import restore as put_back

    moved = put_back(Settings(), folder)
    console.print("restored", *([f"; what was there is in {moved}"] if moved else []), sep="", markup=False)
    for line in AFTER_RESTORE:
        console.print(line, markup=False, soft_wrap=True)


def dispose(*, dry_run: Annotated[bool, typer.Option(help="say what is due, dispose of nothing")] = False) -> None:
    """Dispose of case records whose time is up and that nothing holds."""
    from services.host import at_hand, beside
    from services.intake.retention import operations, queries
    from shared import clock

    settings = Settings()
    if settings.keep_cases_years is None:
        raise Misconfigured(
            "DWC_KEEP_CASES_YEARS is not set: how long case records are kept is the authority's decision"
        )
    years = settings.keep_cases_years

    async def is_due() -> queries.Due:
        async with beside("intake", settings) as database, database.reading() as session:
            return await queries.due(session, on=clock.today(), years=years)

    async def done() -> int:
        async with at_hand("intake", settings) as found:
            return await operations.dispose(found.database, years=years, by="dwc dispose")

    due = asyncio.run(is_due())
    disposed = 0 if dry_run else asyncio.run(done())
    console.print(
        f"{len(due.children) + due.held} records' time is up, {due.held} of them held; {disposed} disposed of"
    )
