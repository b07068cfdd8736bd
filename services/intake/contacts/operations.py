"""What is done with contacts: received, screened, decided on."""

import hashlib
from uuid import UUID

from sqlmodel import col, select

from services.intake.contacts import queries
from services.intake.contacts.models import Contact, ContactDecisionIn, ContactIn, ScreeningIn
from services.intake.episodes.models import Episode
from services.intake.identity.operations import look_for_likenesses
from services.intake.people.changes import child_changed, lock_children
from services.intake.people.models import Child, ReferredChild
from services.intake.people.names import keys
from services.intake.people.operations import BLANKS_FILLED, recognise
from services.intake.people.queries import records_of
from services.intake.referrals.models import ReferralIn
from services.intake.referrals.operations import (
    EpisodeAlreadyOpen,
    NoEpisodeOpen,
    ReceivedInTheFuture,
    ReferenceUsedForSomethingElse,
    receive,
)
from shared import audit, clock
from shared.contracts.codes import ContactOutcome
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict, Problem
from shared.web.roles import Principal


class NotScreened(Conflict):
    title = "Nobody has screened this contact"


class ContactDecided(Conflict):
    title = "This contact has been decided on"


async def take(session: Session, told: ContactIn, *, by: Principal) -> tuple[Contact, bool]:
    """Take in what somebody told of a child; whether it is new. The same again, under its sender's reference, is the first one.

    Raises `ReceivedInTheFuture`, `ReferenceUsedForSomethingElse`.
    """
    if told.received_on > clock.today():
        raise ReceivedInTheFuture("give the day on which it reached the authority")
    meaning = hashlib.sha256(told.model_dump_json(exclude_none=True).encode()).digest()
    (child,) = await recognise(session, [told.child.la_child_id])
    named = (Contact.source_system == by.id, Contact.source_reference == told.source_reference)
    if (known := (await session.exec(select(Contact).where(*named))).one_or_none()) is not None:
        if known.fingerprint != meaning:
            raise ReferenceUsedForSomethingElse("give a new contact a new source_reference")
        return known, False
    await _fill_blanks(session, child, told.child)
    contact = Contact(
        id=new_id(),
        child_id=child.id,
        source_system=by.id,
        source_reference=told.source_reference,
        fingerprint=meaning,
        received_on=told.received_on,
        received_at=clock.now(),
        source=told.source,
        concern=told.concern,
        episode_id=await _open_episode(session, child),
    )
    session.add(contact)
    await session.flush()
    _changed(session, child, contact, "contact.received", by=by)
    return contact, True


async def _fill_blanks(session: Session, child: Child, told: ReferredChild) -> None:
    """What we hold already stands: whoever tells of a child is not its master."""
    said = {name: getattr(told, name, None) for name in BLANKS_FILLED}
    blank = {name: value for name, value in said.items() if value is not None and getattr(child, name) is None}
    for name, value in blank.items():
        setattr(child, name, value)
    for name, key in keys(child.forename, child.surname, child.born_on).items():
        setattr(child, name, key)
    if blank or child.n == 0:
        await look_for_likenesses(session, [child])


async def screen(session: Session, contact_id: UUID, screened: ScreeningIn, *, by: Principal) -> None:
    """Say what was found out and what is proposed; again, until it is decided on. Raises `ContactDecided`."""
    child, contact = await _in_hand(session, contact_id, by=by)
    contact.proposed, contact.screening = screened.proposed, screened.found
    contact.screened_at, contact.screened_by = clock.now(), by.id
    _changed(session, child, contact, "contact.screened", by=by)


async def decide(session: Session, contact_id: UUID, decided: ContactDecisionIn, *, by: Principal) -> None:
    """Decide what comes of a contact that was screened. A referral comes of it only while no episode is open."""
    child, contact = await _in_hand(session, contact_id, by=by)
    if contact.screened_at is None:
        raise NotScreened("screen it first: say what was found out and what is proposed")
    is_open = await _open_episode(session, child)
    if decided.outcome is ContactOutcome.REFERRAL and is_open:
        raise EpisodeAlreadyOpen("decide open_episode: it is a contact on the episode that is open")
    if decided.outcome is ContactOutcome.OPEN_EPISODE and not is_open:
        raise NoEpisodeOpen("decide on the contact itself: there is no open episode it could join")
    contact.outcome, contact.decided_at, contact.decided_by = decided.outcome, clock.now(), by.id
    contact.episode_id = contact.episode_id or is_open
    if decided.outcome is ContactOutcome.REFERRAL:
        await _refer(session, child, contact, decided, by=by)
    _changed(session, child, contact, "contact.decided", by=by)


async def _refer(
    session: Session, child: Child, contact: Contact, decided: ContactDecisionIn, *, by: Principal
) -> None:
    """The referral that comes of a contact is decided on as any, by the day by which the contact had to be."""
    form = ReferralIn(
        source_reference=f"contact:{contact.id}",
        received_on=contact.received_on,
        source=contact.source,
        primary_need=decided.primary_need,
        concern=contact.concern,
        children=[ReferredChild(la_child_id=child.la_child_id)],
    )
    await session.flush()
    (received,) = await receive(session, [form], by=by)
    assert not isinstance(received, Problem), "it was received before today, under a reference that nobody else uses"
    await session.refresh(child)
    contact.referral_id = received.referrals[0].id


async def _in_hand(session: Session, contact_id: UUID, *, by: Principal) -> tuple[Child, Contact]:
    contact = await queries.contact(session, contact_id, by=by)
    (child,) = await lock_children(session, [contact.child_id])
    await session.refresh(contact)
    if contact.outcome is not None:
        raise ContactDecided("read the contact to see what was decided")
    return child, contact


async def _open_episode(session: Session, child: Child) -> UUID | None:
    """The episode of the child that is open, whichever record it stands in."""
    records = await records_of(session, child)
    wanted = select(Episode.id).where(col(Episode.child_id).in_(records), col(Episode.closed_on).is_(None))
    return (await session.exec(wanted.order_by(col(Episode.started_on).desc()).limit(1))).first()


def _changed(session: Session, child: Child, contact: Contact, what: str, *, by: Principal) -> None:
    audit.touches(session, [contact.id])
    child_changed(session, child, what, item=contact.id, on=clock.today(), by=by.id)
