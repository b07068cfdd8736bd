"""What is done: the glass is broken for one child, for a reason, for an hour at most."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, not_
from sqlmodel import col, select

from services.intake.break_glass.models import BreakGlassIn, BrokenGlass
from services.intake.people.models import Child
from services.intake.referrals.models import Referral
from services.intake.sight import records_of_the_child, referrals_seen_by, standing_glass
from shared import audit, clock
from shared.database import Session
from shared.problems import Conflict, NotFound
from shared.telemetry import log
from shared.web.roles import Principal


class AlreadyYoursToSee(Conflict):
    title = "This child's record is yours to see"


async def break_glass(session: Session, asked: BreakGlassIn, *, by: Principal) -> tuple[BrokenGlass, bool]:
    """Let whoever asks read one child's record until the minutes are over; whether that is new, or stood already.

    Raises `NotFound` for a child nobody has heard of, `AlreadyYoursToSee` where there is no glass to break.
    """
    child_id = await _locked(session, asked.la_child_id)
    audit.touches(session, [child_id])
    now = clock.now()
    standing = (await session.exec(standing_glass(by, at=now).where(BrokenGlass.child_id == child_id))).first()
    if standing is not None:
        return standing, False
    of_the_child = col(Referral.child_id).in_(records_of_the_child(child_id))
    hidden = select(Referral.id).where(of_the_child, not_(await referrals_seen_by(session, by))).limit(1)
    if (await session.exec(hidden)).first() is None:
        raise AlreadyYoursToSee("read it in the ordinary way")
    glass = BrokenGlass(
        child_id=child_id,
        actor=by.id,
        role=by.role,
        worker=by.worker,
        reason=asked.reason,
        broken_at=now,
        until=now + timedelta(minutes=asked.minutes),
    )
    session.add(glass)
    audit.touches(session, [glass.id])
    log.warning("glass.broken", glass=str(glass.id), role=by.role)
    return glass, True


async def _locked(session: Session, la_child_id: str) -> UUID:
    """The child, of whom this may be one record of several, locked: of two requests at once the second finds what the first
    has done.
    """
    child = select(func.coalesce(Child.merged_into, Child.id)).where(col(Child.la_child_id) == la_child_id)
    wanted = select(Child.id).where(col(Child.id).in_(child)).with_for_update()
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("nobody here has heard of this child; check the authority's id")
    return found
