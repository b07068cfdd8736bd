"""The commands about events: what could not be acted on, and saying everything again."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

import typer

from services.operating.commands import AsJson
from services.operating.terminal import aside, console
from shared.settings import Settings

if TYPE_CHECKING:
    from services.host import AtHand
    from shared.database import Database
    from shared.messaging.dead_letters import DeadLetter

dead = typer.Typer(no_args_is_help=True, help="Events that could not be acted on: list them, read why, replay them.")

T = TypeVar("T")

PAGE = 200
LINE_EVERY = 2_000
ServiceName = Annotated[str, typer.Argument(help="intake, observation or reporting")]


@dead.command("list")
def list_dead_letters(
    service: ServiceName,
    *,
    replayed: Annotated[bool, typer.Option("--replayed", help="those that have been replayed since")] = False,
    as_json: AsJson = False,
) -> None:
    """What was heard and could not be acted on, the oldest first, and why. Nothing of what it said."""

    async def work(database: "Database") -> None:
        letters = [letter async for letter in _letters(database, replayed=replayed)]
        if as_json:
            print(json.dumps([_as_dict(letter) for letter in letters], indent=1))
            return
        for letter in letters:
            failed = letter.failed_at.isoformat(timespec="seconds")
            of_what = letter.type or f"no event, on {letter.topic}"
            console.print(f"{letter.id} {letter.kind} {of_what}", markup=False, soft_wrap=True)
            console.print(f"  {letter.reason}", markup=False, soft_wrap=True)
            console.print(f"  tried {letter.attempts} times, the last at {failed}", markup=False, soft_wrap=True)
        console.print(f"{service}: {len(letters)} dead letters {'replayed' if replayed else 'wait'}")

    _beside(service, work)


@dead.command("show")
def show_dead_letter(service: ServiceName, letter: Annotated[UUID, typer.Argument(help="its id")]) -> None:
    """Everything that may be shown of one dead letter, as JSON."""
    from shared.messaging.dead_letters import dead_letter

    async def work(database: "Database") -> None:
        async with database.reading() as session:
            print(json.dumps(_as_dict(await dead_letter(session, letter)), indent=1))

    _beside(service, work)


@dead.command("replay")
def replay_dead_letters(
    service: ServiceName,
    letter: Annotated[UUID | None, typer.Argument(help="its id")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="every one that waits, the oldest first")] = False,
) -> None:
    """Act on one again, or on all that wait; exit status 1 when one fails again. What it says is not lost by that."""
    if every is (letter is not None):
        raise typer.BadParameter("give the id of one, or --all")

    async def work(found: "AtHand") -> int:
        wanted = [letter] if letter else [each.id async for each in _letters(found.database, replayed=False)]
        failed = 0
        for letter_id in wanted:
            async with found.database.transaction() as session:
                outcome = await found.service.hearer(found.database).replay(session, letter_id)
            failed += outcome.replayed_at is None
            told = "acted on" if outcome.replayed_at else f"not acted on: {outcome.reason}"
            console.print(f"{letter_id} {told}", markup=False, soft_wrap=True)
        console.print(f"{len(wanted) - failed} acted on, {failed} not")
        return failed

    if _with(service, work):
        raise typer.Exit(1)


def republish(
    service: ServiceName,
    *,
    after_restore: Annotated[
        bool,
        typer.Option("--after-restore", help="the database was restored from a backup; the service must be stopped"),
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="go on where it was interrupted")] = False,
) -> None:
    """Say again what every subject of a service is now: for a new hearer, a lost broker, a restored backup.

    Intake and observation speak; reporting says nothing of its own.
    """
    from shared.messaging.republish import how_many, republish

    if after_restore and resume:
        raise typer.BadParameter("what was begun after a restore is resumed with --resume alone")

    async def work(found: "AtHand") -> None:
        kinds = found.service.speaks_of
        if not kinds:
            console.print(f"{service} says nothing of its own: nothing to republish")
        else:
            with _subjects_told(await how_many(found.database, kinds)) as progress:
                said = await republish(
                    found.database,
                    found.transport,
                    kinds,
                    by="dwc republish",
                    after_restore=after_restore,
                    resume=resume,
                    progress=progress,
                )
            console.print(f"{said} subjects said again, and delivered")
        heard = sorted({each.state.topic.partition(".")[0] for each in found.service.hears})
        if after_restore and heard:
            console.print(
                f"{service} has lost what it heard since the backup, too: "
                f"unless that was done after the restore, republish {', '.join(heard)}"
            )

    _with(service, work)


async def _letters(database: "Database", *, replayed: bool) -> "AsyncIterator[DeadLetter]":
    from shared.messaging.dead_letters import dead_letters

    after = None
    while True:
        async with database.reading() as session:
            page = await dead_letters(session, after=after, limit=PAGE, replayed=replayed)
        for letter in page:
            yield letter
        if len(page) < PAGE:
            return
        after = page[-1].id


def _as_dict(letter: "DeadLetter") -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in asdict(letter).items()} | {
        "failed_at": letter.failed_at.isoformat(),
        "replayed_at": letter.replayed_at.isoformat() if letter.replayed_at else None,
    }


def _with(service: str, work: "Callable[[AtHand], Coroutine[Any, Any, T]]") -> T:
    """Do some work with a service at hand, which nobody else is running on this data folder."""
    from services.host import at_hand

    async def with_it() -> T:
        async with at_hand(service, Settings()) as found:
            return await work(found)

    return asyncio.run(with_it())


def _beside(service: str, work: "Callable[[Database], Coroutine[Any, Any, T]]") -> T:
    """Look into a service's database, which may be running."""
    from services.host import beside

    async def beside_it() -> T:
        async with beside(service, Settings()) as database:
            return await work(database)

    return asyncio.run(beside_it())


@contextmanager
def _subjects_told(total: int) -> Iterator[Callable[[int], None]]:
    """How far it is: a progress bar where somebody watches, a line every so often where not."""
    if not sys.stderr.isatty():
        yield _lines_of(total)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    with Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=aside) as bar:
        task = bar.add_task("", total=total)
        yield lambda subjects: bar.advance(task, subjects)


def _lines_of(total: int) -> Callable[[int], None]:
    done = 0

    def tell(subjects: int) -> None:
        nonlocal done
        before, done = done, done + subjects
        if before // LINE_EVERY != done // LINE_EVERY:
            aside.print(f"{done:,} of {total:,} said again")

    return tell
