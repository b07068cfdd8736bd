"""What reporting does when it hears of a subject: keep the newest history, and count the difference it makes."""

from collections.abc import Sequence

from services.reporting.histories.models import ChildHistory, ParticipationHistory, PracticeHistory
from services.reporting.histories.operations import keep, lose
from services.reporting.indicators.operations import add, difference
from services.reporting.people.operations import keep_workers, lose_workers
from shared.contracts.intake import ChildState, WorkerState
from shared.contracts.observation import ParticipationState, PracticeState
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


async def lose_children(session: Session, epoch: int) -> None:
    """Take out of the cells what children contributed whom intake knows no more."""
    async for lost in lose(session, ChildHistory, ChildState, epoch):
        await add(session, difference(lost, ()))


async def lose_practice(session: Session, epoch: int) -> None:
    """Take out of the cells what observations contributed which observation knows no more."""
    async for lost in lose(session, PracticeHistory, PracticeState, epoch):
        await add(session, difference(lost, ()))


async def hear_participations(session: Session, states: Sequence[ParticipationState]) -> None:
    """Replace what is known of these cases of a cohort; funnels are counted from it when they are asked for."""
    await keep(session, ParticipationHistory, states)


async def lose_participations(session: Session, epoch: int) -> None:
    """Let go of cases of a cohort that observation knows no more."""
    async for _ in lose(session, ParticipationHistory, ParticipationState, epoch):
        pass


SUBSCRIPTIONS = (
    Subscription(ChildState, hear_children, lose_children),
    Subscription(PracticeState, hear_practice, lose_practice),
    Subscription(ParticipationState, hear_participations, lose_participations),
    Subscription(WorkerState, keep_workers, lose_workers),
)
