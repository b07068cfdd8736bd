"""Cases of a cohort in the department: allocated on a day, and followed."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from services.observation.main import SERVICE
from shared.clock import held_at
from shared.contracts.intake import Allocation, ChildState, Episode
from shared.contracts.observation import ParticipationState
from shared.due import fire
from shared.messaging import outbox

WORDING = {
    "reference": "ask-1",
    "purposes": ["observation", "t1", "t2", "audio", "quotation"],
    "text": "May we come along, and ask you afterwards how it was?",
}
COHORT = {"name": "2026", "allocated_from": "2026-04-01", "allocated_until": "2026-12-31", "share": 1.0}
SAFE = {"domestic_abuse": "clear", "death": "clear", "placement": "with_care"}


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def held_by(department: Any, who: str, team: str, since: date, until: date | None = None) -> Allocation:
    return Allocation(id=uuid4(), worker_id=department.ids[who], team=team, held_from=since, held_until=until)


def case_of(
    department: Any, child_id: UUID, episode_id: UUID, *allocations: Allocation, n: int = 1, **facts: Any
) -> ChildState:
    """What intake says of a child with one episode; `facts` are the episode's."""
    stated: dict[str, Any] = {
        "id": episode_id,
        "referral_id": uuid4(),
        "started_on": min((each.held_from for each in allocations), default=date(2026, 4, 1)),
        "allocations": allocations,
    }
    return department.child(child_id, n=n, episodes=(Episode(**(stated | facts)),))


async def said_of_cases(department: Any) -> dict[UUID, ParticipationState]:
    """The newest that was said of each case, by episode; of an erased one by its own id."""
    newest: dict[UUID, ParticipationState] = {}
    for state in await all_said(department):
        newest[state.participation_id] = state
    return {each.case.episode_id if each.case else id: each for id, each in newest.items()}


async def all_said(department: Any) -> list[ParticipationState]:
    async with department.database.reading() as session:
        waiting = await outbox.oldest(session, limit=100_000)
    return [
        ParticipationState.model_validate_json(envelope.data)
        for _, envelope in waiting
        if envelope.topic == ParticipationState.topic
    ]


async def the_leader_looks(department: Any, at: datetime) -> int:
    with held_at(at):
        return await fire(department.database, SERVICE.timers)


async def ok(answering: Any, status: int = 201) -> Any:
    answer = await answering
    assert answer.status_code == status, answer.text
    return answer.json()
