"""What observation does when it hears of a subject: keep the newest copy, and unpark what had waited for it."""

from collections.abc import Sequence

from services.observation.cohort.operations import follow, follow_what_was_lost, forget_participations
from services.observation.forms.operations import forget_what_was_sent
from services.observation.measures.operations import forget_families, place
from services.observation.people.operations import keep_cases, keep_workers, lose_cases, lose_workers
from services.observation.practice.operations import forget_evidence, unpark
from shared.contracts.intake import ChildState, WorkerState
from shared.database import Session
from shared.messaging.inbox import Subscription


async def hear_children(session: Session, states: Sequence[ChildState]) -> None:
    """Keep these children's cases; observations that were parked for want of them are spoken of, and cases of a cohort followed.
    Of a child who was erased nothing that was noted or agreed stays.
    """
    news = await keep_cases(session, states)
    await unpark(session, news)
    await place(session, news)
    if erased := [state.child_id for state in states if state.erased and state.child_id in news]:
        await forget_what_was_sent(session, erased)
        await forget_evidence(session, erased)
        await forget_families(session, erased)
        await forget_participations(session, erased)
    await follow(session, news)


async def lose_children(session: Session, epoch: int) -> None:
    """Let go of cases that intake knows no more; those of a cohort are followed no longer."""
    await lose_cases(session, epoch)
    await follow_what_was_lost(session)


SUBSCRIPTIONS = (
    Subscription(ChildState, hear_children, lose_children),
    Subscription(WorkerState, keep_workers, lose_workers),
)
