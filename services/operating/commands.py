"""The commands themselves: what they print, and with which status they end."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
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
