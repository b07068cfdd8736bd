"""Reads of broken glass: what it shows to whoever broke it, and who broke it, for those who watch over that."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.intake.break_glass.models import BrokenGlass, BrokenGlassOut, ReadOut, SightOut
from services.intake.referrals.models import Referral
from services.intake.sight import records_of_the_child
from shared import audit, clock
from shared.audit import Asked, audit_table
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def sight(session: Session, glass_id: UUID, *, by: Principal) -> SightOut:
    """What may be read through glass that whoever asks has broken. Raises `NotFound` where there is none of theirs."""
    wanted = select(BrokenGlass).where(BrokenGlass.id == glass_id, BrokenGlass.actor == by.id)
    glass = (await session.exec(wanted)).one_or_none()
    if glass is None:
        raise NotFound("there is no such glass, or it was not you who broke it")
    audit.touches(session, [glass.id, glass.child_id])
    of_the_child = col(Referral.child_id).in_(records_of_the_child(glass.child_id))
    referrals = [*await session.exec(select(Referral.id).where(of_the_child).order_by(col(Referral.id)))]
    return SightOut(id=glass.id, child_id=glass.child_id, until=glass.until, referrals=referrals)


async def page_of_glass(
    session: Session, *, asked: PageAsked, since: datetime | None, standing: bool
) -> Page[BrokenGlassOut]:
    """Who broke the glass for whom, why and until when, and how often they looked; oldest first."""
    wanted = select(BrokenGlass)
    if since is not None:
        wanted = wanted.where(BrokenGlass.broken_at >= since)
    if standing:
        wanted = wanted.where(BrokenGlass.until > clock.now())
    found, following = await asked.read(session, wanted, col(BrokenGlass.id))
    audit.touches(session, [id for glass in found for id in (glass.id, glass.child_id)])
    reads = await _reads_under(session, [str(glass.id) for glass in found])
    items = [BrokenGlassOut.model_validate(glass).model_copy(update=reads.get(str(glass.id))) for glass in found]
    return Page(items=items, next=following)


async def _reads_under(session: Session, ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
    """How many reads were made under each, and when the last was."""
    row = audit_table.c
    counted = select(row.break_glass, func.count(), func.max(row.at)).where(row.break_glass.in_(ids))
    found = await session.execute(counted.group_by(row.break_glass))
    return {glass: {"reads": count, "last_read_at": last} for glass, count, last in found}


async def page_of_reads(session: Session, glass_id: UUID, *, asked: PageAsked) -> Page[ReadOut]:
    """Every read made through one. Raises `NotFound` where there is no such glass."""
    glass = await session.get(BrokenGlass, glass_id)
    if glass is None:
        raise NotFound("no such glass was broken")
    audit.touches(session, [glass.id, glass.child_id])
    (after,) = asked.place(int) or (0,)
    found = await audit.rows(session, Asked(break_glass=glass_id), after=after, limit=asked.limit + 1)
    reads, following = asked.cut(found, lambda row: (row.seq,))
    return Page(items=[ReadOut.model_validate(row) for row in reads], next=following)
