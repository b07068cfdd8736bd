"""The commands about legal holds: place one, lift it, list those that stand. The services may run."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from services.operating.commands import AsJson
from services.operating.terminal import console
from shared.database import Session
from shared.settings import Settings

holding = typer.Typer(no_args_is_help=True, help="Legal holds: what must be kept past its time.")

T = TypeVar("T")
By = Annotated[str, typer.Option(help="who ordered it")]


@holding.command("place")
def place_hold(
    by: By,
    reason: Annotated[str, typer.Option(help="why; it stays in intake")],
    child: Annotated[
        str | None, typer.Option(help="the authority's id of the child; every record unless given")
    ] = None,
    *,
    not_known_yet: Annotated[
        bool, typer.Option("--not-known-yet", help="hold the record of a child of whom nothing has come yet")
    ] = False,
) -> None:
    """Keep a child's record, or every record, past its time."""
    from services.intake.retention.operations import place_hold as place

    hold = asyncio.run(
        _audited(
            lambda session: place(session, la_child_id=child, reason=reason, may_be_unknown=not_known_yet, by=by),
            act="place a hold",
            by=by,
        )
    )
    whose = f"the record of {child}" if child else "every record"
    console.print(f"{whose} is kept until this hold is lifted: {hold.id}", markup=False, soft_wrap=True)


@holding.command("lift")
def lift_hold(hold: Annotated[UUID, typer.Argument(help="as `dwc hold list` shows it")], by: By) -> None:
    """Let a record's time run out again."""
    from services.intake.retention.operations import lift_hold as lift

    asyncio.run(_audited(lambda session: lift(session, hold, by=by), act="lift a hold", by=by))
    console.print("lifted: `dwc hold list` tells which still stand")


@holding.command("list")
def list_holds(*, as_json: AsJson = False) -> None:
    """Every hold that stands."""
    from services.intake.retention.queries import holds

    standing = [
        {
            "id": str(each.id),
            "child": each.la_child_id or "every record",
            "placed": f"{each.placed_at:%Y-%m-%d}",
            "by": each.placed_by,
            "reason": each.reason,
        }
        for each in asyncio.run(_audited(holds, act="read holds", by="dwc hold"))
    ]
    if as_json:
        print(json.dumps(standing, indent=1))
        return
    for each in standing:
        console.print(*each.values(), sep="  ", markup=False, soft_wrap=True)
    console.print(f"{len(standing)} holds stand")


async def _audited(work: Callable[[Session], Awaitable[T]], *, act: str, by: str) -> T:
    """Something done in intake from the command line, with its audit row in the same transaction. Nothing of it is said to
    others, so that it may be done while the services run.
    """
    from services.host import beside
    from shared import audit

    async with beside("intake", Settings()) as database, database.transaction() as session:
        done = await work(session)
        await audit.record(session, actor=by, role="operator", act=act, outcome=200)
    return done
