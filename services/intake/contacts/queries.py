"""Reads of contacts. Every one starts from what whoever asks may see."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, select

from services.intake.contacts.models import Contact, ContactOut
from services.intake.episodes.clocks import urgency
from services.intake.referrals.decision import due_on
from services.intake.sight import contacts_seen_by
from shared import audit, clock
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def contact(session: Session, contact_id: UUID, *, by: Principal) -> Contact:
    """One contact. Raises `NotFound` when it is not there or not theirs to see."""
    wanted = select(Contact).where(Contact.id == contact_id, await contacts_seen_by(session, by))
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("there is no such contact, or it is not yours to see")
    _seen(session, [found])
    return found


async def page_of_contacts(session: Session, *, asked: PageAsked, undecided: bool, by: Principal) -> Page[ContactOut]:
    """The contacts whoever asks may see, those first whose decision is due first; only those that await it if so asked."""
    wanted = select(Contact).where(await contacts_seen_by(session, by))
    if undecided:
        wanted = wanted.where(col(Contact.outcome).is_(None))
    found, following = await asked.read(session, wanted, col(Contact.received_on), col(Contact.id))
    _seen(session, found)
    return Page(items=[shown(each) for each in found], next=following)


def _seen(session: Session, rows: Iterable[Contact]) -> None:
    audit.touches(session, {id for row in rows for id in (row.id, row.child_id)})


def shown(row: Contact) -> ContactOut:
    """A contact as it is shown: without its words, with the day by which it must be decided on."""
    due = due_on(row.received_on)
    pressing = urgency(due, on=clock.today()) if row.outcome is None else None
    return ContactOut.model_validate(vars(row) | {"decision_due_on": due, "urgency": pressing})
