"""Reads of referrals. Every one starts from what whoever asks may see."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from services.intake.episodes.models import Episode
from services.intake.referrals.decision import due_on
from services.intake.referrals.models import FormOut, Referral, ReferralForm, ReferralOut, ReferralRow
from services.intake.sight import one_to_read, referrals_seen_by
from shared import audit
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def referral(session: Session, referral_id: UUID, *, by: Principal) -> Referral:
    """One referral. Raises `NotFound` when it is not there or not theirs to see."""
    wanted = select(Referral).where(Referral.id == referral_id, await referrals_seen_by(session, by))
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("there is no such referral, or it is not yours to see")
    _seen(session, [found])
    return found


async def shown_referral(session: Session, referral_id: UUID, *, by: Principal) -> ReferralOut:
    """One referral as it is shown. Raises `NotFound` when it is not there or not theirs to see."""
    found = await one_to_read(session, _with_episodes().where(Referral.id == referral_id), by=by)
    if found is None:
        raise NotFound("there is no such referral, or it is not yours to see")
    row, episode_id, *_ = found
    _seen(session, [row])
    return shown(row, episode_id)


async def page_of_referrals(session: Session, *, asked: PageAsked, undecided: bool, by: Principal) -> Page[ReferralOut]:
    """The referrals whoever asks may see, in the order they were recorded; only those awaiting a decision if so asked."""
    wanted = _with_episodes().where(await referrals_seen_by(session, by))
    if undecided:
        wanted = wanted.where(col(Referral.outcome).is_(None), col(Referral.form_id).is_not(None))
    found, following = await asked.read(session, wanted, col(Referral.id))
    _seen(session, [row for row, _ in found])
    return Page(items=[shown(*each) for each in found], next=following)


async def form(session: Session, form_id: UUID, *, by: Principal) -> FormOut:
    """What came of a form. Raises `NotFound` when it is not there or nothing of it is theirs to see."""
    return await _form(session, col(ReferralForm.id) == form_id, by=by)


def form_as_kept(form_id: UUID, source_reference: str, referrals: Iterable[ReferralRow]) -> FormOut:
    """A form that this transaction has kept: nothing can have come of it yet."""
    return FormOut(id=form_id, source_reference=source_reference, referrals=[shown(row) for row in referrals])


async def form_sent_as(session: Session, source_reference: str, *, by: Principal) -> FormOut:
    """What came of the form that whoever asks sent under this reference. Raises `NotFound` as `form` does."""
    theirs = col(ReferralForm.source_system) == by.id
    return await _form(session, theirs & (col(ReferralForm.source_reference) == source_reference), by=by)


async def _form(session: Session, which: ColumnElement[bool], *, by: Principal) -> FormOut:
    wanted = (
        _with_episodes()
        .join(ReferralForm, col(ReferralForm.id) == Referral.form_id)
        .add_columns(col(ReferralForm.source_reference))
        .where(which, await referrals_seen_by(session, by))
        .order_by(col(Referral.id))
    )
    found = (await session.execute(wanted)).all()
    if not found:
        raise NotFound("there is no such form, or it is not yours to see")
    _seen(session, [row for row, *_ in found])
    first, _, source_reference = found[0]
    referrals = [shown(row, episode_id) for row, episode_id, _ in found]
    return FormOut(id=first.form_id, source_reference=source_reference, referrals=referrals)


def _with_episodes() -> Select[Referral, UUID | None]:
    """Referrals, each with the episode that came of it."""
    return select(Referral, col(Episode.id)).outerjoin(Episode, col(Episode.referral_id) == Referral.id)


def _seen(session: Session, rows: Iterable[Referral]) -> None:
    audit.touches(session, {id for row in rows for id in (row.id, row.child_id)})


def shown(row: ReferralRow, episode_id: UUID | None = None) -> ReferralOut:
    """A referral as it is shown, with the episode that came of it."""
    return ReferralOut(
        id=row.id,
        child_id=row.child_id,
        received_on=row.received_on,
        source=row.source,
        primary_need=row.primary_need,
        outcome=row.outcome,
        no_further_action=row.no_further_action,
        decision_due_on=due_on(row.received_on),
        decided_at=row.decided_at,
        episode_id=episode_id,
    )
