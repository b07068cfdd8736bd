"""What is done with referrals: received, decided."""

import hashlib
from operator import attrgetter
from uuid import UUID

from sqlmodel import col, select

from services.intake.episodes.operations import has_open_episode, open_episode
from services.intake.people.changes import child_changed, lock_children
from services.intake.people.models import Child
from services.intake.people.operations import fill_blanks, recognise
from services.intake.referrals import queries
from services.intake.referrals.decision import NO_FURTHER_ACTION, OPENS_AN_EPISODE, Outcome
from services.intake.referrals.models import DecisionIn, Referral, ReferralForm, ReferralIn
from shared import clock
from shared.database import Session, insert_or
from shared.ids import new_id
from shared.problems import Conflict, Unprocessable
from shared.web.roles import Principal


class ReferenceUsedForSomethingElse(Conflict):
    title = "This source reference came with a different referral before"
    at = "/source_reference"


class ReceivedInTheFuture(Unprocessable):
    title = "A referral cannot have been received in the future"
    at = "/received_on"


class AlreadyDecided(Conflict):
    title = "This referral has been decided"


class RecordedElsewhere(Conflict):
    title = "This referral is recorded in another system"


class EpisodeAlreadyOpen(Conflict):
    title = "The child already has an open episode of need"


class NoEpisodeOpen(Conflict):
    title = "The child has no open episode of need"


async def receive(session: Session, posted: ReferralIn, *, by: Principal) -> bool:
    """Take in a form: one referral a child. Returns whether it is new.

    The same form again, under the reference its sender gave it, is the first one; a different one is refused.
    """
    if posted.received_on > clock.today():
        raise ReceivedInTheFuture("give the day on which the referral reached the authority")
    form_id, is_new = await _file(session, posted, by=by)
    if not is_new:
        return False
    by_la_child_id = {child.la_child_id: child for child in await recognise(session, _ids(posted))}
    for stated in posted.children:
        child = by_la_child_id[stated.la_child_id]
        fill_blanks(child, stated)
        _refer(session, child, posted, form_id, by=by)
    return True


def _ids(posted: ReferralIn) -> list[str]:
    return [child.la_child_id for child in posted.children]


async def _file(session: Session, posted: ReferralIn, *, by: Principal) -> tuple[UUID, bool]:
    """Keep the form, unless its sender's reference is taken. Two at once: the second waits, then finds the first."""
    fingerprint = _fingerprint(posted)
    kept = (
        insert_or(session, ReferralForm.__table__)  # type: ignore[attr-defined]
        .values(
            id=new_id(),
            source_system=by.id,
            source_reference=posted.source_reference,
            fingerprint=fingerprint,
            concern=posted.concern,
            received_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(col(ReferralForm.id))
    )
    if form_id := (await session.execute(kept)).scalar_one_or_none():
        return form_id, True
    wanted = select(ReferralForm).where(
        ReferralForm.source_system == by.id, ReferralForm.source_reference == posted.source_reference
    )
    first = (await session.exec(wanted)).one()
    if first.fingerprint != fingerprint:
        raise ReferenceUsedForSomethingElse("give a new referral a new source_reference")
    return first.id, False


def _fingerprint(posted: ReferralIn) -> bytes:
    """Of what was said; the order in which siblings are named says nothing."""
    in_order = sorted(posted.children, key=attrgetter("la_child_id"))
    return hashlib.sha256(posted.model_copy(update={"children": in_order}).model_dump_json().encode()).digest()


def _refer(session: Session, child: Child, posted: ReferralIn, form_id: UUID, *, by: Principal) -> None:
    referral = Referral(
        id=new_id(),
        child_id=child.id,
        form_id=form_id,
        received_on=posted.received_on,
        source=posted.source,
        primary_need=posted.primary_need,
    )
    session.add(referral)
    child_changed(session, child, "referral.received", item=referral.id, on=posted.received_on, by=by.id)


async def decide(session: Session, referral_id: UUID, decision: DecisionIn, *, by: Principal) -> Referral:
    """Decide what comes of a referral; an assessment or a strategy discussion opens an episode of need."""
    seen = await queries.referral(session, referral_id, by=by)
    (child,) = await lock_children(session, [seen.child_id])
    await session.refresh(seen)
    if seen.form_id is None:
        raise RecordedElsewhere("decide there; what was decided is here once that system states it")
    if seen.outcome is not None or seen.no_further_action is not None:
        raise AlreadyDecided("read the referral to see what was decided")
    is_open = await has_open_episode(session, child.id)
    if decision.outcome in OPENS_AN_EPISODE and is_open:
        raise EpisodeAlreadyOpen("decide open_episode: the concern becomes a contact on the episode that is open")
    if decision.outcome is Outcome.OPEN_EPISODE and not is_open:
        raise NoEpisodeOpen("decide on the referral itself: there is no open episode it could join")
    seen.outcome = decision.outcome
    seen.no_further_action = decision.outcome in NO_FURTHER_ACTION
    seen.primary_need = decision.primary_need or seen.primary_need
    seen.decided_at, seen.decided_by = clock.now(), by.id
    if decision.outcome in OPENS_AN_EPISODE:
        open_episode(session, seen)
    child_changed(session, child, "referral.decided", item=seen.id, on=clock.today(), by=by.id)
    return seen
