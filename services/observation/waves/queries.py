"""Reads of waves. Every one starts from what whoever asks may see."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.observation.cohort.models import Participation
from services.observation.people.queries import workers
from services.observation.sight import participations_seen_by
from services.observation.waves.contact import Finding
from services.observation.waves.models import (
    ContactAttempt,
    ContactAttemptOut,
    SafeContactCheck,
    SafeContactCheckOut,
    Wave,
    WaveOut,
)
from services.observation.waves.stages import Stage
from services.observation.waves.windows import WaveName
from shared import audit
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def participation(
    session: Session, participation_id: UUID, *, by: Principal, lock: bool = False
) -> Participation:
    """One case of a cohort, locked if it is to be changed. Raises `NotFound` when it is not there or not theirs to see."""
    seen = await participations_seen_by(session, by)
    wanted = select(Participation).where(Participation.id == participation_id, seen)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("no such case is followed, or it is not yours to see")
    audit.touches(session, [found.id, found.child_id])
    return found


async def wave_of_case(
    session: Session, wave_id: UUID, *, by: Principal, lock: bool = False
) -> tuple[Participation, Wave]:
    """One wave with its case, which is locked if anything is to change. Raises `NotFound` when it is not there or not theirs
    to see.
    """
    wanted = (
        select(Participation, Wave)
        .join(Wave, col(Wave.participation_id) == Participation.id)
        .where(Wave.id == wave_id, await participations_seen_by(session, by))
    )
    if lock:
        wanted = wanted.with_for_update(of=Participation).execution_options(populate_existing=True)
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("there is no such wave, or it is not yours to see")
    audit.touches(session, [found[0].id, found[0].child_id, found[1].id])
    return found


async def page_of_waves(
    session: Session, *, stage: Stage, name: WaveName | None, asked: PageAsked, by: Principal
) -> Page[WaveOut]:
    """The waves at a stage, of the cases whoever asks may see; those whose window closes first come first."""
    seen = select(Participation.id).where(await participations_seen_by(session, by))
    wanted = select(Wave).where(Wave.stage == stage, col(Wave.participation_id).in_(seen))
    if name is not None:
        wanted = wanted.where(Wave.name == name)
    found, following = await asked.read(session, wanted, col(Wave.window_until), col(Wave.id))
    return Page(items=await shown_waves(session, found), next=following)


async def shown_wave(session: Session, wave_id: UUID, *, by: Principal) -> WaveOut:
    """One wave as it is shown. Raises `NotFound`."""
    _, wave = await wave_of_case(session, wave_id, by=by)
    return (await shown_waves(session, [wave]))[0]


async def shown_waves(session: Session, waves: Sequence[Wave]) -> list[WaveOut]:
    """Waves as they are shown, with what is known of their case before anybody looks."""
    of = select(Participation).where(col(Participation.id).in_({each.participation_id for each in waves}))
    cases = {each.id: each for each in await session.exec(of)}
    audit.touches(session, {id for each in cases.values() for id in (each.id, each.child_id)})
    people = await workers(session, {id for each in cases.values() for id in (each.worker_id, each.follower_id) if id})
    often = await tried(session, {each.id for each in waves})
    shown = []
    for wave in waves:
        case = cases[wave.participation_id]
        attempts, channels = often.get(wave.id, (0, 0))
        shown.append(
            WaveOut.model_validate(
                case.model_dump(include={"episode_id", "child_id", "team", "died", "looked_after", "closed_on"})
                | wave.model_dump(warnings=False)
                | {
                    "worker": people[case.worker_id].reference,
                    "follower": people[case.follower_id].reference if case.follower_id else None,
                    "in_window": wave.in_window,
                    "attempts": attempts,
                    "channels": channels,
                }
            )
        )
    return shown


async def tried(session: Session, waves: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """How often, and by how many ways, it was tried to get in touch for these waves."""
    attempt = ContactAttempt
    counted = select(attempt.wave_id, func.count(), func.count(col(attempt.channel).distinct()))
    of_these = counted.where(col(attempt.wave_id).in_(waves)).group_by(col(attempt.wave_id))
    return {wave_id: (attempts, channels) for wave_id, attempts, channels in (await session.exec(of_these)).all()}


async def attempts_of(session: Session, wave_id: UUID, *, by: Principal) -> list[ContactAttemptOut]:
    """Every attempt to get in touch for a wave, the first of them first. Raises `NotFound`."""
    await wave_of_case(session, wave_id, by=by)
    wanted = select(ContactAttempt).where(ContactAttempt.wave_id == wave_id)
    found = (await session.exec(wanted.order_by(col(ContactAttempt.at), col(ContactAttempt.id)))).all()
    people = await workers(session, {each.by for each in found})
    return [
        ContactAttemptOut.model_validate(each.model_dump(warnings=False) | {"by": people[each.by].reference})
        for each in found
    ]


async def shown_check(session: Session, wave_id: UUID, check_id: UUID, *, by: Principal) -> SafeContactCheckOut:
    """A check before a call as it is shown. Raises `NotFound`."""
    await wave_of_case(session, wave_id, by=by)
    check = await session.get_one(SafeContactCheck, check_id)
    is_safe = Finding.STOP not in check.findings
    return SafeContactCheckOut.model_validate(check.model_dump(warnings=False) | {"is_safe": is_safe})
