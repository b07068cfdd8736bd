"""Reads of children and of their families' history. Every one starts from what whoever asks may see."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import and_, col, or_, select

from services.intake.allocation.models import Allocation
from services.intake.children.models import (
    Address,
    ChildOut,
    Details,
    DetailsOut,
    FormerAllocationOut,
    FormerReferralOut,
    Named,
    RelativeOut,
    Restriction,
    RestrictionOut,
)
from services.intake.episodes.models import Episode
from services.intake.people.models import Child, Worker
from services.intake.people.queries import records_of
from services.intake.referrals import queries as referrals
from services.intake.referrals.models import Referral
from services.intake.sight import child_to_read, children_seen_by, hidden_from, referrals_seen_by
from shared import audit
from shared.database import Session
from shared.problems import NotFound
from shared.web.roles import Principal

MOST = 20
"""Children one look-up answers with: a number is one child's, but for a slip."""


async def child(session: Session, child_id: UUID, *, by: Principal) -> Child:
    """One child. Raises `NotFound` when it is not there or not theirs to see."""
    wanted = select(Child).where(Child.id == child_id, await children_seen_by(session, by))
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("there is no such child, or it is not yours to see")
    audit.touches(session, [found.id])
    return found


async def shown_child(session: Session, child_id: UUID, *, by: Principal) -> Child:
    """One child, to be read and not changed. Raises `NotFound` when it is not there or not theirs to read."""
    found = await child_to_read(session, child_id, by=by)
    if found is None:
        raise NotFound("there is no such child, or it is not yours to see")
    audit.touches(session, [found.id])
    return found


async def children_with(
    session: Session, *, la_child_id: str | None, upn: str | None, nhs_number: str | None, by: Principal
) -> list[ChildOut]:
    """The children with all of these numbers, of those whoever asks may see; none where no number is given."""
    numbers = {"la_child_id": la_child_id, "upn": upn, "nhs_number": nhs_number}
    asked = [col(getattr(Child, name)) == number for name, number in numbers.items() if number is not None]
    if not asked:
        return []
    wanted = select(Child).where(*asked, await children_seen_by(session, by)).order_by(col(Child.id)).limit(MOST)
    found = (await session.exec(wanted)).all()
    audit.touches(session, [each.id for each in found])
    return [ChildOut.model_validate(each) for each in found]


async def restriction(session: Session, child_id: UUID, *, by: Principal) -> tuple[RestrictionOut, int]:
    """Who may see a child, if not everybody may by role; and the version of the child."""
    seen = await child(session, child_id, by=by)
    stands = await session.get(Restriction, seen.id)
    named = (await session.exec(select(Named.who).where(Named.child_id == seen.id).order_by(col(Named.who)))).all()
    return RestrictionOut.model_validate((vars(stands) if stands else {}) | {"named": named}), seen.n


async def details(session: Session, child_id: UUID, *, by: Principal) -> tuple[DetailsOut, int]:
    """What whoever works with the child must know, and the version of the child."""
    seen = await child(session, child_id, by=by)
    kept = await session.get(Details, seen.id)
    lived = select(Address).where(Address.child_id == seen.id).order_by(col(Address.lived_from))
    addresses = (await session.exec(lived)).all()
    return DetailsOut.model_validate((vars(kept) if kept else {}) | {"addresses": addresses}), seen.n


async def family_history(session: Session, referral_id: UUID, *, by: Principal) -> list[RelativeOut]:
    """What was known of the whole family when this referral came in: every child, earlier referrals, and who held them.

    Of a child whose case is not theirs to see, whoever asks learns that it is known, whether it is open and with whom;
    of a restricted one, nothing.
    """
    new = await referrals.referral(session, referral_id, by=by)
    own = await session.get_one(Child, new.child_id)
    records = await records_of(session, own)
    family = await _family(session, own, records, by=by)
    audit.touches(session, [each.id for each in family])
    ids = [each.id for each in family]
    cases = await _cases(session, ids)
    seen = set((await session.exec(_ids_of(ids).where(await referrals_seen_by(session, by)))).all())
    holders = await _holders(session, ids)
    return [
        _relative(each, cases[each.id], holders, seen - {new.id}, is_the_child=each.id in records) for each in family
    ]


def _ids_of(children: Collection[UUID]) -> Any:
    return select(Referral.id).where(col(Referral.child_id).in_(children))


async def _family(session: Session, own: Child, records: Collection[UUID], *, by: Principal) -> Sequence[Child]:
    """The child, its other records, and the children of its family, but for those hidden from whoever asks."""
    of_the_family = or_(col(Child.id).in_(records), col(Child.family_id) == own.family_id)
    wanted = select(Child).where(of_the_family, col(Child.id).not_in(hidden_from(by))).order_by(col(Child.id))
    return (await session.exec(wanted)).all()


async def _cases(session: Session, children: Collection[UUID]) -> dict[UUID, list[tuple[Referral, Episode | None]]]:
    """Every referral of these children, earliest first, with the episode that came of it."""
    wanted = (
        select(Referral, Episode)
        .outerjoin(Episode, col(Episode.referral_id) == Referral.id)
        .where(col(Referral.child_id).in_(children))
        .order_by(col(Referral.received_on), col(Referral.id))
    )
    found: dict[UUID, list[tuple[Referral, Episode | None]]] = defaultdict(list)
    for referral, episode in await session.exec(wanted):
        found[referral.child_id].append((referral, episode))
    return found


async def _holders(session: Session, children: Collection[UUID]) -> dict[UUID, list[FormerAllocationOut]]:
    """Who held each episode of these children, in order."""
    wanted = (
        select(Allocation, Worker.reference)
        .join(Worker, and_(col(Worker.id) == Allocation.worker_id))
        .where(col(Allocation.child_id).in_(children))
        .order_by(col(Allocation.held_from), col(Allocation.id))
    )
    found: dict[UUID, list[FormerAllocationOut]] = defaultdict(list)
    for row, worker in await session.exec(wanted):
        held = FormerAllocationOut(
            worker=worker, team=row.team_code, held_from=row.held_from, held_until=row.held_until
        )
        found[row.episode_id].append(held)
    return found


def _relative(
    each: Child,
    cases: Sequence[tuple[Referral, Episode | None]],
    holders: dict[UUID, list[FormerAllocationOut]],
    seen: Collection[UUID],
    *,
    is_the_child: bool,
) -> RelativeOut:
    open_episodes = [episode for _, episode in cases if episode is not None and episode.closed_on is None]
    now = next((held for episode in open_episodes for held in holders[episode.id] if held.held_until is None), None)
    told = [_former(referral, episode, holders) for referral, episode in cases if referral.id in seen]
    return RelativeOut(
        child_id=each.id,
        is_the_child=is_the_child,
        la_child_id=each.la_child_id if told or is_the_child else None,
        is_open=bool(open_episodes),
        worker=now.worker if now else None,
        team=now.team if now else None,
        referrals=told,
    )


def _former(
    referral: Referral, episode: Episode | None, holders: dict[UUID, list[FormerAllocationOut]]
) -> FormerReferralOut:
    ended = {"closed_on": episode and episode.closed_on, "closure_reason": episode and episode.closure_reason}
    return FormerReferralOut.model_validate(
        vars(referral) | ended | {"allocations": holders[episode.id] if episode else []}
    )
