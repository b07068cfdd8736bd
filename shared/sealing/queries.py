"""Reads of the seals: the newest, and what stands under none yet."""

from collections.abc import Sequence

from sqlalchemy import func, select

from shared import clock
from shared.audit import audit_table
from shared.database import Session
from shared.sealing.models import FIRST, seal_table
from shared.sealing.statement import Head


async def newest_head(session: Session) -> Head | None:
    """The head of the last seal made; None before the first."""
    columns = (seal_table.c.n, seal_table.c.last, seal_table.c.signed)
    row = (await session.execute(select(*columns).order_by(seal_table.c.n.desc()).limit(1))).one_or_none()
    return Head.of(*row) if row else None


async def last_row(session: Session) -> int:
    """`seq` of the newest audit row; 0 before the first."""
    return (await session.execute(select(func.max(audit_table.c.seq)))).scalar_one() or 0


async def rows_beyond(session: Session, last: int) -> int:
    """How many audit rows follow one."""
    beyond = select(func.count()).select_from(audit_table).where(audit_table.c.seq > last)
    return int((await session.execute(beyond)).scalar_one())


async def unsealed_seconds(session: Session) -> float:
    """The window in which a change to the audit would not be found: the age of the oldest row under no seal."""
    newest = select(seal_table.c.last).order_by(seal_table.c.n.desc()).limit(1).scalar_subquery()
    beyond = audit_table.c.seq > func.coalesce(newest, FIRST)
    oldest = select(audit_table.c.at).where(beyond).order_by(audit_table.c.seq).limit(1)
    since = (await session.execute(oldest)).scalar_one_or_none()
    return 0.0 if since is None else max(0.0, (clock.now() - since).total_seconds())


async def signed_seals(session: Session, *, after: int, limit: int) -> Sequence[tuple[int, int, str]]:
    """The seals whose number comes after one, in order: number, last row sealed, and what was signed."""
    columns = (seal_table.c.n, seal_table.c.last, seal_table.c.signed)
    wanted = select(*columns).where(seal_table.c.n > after).order_by(seal_table.c.n).limit(limit)
    return [(n, last, signed) for n, last, signed in await session.execute(wanted)]
