"""What is said of a case of a cohort: its whole coded state, with what its people agreed to and its waves, each time anything
about it changes. Never a word that was said, never how somebody is reached.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.observation.agreements import models as agreements
from services.observation.cohort.models import Participation
from services.observation.measures.instruments import instrument_of
from services.observation.measures.models import Answers
from services.observation.waves import models as waves
from shared import audit
from shared.contracts.observation import Agreement, FollowedCase, Measured, ParticipationState, Wave
from shared.contracts.state import Change
from shared.database import Session
from shared.messaging.outbox import publish
from shared.messaging.republish import Subjects


async def participations_changed(
    session: Session, changed: Sequence[tuple[Participation, Sequence[Change]]], *, by: str
) -> None:
    """Raise the version of participations that this transaction has entered or locked, and say what they are now."""
    for participation, _ in changed:
        participation.n += 1
        audit.touches(session, [participation.id, participation.child_id])
    await session.flush()
    states = await _states(session, [participation for participation, _ in changed])
    spoken = [
        state.model_copy(update={"changes": tuple(changes)})
        for state, (_, changes) in zip(states, changed, strict=True)
    ]
    await publish(session, *spoken, by=by)


async def participations_erased(session: Session, erased: Sequence[Participation], *, by: str) -> None:
    """Say that nothing is left of these but that they were erased."""
    states = [
        ParticipationState(
            authority=session.info["authority"],
            epoch=session.info["epoch"],
            n=each.n + 1,
            changes=(Change(what="participation.erased"),),
            erased=True,
            participation_id=each.id,
        )
        for each in erased
    ]
    await publish(session, *states, by=by)


async def _again(session: Session, ids: Sequence[UUID], change: Change) -> list[ParticipationState]:
    spoken_of = select(Participation).where(col(Participation.id).in_(ids)).order_by(col(Participation.id))
    states = await _states(session, (await session.exec(spoken_of.with_for_update())).all())
    return [state.model_copy(update={"changes": (change,)}) for state in states]


async def _states(session: Session, participations: Sequence[Participation]) -> list[ParticipationState]:
    ids = {each.id for each in participations}
    answers, taken = await _agreements(session, ids), await _waves(session, ids)
    measured = await _measured(session, ids)
    return [
        ParticipationState(
            authority=session.info["authority"],
            epoch=session.info["epoch"],
            n=each.n,
            participation_id=each.id,
            case=FollowedCase.model_validate(each, from_attributes=True),
            agreements=tuple(answers[each.id]),
            waves=tuple(taken[each.id]),
            measured=tuple(measured[each.id]),
        )
        for each in participations
    ]


async def _agreements(session: Session, ids: Collection[UUID]) -> dict[UUID, list[Agreement]]:
    row = agreements.Agreement
    wanted = select(row).where(col(row.participation_id).in_(ids)).order_by(col(row.recorded_at), col(row.id))
    found: dict[UUID, list[Agreement]] = defaultdict(list)
    for each in await session.exec(wanted):
        found[each.participation_id].append(Agreement.model_validate(each, from_attributes=True))
    return found


async def _waves(session: Session, ids: Collection[UUID]) -> dict[UUID, list[Wave]]:
    row, attempt = waves.Wave, waves.ContactAttempt
    tried = (
        select(attempt.wave_id, func.count(), func.count(col(attempt.channel).distinct()))
        .join(row, col(row.id) == attempt.wave_id)
        .where(col(row.participation_id).in_(ids))
        .group_by(col(attempt.wave_id))
    )
    often = {wave_id: (attempts, channels) for wave_id, attempts, channels in (await session.exec(tried)).all()}
    wanted = select(row).where(col(row.participation_id).in_(ids)).order_by(col(row.name))
    found: dict[UUID, list[Wave]] = defaultdict(list)
    for each in await session.exec(wanted):
        attempts, channels = often.get(each.id, (0, 0))
        counted = {"wave": each.name, "in_window": each.in_window, "attempts": attempts, "channels": channels}
        found[each.participation_id].append(Wave.model_validate(each.model_dump(warnings=False) | counted))
    return found


async def _measured(session: Session, ids: Collection[UUID]) -> dict[UUID, list[Measured]]:
    """Scores of what was answered in waves, worked out by the version it was answered to."""
    wanted = (
        select(waves.Wave, Answers)
        .join(Answers, col(Answers.wave_id) == waves.Wave.id)
        .where(col(waves.Wave.participation_id).in_(ids))
        .order_by(col(Answers.asked_on), col(Answers.id))
    )
    found: dict[UUID, list[Measured]] = defaultdict(list)
    for wave, given in (await session.exec(wanted)).all():
        told = given.model_dump(warnings=False) | {"in_window": wave.window.holds(given.asked_on)}
        found[wave.participation_id] += [
            Measured.model_validate(told | vars(score))
            for score in instrument_of(given.instrument, given.version).scored(given.answers, given.weights)
        ]
    return found


SPEAKS_OF = (Subjects(ParticipationState.topic, col(Participation.id), _again),)
