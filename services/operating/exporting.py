"""The commands that give out files: the census return."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from services.operating.commands import say_if_synthetic
from services.operating.terminal import aside, console
from shared.settings import Settings
from shared.web.roles import Principal, Role

if TYPE_CHECKING:
    from services.intake.returns.making import Return

exports = typer.Typer(no_args_is_help=True, help="Give out files.")

BY = Principal(id="dwc export", role=Role.OPERATOR)
FIRST_YEAR = 2025


@exports.callback()
def giving_out() -> None:
    """Give out files."""


@exports.command("cin-census")
def export_cin_census(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="where to write it; only its owner may read it")],
    year: Annotated[int, typer.Option(min=FIRST_YEAR, max=2100, help="the year in which the census year ends")],
    *,
    serial: Annotated[
        int, typer.Option(min=1, max=999, help="SerialNo of the return: raise it with each you load")
    ] = 1,
    every: Annotated[bool, typer.Option("--all", help="every finding, rather than how many by rule")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="the whole report as JSON")] = False,
    quiet: Annotated[bool, typer.Option(help="no progress bar")] = False,
) -> None:
    """Write a children in need census return, and say what is to be put right in it. The services may run.

    Exit status 1 when the DfE's rules would find an error.
    """
    from services.host import beside
    from services.intake.returns.making import make_return

    settings = Settings()
    say_if_synthetic(settings)

    async def work() -> "Return":
        async with beside("intake", settings) as database:
            with _whole_or_not_at_all(file) as into, _children_bar(quiet=quiet) as progress:
                return await make_return(database, into, year, by=BY, serial=serial, progress=progress)

    made = asyncio.run(work())
    report = made.as_out()
    if as_json:
        told = report.model_dump(mode="json") | {
            "bytes": made.size,
            "sha256": made.digest.hexdigest(),
            "findings": [each.model_dump(mode="json") for each in made.findings],
        }
        print(json.dumps(told, indent=1))
    else:
        for line in _told(made, file, every=every):
            console.print(line, markup=False, soft_wrap=True)
    if report.errors:
        raise typer.Exit(1)


def _told(made: "Return", file: Path, *, every: bool) -> Iterator[str]:
    report = made.as_out()
    yield f"census {report.year} of authority {report.authority}: {report.children} children, {report.cases} cases in {file}"
    yield f"{made.size:,} bytes, SHA-256 {made.digest.hexdigest()}"
    yield f"{report.errors} errors, {report.queries} queries, {report.left_out} left out"
    if every:
        for each in made.findings:
            holder = f"{each.team or '-'}/{each.worker or '-'}"
            yield f"  {each.la_child_id:<20} {each.rule or '-':<6} {holder:<20} {each.sentence}: {each.what_to_do}"
        return
    for rule in report.by_rule:
        yield f"  {rule.count:>6,} x {rule.rule or '-':<6} {rule.element:<28} {rule.sentence}"
    if made.findings:
        yield "`--all` lists every finding with its child and who holds the case, `--json` gives the whole report"


@contextmanager
def _whole_or_not_at_all(file: Path) -> Iterator[BinaryIO]:
    """A file that takes its place when all of it is written: half a return looks like one."""
    part = file.with_name(f"{file.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as into:
            yield into
            into.flush()
            os.fsync(into.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _children_bar(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar over the children, where somebody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    with Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=aside) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
