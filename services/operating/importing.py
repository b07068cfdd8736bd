"""The commands that take in files: a census, the workforce."""

import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.operating.commands import AsJson, say_if_synthetic
from services.operating.terminal import aside, console
from shared.settings import Settings

if TYPE_CHECKING:
    from services.intake.people.workforce_file import Post
    from shared.database import Database

imports = typer.Typer(no_args_is_help=True, help="Take in files.")

FileOf = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
BY = "dwc import"


@imports.command("cin-census")
def import_cin_census(
    file: FileOf,
    *,
    dry_run: Annotated[bool, typer.Option(help="read and judge, store nothing; the services may run")] = False,
    every: Annotated[bool, typer.Option("--all", help="every finding, rather than how many by rule")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="the whole report as JSON")] = False,
    quiet: Annotated[bool, typer.Option(help="no progress bar")] = False,
) -> None:
    """Take in a children in need census file. Sending it again changes nothing, and the report counts it as unchanged."""
    from services.host import at_hand, beside
    from services.intake.returns.operations import ImportReport, import_census

    settings = Settings()
    say_if_synthetic(settings)

    async def read(database: "Database") -> ImportReport:
        with file.open("rb") as stream, _bytes_bar(file, quiet=quiet) as progress:
            return await import_census(database, stream, by=BY, dry_run=dry_run, progress=progress)

    async def work() -> ImportReport:
        if dry_run:
            async with beside("intake", settings) as database:
                return await read(database)
        async with at_hand("intake", settings) as found:
            return await read(found.database)

    told = asyncio.run(work()).as_dict()
    if as_json:
        print(json.dumps(told, indent=1))
    else:
        _tell_of_census(told, ours=settings.authority, every=every)


def _tell_of_census(told: dict[str, Any], *, ours: str, every: bool) -> None:
    verb, would_be = ("read, nothing stored", "would be ") if told["dry_run"] else ("taken in", "")
    whose = told["authority"] if told["authority"] == ours else f"{told['authority']}, WHICH IS NOT THIS ONE ({ours}),"
    findings, set_aside = told["findings"], told["set_aside"]
    lines = [
        f"census {told['year']} of authority {whose} {verb}: {told['children']} children, {told['cases']} cases",
        f"{told['new']} {would_be}new, {told['changed']} {would_be}changed, {told['unchanged']} unchanged",
        f"{len(findings)} findings, {set_aside} of them on what was set aside",
        *(_each(findings) if every else _by_rule(findings)),
    ]
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def _each(findings: list[dict[str, str]]) -> Iterator[str]:
    for finding in findings:
        child, rule = finding["child"] or "-", finding["rule"] or "-"
        yield f"  {child:<20} {finding['element']:<28} {rule:<6} {finding['sentence']} [{finding['done']}]"


def _by_rule(findings: list[dict[str, str]]) -> Iterator[str]:
    """How many by rule, the most first, each with a sentence of it: a line a finding is a wall nobody reads."""
    kinds = Counter((each["rule"] or "-", each["element"], each["done"]) for each in findings)
    sentences = {(each["rule"] or "-", each["element"], each["done"]): each["sentence"] for each in reversed(findings)}
    for kind, count in kinds.most_common():
        rule, element, done = kind
        yield f"  {count:>6,} x {rule:<6} {element:<28} {sentences[kind]} [{done}]"
    if findings:
        yield "`--all` lists every finding with its child, `--json` gives the whole report"


@imports.command("workforce")
def import_workforce(file: FileOf, *, as_json: AsJson = False) -> None:
    """Take in who works where: a CSV file, one post a row. Exit status 1 when a row is set aside."""
    from services.host import at_hand
    from services.intake.people.workforce_file import read_workforce

    settings = Settings()
    say_if_synthetic(settings)
    with file.open(encoding="utf-8-sig", newline="") as rows:
        posts = read_workforce(rows)

    async def work() -> Counter[str]:
        async with at_hand("intake", settings) as found:
            return Counter([await _came_of(found.database, post) for post in posts if post.stated])

    came = asyncio.run(work())
    wrong = [post for post in posts if post.stated is None]
    if as_json:
        set_aside = [{"line": post.line, "wrong": post.wrong} for post in wrong]
        print(json.dumps({name: came[name] for name in ("new", "changed", "unchanged")} | {"set_aside": set_aside}))
    else:
        console.print(
            f"{came['new']} posts new, {came['changed']} changed, {came['unchanged']} unchanged; {len(wrong)} set aside"
        )
        for post in wrong:
            console.print(f"  line {post.line}: {post.wrong}", markup=False, soft_wrap=True)
    if wrong:
        raise typer.Exit(1)


async def _came_of(database: "Database", post: "Post") -> str:
    """Enter one post, in a transaction of its own; whether that was new, a change or neither."""
    from services.intake.people.changes import changes
    from services.intake.people.operations import state_worker

    assert post.stated is not None
    async with database.transaction() as session:
        worker = await state_worker(session, post.reference, post.stated, by=BY)
        if worker.id not in changes(session).workers:
            return "unchanged"
        return "new" if worker.n == 1 else "changed"


@imports.command("comparators")
def import_comparators(
    file: FileOf,
    source: Annotated[str, typer.Option(help="who published it, and where")],
    vintage: Annotated[str, typer.Option(help="when it was published, as 2024-10 or 2024-10-31")],
    ours: Annotated[str, typer.Option(help="the area of the file that is this authority, as Islington")],
) -> None:
    """Take in what others publish, and populations: a CSV file, one figure a row. See docs/operating.md."""
    from services.host import at_hand
    from services.reporting.comparators.operations import take_in_published
    from services.reporting.comparators.published_file import read_published

    if not re.fullmatch(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])(-[0-3][0-9])?", vintage):
        raise typer.BadParameter("a vintage is written as 2024-10 or 2024-10-31")
    with file.open(encoding="utf-8-sig", newline="") as rows:
        stated = read_published(rows)

    async def work() -> int:
        async with at_hand("reporting", Settings()) as found, found.database.transaction() as session:
            return await take_in_published(session, stated, source=source, vintage=vintage, ours=ours, by=BY)

    kept = asyncio.run(work())
    wrong = [each for each in stated if each.wrong]
    console.print(f"{kept} figures taken in, {len(wrong)} set aside")
    for each in wrong:
        console.print(f"  line {each.line}: {each.wrong}", markup=False)
    if not any(each.area == ours for each in stated):
        console.print(f"no row is of {ours}: rates have no population to be of", markup=False)


@contextmanager
def _bytes_bar(file: Path, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A progress bar over a file's bytes, where somebody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda _bytes: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    with Progress(BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn(), console=aside) as bar:
        task = bar.add_task(file.name, total=file.stat().st_size)
        yield lambda count: bar.advance(task, count)
