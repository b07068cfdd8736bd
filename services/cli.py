"""`dwc`: everything done from a command line. A service is imported only when its command runs."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from services.operating.auditing import audited
from services.operating.commands import backup, configured, dispose, doctor, holding, restore
from services.operating.messages import dead, republish
from shared.problems import Problem
from shared.settings import Settings, TransportKind


class Commands(TyperGroup):
    """A refusal is a sentence and exit status 2, whichever command it comes from."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as refusal:
            aside.print(f"{refusal.title}: {refusal.detail}", style="red", markup=False)
            raise typer.Exit(2) from None


app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False, help=__doc__
)
imports = typer.Typer(no_args_is_help=True, help="Take in files.")
app.add_typer(imports, name="import")
app.add_typer(configured, name="config")
app.add_typer(dead, name="dead-letters")
app.add_typer(audited, name="audit")
app.add_typer(holding, name="hold")
for command in (doctor, republish, backup, restore, dispose):
    app.command()(command)

console = Console(highlight=False)
aside = Console(stderr=True, highlight=False)


def _run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run to the end; an interruption is exit status 130, a database out of reach is refused."""
    try:
        asyncio.run(work())
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except Exception as failure:
        from shared.failures import is_transient

        if not is_transient(failure):
            raise
        aside.print(
            "A database, broker or file is busy or out of reach: `dwc doctor` says which; then try again", style="red"
        )
        raise typer.Exit(2) from None


@app.command()
def demo(*, serve: Annotated[bool, typer.Option(help="keep serving when the story is told")] = True) -> None:
    """Make a made-up borough, tell one child's case, and serve the three services on loopback."""
    from services.demo.run import demo as run_demo

    _run(lambda: run_demo(Settings(), serve=serve, console=console))


@app.command()
def serve(which: Annotated[str, typer.Argument(help="all, intake, observation or reporting")]) -> None:
    """Serve all three in one process (embedded transport), or one of them (Kafka)."""
    from services.host import NAMES, Installation, kafka_app, serve_until_stopped

    settings = Settings()

    async def work() -> None:
        if which == "all" and settings.transport is TransportKind.EMBEDDED:
            settings.check()
            house = Installation(settings)
            async with house.running():
                _say_if_synthetic(settings)
                await serve_until_stopped(house.mounted(), host=settings.host, port=settings.port)
        elif which in NAMES and settings.transport is TransportKind.KAFKA:
            await serve_until_stopped(kafka_app(which, settings), host=settings.host, port=settings.port)
        else:
            aside.print(
                "`dwc serve all` goes with the embedded transport, `dwc serve intake|observation|reporting` with DWC_TRANSPORT=kafka"
            )
            raise typer.Exit(2)

    _run(work)


@app.command()
def migrate(service: Annotated[str, typer.Argument(help="intake, observation or reporting")]) -> None:
    """Bring one service's tables up to date. Safe while another process does the same."""
    from services.host import NAMES, service_named
    from shared.migrations import migrate as bring_up_to_date
    from shared.settings import database_url

    if service not in NAMES:
        raise typer.BadParameter(f"the services are {', '.join(NAMES)}")

    async def work() -> None:
        settings = Settings()
        of_service = service_named(service)
        database = of_service.open(database_url(service, settings), authority=settings.authority)
        await bring_up_to_date(database, of_service.migrations)
        await database.close()

    _run(work)


@app.command()
def token(
    role: Annotated[str, typer.Option(help="who is to be signed in, as `team_manager`")],
    worker: Annotated[str, typer.Option(help="staff reference, for people who hold or observe cases")] = "",
    team: Annotated[str, typer.Option(help="team code, for those who act for a team")] = "",
    name: Annotated[str, typer.Option(help="who this is in the audit; the worker or role unless given")] = "",
    minutes: Annotated[int, typer.Option(min=1, max=24 * 60)] = 60,
) -> None:
    """Sign a token with the trial key of this machine, good for all three services."""
    from shared.web.roles import Principal, Role
    from shared.web.tokens import sign_token, trial_key

    settings = Settings()
    try:
        principal = Principal(id=name or worker or role, role=Role(role), worker=worker, team=team)
    except ValueError:
        aside.print(f"roles are: {', '.join(Role)}", markup=False)
        raise typer.Exit(2) from None

    async def work() -> None:
        if settings.production or settings.jwks.startswith("https://"):
            raise Problem("tokens come from your identity provider here, not from a trial key")
        print(sign_token(trial_key(settings.data_dir), principal, issuer=settings.issuer, minutes=minutes))

    _run(work)


@app.command()
def keys(folder: Annotated[Path, typer.Argument(help="where to keep them")]) -> None:
    """Make a trial signing key, and beside it the public keys (jwks.json) that services check tokens against."""
    from shared.web.tokens import publish_keys

    print(publish_keys(folder))


