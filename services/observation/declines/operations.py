"""What is done about observations that did not take place: that, whose decision it was and why is recorded."""

from uuid import UUID

from services.observation.declines.models import Decline, DeclineIn
from services.observation.people.queries import colleague, worker_named
from services.observation.practice.independence import check_not_own
from shared import audit, clock
from shared.database import Session, insert_or
from shared.problems import Conflict, Unprocessable
from shared.web.conditional import Replacing
from shared.web.roles import Principal


class AnotherObserver(Conflict):
    title = "Somebody else recorded this"


class InNoTeam(Unprocessable):
    title = "The worker belongs to no team on that day"
    at = "/worker"


async def record_decline(
    session: Session, decline_id: UUID, posted: DeclineIn, *, version: Replacing, by: Principal
) -> tuple[Decline, bool]:
    """Record that an observation did not take place, or correct what was recorded. Returns it, and whether it is new."""
    observer = await colleague(session, by)
    worker = await worker_named(session, posted.worker)
    check_not_own(worker.worker_id, guide_id=observer.worker_id)
    team = worker.team_on(posted.planned_for)
    if team is None:
        raise InNoTeam("check the worker and the day")
    facts = posted.model_dump(exclude={"worker"}) | {"worker_id": worker.worker_id, "team": team}
    fresh = {"id": decline_id, "n": 1, "observer_id": observer.worker_id, "recorded_at": clock.now()}
    entered = insert_or(session, Decline).values(facts | fresh).on_conflict_do_nothing()
    is_new = bool((await session.execute(entered)).rowcount)  # type: ignore[attr-defined]
    decline = await session.get_one(Decline, decline_id, with_for_update=True)
    audit.touches(session, [decline.id, decline.worker_id])
    if decline.observer_id != observer.worker_id:
        raise AnotherObserver("use an id of your own making for what you record")
    if any(getattr(decline, name) != fact for name, fact in facts.items()):
        version.check(decline.n)
        for name, fact in facts.items():
            setattr(decline, name, fact)
        decline.n += 1
    version.of_row(decline.n)
    return decline, is_new
