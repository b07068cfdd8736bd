"""The commands themselves: what they print, and with which status they end."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

console = Console(highlight=False)
configured = typer.Typer(no_args_is_help=True, help="The settings in force.")

AsJson = Annotated[bool, typer.Option("--json", help="as JSON, for a machine")]


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
    from shared.settings import Settings

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
    from shared.settings import Settings

    print(back_up(Settings(), into))


def restore(
    folder: Annotated[Path, typer.Argument(help="what `dwc backup` wrote", exists=True, file_okay=False)],
) -> None:
    """Put a backup in place of the data folder's content, once it has been checked. The services must be stopped."""
    from services.operating.backup import restore as put_back
    from shared.settings import Settings

    moved = put_back(Settings(), folder)
    console.print("restored", *([f"; what was there is in {moved}"] if moved else []), sep="", markup=False)
    console.print("before serving: `dwc republish --after-restore`, so that what was said since does not outvote it")