@imports.command("cin-census")
def import_cin_census(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    *,
    dry_run: Annotated[bool, typer.Option(help="read and judge, store nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="the whole report as JSON")] = False,
    quiet: Annotated[bool, typer.Option(help="no progress bar")] = False,
) -> None:
    """Take in a children in need census file. Sending it again changes nothing and says so."""
    from services.intake.returns.operations import ImportReport, import_census

    async def work() -> None:
        async with _intake() as database:
            with file.open("rb") as stream, _bytes_bar(file, quiet=quiet) as progress:
                report = await import_census(database, stream, by="dwc import", dry_run=dry_run, progress=progress)
        _show(report)

    def _show(report: ImportReport) -> None:
        told = report.as_dict()
        if as_json:
            print(json.dumps(told, indent=1))
            return
        verb, would_be = ("read, nothing stored", "would be ") if dry_run else ("taken in", "")
        print(
            f"census {told['year']} of authority {told['authority']} {verb}: {told['children']} children, {told['cases']} cases"
        )
        print(
            f"{told['new']} {would_be}new, {told['changed']} {would_be}changed, {told['unchanged']} unchanged; "
            f"{len(told['findings'])} findings, {told['set_aside']} of them on what was set aside"
        )
        for finding in told["findings"]:
            rule = finding["rule"] or "-"
            print(
                f"  {finding['child'] or '-':<20} {finding['element']:<28} {rule:<6} {finding['sentence']} [{finding['done']}]"
            )

    _run(work)


@imports.command("workforce")
def import_workforce(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Take in who works where: a CSV file, one post a row."""
    from services.intake.people.operations import state_worker
    from services.intake.people.workforce_file import read_workforce

    async def work() -> None:
        taken, wrong = 0, []
        async with _intake() as database:
            with file.open(encoding="utf-8-sig", newline="") as rows:
                for post in read_workforce(rows):
                    if post.stated is None:
                        wrong.append(post)
                        continue
                    async with database.transaction() as session:
                        await state_worker(session, post.reference, post.stated, by="dwc import")
                    taken += 1
        console.print(f"{taken} posts taken in, {len(wrong)} set aside")
        for post in wrong:
            console.print(f"  line {post.line}: {post.wrong}", markup=False)

    _run(work)


@imports.command("comparators")
def import_comparators(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    source: Annotated[str, typer.Option(help="who published it, and where")],
    vintage: Annotated[str, typer.Option(help="when it was published, as 2024-10 or 2024-10-31")],
    ours: Annotated[str, typer.Option(help="the area of the file that is this authority, as Islington")],
) -> None:
    """Take in what others publish, and populations: a CSV file, one figure a row. See docs/operating.md."""
    from services.reporting.comparators.operations import take_in_published
    from services.reporting.comparators.published_file import read_published

    if not re.fullmatch(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])(-[0-3][0-9])?", vintage):
        raise typer.BadParameter("a vintage is written as 2024-10 or 2024-10-31")

    async def work() -> None:
        with file.open(encoding="utf-8-sig", newline="") as rows:
            stated = read_published(rows)
        async with _reporting() as database, database.transaction() as session:
            kept = await take_in_published(session, stated, source=source, vintage=vintage, ours=ours, by="dwc import")
        wrong = [each for each in stated if each.wrong]
        console.print(f"{kept} figures taken in, {len(wrong)} set aside")
        for each in wrong:
            console.print(f"  line {each.line}: {each.wrong}", markup=False)
        if not any(each.area == ours for each in stated):
            console.print(f"no row is of {ours}: rates have no population to be of", markup=False)

    _run(work)


def _month(text: str) -> str:
    if not re.fullmatch(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise typer.BadParameter("a month is written as 2025-04")
    return text


@app.command()
def lpir(
    first: Annotated[str, typer.Option("--from", help="first month, as 2025-04", callback=_month)],
    last: Annotated[str, typer.Option("--to", help="last month", callback=_month)],
    *,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print the local performance indicators, month by month and by financial year."""
    from services.reporting.indicators.flat import lpir_figures

    if first > last:
        raise typer.BadParameter("--from is on or before --to")

    async def work() -> None:
        settings = Settings()
        async with _reporting() as database, database.reading() as session:
            found = await lpir_figures(session, authority=settings.authority, first=first, last=last)
        if as_json:
            print(json.dumps(found, indent=1))
            return
        periods = {**found["months"], **found["years"]}
        table = Table("indicator", *periods)
        for name in next(iter(periods.values()), {}):
            table.add_row(name, *(str(figures[name]) for figures in periods.values()))
        console.print(table)

    _run(work)


@app.command()
def recount(
    *, check: Annotated[bool, typer.Option(help="only compare; exit status 1 when a cell differs")] = False
) -> None:
    """Count every figure again from the histories, and put right what differs."""
    from services.reporting.indicators import operations

    async def work() -> None:
        async with _reporting() as database, database.transaction() as session:
            differing = await (operations.differences(session) if check else operations.recount(session))
        for each in differing:
            console.print(str(each), markup=False)
        console.print(f"{len(differing)} cells {'differ' if check else 'put right'}")
        if differing and check:
            raise typer.Exit(1)

    _run(work)


def _intake() -> Any:
    return _database_of("intake")


def _reporting() -> Any:
    return _database_of("reporting")


@asynccontextmanager
async def _database_of(name: str) -> AsyncIterator[Any]:
    from services.host import at_hand

    settings = Settings()
    _say_if_synthetic(settings)
    async with at_hand(name, settings) as found:
        yield found.database


def _say_if_synthetic(settings: Settings) -> None:
    from services.demo.mark import SYNTHETIC, holds_demo

    if settings.transport is TransportKind.EMBEDDED and holds_demo(settings.data_dir):
        aside.print(SYNTHETIC, style="yellow")


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
