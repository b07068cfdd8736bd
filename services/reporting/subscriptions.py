"""What reporting does when it hears of a subject: keep the newest history, and count the difference it makes."""

from collections.abc import Sequence

from services.reporting.histories.models import ChildHistory, PracticeHistory
from services.reporting.histories.operations import keep
from services.reporting.indicators.operations import add, difference
from services.reporting.people.operations import keep_workers
from shared.contracts.intake import ChildState, WorkerState
from shared.contracts.observation import PracticeState
from shared.database import Session
from shared.messaging.inbox import Subscription


async def hear_children(session: Session, states: Sequence[ChildState]) -> None:
    """Replace these children's histories and add the difference to the cells."""
    before, after = await keep(session, ChildHistory, states)
    await add(session, difference(before, after))


async def hear_practice(session: Session, states: Sequence[PracticeState]) -> None:
    """Replace these observations and add the difference to the cells."""
    before, after = await keep(session, PracticeHistory, states)
    await add(session, difference(before, after))


SUBSCRIPTIONS = (
    Subscription(ChildState, hear_children),
    Subscription(PracticeState, hear_practice),
    Subscription(WorkerState, keep_workers),
)
