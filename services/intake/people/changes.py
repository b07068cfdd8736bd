"""What this transaction changes about whom. `services.intake.speaking` turns it into one event a subject, at commit.

A subject's row is locked before anything about it is changed and its version rises once a transaction: that is what
keeps its events in order, whoever changes what at the same time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from uuid import UUID

from sqlmodel import col, select

from services.intake.people.models import Child, Worker
from services.intake.referrals.models import ReferralRow
from shared import audit
from shared.contracts.codes import Disability, Ethnicity, Sex
from shared.contracts.state import Change
from shared.database import Session

CHANGES = "intake.changes"


class Kept(Protocol):
    """A child's row, whether read as one of the model or as it was returned by the statement that entered it."""

    @property
    def id(self) -> UUID: ...
    @property
    def n(self) -> int: ...
    @property
    def merged_into(self) -> UUID | None: ...
    @property
    def stands_for(self) -> Sequence[str]: ...
    @property
    def sex(self) -> Sex | None: ...
    @property
    def ethnicity(self) -> Ethnicity | None: ...
    @property
    def disabilities(self) -> Sequence[Disability]: ...
    @property
    def born_on(self) -> date | None: ...
    @property
    def expected_on(self) -> date | None: ...


@dataclass
class Changed:
    """What happened to a subject in this transaction, and the version that makes of it."""

    child: Kept
    n: int
    changes: list[Change] = field(default_factory=list)
    merged_into: UUID | None = None
    """The child this record is of, if it was merged: then it says nothing itself, and that child speaks for both."""
    stands_for: Sequence[UUID] = ()
    """The records that were merged into this one."""


@dataclass
class Changes:
    """What is to be said when the transaction commits, and who caused it."""

    by: str = ""
    children: dict[UUID, Changed] = field(default_factory=dict)
    workers: dict[UUID, list[Change]] = field(default_factory=dict)
    entered: dict[UUID, list[ReferralRow]] = field(default_factory=dict)
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
    _note(session, child, Change(what=what, item_id=item, on=on), by=by)
    changes(session).entered.pop(child.id, None)


def child_referred(session: Session, child: Kept, referral: ReferralRow, *, by: str) -> None:
    """Note the referral of a child whom this transaction has entered, or locked and raised to the version it now has."""
    received = Change(what="referral.received", item_id=referral.id, on=referral.received_on)
    _note(session, child, received, by=by)
    audit.touches(session, [referral.id])
    if child.n == 1:
        changes(session).entered.setdefault(child.id, []).append(referral)
    else:
        changes(session).entered.pop(child.id, None)


def _note(session: Session, child: Kept, change: Change, *, by: str) -> None:
    noted = changes(session)
    changed = noted.children.setdefault(child.id, Changed(child, child.n))
    changed.child, changed.n, changed.merged_into = child, child.n, child.merged_into
    changed.stands_for = [UUID(each) for each in child.stands_for]
    changed.changes.append(change)
    noted.by = by
    audit.touches(session, [child.id])


async def note_who_is_spoken_for(session: Session) -> None:
    """What happened to a record that was merged into another's has happened to the child it is of, who says it."""
    noted = changes(session)
    merged = [each for each in noted.children.values() if each.merged_into and each.merged_into not in noted.children]
    for child in (
        await lock_children(session, {each.merged_into for each in merged if each.merged_into}) if merged else ()
    ):
        for change in (change for each in merged if each.merged_into == child.id for change in each.changes):
            child_changed(session, child, change.what, item=change.item_id, on=change.on, by=noted.by)


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
