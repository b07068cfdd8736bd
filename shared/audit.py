"""Who did or saw what: one append-only row a request, in the request's own transaction.

Reading a child's record is an event too. Rows have no foreign keys: deleting a person must neither be blocked by the
record nor erase it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    Row,
    Table,
    Text,
    cast,
    insert,
    select,
    text,
)

from shared import clock, telemetry
from shared.database import GROUND, Session, UTCDateTime

audit_table = Table(
    "audit",
    GROUND,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", UTCDateTime, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subjects", JSON, nullable=False),
    Column("outcome", Integer, nullable=False),
    Column("break_glass", Text, nullable=True),
    # Of rows made under broken glass and of no others, so that it costs the others nothing.
    Index(
        "ix_audit_break_glass",
        "break_glass",
        sqlite_where=text("break_glass IS NOT NULL"),
        postgresql_where=text("break_glass IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

RECORDED = insert(audit_table).inline()
SUBJECTS = "audit.subjects"
GLASS = "audit.break_glass"


def touches(session: Session, ids: Iterable[UUID | None]) -> None:
    """Say which subjects this transaction reads or changes; the edge writes them into the audit row. None is nobody."""
    session.info.setdefault(SUBJECTS, set()).update(id for id in ids if id is not None)


def under(session: Session, glass: UUID) -> None:
    """Say that this transaction reads what is shown only because the glass was broken."""
    session.info[GLASS] = str(glass)


async def record(session: Session, *, actor: str, role: str, act: str, outcome: int) -> None:
    """Write the audit row of this transaction, with the subjects it touched."""
    subjects = sorted(str(subject) for subject in session.info.get(SUBJECTS, ()))
    row = {
        "at": clock.now(),
        "request_id": telemetry.request_id.get(),
        "actor": actor,
        "role": role,
        "act": act,
        "subjects": subjects,
        "outcome": outcome,
        "break_glass": session.info.get(GLASS),
    }
    await session.execute(RECORDED, row)


@dataclass(frozen=True)
class Asked:
    """Which rows an auditor asks for; what is None is not asked about."""

    subject: UUID | None = None
    actor: str | None = None
    act: str | None = None
    outcome: int | None = None
    break_glass: UUID | None = None
    since: datetime | None = None
    before: datetime | None = None
    until: int | None = None
    """The last `seq` of interest."""


async def rows(session: Session, asked: Asked, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """The rows asked for whose `seq` comes after one, in order. No index but `seq`: an index would slow every request
    for the sake of a few.
    """
    wanted = select(audit_table).where(audit_table.c.seq > after, *_conditions(asked))
    return (await session.execute(wanted.order_by(audit_table.c.seq).limit(limit))).all()


def _conditions(asked: Asked) -> Iterable[ColumnElement[bool]]:
    row = audit_table.c
    if asked.subject is not None:
        yield cast(row.subjects, Text).contains(str(asked.subject))  # an id is written in one way only
    for column, value in ((row.actor, asked.actor), (row.act, asked.act), (row.outcome, asked.outcome)):
        if value is not None:
            yield column == value
    if asked.break_glass is not None:
        yield row.break_glass == str(asked.break_glass)
    if asked.since is not None:
        yield row.at >= asked.since
    if asked.before is not None:
        yield row.at < asked.before
    if asked.until is not None:
        yield row.seq <= asked.until
