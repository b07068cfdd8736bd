"""What people do about waves: they look whether a call is safe, try to get in touch, take the interview, or say why not."""

from datetime import date
from uuid import UUID

from sqlmodel import col, select

from services.observation.agreements.answers import Purpose, agreed
from services.observation.agreements.models import Agreement
from services.observation.cohort.models import Participation
from services.observation.people.queries import colleague
from services.observation.speaking import participations_changed
from services.observation.waves.contact import NotChecked, Reached, check_safe, check_tried
from services.observation.waves.models import (
    ContactAttempt,
    ContactIn,
    LossIn,
    SafeContactCheck,
    SafeContactCheckIn,
    Wave,
)
from services.observation.waves.queries import tried, wave_of_case
from services.observation.waves.schedule import lose, set_timers, stand, take
from services.observation.waves.stages import AWAITING, Lost, Stage, WaveOutOfTurn
from services.observation.waves.windows import ASKED, WaveName
from shared import audit, clock
from shared.contracts.state import Change
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict, Unprocessable
from shared.web.roles import Principal

UNWILLING = frozenset({Lost.REFUSED, Lost.WITHDREW})


class NobodyIsAsked(Conflict):
    title = "Nobody is asked anything for this wave: it is read off the records"


class NotAgreed(Conflict):
    title = "Nobody of the family has agreed to this interview"


class TakenOutOfOrder(Unprocessable):
    title = "An interview takes place after the case was allocated, and not after today"
    at = "/on"


class DayNotAgreed(Unprocessable):
    title = "A day is named where one was agreed on, and nowhere else; it is today or later"
    at = "/booked_for"


class FoundByTheClock(Unprocessable):
    title = "That nobody tried is found when the window closes, and not said"
    at = "/reason"


async def check_contact(session: Session, wave_id: UUID, found: SafeContactCheckIn, *, by: Principal) -> UUID:
    """Keep what was found by looking whether a call is safe; returns the id that the call names."""
    await _open_to_asking(session, wave_id, by=by)
    caller = await colleague(session, by)
    check = SafeContactCheck(
        **found.model_dump(), id=new_id(), wave_id=wave_id, made_at=clock.now(), made_by=caller.worker_id
    )
    session.add(check)
    audit.touches(session, [check.id])
    return check.id


async def try_contact(session: Session, wave_id: UUID, posted: ContactIn, *, by: Principal) -> None:
    """Keep that it was tried to get in touch, and what came of it. Raises `NotChecked`, `NotSafe`."""
    case, wave = await _open_to_asking(session, wave_id, by=by)
    caller = await colleague(session, by)
    check = await _usable_check(session, wave_id, posted.check_id, caller_id=caller.worker_id)
    if (posted.reached is Reached.BOOKED) != (posted.booked_for is not None and posted.booked_for >= clock.today()):
        raise DayNotAgreed("give the day that was agreed on with `booked`, and leave it out with any other outcome")
    check.is_used = True
    session.add(
        ContactAttempt(
            id=new_id(),
            wave_id=wave_id,
            check_id=check.id,
            at=clock.now(),
            by=caller.worker_id,
            channel=posted.channel,
            reached=posted.reached,
        )
    )
    changes = [Change(what="wave.attempted", item_id=wave_id, on=clock.today())]
    if posted.booked_for is not None:
        wave.booked_for = posted.booked_for
        changes.append(Change(what="wave.booked", item_id=wave_id, on=posted.booked_for))
    await participations_changed(session, [(case, changes)], by=by.id)


async def _usable_check(session: Session, wave_id: UUID, check_id: UUID, *, caller_id: UUID) -> SafeContactCheck:
    """A check, locked, that allows its maker one call now. Raises `NotChecked`, `NotSafe`."""
    made = select(SafeContactCheck).where(
        SafeContactCheck.id == check_id,
        SafeContactCheck.wave_id == wave_id,
        SafeContactCheck.made_by == caller_id,
        col(SafeContactCheck.is_used).is_(False),
    )
    check = (await session.exec(made.with_for_update())).one_or_none()
    if check is None:
        raise NotChecked("make a check of your own for each call, and name it")
    check_safe(check.findings, made_at=check.made_at, now=clock.now())
    return check


async def _open_to_asking(session: Session, wave_id: UUID, *, by: Principal) -> tuple[Participation, Wave]:
    """A wave, locked, for which the family may be asked now; also early, and late, as long as nobody has said no."""
    case, wave = await wave_of_case(session, wave_id, by=by, lock=True)
    if wave.name not in ASKED:
        raise NobodyIsAsked("its outcomes are told by reporting")
    if wave.stage not in AWAITING and not (wave.stage == Stage.LOST and wave.lost_because not in UNWILLING):
        raise WaveOutOfTurn("nobody is called for a wave that was taken, refused or called off")
    return case, wave


async def taken(session: Session, wave_id: UUID, *, on: date, by: Principal) -> Wave:
    """Keep that the interview of a wave took place, inside its window or not; returns the wave. Said again, it changes nothing.

    Raises `NotFound`, `NobodyIsAsked`, `NotAgreed`, `TakenOutOfOrder`, and `WaveOutOfTurn` once the case is not followed.
    """
    case, wave = await wave_of_case(session, wave_id, by=by, lock=True)
    if wave.name not in ASKED:
        raise NobodyIsAsked("its outcomes are told by reporting")
    if wave.stage == Stage.TAKEN:
        return wave
    if not case.allocated_on <= on <= clock.today():
        raise TakenOutOfOrder("check the day of the interview")
    given = await session.exec(select(Agreement).where(Agreement.participation_id == case.id).order_by(*IN_ORDER))
    if not agreed((each.answered for each in given), PURPOSE_OF[WaveName(wave.name)]):
        raise NotAgreed("record who agreed, and in which words they were asked, before what they answered")
    changes = [take(wave, on)]
    await set_timers(session, wave)
    await participations_changed(session, [(case, changes)], by=by.id)
    return wave


async def lost(session: Session, wave_id: UUID, posted: LossIn, *, by: Principal) -> None:
    """Keep why an interview will not take place. Raises `NotTriedEnough` where nobody was reached and too little was tried."""
    case, wave = await _open_to_asking(session, wave_id, by=by)
    if posted.reason is Lost.NOT_TRIED:
        raise FoundByTheClock("try, or say why not")
    if posted.reason is Lost.NOT_REACHED:
        check_tried(*(await tried(session, [wave_id])).get(wave_id, (0, 0)))
    changes = [lose(wave, posted.reason, clock.today())]
    await set_timers(session, wave)
    await participations_changed(session, [(case, changes)], by=by.id)


async def heed(
    session: Session, case: Participation, name: WaveName, will: Lost | None, *, forget: bool
) -> list[Change]:
    """Let a wave be as the family will have it: lost by refusal or withdrawal, or taken up again (None); what was answered
    stays unless it is to be forgotten. The case is locked; whoever calls says what changed.
    """
    of_case = select(Wave).where(Wave.participation_id == case.id, Wave.name == name)
    wave = (await session.exec(of_case)).one_or_none()
    today, changes = clock.today(), list[Change]()
    if wave is None:
        return changes
    if will is not None and (wave.stage in AWAITING or (forget and wave.stage == Stage.TAKEN)):
        changes = [lose(wave, will, today)]
    if will is None and wave.stage == Stage.LOST and wave.lost_because in UNWILLING:
        changes = stand(wave, today)
    await set_timers(session, wave)
    return changes


IN_ORDER = (col(Agreement.recorded_at), col(Agreement.id))
PURPOSE_OF = {WaveName.T1: Purpose.T1, WaveName.T2: Purpose.T2}
