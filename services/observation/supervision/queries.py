"""Reads of supervision. Every one starts from what whoever asks may see."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, select

from services.observation.people.queries import own_worker, workers
from services.observation.practice.models import Observation
from services.observation.sight import SEES_ALL_PRACTICE, SEES_NO_SCORES, observations_seen_by, supervisions_seen_by
from services.observation.supervision.models import (
    NextObservedOut,
    QualityOut,
    Supervised,
    SupervisedOut,
    Supervision,
    SupervisionOut,
    SupervisionQuality,
)
from services.observation.supervision.quality import RUBRIC
from shared import audit
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def page_of_supervisions(session: Session, *, asked: PageAsked, by: Principal) -> Page[SupervisionOut]:
    """The sessions whoever asks may see, the earliest first."""
    wanted = select(Supervision).where(await supervisions_seen_by(session, by))
    shown, following = await asked.read(session, wanted, col(Supervision.held_on), col(Supervision.id))
    return Page(items=await shown_supervisions(session, shown, by=by), next=following)


async def supervision_seen(session: Session, supervision_id: UUID, *, by: Principal, lock: bool = False) -> Supervision:
    """One session, locked if it is to be changed. Raises `NotFound` when it is not there or not theirs to see."""
    wanted = select(Supervision).where(Supervision.id == supervision_id, await supervisions_seen_by(session, by))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("there is no such session, or it is not yours to see")
    audit.touches(session, [found.id])
    return found


async def workers_of(session: Session, sessions: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Who was there, by session."""
    present: dict[UUID, set[UUID]] = defaultdict(set)
    for each in await session.exec(select(Supervised).where(col(Supervised.supervision_id).in_(sessions))):
        present[each.supervision_id].add(each.worker_id)
    return present


async def shown_supervisions(
    session: Session, sessions: Sequence[Supervision], *, by: Principal
) -> list[SupervisionOut]:
    """Sessions as they are shown, each worker with the next time practice was observed; how it was, for whom that is."""
    ids = [each.id for each in sessions]
    present = await workers_of(session, ids)
    everybody = {id for each in present.values() for id in each}
    audit.touches(session, {*ids, *everybody})
    rated = await session.exec(select(SupervisionQuality).where(col(SupervisionQuality.supervision_id).in_(ids)))
    quality = {each.supervision_id: each for each in rated}
    named = {*everybody, *(each.supervisor_id for each in sessions), *(each.observer_id for each in quality.values())}
    people = await workers(session, named)
    observed = await _observed_later(session, sessions, everybody, by=by)
    own = await own_worker(session, by)

    def may_see(held: Supervision, how: SupervisionQuality) -> bool:
        return by.role in SEES_ALL_PRACTICE - SEES_NO_SCORES or (
            own is not None and own.worker_id in {held.supervisor_id, how.observer_id}
        )

    def next_observed(worker_id: UUID, held: Supervision) -> NextObservedOut | None:
        later = (each for each in observed.get(worker_id, []) if each.observed_on > held.held_on)
        found = next(later, None)
        return NextObservedOut(observation_id=found.id, observed_on=found.observed_on) if found else None

    return [
        SupervisionOut.model_validate(
            held.model_dump(warnings=False)
            | {
                "supervisor": people[held.supervisor_id].reference,
                "workers": [
                    SupervisedOut(worker=people[id].reference, next_observed=next_observed(id, held))
                    for id in sorted(present[held.id], key=lambda worker_id: people[worker_id].reference)
                ],
                "quality": _shown_quality(how, people[how.observer_id].reference)
                if (how := quality.get(held.id)) and may_see(held, how)
                else None,
            }
        )
        for held in sessions
    ]


def _shown_quality(how: SupervisionQuality, observer: str) -> QualityOut:
    shown = how.model_dump(warnings=False) | {"observer": observer, "composites": RUBRIC.composed(how.scores)}
    return QualityOut.model_validate(shown)


async def _observed_later(
    session: Session, sessions: Sequence[Supervision], worker_ids: Collection[UUID], *, by: Principal
) -> dict[UUID, list[Observation]]:
    """Observations of these workers after the first of these sessions, of those whoever asks may see, in their order."""
    if not sessions:
        return {}
    wanted = select(Observation).where(
        await observations_seen_by(session, by),
        col(Observation.worker_id).in_(worker_ids),
        Observation.observed_on > min(each.held_on for each in sessions),
    )
    found: dict[UUID, list[Observation]] = defaultdict(list)
    for each in await session.exec(wanted.order_by(col(Observation.observed_at), col(Observation.id))):
        found[each.worker_id].append(each)
    return found
