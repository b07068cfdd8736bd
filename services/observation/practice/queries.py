"""Reads of observations. Every one starts from what whoever asks may see."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.observation.people.queries import cases, workers
from services.observation.practice.models import Observation, ObservationOut
from services.observation.practice.rubric import RUBRICS
from services.observation.sight import observations_seen_by, scores_seen_by
from shared import audit
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal

NOT_SEEN = "there is no such observation, or it is not yours to see"
WITH_SCORES = {"scores", "evidence", "agreed"}


async def observation(session: Session, observation_id: UUID, *, by: Principal, lock: bool = False) -> Observation:
    """One observation, locked if it is to be changed. Raises `NotFound` when it is not there or not theirs to see."""
    wanted = select(Observation).where(Observation.id == observation_id, await observations_seen_by(session, by))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound(NOT_SEEN)
    seen(session, [found])
    return found


def seen(session: Session, rows: Sequence[Observation]) -> None:
    """Note for the audit that these were looked at: the observations, whose practice, and about which child."""
    audit.touches(session, {id for row in rows for id in (row.id, row.worker_id, row.child_id)})


async def page_of_observations(session: Session, *, asked: PageAsked, by: Principal) -> Page[ObservationOut]:
    """The observations whoever asks may see, in order of id."""
    wanted = select(Observation).where(await observations_seen_by(session, by))
    shown, following = await asked.read(session, wanted, col(Observation.id))
    seen(session, shown)
    return Page(items=await shown_observations(session, shown, by=by), next=following)


async def shown_observation(session: Session, observation_id: UUID, *, by: Principal) -> ObservationOut:
    """One observation as it is shown. Raises `NotFound` when it is not there or not theirs to see."""
    found = await observation(session, observation_id, by=by)
    return (await shown_observations(session, [found], by=by))[0]


async def shown_observations(session: Session, rows: Sequence[Observation], *, by: Principal) -> list[ObservationOut]:
    """Observations as they are shown: without what was scored and noted, to those who may not see it.

    Whether the worker held the case is looked up each time, because allocations are recorded late and corrected.
    """
    people = await workers(session, {id for row in rows for id in (row.worker_id, row.observer_id)})
    known = await cases(session, {row.episode_id for row in rows})
    scored = await scores_seen_by(session, rows, by=by)
    return [
        ObservationOut.model_validate(
            row.model_dump(
                exclude=set() if row.id in scored else WITH_SCORES, warnings=False
            )  # codes are read as plain text
            | {
                "is_parked": row.is_parked,
                **({"scores": row.final} if row.id in scored else {}),
                "worker": people[row.worker_id].reference,
                "observer": people[row.observer_id].reference,
                "worker_held_case": None
                if row.is_parked or row.episode_id not in known
                else known[row.episode_id].was_held_by(row.worker_id, on=row.observed_on),
                "composites": RUBRICS[row.rubric].composed(row.final) if row.id in scored else None,
            }
        )
        for row in rows
    ]
