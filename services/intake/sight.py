"""May you see it? One condition a role, which every list and every look-up starts from. Whoever has broken the glass for a
child may read that child's record besides, one thing at a time, and each such read says so in the audit.

It looks across subjects on purpose: who may see a referral depends on who holds the case that came of it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, not_, true
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from services.intake.allocation.models import Allocation
from services.intake.break_glass.models import BrokenGlass
from services.intake.children.models import Named, Restriction
from services.intake.contacts.models import Contact
from services.intake.episodes.models import Episode
from services.intake.people.models import Child
from services.intake.people.queries import own_team, own_worker_id
from services.intake.permissions import BREAK_GLASS
from services.intake.referrals.decision import Outcome
from services.intake.referrals.models import Referral, ReferralForm
from services.intake.transfers.models import Involvement, Transfer
from services.intake.transfers.stages import OPEN
from shared import audit, clock
from shared.database import Session
from shared.web.roles import Principal, Role

SEES_EVERY_CASE = frozenset({Role.DUTY, Role.SERVICE_MANAGER, Role.PRINCIPAL_SOCIAL_WORKER, Role.PERFORMANCE_ANALYST})
SEES_THE_TEAMS_CASES = frozenset({Role.TEAM_MANAGER, Role.DEPUTY_TEAM_MANAGER})


async def referrals_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Which referrals whoever asks may see: a source system its own, a worker those held or involved in, a manager the
    team's, those nobody holds yet, and those being transferred to the team. A restricted child's: whoever is named.

    The question is the same whether anybody is restricted or not, so that how long it takes tells nothing. A source system
    is not kept from what it has sent: it would learn of the restriction, and has nothing to learn of the child.
    """
    by_role = await _seen_by_role(session, by)
    return by_role if by.role is Role.SOURCE_SYSTEM else and_(by_role, col(Referral.child_id).not_in(hidden_from(by)))


def hidden_from(by: Principal) -> SelectOfScalar[UUID]:
    """The children who are restricted to named people, of whom whoever asks is none."""
    named = select(Named.child_id).where(col(Named.who).in_([by.id, by.worker]))
    return select(Restriction.child_id).where(col(Restriction.child_id).not_in(named))


async def _seen_by_role(session: Session, by: Principal) -> ColumnElement[bool]:
    if by.role in SEES_EVERY_CASE:
        return true()
    if by.role is Role.SOURCE_SYSTEM:
        own = select(ReferralForm.id).where(ReferralForm.source_system == by.id)
        return col(Referral.form_id).in_(own)
    if by.role is Role.SOCIAL_WORKER:
        worker_id = await own_worker_id(session, by)
        is_mine = and_(Allocation.worker_id == worker_id, col(Allocation.held_until).is_(None))
        return or_(_of_cases(is_mine), _of_episodes(_involving(worker_id))) if worker_id else false()
    if by.role in SEES_THE_TEAMS_CASES:
        team = await own_team(session, by)
        is_the_teams = col(Allocation.team_code) == team
        on_the_way = select(Transfer.episode_id).where(Transfer.to_team == team, col(Transfer.stage).in_(OPEN))
        seen = or_(_of_cases(is_the_teams), not_(_of_cases(true())), _of_episodes(on_the_way))
        return seen if team else false()
    return false()


def _of_episodes(episodes: Any) -> ColumnElement[bool]:
    return col(Referral.id).in_(select(Episode.referral_id).where(col(Episode.id).in_(episodes)))


def _involving(worker_id: UUID) -> Any:
    """The episodes that a worker works on today beside whoever holds the case."""
    today = clock.today()
    return select(Involvement.episode_id).where(
        Involvement.worker_id == worker_id,
        Involvement.involved_from <= today,
        or_(col(Involvement.involved_until).is_(None), col(Involvement.involved_until) > today),
    )


