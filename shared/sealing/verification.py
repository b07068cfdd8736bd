"""Walks the whole audit and says what is not as it was sealed. It believes nothing that stands in the database."""

import struct
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from joserfc.jwk import KeySet
from sqlalchemy import func, select

from shared.database import Session
from shared.sealing.anchors import Anchors
from shared.sealing.findings import Report, Wrong
from shared.sealing.keys import NotSigned, opened
from shared.sealing.models import FIRST, Seal, digests, heads_of, seal_table, seals
from shared.sealing.queries import rows_beyond
from shared.sealing.restores import acknowledged
from shared.sealing.statement import Head, Restore, Statement, sha256_of, unpacked

ROWS_AT_ONCE = 20_000
SEALS_AT_ONCE = 64
HEADS_AT_ONCE = 1000


@dataclass(frozen=True)
class Verified:
    """One seal, and how far it may be believed."""

    n: int
    last: int
    links: dict[int, bytes]
    signed: str
    is_sound: bool


@dataclass
class Walk:
    """Where a walk over one service's audit is."""

    service: str
    keys: KeySet
    report: Report
    before: Verified = field(default_factory=lambda: Verified(0, FIRST, {}, "", is_sound=True))


async def verify(
    session: Session, *, keys: KeySet, anchors: Anchors, progress: Callable[[int], None] = lambda _rows: None
) -> Report:
    """Compare every audit row with its seal, every seal with its signature and the seal before, and both with the heads
    kept outside the database. The service may go on meanwhile.
    """
    walk = Walk(anchors.service, keys, Report(anchors.service))
    newest = (await session.execute(select(func.max(seal_table.c.n)))).scalar_one() or 0
    at_once = SEALS_AT_ONCE
    while batch := await seals(session, after=walk.before.n, until=newest, limit=at_once):
        rows = await _compare(session, walk, batch, progress)
        at_once = max(1, min(10 * at_once, ROWS_AT_ONCE * len(batch) // max(1, rows)))
    restores = acknowledged(anchors, keys, walk.report)
    await _compare_heads(session, anchors, walk.before, walk.report, restores)
    walk.report.unsealed = await rows_beyond(session, walk.before.last)
    return walk.report


async def _compare(session: Session, walk: Walk, batch: Sequence[Seal], progress: Callable[[int], None]) -> int:
    """Compare what these seals say with the rows as they stand; returns how many rows there were."""
    after = walk.before.last
    verified = [_verified(walk, seal) for seal in batch]
    sealed = {seq: digest for each in verified for seq, digest in each.links.items()}
    standing: dict[int, bytes] = {}
    reached, until = after, max(each.last for each in verified)
    while rows := await digests(session, after=reached, until=until, limit=ROWS_AT_ONCE):
        standing.update(rows)
        reached = rows[-1][0]
        progress(len(rows))
    walk.report.seals += len(batch)
    walk.report.rows += len(standing)
    if standing != sealed:
        _name_what_differs(walk.report, verified, sealed, standing)
    return len(standing)


def _name_what_differs(
    report: Report, verified: list[Verified], sealed: dict[int, bytes], standing: dict[int, bytes]
) -> None:
    ends = [each.last for each in verified]
    for seq in sorted(sealed.keys() | standing.keys()):
        if sealed.get(seq) == standing.get(seq):
            continue
        seal = verified[min(bisect_left(ends, seq), len(ends) - 1)]
        if not seal.is_sound:
            wrong = Wrong.ROW_IN_DOUBT
        elif seq not in standing:
            wrong = Wrong.ROW_MISSING
        elif seq not in sealed:
            wrong = Wrong.ROW_NOT_SEALED
        else:
            wrong = Wrong.ROW_CHANGED
        report.found(wrong, seal=seal.n, first=seq, last=seq)


def _verified(walk: Walk, seal: Seal) -> Verified:
    """The seal, compared with its signature and with the seal before it, which it then takes the place of."""
    before, report = walk.before, walk.report
    if seal.n > before.n + 1:
        report.found(Wrong.SEAL_MISSING, seal=before.n + 1, until_seal=seal.n - 1)
    statement, links = _signed(seal, walk), _links(seal)
    last = statement.last if statement else max(before.last, min(_number(seal.last), max(links, default=before.last)))
    is_sound = statement is not None and _fits(statement, seal, links, service=walk.service)
    rows = {"first": min(links, default=before.last + 1), "last": last}
    if not is_sound:
        report.found(Wrong.SEAL_CHANGED, seal=seal.n, **rows)
    elif before.is_sound and seal.n == before.n + 1 and statement and statement.previous != _sha256(before):
        report.found(Wrong.SEAL_OUT_OF_CHAIN, seal=seal.n, **rows)
    walk.before = Verified(seal.n, last, links, seal.signed, is_sound)
    return walk.before


def _signed(seal: Seal, walk: Walk) -> Statement | None:
    try:
        return opened(seal.signed, walk.keys, Statement)
    except NotSigned:
        return None


def _links(seal: Seal) -> dict[int, bytes]:
    try:
        return unpacked(seal.links)
    except struct.error:
        return {}


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return FIRST


def _fits(statement: Statement, seal: Seal, links: dict[int, bytes], *, service: str) -> bool:
    """Whether all of a seal, byte by byte, is what was signed."""
    if not links or str(statement.last) != seal.last:
        return False
    previous, at = statement.previous, statement.at
    return statement == Statement.of(seal.links, service=service, seal=seal.n, previous=previous, at=at)


def _sha256(before: Verified) -> str:
    return sha256_of(before.signed) if before.n else ""


async def _compare_heads(
    session: Session, anchors: Anchors, newest: Verified, report: Report, restores: Sequence[Restore]
) -> None:
    """Compare the heads kept outside with the seals: what was cut off, and what was made anew with a stolen key."""
    cut: list[Head] = []
    async for _, head, standing in heads_in_doubt(session, anchors, restores):
        if head is None:
            report.found(Wrong.HEAD_UNREADABLE)
            continue
        if standing is None and head.seal > newest.n:
            cut.append(head)
        elif standing not in {None, head.sha256}:
            report.found(Wrong.SEAL_REPLACED, seal=head.seal)
        report.heads += 1
        report.anchored = max(report.anchored, head.seal)
    if cut:
        rows = {"first": max(newest.last, 0) + 1, "last": max(head.last for head in cut)}
        report.found(Wrong.TAIL_CUT, seal=newest.n + 1, until_seal=max(head.seal for head in cut), **rows)
    if newest.n and not report.heads:
        report.found(Wrong.NOTHING_ANCHORED)


async def heads_in_doubt(
    session: Session, anchors: Anchors, restores: Sequence[Restore]
) -> AsyncIterator[tuple[int, Head | None, str | None]]:
    """Every head kept outside that no restore explains, in the order they were kept: its line, and the SHA-256 of the seal
    that stands under its number, if one does. None is a line that is no head.
    """
    kept = enumerate(iter(anchors), start=1)
    while batch := list(islice(kept, HEADS_AT_ONCE)):
        standing = await heads_of(session, [head.seal for _, head in batch if head is not None])
        for line, head in batch:
            if head is None:
                yield line, None, None
            elif not any(restore.explains(line, head) for restore in restores):
                yield line, head, standing.get(head.seal)
