"""What is done in legal planning and care. Each act belongs to an episode of need, and is looked at as every act in one is."""

from uuid import UUID

from services.intake.care.models import (
    CareEndIn,
    CareEpisode,
    CareIn,
    PermanenceIn,
    PermanencePlan,
    PreProceedings,
    PreProceedingsEndIn,
)
from services.intake.episodes.casework import case_in_hand
from services.intake.episodes.facts import Kind
from services.intake.episodes.models import DoneIn
from shared.contracts.codes import CareCeasedReason, CareStartReason
from shared.database import Session
from shared.problems import Conflict, Unprocessable
from shared.web.roles import Principal


class CareGoesOn(Conflict):
    title = "The child is looked after already"


class NotLookedAfter(Conflict):
    title = "The child is not looked after"


class NoCeasing(Unprocessable):
    title = "Care does not cease for this reason"
    at = "/reason"


async def start_pre_proceedings(session: Session, episode_id: UUID, start: DoneIn, *, by: Principal) -> None:
    """A legal planning meeting has decided on pre-proceedings."""
    async with case_in_hand(session, episode_id, by=by) as case:
        case.record(PreProceedings, "pre_proceedings.started", on=start.on, started_on=start.on)


async def end_pre_proceedings(session: Session, episode_id: UUID, end: PreProceedingsEndIn, *, by: Principal) -> None:
    async with case_in_hand(session, episode_id, by=by) as case:
        stage = await case.running(PreProceedings, Kind.PRE_PROCEEDINGS)
        case.change(stage, "pre_proceedings.ended", on=end.on, ended_on=end.on, outcome=end.outcome)


async def look_after(session: Session, episode_id: UUID, care: CareIn, *, by: Principal) -> None:
    """A child comes into care, or what care is changes: then one episode of care ends and the next begins, on one day."""
    async with case_in_hand(session, episode_id, by=by) as case:
        before = await case.running_if_any(CareEpisode, Kind.CARE)
        begins = care.start_reason is CareStartReason.STARTED
        if before is not None and begins:
            raise CareGoesOn("give the reason for the change: L, P, T, B or U")
        if before is None and not begins:
            raise NotLookedAfter("care begins with start_reason S")
        what = "care.started" if before is None else "care.changed"
        if before is not None:
            goes_on = CareCeasedReason.CARE_GOES_ON
            case.change(before, what, on=care.on, ended_on=care.on, ceased_reason=goes_on)
        case.record(
            CareEpisode,
            what,
            on=care.on,
            started_on=care.on,
            start_reason=care.start_reason,
            legal_status=care.legal_status,
            placement=care.placement,
        )


async def cease_care(session: Session, episode_id: UUID, end: CareEndIn, *, by: Principal) -> None:
    """The child is looked after no longer. The episode of need goes on until it is closed."""
    async with case_in_hand(session, episode_id, by=by) as case:
        care = await case.running(CareEpisode, Kind.CARE)
        if end.reason is CareCeasedReason.CARE_GOES_ON:
            raise NoCeasing("X1 is a change, which is recorded by saying how the child is looked after from that day")
        case.change(care, "care.ceased", on=end.on, ended_on=end.on, ceased_reason=end.reason)


async def plan_permanence(session: Session, episode_id: UUID, plan: PermanenceIn, *, by: Principal) -> None:
    async with case_in_hand(session, episode_id, by=by) as case:
        case.record(PermanencePlan, "permanence.planned", on=plan.on, planned_on=plan.on, permanence=plan.permanence)
