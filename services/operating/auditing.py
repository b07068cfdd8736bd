"""The commands about the audit: is it as it was sealed, and a key to seal it with."""

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.operating.commands import AsJson
from services.operating.terminal import aside, console
from shared.sealing.findings import Report
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.sealing.statement import Restore

audited = typer.Typer(no_args_is_help=True, help="The audit: verify its seals, make a key that seals it.")

MOST_SHOWN = 100


@audited.command("verify")
def verify_audit(
    service: Annotated[str, typer.Argument(help="intake, observation or reporting")],
    *,
    anchors: Annotated[Path | None, typer.Option(help="your own copy of the heads and public keys")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare every audit row with its seal; exit status 1 when anything is not as it was sealed. The service may run."""
    settings = Settings()
    report = asyncio.run(_verified(service, settings, anchors or settings.anchors_folder))
    if as_json:
        print(json.dumps(report.as_dict(), indent=1))
    else:
        _tell(report)
    if not report.is_whole:
        raise typer.Exit(1)


async def _verified(name: str, settings: Settings, folder: Path) -> Report:
    from services.host import beside
    from shared.sealing.anchors import Anchors
    from shared.sealing.keys import public_keys
    from shared.sealing.queries import last_row
    from shared.sealing.verification import verify

    async with beside(name, settings) as database, database.reading() as session:
        with _rows_bar(await last_row(session)) as progress:
            return await verify(session, keys=public_keys(folder), anchors=Anchors(folder, name), progress=progress)


def _tell(report: Report) -> None:
    for restore in report.restores:
        lost = f"seals {restore['kept'] + 1} to {restore['lost']} were lost by a restore, says {restore['by']}"
        console.print(f"{lost} ({restore['at']}): {restore['reason']}", markup=False, soft_wrap=True)
    for finding in report.findings[:MOST_SHOWN]:
        console.print(finding.sentence, markup=False)
    if len(report.findings) > MOST_SHOWN:
        console.print(f"and {len(report.findings) - MOST_SHOWN} more: ask for --json")
    told = f"{report.rows} rows under {report.seals} seals, {report.heads} heads kept outside the last of which is of seal {report.anchored}"
    console.print(f"{report.service}: {told}; {report.unsealed} rows under no seal yet")
    console.print("whole: every row is as it was sealed" if report.is_whole else "NOT whole")


@audited.command("restored")
def acknowledge_restore(
    service: Annotated[str, typer.Argument(help="intake, observation or reporting")],
    *,
    by: Annotated[str, typer.Option(help="who says so")],
    reason: Annotated[str, typer.Option(help="why a backup was restored, and which; no names of children")],
) -> None:
    """State that what the audit has lost was lost by restoring a backup. Every verification repeats it."""
    restore = asyncio.run(_acknowledged(service, Settings(), by=by, reason=reason))
    console.print(
        f"{service}: seals {restore.kept + 1} to {restore.lost} were lost by a restore; signed, and in the audit"
    )


async def _acknowledged(name: str, settings: Settings, *, by: str, reason: str) -> "Restore":
    from services.host import beside
    from shared.sealing.acknowledging import acknowledge
    from shared.sealing.anchors import Anchors
    from shared.sealing.keys import public_keys, signing_key

    folder = settings.anchors_folder
    async with beside(name, settings) as database:
        return await acknowledge(
            database,
            key=signing_key(settings),
            keys=public_keys(folder),
            anchors=Anchors(folder, name),
            by=by,
            reason=reason,
        )


@audited.command("key")
def make_key(file: Annotated[Path, typer.Argument(help="where to keep it; only its owner may read it")]) -> None:
    """Make a private key that seals the audit, for DWC_AUDIT_KEY. Where there is one already, its id is printed."""
    from shared.sealing.keys import key_in

    print(key_in(file).kid)


@contextmanager
def _rows_bar(last: int) -> Iterator[Callable[[int], None]]:
    """A progress bar over the rows, where somebody watches."""
    if not sys.stderr.isatty():
        yield lambda _rows: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    with Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=aside) as bar:
        task = bar.add_task("", total=last)
        yield lambda rows: bar.advance(task, rows)
