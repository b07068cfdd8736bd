"""What this transaction changes about whom. `services.intake.speaking` turns it into one event a subject, at commit.

A subject's row is locked before anything about it is changed and its version rises once a transaction: that is what
keeps its events in order, whoever changes what at the same time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from services.intake.people.models import Child, Worker
from services.intake.referrals.models import Referral
from shared import audit
from shared.contracts.state import Change
from shared.database import Session

CHANGES = "intake.changes"


@dataclass
class Changed:
    """What happened to a subject in this transaction, and the version that makes of it."""

    n: int
    changes: list[Change] = field(default_factory=list)


@dataclass
class Changes:
    """What is to be said when the transaction commits, and who caused it."""

    by: str = ""
    children: dict[UUID, Changed] = field(default_factory=dict)
    workers: dict[UUID, list[Change]] = field(default_factory=dict)
    entered: dict[UUID, list[Referral]] = field(default_factory=dict)
    """Children nobody knew before, with the referrals that are all there is of them: nothing of them needs reading back."""


def changes(session: Session) -> Changes:
    noted: Changes = session.info.setdefault(CHANGES, Changes())
    return noted


async def lock_children(session: Session, ids: Iterable[UUID]) -> Sequence[Child]:
    """The children's rows, locked until the transaction ends; in the order of their LAchildIDs, as everywhere, so that two
    families cannot deadlock.
    """
    found = select(Child).where(col(Child.id).in_(list(ids))).order_by(col(Child.la_child_id)).with_for_update()
    return (await session.exec(found.execution_options(populate_existing=True))).all()


def child_changed(
    session: Session, child: Child, what: str, *, item: UUID | None = None, on: date | None = None, by: str
) -> None:
    """Note that something about a locked child changed, and raise the child's version, once a transaction."""
    if child.id not in changes(session).children:
        child.n += 1
    _note(session, child.id, child.n, Change(what=what, item_id=item, on=on), by=by)
    changes(session).entered.pop(child.id, None)


def child_referred(session: Session, referral: Referral, *, n: int, by: str) -> None:
    """Note the referral of a child whom this transaction has entered, or locked and raised to version `n`."""
    received = Change(what="referral.received", item_id=referral.id, on=referral.received_on)
    _note(session, referral.child_id, n, received, by=by)
    audit.touches(session, [referral.id])
    if n == 1:
        changes(session).entered.setdefault(referral.child_id, []).append(referral)
    else:
        changes(session).entered.pop(referral.child_id, None)


def _note(session: Session, child_id: UUID, n: int, change: Change, *, by: str) -> None:
    noted = changes(session)
    changed = noted.children.setdefault(child_id, Changed(n))
    changed.n = n
    changed.changes.append(change)
    noted.by = by
    audit.touches(session, [child_id])


def worker_changed(session: Session, worker: Worker, what: str, *, by: str) -> None:
    """Note that something about a worker changed."""
    noted = changes(session)
    if worker.id not in noted.workers:
        worker.n += 1
    noted.workers.setdefault(worker.id, []).append(Change(what=what, item_id=worker.id))
    noted.by = by


def worker_edited(worker: Worker) -> None:
    """Raise the version of a locked worker for what stays here: nothing of it is said."""
    worker.n += 1
