"""What is done about supervision: sessions are recorded, and observed by somebody who was not part of them."""

from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from services.observation.people.queries import colleague, worker_named
from services.observation.practice.independence import check_not_own
from services.observation.supervision.models import (
    QualityIn,
    Supervised,
    Supervision,
    SupervisionIn,
    SupervisionQuality,
)
from services.observation.supervision.quality import RUBRIC, check_present
from services.observation.supervision.queries import supervision_seen, workers_of
from shared import audit, clock
from shared.database import Session, insert_or
from shared.problems import Conflict, Unprocessable
from shared.web.conditional import Replacing
from shared.web.roles import Principal


class AnotherSupervisor(Conflict):
    title = "Somebody else recorded this session"


class HeldInTheFuture(Unprocessable):
    title = "A session is recorded once it was held, by somebody in a team on that day"
    at = "/held_on"


async def record_supervision(
    session: Session, supervision_id: UUID, posted: SupervisionIn, *, version: Replacing, by: Principal
) -> tuple[Supervision, bool]:
    """Record a session that whoever asks has held, or correct it. Returns it, and whether it is new."""
    supervisor = await colleague(session, by)
    team = supervisor.team_on(posted.held_on)
    if posted.held_on > clock.today() or team is None:
        raise HeldInTheFuture("check the day")
    present = {(await worker_named(session, reference)).worker_id for reference in posted.workers}
    check_present(posted.kind, len(present), supervisor_is_among=supervisor.worker_id in present)
    facts = posted.model_dump(exclude={"workers"}) | {"team": team}
    fresh = {"id": supervision_id, "n": 1, "supervisor_id": supervisor.worker_id, "recorded_at": clock.now()}
    entered = insert_or(session, Supervision).values(facts | fresh).on_conflict_do_nothing()
    is_new = bool((await session.execute(entered)).rowcount)  # type: ignore[attr-defined]
    held = await session.get_one(Supervision, supervision_id, with_for_update=True, populate_existing=True)
    audit.touches(session, {held.id, *present})
    if held.supervisor_id != supervisor.worker_id:
        raise AnotherSupervisor("use an id of your own making for what you record")
    before = set() if is_new else (await workers_of(session, [held.id]))[held.id]
    if not is_new and (before != present or any(getattr(held, name) != fact for name, fact in facts.items())):
        version.check(held.n)
        for name, fact in facts.items():
            setattr(held, name, fact)
        held.n += 1
        await session.execute(delete(Supervised).where(col(Supervised.supervision_id) == held.id))
        before = set()
    session.add_all(Supervised(supervision_id=held.id, worker_id=id) for id in sorted(present - before))
    version.of_row(held.n)
    return held, is_new


async def observe_supervision(
    session: Session, supervision_id: UUID, posted: QualityIn, *, version: Replacing, by: Principal
) -> None:
    """Keep how a session was observed to be. Raises `NotFound`, `OwnPractice`, and `AnotherSupervisor` of another's scores."""
    held = await supervision_seen(session, supervision_id, by=by, lock=True)
    observer = await colleague(session, by)
    for part in {held.supervisor_id, *(await workers_of(session, [held.id]))[held.id]}:
        check_not_own(part, guide_id=observer.worker_id)
    evidence = {skill: [note.model_dump() for note in notes] for skill, notes in posted.evidence.items()}
    fresh = {
        "supervision_id": supervision_id,
        "n": 1,
        "observer_id": observer.worker_id,
        "rubric": RUBRIC.version,
        "scores": posted.scores,
        "evidence": evidence,
        "recorded_at": clock.now(),
    }
    await session.execute(insert_or(session, SupervisionQuality).values(fresh).on_conflict_do_nothing())
    kept = await session.get_one(SupervisionQuality, supervision_id, with_for_update=True, populate_existing=True)
    if kept.observer_id != observer.worker_id:
        raise AnotherSupervisor("somebody else has observed this session; ask them")
    if kept.scores != posted.scores or kept.evidence != evidence:
        version.check(kept.n)
        kept.scores, kept.evidence, kept.n = posted.scores, evidence, kept.n + 1
    version.of_row(kept.n)
