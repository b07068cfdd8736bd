"""Findings about each service's database: reachable, current, on time, led, and with nothing that waits too long."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from sqlalchemy import text

from services.host import is_in_use, service_named
from services.operating.findings import Finding, fail, ok, warn
from shared.database import Session
from shared.leader import lock_of
from shared.messaging import dead_letters, outbox
from shared.messaging.dead_letters import Kind
from shared.messaging.republish import unfinished
from shared.migrations import is_current
from shared.sealing.queries import unsealed_seconds
from shared.settings import Settings, database_url

CLOCK_SECONDS, CLOCK_FAILS_SECONDS = 2.0, 30.0
WAITING_SECONDS = 300.0
UNSEALED_SECONDS = 60.0


async def database_findings(name: str, settings: Settings) -> AsyncIterator[Finding]:
    """Everything about the database of one service. It is looked into and never changed."""
    service = service_named(name)
    database = service.open(database_url(name, settings), authority=settings.authority)
    try:
        if not database.is_there():
            yield warn(f"{name}: database", "there is no file yet", "the first start makes it")
            return
        try:
            current = await is_current(database, service.migrations)
        except Exception as failure:
            cure = f"is PostgreSQL up, and DWC_{name.upper()}_DATABASE_URL right?"
            yield fail(f"{name}: database", f"cannot be reached ({type(failure).__name__})", cure)
            return
        if not current:
            yield fail(f"{name}: database", "its tables are behind this version", f"dwc migrate {name}")
            return
        yield ok(f"{name}: database", "reachable, tables current")
        async with database.watching() as session:
            if not database.is_sqlite:
                yield await _clock(name, session)
                yield await _led(name, session)
            stopped = database.is_sqlite and not is_in_use(settings.data_dir)
            yield await _speaking(name, session, stopped=stopped)
            yield await _republishing(name, session)
            yield await _hearing(name, session)
            yield await _sealed(name, session, stopped=stopped)
    finally:
        await database.close()


async def _clock(name: str, session: Session) -> Finding:
    """This machine's clock against the database's: tokens, timers and audit rows are dated by the one, locks by the other."""
    theirs = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    says = f"{apart:.1f} s from the database's"
    if apart > CLOCK_FAILS_SECONDS:
        return fail(f"{name}: clock", says, "set both machines by one time server")
    if apart > CLOCK_SECONDS:
        return warn(f"{name}: clock", says, "set both machines by one time server")
    return ok(f"{name}: clock", says)


async def _led(name: str, session: Session) -> Finding:
    held = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND objid = CAST(:lock AS bigint) AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    if (await session.execute(held, {"lock": lock_of(name)})).scalar_one():
        return ok(f"{name}: leader", "a process leads")
    return warn(f"{name}: leader", "no process leads: nothing is relayed, sealed or timed", f"start `dwc serve {name}`")


async def _speaking(name: str, session: Session, *, stopped: bool) -> Finding:
    waiting, seconds = await outbox.waiting(session)
    if stopped and waiting:
        return ok(f"{name}: events", f"nothing runs: {waiting} wait for the next start to be delivered")
    if seconds > WAITING_SECONDS:
        says = f"{waiting} wait, the oldest for {seconds / 60:.0f} minutes"
        return fail(f"{name}: events", says, "is the broker up, and a process of this service leading?")
    return ok(f"{name}: events", f"{waiting} wait to be delivered")


async def _republishing(name: str, session: Session) -> Finding:
    if topics := await unfinished(session):
        says = f"interrupted on {', '.join(topics)}: hearers may stand between two states"
        return fail(f"{name}: republication", says, f"dwc republish {name} --resume")
    return ok(f"{name}: republication", "none is under way")


async def _hearing(name: str, session: Session) -> Finding:
    waiting = await dead_letters.how_many_wait(session)
    if poison := waiting[Kind.POISON]:
        return warn(f"{name}: dead letters", f"{poison} could not be acted on", f"dwc dead-letters list {name}")
    return ok(f"{name}: dead letters", f"none; {waiting[Kind.PARKED]} parked for a later version")


async def _sealed(name: str, session: Session, *, stopped: bool) -> Finding:
    seconds = await unsealed_seconds(session)
    if stopped and seconds:
        return ok(f"{name}: audit", "nothing runs: the newest rows wait for the next start to be sealed")
    if seconds > UNSEALED_SECONDS:
        says = f"the oldest row under no seal is {seconds / 60:.0f} minutes old"
        return fail(
            f"{name}: audit", says, "does a process of this service lead, and is there room for DWC_AUDIT_ANCHORS?"
        )
    return ok(f"{name}: audit", "sealed")