async def children_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Which children whoever asks may see: those of whom they may see a referral, but for the restricted."""
    if by.role in SEES_EVERY_CASE:
        return col(Child.id).not_in(hidden_from(by))
    return col(Child.id).in_(select(Referral.child_id).where(await referrals_seen_by(session, by)))


async def contacts_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Which contacts whoever asks may see: a source system its own, a manager also those on children whose case nobody holds,
    everybody else those on the children they see.
    """
    if by.role is Role.SOURCE_SYSTEM:
        return col(Contact.source_system) == by.id
    if by.role in SEES_EVERY_CASE:
        return col(Contact.child_id).not_in(hidden_from(by))
    of_theirs = col(Contact.child_id).in_(select(Child.id).where(await children_seen_by(session, by)))
    if by.role in SEES_THE_TEAMS_CASES and await own_team(session, by):
        of_nobody = and_(
            col(Contact.child_id).not_in(select(Allocation.child_id)), col(Contact.child_id).not_in(hidden_from(by))
        )
        return or_(of_theirs, of_nobody)
    return of_theirs


def _of_cases(held: ColumnElement[bool]) -> ColumnElement[bool]:
    """Referrals that led to cases so held. A concern that joined an open episode goes with the child's case."""
    led = select(Episode.referral_id).join(Allocation, col(Allocation.episode_id) == Episode.id).where(held)
    has_joined = col(Referral.outcome).is_not_distinct_from(Outcome.OPEN_EPISODE)
    return or_(
        col(Referral.id).in_(led), and_(has_joined, col(Referral.child_id).in_(select(Allocation.child_id).where(held)))
    )


async def one_to_read(
    session: Session, wanted: Select[Any, Any] | SelectOfScalar[Any], *, by: Principal
) -> Sequence[Any] | None:
    """The one row wanted, of a referral, if whoever asks may read it: in the ordinary way, or through glass they have broken."""
    found = (await session.execute(wanted.where(await referrals_seen_by(session, by)))).one_or_none()
    if found is not None or not BREAK_GLASS.is_open_to(by):
        return found
    record = aliased(Child)
    of_the_child = wanted.join(record, col(record.id) == Referral.child_id)
    return await _through_glass(session, of_the_child, record, by=by)


async def child_to_read(session: Session, child_id: UUID, *, by: Principal) -> Child | None:
    """A child, if whoever asks may read the record: in the ordinary way, or through glass they have broken."""
    wanted = select(Child).where(Child.id == child_id)
    found = (await session.exec(wanted.where(await children_seen_by(session, by)))).one_or_none()
    if found is not None or not BREAK_GLASS.is_open_to(by):
        return found
    through = await _through_glass(session, wanted, Child, by=by)
    return through[0] if through is not None else None


async def _through_glass(session: Session, wanted: Any, record: type[Child], *, by: Principal) -> Sequence[Any] | None:
    """What is wanted of a child's record, if the glass was broken for the child; the audit then says so."""
    glass = standing_glass(by, at=clock.now()).subquery()
    broken = wanted.join(glass, glass.c.child_id == func.coalesce(record.merged_into, record.id))
    found: Any = (await session.execute(broken.add_columns(glass.c.id.label("glass_id")).limit(1))).first()
    if found is not None:
        audit.under(session, found.glass_id)
    return found  # type: ignore[no-any-return] # whatever was wanted


def records_of_the_child(child_id: UUID) -> SelectOfScalar[UUID]:
    """A child's own record, and those that were merged into it."""
    return select(Child.id).where(or_(Child.id == child_id, Child.merged_into == child_id))


def standing_glass(by: Principal, *, at: datetime) -> SelectOfScalar[BrokenGlass]:
    """What whoever asks has broken, in the role they ask in, and may still look through."""
    theirs = and_(BrokenGlass.actor == by.id, col(BrokenGlass.role) == by.role)
    return select(BrokenGlass).where(theirs, BrokenGlass.until > at)
