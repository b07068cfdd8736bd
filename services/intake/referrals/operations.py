"""What is done with referrals: received, decided."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import col, select

from services.intake.episodes.operations import has_open_episode, open_episode
from services.intake.people.changes import attempt, child_changed, lock_children, note
from services.intake.people.operations import enter
from services.intake.referrals import queries
from services.intake.referrals.decision import NO_FURTHER_ACTION, OPENS_AN_EPISODE, Outcome
from services.intake.referrals.models import DecisionIn, Referral, ReferralForm, ReferralIn
from shared import audit, clock
from shared.contracts.state import Change
from shared.database import Session, insert_or
from shared.failures import is_transient
from shared.ids import new_id
from shared.problems import Conflict, Problem, Unprocessable
from shared.telemetry import log
from shared.web.roles import Principal


class ReferenceUsedForSomethingElse(Conflict):
    title = "This source reference came with a different referral before"
    at = "/source_reference"


class ReceivedInTheFuture(Unprocessable):
    title = "A referral cannot have been received in the future"
    at = "/received_on"


class CannotBeStored(Conflict):
    title = "This referral could not be stored"


class AlreadyDecided(Conflict):
    title = "This referral has been decided"


class RecordedElsewhere(Conflict):
    title = "This referral is recorded in another system"


class EpisodeAlreadyOpen(Conflict):
    title = "The child already has an open episode of need"


class NoEpisodeOpen(Conflict):
    title = "The child has no open episode of need"


@dataclass(frozen=True)
class Received:
    """A form as it is filed: new with its referrals, or the one that came under its reference before."""

    form_id: UUID
    source_reference: str
    referrals: Sequence[Referral] = ()

    @property
    def is_new(self) -> bool:
        return bool(self.referrals)


async def receive(session: Session, forms: Sequence[ReferralIn], *, by: Principal) -> list[Received | Problem]:
    """Take in forms, one referral a child, by a handful of statements however many they are. Answers each in its place.

    The same form again, under the reference its sender gave it, is the first one; a different one is refused.
    """
    filed = await _file(session, forms, by=by)
    new = [form for form, outcome in zip(forms, filed, strict=True) if isinstance(outcome, UUID)]
    children = await enter(session, (child for form in new for child in form.children)) if new else {}
    received: list[Received | Problem] = []
    for form, outcome in zip(forms, filed, strict=True):
        if isinstance(outcome, UUID):
            referrals = [_refer(session, form, outcome, *children[child.la_child_id], by=by) for child in form.children]
            outcome = Received(outcome, form.source_reference, referrals)  # noqa: PLW2901
        received.append(outcome)
    rows = [row.model_dump() for each in received if isinstance(each, Received) for row in each.referrals]
    if rows:
        await session.execute(insert(Referral), rows)
    return received


async def receive_apart(session: Session, forms: Sequence[ReferralIn], *, by: Principal) -> list[Received | Problem]:
    """Take in forms so that one which cannot be stored, whatever the reason, leaves the others as they are."""
    try:
        async with attempt(session):
            return await receive(session, forms, by=by)
    except Exception as failure:
        if is_transient(failure):
            raise
        log.warning("referrals.taken_one_by_one", error=type(failure).__name__)
    received: list[Received | Problem] = []
    for form in forms:
        try:
            async with attempt(session):
                received += await receive(session, [form], by=by)
        except Exception as failure:
            if is_transient(failure):
                raise
            received.append(
                CannotBeStored("the others were taken in; check this one, or ask whoever runs this service")
            )
    return received


async def try_out(session: Session, forms: Sequence[ReferralIn], *, by: Principal) -> list[Received | Problem]:
    """What would come of forms: they are taken in, looked at, and given up again."""
    received: list[Received | Problem] = []
    with suppress(_OnlyTried):
        async with attempt(session):
            received = await receive_apart(session, forms, by=by)
            raise _OnlyTried
    return received


class _OnlyTried(Exception):
    """Undoes what was tried out."""


async def _file(session: Session, forms: Sequence[ReferralIn], *, by: Principal) -> list[UUID | Received | Problem]:
    """Keep the forms: the id of each that is new, what stands in its place where its sender's reference is taken, or why
    it is refused. Two senders of one form at once: the second waits, then finds the first.
    """
    today, now = clock.today(), clock.now()
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "source_system": by.id,
            "source_reference": form.source_reference,
            "fingerprint": _fingerprint(form),
            "concern": form.concern,
            "received_at": now,
        }
        for form in forms
    ]
    sound = [row for form, row in zip(forms, rows, strict=True) if form.received_on <= today]
    new = await _not_filed_before(session, sorted(sound, key=itemgetter("source_reference")))
    first = await _filed_before(session, [row for row in sound if row["id"] not in new], by=by)
    outcomes: list[UUID | Received | Problem] = []
    for form, row in zip(forms, rows, strict=True):
        known = first.get(form.source_reference)
        if form.received_on > today:
            outcomes.append(ReceivedInTheFuture("give the day on which the referral reached the authority"))
        elif row["id"] in new:
            outcomes.append(row["id"])
        elif known is not None and known.fingerprint == row["fingerprint"]:
            outcomes.append(Received(known.id, form.source_reference))
        else:
            outcomes.append(ReferenceUsedForSomethingElse("give a new referral a new source_reference"))
    return outcomes


async def _not_filed_before(session: Session, rows: list[dict[str, Any]]) -> set[UUID]:
    if not rows:
        return set()
    kept = insert_or(session, ReferralForm.__table__).on_conflict_do_nothing()  # type: ignore[attr-defined]
    return set((await session.execute(kept.returning(col(ReferralForm.id)), rows)).scalars())


async def _filed_before(session: Session, rows: list[dict[str, Any]], *, by: Principal) -> dict[str, ReferralForm]:
    if not rows:
        return {}
    references = [row["source_reference"] for row in rows]
    wanted = select(ReferralForm).where(
        ReferralForm.source_system == by.id, col(ReferralForm.source_reference).in_(references)
    )
    return {form.source_reference: form for form in (await session.exec(wanted)).all()}


def _fingerprint(posted: ReferralIn) -> bytes:
    """Of what was said; the order in which siblings are named says nothing."""
    in_order = sorted(posted.children, key=attrgetter("la_child_id"))
    return hashlib.sha256(posted.model_copy(update={"children": in_order}).model_dump_json().encode()).digest()


def _refer(session: Session, form: ReferralIn, form_id: UUID, child_id: UUID, n: int, *, by: Principal) -> Referral:
    referral = Referral(
        id=new_id(),
        child_id=child_id,
        form_id=form_id,
        received_on=form.received_on,
        source=form.source,
        primary_need=form.primary_need,
    )
    audit.touches(session, [referral.id])
    note(session, child_id, n, Change(what="referral.received", item_id=referral.id, on=form.received_on), by=by.id)
    return referral


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
