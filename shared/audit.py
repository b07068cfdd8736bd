"""Who did or saw what: one append-only row a request, in the request's own transaction.

Reading a child's record is an event too. Rows have no foreign keys: deleting a person must neither be blocked by the
record nor erase it.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Column, Integer, Table, Text, insert

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
    sqlite_autoincrement=True,
)

SUBJECTS = "audit.subjects"


def touches(session: Session, ids: Iterable[UUID | None]) -> None:
    """Say which subjects this transaction reads or changes; the edge writes them into the audit row. None is nobody."""
    session.info.setdefault(SUBJECTS, set()).update(id for id in ids if id is not None)


async def record(session: Session, *, actor: str, role: str, act: str, outcome: int) -> None:
    """Write the audit row of this transaction, with the subjects it touched."""
    subjects = sorted(str(subject) for subject in session.info.get(SUBJECTS, ()))
    await session.execute(
        insert(audit_table).values(
            at=clock.now(),
            request_id=telemetry.request_id.get(),
            actor=actor,
            role=role,
            act=act,
            subjects=subjects,
            outcome=outcome,
        )
    )
