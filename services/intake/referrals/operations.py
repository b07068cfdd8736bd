"""What is done with referrals: received, decided."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, TypeGuard
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import col, select

from services.intake.episodes.operations import has_open_episode, open_episode, was_open_after
from services.intake.identity.operations import look_for_likenesses
from services.intake.people.changes import child_changed, child_referred, lock_children
from services.intake.people.operations import enter
from services.intake.people.queries import records_of
from services.intake.referrals import queries
from services.intake.referrals.decision import NO_FURTHER_ACTION, OPENS_AN_EPISODE, Outcome
from services.intake.referrals.models import DecisionIn, Referral, ReferralForm, ReferralIn, ReferralRow
from shared import clock
from shared.database import Insert, Session, put_together_once
from shared.failures import is_transient
from shared.ids import new_id
from shared.problems import Conflict, Problem, Unprocessable
from shared.telemetry import log
from shared.web.roles import Principal

REFERRED: ReturningInsert[Any] = insert(Referral.__table__).returning(*Referral.__table__.c)  # type: ignore[attr-defined]


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


class ReceivedWhileOpen(Conflict):
    title = "An episode was open when this referral was received, and has closed since"


class NoEpisodeOpen(Conflict):
    title = "The child has no open episode of need"


@dataclass(frozen=True)
class Received:
    """A form as it is kept: new with its referrals, or the one that came under its reference before."""

    form_id: UUID
    is_new: bool
    referrals: Sequence[ReferralRow] = ()


async def receive(session: Session, forms: Sequence[ReferralIn], *, by: Principal) -> list[Received | Problem]:
    """Take in forms, one referral a child, by a handful of statements however many they are. Answers each in its place.

    The same form again, under the reference its sender gave it, is the first one; a different one is refused.
    """
    kept = await _keep(session, forms, by=by)
    new = {each.form_id: form for form, each in zip(forms, kept, strict=True) if _is_new(each)}
    referrals = await _refer(session, new, by=by) if new else {}
    return [replace(each, referrals=referrals[each.form_id]) if _is_new(each) else each for each in kept]


async def receive_apart(session: Session, forms: Sequence[ReferralIn], *, by: Principal) -> list[Received | Problem]:
    """Take in forms so that one which cannot be stored, whatever the reason, leaves the others as they are."""
    try:
        async with session.begin_nested():
            return await receive(session, forms, by=by)
    except Exception as failure:
        if is_transient(failure):
            raise
        log.warning("referrals.taken_one_by_one", error=type(failure).__name__)
    received: list[Received | Problem] = []
    for form in forms:
        try:
            async with session.begin_nested():
                received += await receive(session, [form], by=by)
        except Exception as failure:
            if is_transient(failure):
                raise
            log.error("referral.not_stored", error=type(failure).__name__)
            received.append(
                CannotBeStored("the others were taken in; check this one, or ask whoever runs this service")
            )
    return received


async def try_out(session: Session, forms: Sequence[ReferralIn], *, by: Principal) -> list[Received | Problem]:
    """What would come of forms: they are kept, looked at, and given up again."""
    trial = await session.begin_nested()
    kept = await _keep(session, forms, by=by)
    await trial.rollback()
    return kept


def _is_new(outcome: Received | Problem) -> TypeGuard[Received]:
    return isinstance(outcome, Received) and outcome.is_new


async def _keep(session: Session, forms: Sequence[ReferralIn], *, by: Principal) -> list[Received | Problem]:
    """Keep the forms whose references their sender has not used before; of two in one batch, the first.

    Two senders of one form at once: the second waits, then finds the first.
    """
    today, meant = clock.today(), [_fingerprint(form) for form in forms]
    rows: dict[str, dict[str, Any]] = {}
    for form, meaning in zip(forms, meant, strict=True):
        if form.received_on <= today:
            rows.setdefault(form.source_reference, _row(form, meaning, by=by))
    new = await _enter_new(session, rows)
    kept = {reference: (row["id"], row["fingerprint"]) for reference, row in rows.items() if row["id"] in new}
    kept |= await _kept_before(session, rows.keys() - kept.keys(), by=by)
    outcomes: list[Received | Problem] = []
    for form, meaning in zip(forms, meant, strict=True):
        form_id, fingerprint = kept.get(form.source_reference, (None, b""))
        if form_id is None or form.received_on > today:
            outcomes.append(ReceivedInTheFuture("give the day on which the referral reached the authority"))
        elif fingerprint != meaning:
            outcomes.append(ReferenceUsedForSomethingElse("give a new referral a new source_reference"))
        else:
            outcomes.append(Received(form_id, is_new=form_id in new))
            new.discard(form_id)
    return outcomes


def _row(form: ReferralIn, fingerprint: bytes, *, by: Principal) -> dict[str, Any]:
    return {
        "id": new_id(),
        "source_system": by.id,
        "source_reference": form.source_reference,
        "fingerprint": fingerprint,
        "concern": form.concern,
        "received_at": clock.now(),
    }


def _fingerprint(form: ReferralIn) -> bytes:
    """Of what was said; the order in which siblings are named says nothing, nor does what was left blank."""
    in_order = sorted(form.children, key=attrgetter("la_child_id"))
    meaning = form.model_copy(update={"children": in_order}).model_dump_json(exclude_none=True)
    return hashlib.sha256(meaning.encode()).digest()


async def _enter_new(session: Session, rows: Mapping[str, dict[str, Any]]) -> set[UUID]:
    """Enter the forms whose references are free; in order of reference, so that two batches cannot wait in a circle."""
    if not rows:
        return set()
    in_order = [rows[reference] for reference in sorted(rows)]
    return set((await session.execute(_entered(session), in_order)).scalars())


@put_together_once(ReferralForm.__table__)  # type: ignore[attr-defined]
def _entered(stated: Insert) -> ReturningInsert[UUID]:
    return stated.on_conflict_do_nothing().returning(col(ReferralForm.id))


async def _kept_before(
    session: Session, references: Collection[str], *, by: Principal
) -> dict[str, tuple[UUID, bytes]]:
    """What came under these references before: id and fingerprint."""
    if not references:
        return {}
    wanted = select(ReferralForm.source_reference, ReferralForm.id, ReferralForm.fingerprint).where(
        ReferralForm.source_system == by.id, col(ReferralForm.source_reference).in_(references)
    )
    return {reference: (form_id, fingerprint) for reference, form_id, fingerprint in await session.exec(wanted)}


async def _refer(
    session: Session, forms: Mapping[UUID, ReferralIn], *, by: Principal
) -> Mapping[UUID, list[ReferralRow]]:
    """One referral for each child of each form; what is said of it is noted once all of it is stored."""
    children, told = await enter(session, [form.children for form in forms.values()])
    await look_for_likenesses(session, told)
    rows = [
        {
            "id": new_id(),
            "child_id": children[child.la_child_id].id,
            "form_id": form_id,
            "received_on": form.received_on,
            "source": form.source,
            "primary_need": form.primary_need,
        }
        for form_id, form in forms.items()
        for child in form.children
    ]
    by_id = {child.id: child for child in children.values()}
    referrals: dict[UUID, list[ReferralRow]] = defaultdict(list)
    for row in await session.execute(REFERRED, rows):
        referrals[row.form_id].append(row)
        child_referred(session, by_id[row.child_id], row, by=by.id)
    return referrals


async def decide(session: Session, referral_id: UUID, decision: DecisionIn, *, by: Principal) -> Referral:
    """Decide what comes of a referral; an assessment or a strategy discussion opens an episode of need."""
    seen = await queries.referral(session, referral_id, by=by)
    (child,) = await lock_children(session, [seen.child_id])
    await session.refresh(seen)
    if seen.form_id is None:
        raise RecordedElsewhere("decide there; what was decided is here once that system states it")
    if seen.outcome is not None or seen.no_further_action is not None:
        raise AlreadyDecided("read the referral to see what was decided")
    is_open = any([await has_open_episode(session, record) for record in await records_of(session, child)])
    if decision.outcome in OPENS_AN_EPISODE and is_open:
        raise EpisodeAlreadyOpen("decide open_episode: the concern becomes a contact on the episode that is open")
    if decision.outcome is Outcome.OPEN_EPISODE and not is_open:
        raise NoEpisodeOpen("decide on the referral itself: there is no open episode it could join")
    if decision.outcome in OPENS_AN_EPISODE and await was_open_after(session, child.id, seen.received_on):
        raise ReceivedWhileOpen(
            "undo the closure of that episode and decide open_episode, or have the child referred again"
        )
    seen.outcome = decision.outcome
    seen.no_further_action = decision.outcome in NO_FURTHER_ACTION
    seen.primary_need = decision.primary_need or seen.primary_need
    seen.decided_at, seen.decided_by = clock.now(), by.id
    if decision.outcome in OPENS_AN_EPISODE:
        open_episode(session, seen)
    child_changed(session, child, "referral.decided", item=seen.id, on=clock.today(), by=by.id)
    return seen
