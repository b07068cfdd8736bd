"""What observation does when it hears of a subject: keep the newest copy, and unpark what had waited for it."""

from collections.abc import Sequence

from services.observation.people.operations import keep_cases, keep_workers, lose_cases, lose_workers
from services.observation.practice.operations import unpark
from shared.contracts.intake import ChildState, WorkerState
from shared.database import Session
from shared.messaging.inbox import Subscription


async def hear_children(session: Session, states: Sequence[ChildState]) -> None:
    """Keep these children's cases; observations that were parked for want of them are spoken of."""
    await unpark(session, await keep_cases(session, states))


SUBSCRIPTIONS = (
    Subscription(ChildState, hear_children, lose_cases),
    Subscription(WorkerState, keep_workers, lose_workers),
)
