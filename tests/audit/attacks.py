"""What somebody with the database's password may do to the audit, each with what a verification has to name."""

import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from joserfc.jwk import OKPKey
from sqlalchemy import delete, insert, select, text, update

from shared.audit import audit_table
from shared.database import Session
from shared.sealing.keys import sign
from shared.sealing.models import FIRST, digests, seal_table
from shared.sealing.statement import Statement, packed, sha256_of

TEXTS = ("request_id", "actor", "role", "act", "break_glass")


@dataclass(frozen=True)
class Done:
    """Which rows and seals a report must name."""

    rows: frozenset[int] = frozenset()
    seals: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Attacker:
    session: Session
    chance: random.Random
    service: str
    own_key: OKPKey
    """The attacker's own; the one that seals is not in the database."""

    @property
    def on_sqlite(self) -> bool:
        return self.session.get_bind().dialect.name == "sqlite"

    async def seqs(self) -> list[int]:
        sealed = select(seal_table.c.last).order_by(seal_table.c.n.desc()).limit(1)
        last = (await self.session.execute(sealed)).scalar_one()
        rows = select(audit_table.c.seq).where(audit_table.c.seq <= last).order_by(audit_table.c.seq)
        return list((await self.session.execute(rows)).scalars())

    async def seals(self) -> list[int]:
        return list((await self.session.execute(select(seal_table.c.n).order_by(seal_table.c.n))).scalars())

    async def change(self, seq: int, **values: Any) -> None:
        await self.session.execute(update(audit_table).where(audit_table.c.seq == seq).values(**values))

    def flipped(self, before: bytes) -> bytes:
        """One byte is another."""
        place = self.chance.randrange(len(before))
        after = before[place] ^ self.chance.randrange(1, 256)
        return before[:place] + bytes([after]) + before[place + 1 :]

    def readable(self, before: str) -> str:
        """One character is another, and PostgreSQL still takes it."""
        place = self.chance.randrange(len(before))
        other = self.chance.choice([each for each in "0123456789abcdefXYZ" if each != before[place]])
        return before[:place] + other + before[place + 1 :]


async def flip_a_byte(on: Attacker) -> Done:
    """Anywhere in a row. SQLite takes any byte in any column; PostgreSQL what is of the column's type."""
    seq = on.chance.choice(await on.seqs())
    row = (await on.session.execute(select(audit_table).where(audit_table.c.seq == seq))).one()
    column = on.chance.choice(
        [each for each in (*TEXTS, "at", "subjects", "outcome") if getattr(row, each) is not None]
    )
    if on.on_sqlite:
        cast = f"CAST({column} AS BLOB)"
        before = (
            await on.session.execute(text(f"SELECT {cast} FROM audit WHERE seq = :seq"), {"seq": seq})
        ).scalar_one()
        changed = text(f"UPDATE audit SET {column} = CAST(:after AS TEXT) WHERE seq = :seq")
        await on.session.execute(changed, {"after": on.flipped(before), "seq": seq})
    elif column == "at":
        await on.change(seq, at=row.at + timedelta(microseconds=1 << on.chance.randrange(50)))
    elif column == "outcome":
        await on.change(seq, outcome=row.outcome ^ (1 << on.chance.randrange(31)))
    elif column == "subjects":
        other = json.dumps([on.readable(row.subjects[0]), *row.subjects[1:]])
        after = on.chance.choice([other, json.dumps(row.subjects) + " "])
        changed = text("UPDATE audit SET subjects = CAST(:after AS JSON) WHERE seq = :seq")
        await on.session.execute(changed, {"after": after, "seq": seq})
    else:
        await on.change(seq, **{column: on.readable(getattr(row, column))})
    return Done(rows=frozenset({seq}))


async def move_before_christ(on: Attacker) -> Done:
    """The same date and time of day, written the same by whoever forgets the era."""
    seq = on.chance.choice(await on.seqs())
    era = (
        "'-' || at"
        if on.on_sqlite
        else "(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00 BC')::timestamptz"
    )
    await on.session.execute(text(f"UPDATE audit SET at = {era} WHERE seq = :seq"), {"seq": seq})
    return Done(rows=frozenset({seq}))


async def delete_rows(on: Attacker) -> Done:
    seqs = await on.seqs()
    gone = on.chance.sample(seqs, on.chance.randint(1, 5))
    await on.session.execute(delete(audit_table).where(audit_table.c.seq.in_(gone)))
    return Done(rows=frozenset(gone))


async def put_a_row_in(on: Attacker) -> Done:
    seqs = await on.seqs()
    free = [-1, 0, *(set(range(seqs[0], seqs[-1])) - set(seqs))]
    seq = on.chance.choice(free)
    like = (await on.session.execute(select(audit_table).where(audit_table.c.seq == seqs[0]))).one()
    await on.session.execute(insert(audit_table).values(**dict(like._mapping) | {"seq": seq}))
    return Done(rows=frozenset({seq}))


