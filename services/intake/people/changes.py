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
from shared import audit
from shared.contracts.state import Change
from shared.database import Session

CHANGES = "intake.changes"


@dataclass
class Changes:
    """What is to be said when the transaction commits, and who caused it."""

    by: str = ""
    children: dict[UUID, list[Change]] = field(default_factory=dict)
    workers: dict[UUID, list[Change]] = field(default_factory=dict)


def changes(session: Session) -> Changes:
    noted: Changes = session.info.setdefault(CHANGES, Changes())
    return noted


async def lock_children(session: Session, ids: Iterable[UUID]) -> Sequence[Child]:
    """The children's rows, locked until the transaction ends; in order of id, so that two families cannot deadlock."""
    found = select(Child).where(col(Child.id).in_(list(ids))).order_by(col(Child.id)).with_for_update()
    return (await session.exec(found.execution_options(populate_existing=True))).all()


def child_changed(
    session: Session, child: Child, what: str, *, item: UUID | None = None, on: date | None = None, by: str
) -> None:
    """Note that something about a locked child changed."""
    noted = changes(session)
    if child.id not in noted.children:
        child.n += 1
        audit.touches(session, [child.id])
    noted.children.setdefault(child.id, []).append(Change(what=what, item_id=item, on=on))
    noted.by = by


def worker_changed(session: Session, worker: Worker, what: str, *, by: str) -> None:
    """Note that something about a worker changed."""
    noted = changes(session)
    if worker.id not in noted.workers:
        worker.n += 1
    noted.workers.setdefault(worker.id, []).append(Change(what=what, item_id=worker.id))
    noted.by = by
