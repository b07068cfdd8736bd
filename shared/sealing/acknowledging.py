"""A backup that was restored cuts off the audit's tail, as a forger would. What tells them apart is that an operator said so at
the time, in a statement that the service signed, that stands in the audit, and that every verification repeats.
"""

from joserfc.jwk import KeySet, OKPKey

from shared import audit, clock
from shared.database import Database, Session
from shared.problems import Conflict
from shared.sealing.anchors import Anchors, append
from shared.sealing.findings import Report, Wrong
from shared.sealing.keys import sign
from shared.sealing.queries import newest_head
from shared.sealing.restores import acknowledged
from shared.sealing.statement import Restore
from shared.sealing.verification import heads_in_doubt, verify

A_RESTORE_LEAVES = {Wrong.TAIL_CUT, Wrong.SEAL_REPLACED}


class NothingWasLost(Conflict):
    title = "Nothing is missing that a restore would explain"


class NotOnlyRestored(Conflict):
    title = "More than the tail differs: a restore does not explain it"


async def acknowledge(
    database: Database, *, key: OKPKey, keys: KeySet, anchors: Anchors, by: str, reason: str
) -> Restore:
    """State that what the audit has lost was lost by restoring a backup. Best before the service runs again.

    Raises `NothingWasLost`, and `NotOnlyRestored` where a row or a seal that is there is not as it was sealed, or a seal stands
    in the place of one that was lost without its own head being kept outside: that one the service did not make.
    """
    async with database.reading() as session:
        report = await verify(session, keys=keys, anchors=anchors)
        if not report.findings:
            raise NothingWasLost("the database holds every seal whose head was kept")
        if {finding.wrong for finding in report.findings} - A_RESTORE_LEAVES:
            raise NotOnlyRestored("`dwc audit verify` says what differs")
        restore = await _what_was_lost(session, keys, anchors, by=by, reason=reason)
    async with database.transaction() as session:
        await audit.record(session, actor=by, role="operator", act="acknowledge a restore", outcome=200)
    append(anchors.restores, sign(restore, key))
    return restore


async def _what_was_lost(session: Session, keys: KeySet, anchors: Anchors, *, by: str, reason: str) -> Restore:
    lost: list[int] = []
    heads, anchored = 0, set()
    known = acknowledged(anchors, keys, Report(anchors.service))
    async for line, head, standing in heads_in_doubt(session, anchors, known):
        if head is not None and standing != head.sha256:
            lost.append(head.seal)
            heads = line
        elif head is not None and lost:
            anchored.add(head.seal)
    kept, newest = min(lost) - 1, await newest_head(session)
    made_since = range(kept + 1, newest.seal if newest else 0)  # the newest may be waiting for its anchor
    if set(made_since) - anchored:
        raise NotOnlyRestored(
            "a seal stands in the place of one that was lost, and its own head was never kept outside"
        )
    return Restore(
        service=anchors.service,
        kept=kept,
        lost=max(lost),
        heads=heads,
        heads_sha256=anchors.sha256(heads),
        by=by,
        reason=reason,
        at=clock.now(),
    )