async def swap_rows(on: Attacker) -> Done:
    one, other = on.chance.sample(await on.seqs(), 2)
    rows = await on.session.execute(select(audit_table).where(audit_table.c.seq.in_([one, other])))
    kept = {row.seq: {name: value for name, value in row._mapping.items() if name != "seq"} for row in rows}
    for to, from_ in ((one, other), (other, one)):
        await on.change(to, **kept[from_])
    return Done(rows=frozenset({one, other}))


async def change_a_row_and_its_digest(on: Attacker) -> Done:
    """The list of digests is changed with the row; what was signed is the list as it was."""
    seq = on.chance.choice(await on.seqs())
    await on.change(seq, actor="nobody")
    n = (
        await on.session.execute(
            select(seal_table.c.n).where(seal_table.c.last >= seq).limit(1).order_by(seal_table.c.n)
        )
    ).scalar_one()
    await _list_again(on, n)
    return Done(seals=frozenset({n}), rows=frozenset({seq}))


async def flip_a_byte_of_a_seal(on: Attacker) -> Done:
    n = on.chance.choice(await on.seals())
    row = (await on.session.execute(select(seal_table).where(seal_table.c.n == n))).one()
    changed = on.chance.choice(
        [
            {"last": row.last ^ (1 << on.chance.randrange(62))},
            {"links": on.flipped(row.links)},
            {"links": row.links[: on.chance.randrange(len(row.links))]},
            {"signed": on.readable(row.signed)},
        ]
    )
    await on.session.execute(update(seal_table).where(seal_table.c.n == n).values(**changed))
    return Done(seals=frozenset({n}))


async def drop_seals(on: Attacker) -> Done:
    gone = on.chance.sample(await on.seals(), on.chance.randint(1, 3))
    await on.session.execute(delete(seal_table).where(seal_table.c.n.in_(gone)))
    return Done(seals=frozenset(gone))


async def swap_seals(on: Attacker) -> Done:
    one, other = on.chance.sample(await on.seals(), 2)
    rows = await on.session.execute(select(seal_table).where(seal_table.c.n.in_([one, other])))
    kept = {row.n: dict(row._mapping) for row in rows}
    for to, from_ in ((one, other), (other, one)):
        await on.session.execute(update(seal_table).where(seal_table.c.n == to).values(**kept[from_] | {"n": to}))
    return Done(seals=frozenset({one, other}))


async def cut_the_tail(on: Attacker) -> Done:
    """Rows and seals: what is left is as whole as it was then."""
    ns = await on.seals()
    first = on.chance.choice(ns)
    before = (await on.session.execute(select(seal_table.c.last).where(seal_table.c.n == first - 1))).scalar() or FIRST
    rows = frozenset(seq for seq in await on.seqs() if seq > before)
    await on.session.execute(delete(seal_table).where(seal_table.c.n >= first))
    await on.session.execute(delete(audit_table).where(audit_table.c.seq > before))
    return Done(seals=frozenset(n for n in ns if n >= first), rows=rows)


async def seal_again_with_another_key(on: Attacker) -> Done:
    """A row is changed, and its seal and every one after it are made anew, all in order but for the key."""
    seq = on.chance.choice(await on.seqs())
    await on.change(seq, outcome=404)
    changed = await seal_again(on, on.own_key, seq)
    return Done(seals=frozenset(changed), rows=frozenset({seq}))


async def seal_again(on: Attacker, key: OKPKey, seq: int) -> list[int]:
    """Make the seal over a row anew, and all that follow; returns their numbers."""
    found = select(seal_table.c.n).where(seal_table.c.last >= seq).order_by(seal_table.c.n)
    again = list((await on.session.execute(found)).scalars())
    for n in again:
        await _list_again(on, n)
        row = (await on.session.execute(select(seal_table).where(seal_table.c.n == n))).one()
        before = (await on.session.execute(select(seal_table.c.signed).where(seal_table.c.n == n - 1))).scalar()
        statement = Statement.of(
            row.links,
            service=on.service,
            seal=n,
            previous=sha256_of(before) if before else "",
            at=json_of(row.signed)["at"],
        )
        await on.session.execute(update(seal_table).where(seal_table.c.n == n).values(signed=sign(statement, key)))
    return again


def json_of(signed: str) -> dict[str, Any]:
    from joserfc.jws import extract_compact

    return json.loads(extract_compact(signed.encode()).payload)


async def _list_again(on: Attacker, n: int) -> None:
    ends = {
        row.n: row.last
        for row in await on.session.execute(
            select(seal_table.c.n, seal_table.c.last).where(seal_table.c.n.in_([n - 1, n]))
        )
    }
    links = await digests(on.session, after=ends.get(n - 1, FIRST), until=ends[n], limit=10_000)
    await on.session.execute(update(seal_table).where(seal_table.c.n == n).values(links=packed(links)))


ATTACKS: tuple[Callable[[Attacker], Awaitable[Done]], ...] = (
    flip_a_byte,
    flip_a_byte,
    flip_a_byte,
    move_before_christ,
    delete_rows,
    put_a_row_in,
    swap_rows,
    change_a_row_and_its_digest,
    flip_a_byte_of_a_seal,
    flip_a_byte_of_a_seal,
    drop_seals,
    swap_seals,
    cut_the_tail,
    seal_again_with_another_key,
)
