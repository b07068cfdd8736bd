"""The table of seals, and audit rows byte by byte."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text, bindparam, text

from shared.database import GROUND, Session
from shared.sealing.statement import Link, digest, sha256_of

seal_table = Table(
    "audit_seal",
    GROUND,
    Column("n", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("links", LargeBinary, nullable=False),
    Column("signed", Text, nullable=False),
)


SEALED_COLUMNS = ("at", "request_id", "actor", "role", "act", "subjects", "outcome", "break_glass")
"""What a digest of format 1 covers, in order, after `seq`."""

INSTANT = "replace(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US AD'), ' AD', '')"
"""PostgreSQL's instants as SQLite keeps them; only what lies before the year 1 is marked."""

# Bytes as they are kept, not values as they are read: a byte that no reader would notice is a change all the same, and what
# no reader could take must not keep the rest from being read.
EXACTLY = {
    "sqlite": ", ".join(f"CAST({column} AS BLOB)" for column in SEALED_COLUMNS),
    "postgresql": ", ".join(INSTANT if column == "at" else f"{column}::text" for column in SEALED_COLUMNS),
}
FIRST = -(2**63)
"""Before any row, also one that was put in with a `seq` no service would give it."""


async def digests(session: Session, *, after: int, until: int, limit: int) -> Sequence[Link]:
    """The digests of the audit rows with `after` < seq <= `until`, in order; the same on either database."""
    columns = EXACTLY[session.get_bind().dialect.name]
    rows = await session.execute(
        text(f"SELECT seq, {columns} FROM audit WHERE seq > :after AND seq <= :until ORDER BY seq LIMIT :limit"),
        {"after": after, "until": until, "limit": limit},
    )
    return [(seq, digest([str(seq).encode(), *map(_bytes, fields)])) for seq, *fields in rows]


@dataclass(frozen=True)
class Seal:
    """One seal as it stands in the database, of which nothing is believed yet."""

    n: int
    last: str
    links: bytes
    signed: str


SEALS_EXACTLY = {
    "sqlite": "CAST(last AS TEXT), CAST(links AS BLOB), CAST(signed AS BLOB)",
    "postgresql": "last::text, links, signed",
}


async def seals(session: Session, *, after: int, until: int, limit: int) -> Sequence[Seal]:
    """The seals with `after` < n <= `until`, in order."""
    columns = SEALS_EXACTLY[session.get_bind().dialect.name]
    rows = await session.execute(
        text(f"SELECT n, {columns} FROM audit_seal WHERE n > :after AND n <= :until ORDER BY n LIMIT :limit"),
        {"after": after, "until": until, "limit": limit},
    )
    return [Seal(n, str(last), links or b"", _text(signed)) for n, last, links, signed in rows]


async def heads_of(session: Session, numbers: Sequence[int]) -> dict[int, str]:
    """The SHA-256 of the signed statements that stand under these numbers."""
    signed = "CAST(signed AS BLOB)" if session.get_bind().dialect.name == "sqlite" else "signed"
    wanted = text(f"SELECT n, {signed} FROM audit_seal WHERE n IN :numbers")
    rows = await session.execute(wanted.bindparams(bindparam("numbers", expanding=True)), {"numbers": numbers})
    return {n: sha256_of(_text(found)) for n, found in rows}


def _text(field: str | bytes | None) -> str:
    return (_bytes(field) or b"").decode(errors="replace")


def _bytes(field: str | bytes | None) -> bytes | None:
    return field.encode() if isinstance(field, str) else field
