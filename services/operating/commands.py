"""The commands themselves: what they print, and with which status they end."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from shared.database import Session

console = Console(highlight=False)
configured = typer.Typer(no_args_is_help=True, help="The settings in force.")
holding = typer.Typer(no_args_is_help=True, help="Legal holds: what must be kept past its time.")

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
    console.print(
        "before serving: `dwc republish SERVICE --after-restore` for each, so that what was said since does not outvote it"
    )


def dispose(*, dry_run: Annotated[bool, typer.Option(help="say what is due, dispose of nothing")] = False) -> None:
    """Dispose of case records whose time is up and that nothing holds."""
    from services.host import at_hand
    from services.intake.retention import operations, queries
    from shared import clock
    from shared.settings import Misconfigured, Settings

    settings = Settings()
    if settings.keep_cases_years is None:
        raise Misconfigured(
            "DWC_KEEP_CASES_YEARS is not set: how long case records are kept is the authority's decision"
        )
    years = settings.keep_cases_years

    async def work() -> None:
        async with at_hand("intake", settings) as found:
            async with found.database.reading() as session:
                due = await queries.due(session, on=clock.today(), years=years)
            disposed = 0 if dry_run else await operations.dispose(found.database, years=years, by="dwc dispose")
        console.print(
            f"{len(due.children) + due.held} records' time is up, {due.held} of them held; {disposed} disposed of"
        )

    asyncio.run(work())


@holding.command("place")
def place_hold(
    by: Annotated[str, typer.Option(help="who ordered it")],
    reason: Annotated[str, typer.Option(help="why; it stays in intake")],
    child: Annotated[
        str | None, typer.Option(help="the authority's id of the child; every record unless given")
    ] = None,
) -> None:
    """Keep a child's record, or every record, past its time."""

    async def work(session: Session) -> None:
        from services.intake.retention.operations import place_hold as place

        print((await place(session, la_child_id=child, reason=reason, by=by)).id)

    asyncio.run(_audited(work, act="place a hold", by=by))


@holding.command("lift")
def lift_hold(
    hold: Annotated[UUID, typer.Argument(help="as `dwc hold list` shows it")],
    by: Annotated[str, typer.Option(help="who ordered it")],
) -> None:
    """Let a record's time run out again."""

    async def work(session: Session) -> None:
        from services.intake.retention.operations import lift_hold as lift

        await lift(session, hold, by=by)

    asyncio.run(_audited(work, act="lift a hold", by=by))


@holding.command("list")
def list_holds(*, as_json: AsJson = False) -> None:
    """Every hold that stands."""
    from services.intake.retention.queries import holds

    async def work(session: Session) -> None:
        standing = [
            {
                "id": str(each.id),
                "child": each.la_child_id or "every record",
                "placed": f"{each.placed_at:%Y-%m-%d}",
                "by": each.placed_by,
                "reason": each.reason,
            }
            for each in await holds(session)
        ]
        if as_json:
            print(json.dumps(standing, indent=1))
            return
        for each in standing:
            console.print(*each.values(), sep="  ", markup=False)

    asyncio.run(_audited(work, act="read holds", by="dwc hold"))


async def _audited(work: Callable[[Session], Awaitable[None]], *, act: str, by: str) -> None:
    """Something done in intake from the command line, with its audit row in the same transaction."""
    from services.host import at_hand
    from shared import audit
    from shared.settings import Settings

    async with at_hand("intake", Settings()) as found, found.database.transaction() as session:
        await work(session)
        await audit.record(session, actor=by, role="operator", act=act, outcome=200)
