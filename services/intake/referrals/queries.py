"""Reads of referrals. Every one starts from what whoever asks may see."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.intake.episodes.models import Episode
from services.intake.referrals.decision import due_on
from services.intake.referrals.models import FormOut, Referral, ReferralForm, ReferralOut
from services.intake.sight import referrals_seen_by
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


async def page_of_referrals(session: Session, *, asked: PageAsked, undecided: bool, by: Principal) -> Page[ReferralOut]:
    """The referrals whoever asks may see, oldest first; only those awaiting a decision if so asked."""
    wanted = (
        select(Referral).where(await referrals_seen_by(session, by)).order_by(col(Referral.id)).limit(asked.limit + 1)
    )
    if asked.after is not None:
        wanted = wanted.where(col(Referral.id) > asked.after)
    if undecided:
        wanted = wanted.where(col(Referral.outcome).is_(None), col(Referral.form_id).is_not(None))
    found = (await session.exec(wanted)).all()
    shown = found[: asked.limit]
    _seen(session, shown)
    return Page(items=await shown_referrals(session, shown), next=shown[-1].id if len(found) > asked.limit else None)


async def form(session: Session, source_reference: str, *, by: Principal) -> FormOut:
    """A form whoever asks has sent, with its referrals. Raises `NotFound` when nothing of it is theirs to see."""
    sent_by_them = (ReferralForm.source_system == by.id, ReferralForm.source_reference == source_reference)
    wanted = (
        select(Referral)
        .join(ReferralForm, col(ReferralForm.id) == Referral.form_id)
        .where(*sent_by_them, await referrals_seen_by(session, by))
        .order_by(col(Referral.id))
    )
    found = (await session.exec(wanted)).all()
    if not found:
        raise NotFound("there is no such form, or it is not yours to see")
    _seen(session, found)
    return FormOut(
        id=found[0].form_id, source_reference=source_reference, referrals=await shown_referrals(session, found)
    )


def form_as_filed(form_id: UUID, source_reference: str, referrals: Sequence[Referral]) -> FormOut:
    """A form that was filed a moment ago, in this transaction: nothing can have come of it yet."""
    shown = [_shown(row, episode_id=None) for row in referrals]
    return FormOut(id=form_id, source_reference=source_reference, referrals=shown)


async def shown_referral(session: Session, referral_id: UUID, *, by: Principal) -> ReferralOut:
    """One referral as it is shown. Raises `NotFound` when it is not there or not theirs to see."""
    return (await shown_referrals(session, [await referral(session, referral_id, by=by)]))[0]


def _seen(session: Session, rows: Sequence[Referral]) -> None:
    audit.touches(session, {id for row in rows for id in (row.id, row.child_id)})


async def shown_referrals(session: Session, rows: Sequence[Referral]) -> list[ReferralOut]:
    """Referrals as they are shown, each with the episode that came of it."""
    episodes = await _episodes_of(session, [row.id for row in rows])
    return [_shown(row, episode_id=episodes.get(row.id)) for row in rows]


def _shown(row: Referral, *, episode_id: UUID | None) -> ReferralOut:
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


async def _episodes_of(session: Session, referrals: list[UUID]) -> dict[UUID, UUID]:
    wanted = select(Episode.referral_id, Episode.id).where(col(Episode.referral_id).in_(referrals))
    return dict((await session.exec(wanted)).all()) if referrals else {}
