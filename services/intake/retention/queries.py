"""Reads of what is due to be disposed of, and of what is held."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.intake.contacts.models import Contact
from services.intake.episodes.models import Episode
from services.intake.people.models import Child
from services.intake.referrals.models import Referral
from services.intake.retention.models import LegalHold
from services.intake.retention.period import ADULT_YEARS, disposed_of_from
from shared.calendar import add_months
from shared.database import Session


@dataclass
class Due:
    """Whose record's time is up, and whose would be if nothing held it."""

    children: list[UUID] = field(default_factory=list)
    held: int = 0


async def due(session: Session, *, on: date, years: int) -> Due:
    """The children whose record may be disposed of on a day; one whose date of birth is not known is never among them."""
    found = Due()
    held, all_held = await _held(session)
    for child_id, la_child_id, born_on, last_closed_on in await _closed_and_grown(session, on=on, years=years):
        if disposed_of_from(born_on=born_on, last_closed_on=last_closed_on, years=years) > on:
            continue
        if all_held or la_child_id in held:
            found.held += 1
        else:
            found.children.append(child_id)
    return await _whole(session, found)


async def _whole(session: Session, found: Due) -> Due:
    """Without those of whom another record, which a person has said is of the same child, must stay."""
    of_one: dict[UUID, set[UUID]] = defaultdict(set)
    merged = select(Child.id, Child.merged_into).where(col(Child.merged_into).is_not(None))
    for record, kept in (await session.exec(merged)).all():
        if kept is not None:
            of_one[kept] |= {record, kept}
    must_stay = {record for those in of_one.values() if not those <= set(found.children) for record in those}
    found.children = [child for child in found.children if child not in must_stay]
    return found


async def _closed_and_grown(session: Session, *, on: date, years: int) -> Sequence[tuple[UUID, str, date, date]]:
    """Children old enough, with nothing open: every referral and contact decided, every case closed."""
    undecided = select(Referral.child_id).where(col(Referral.no_further_action).is_(None))
    is_open = select(Episode.child_id).where(col(Episode.closed_on).is_(None))
    awaited = select(Contact.child_id).where(col(Contact.outcome).is_(None))
    last = func.coalesce(func.max(Episode.closed_on), func.max(Referral.received_on), func.max(Contact.received_on))
    wanted = (
        select(Child.id, Child.la_child_id, col(Child.born_on), last)
        .outerjoin(Referral, col(Referral.child_id) == Child.id)
        .outerjoin(Contact, col(Contact.child_id) == Child.id)
        .outerjoin(Episode, col(Episode.child_id) == Child.id)
        .where(col(Child.born_on) <= add_months(on, -12 * (ADULT_YEARS + years)))
        .where(col(Child.id).not_in(undecided), col(Child.id).not_in(is_open), col(Child.id).not_in(awaited))
        .group_by(col(Child.id), col(Child.la_child_id), col(Child.born_on))
        .having(last.is_not(None))
        .order_by(col(Child.id))
    )
    return (await session.exec(wanted)).all()  # type: ignore[return-value] # the day is there: born_on was compared


async def _held(session: Session) -> tuple[set[str], bool]:
    """The children under a hold, and whether every record is."""
    stands = select(LegalHold.la_child_id).where(col(LegalHold.lifted_at).is_(None))
    holds = set((await session.exec(stands)).all())
    return {each for each in holds if each is not None}, None in holds


async def holds(session: Session) -> Sequence[LegalHold]:
    """Every hold that stands, the oldest first."""
    stands = select(LegalHold).where(col(LegalHold.lifted_at).is_(None)).order_by(col(LegalHold.placed_at))
    return (await session.exec(stands)).all()
