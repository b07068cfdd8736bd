"""What is done with an episode of need: opened by a decision, worked on step by step, closed by a manager.

Every act is a few lines that say what it changes; `case_in_hand` looks at the case before and after. What would be no
legal move, or make the case unsound, is refused and leaves nothing behind.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import case as when
from sqlalchemy import union_all, update
from sqlmodel import col, func, or_, select

from services.intake.allocation.models import Allocation
from services.intake.contacts.models import Contact
from services.intake.episodes.casework import CaseInHand, case_in_hand
from services.intake.episodes.clocks import Clock, due_on
from services.intake.episodes.facts import Kind
from services.intake.episodes.models import (
    Assessment,
    AuthorisationIn,
    CINPlan,
    ClosureIn,
    Conference,
    ConferenceIn,
    DoneIn,
    Episode,
    Meeting,
    MeetingIn,
    PlanEndIn,
    ProtectionPlan,
    Section47,
    Visit,
    VisitIn,
)
from services.intake.offer import stages as offers
from services.intake.offer.models import Offer
from services.intake.people.changes import child_changed
from services.intake.referrals.models import Referral
from services.intake.transfers.models import Involvement, Transfer
from services.intake.transfers.stages import OPEN, TransferStage
from shared import clock
from shared.contracts.codes import CategoryOfAbuse, MeetingKind
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict, Unprocessable
from shared.web.roles import Principal


class ConcernUndecided(Conflict):
    title = "A concern about this child awaits a decision"


class ClosedOutOfOrder(Unprocessable):
    title = "An episode cannot close before it began or after today"
    at = "/closed_on"


async def has_open_episode(session: Session, child_id: UUID) -> bool:
    wanted = select(Episode.id).where(Episode.child_id == child_id, col(Episode.closed_on).is_(None)).limit(1)
    return (await session.exec(wanted)).first() is not None


async def was_open_after(session: Session, child_id: UUID, day: date) -> bool:
    """Whether an episode of the child has closed since: one that began on that day would overlap it (census rule 8820)."""
    wanted = select(Episode.id).where(Episode.child_id == child_id, col(Episode.closed_on) > day).limit(1)
    return (await session.exec(wanted)).first() is not None


def open_episode(session: Session, referral: Referral) -> Episode:
    """Open the episode that a referral leads to; it begins on the day the referral was received."""
    episode = Episode(id=new_id(), child_id=referral.child_id, referral_id=referral.id, started_on=referral.received_on)
    session.add(episode)
    return episode


async def start_assessment(session: Session, episode_id: UUID, start: DoneIn, *, by: Principal) -> None:
    async with case_in_hand(session, episode_id, by=by) as case:
        number = await case.occurrence(Assessment, start.on)
        case.record(Assessment, "assessment.started", on=start.on, started_on=start.on, occurrence=number)


async def authorise_assessment(session: Session, episode_id: UUID, done: AuthorisationIn, *, by: Principal) -> None:
    """The manager signs off the assessment, with the factors that were found."""
    async with case_in_hand(session, episode_id, by=by) as case:
        assessment = await case.running(Assessment, Kind.ASSESSMENT)
        case.change(assessment, "assessment.authorised", on=done.on, authorised_on=done.on, factors=[*done.factors])


async def start_cin_plan(session: Session, episode_id: UUID, start: DoneIn, *, by: Principal) -> None:
    async with case_in_hand(session, episode_id, by=by) as case:
        await _begin_cin_plan(case, start.on)


async def _begin_cin_plan(case: CaseInHand, on: date) -> None:
    number = await case.occurrence(CINPlan, on)
    case.record(CINPlan, "cin_plan.started", on=on, started_on=on, occurrence=number)


async def end_cin_plan(session: Session, episode_id: UUID, end: DoneIn, *, by: Principal) -> None:
    async with case_in_hand(session, episode_id, by=by) as case:
        plan = await case.running(CINPlan, Kind.CIN_PLAN)
        case.change(plan, "cin_plan.ended", on=end.on, ended_on=end.on)


async def start_section_47(session: Session, episode_id: UUID, start: DoneIn, *, by: Principal) -> None:
    """An enquiry begins on the day of the strategy discussion that decides on it."""
    async with case_in_hand(session, episode_id, by=by) as case:
        case.record(
            Section47,
            "section_47.started",
            on=start.on,
            started_on=start.on,
            occurrence=await case.occurrence(Section47, start.on),
            conference_target_on=due_on(Clock.CONFERENCE, start.on),
        )


async def end_section_47(session: Session, episode_id: UUID, end: DoneIn, *, by: Principal) -> None:
    """It is decided that the enquiry leads to no conference."""
    async with case_in_hand(session, episode_id, by=by) as case:
        enquiry = await case.running(Section47, Kind.SECTION_47)
        case.change(enquiry, "section_47.ended", on=end.on, ended_on=end.on, conference_not_required=True)


async def hold_conference(session: Session, episode_id: UUID, held: ConferenceIn, *, by: Principal) -> None:
    """An initial conference ends the enquiry that led to it. Where it decides on a plan, the plan begins on that day and
    takes the place of a child in need plan. Without an enquiry it takes over from another authority.
    """
    async with case_in_hand(session, episode_id, by=by) as case:
        enquiry = await case.running_if_any(Section47, Kind.SECTION_47)
        if enquiry is not None:
            decided = {"conference_on": held.on, "conference_not_required": False}
            case.change(enquiry, "conference.held", on=held.on, **decided)
        else:
            number = await case.occurrence(Conference, held.on)
            case.record(Conference, "conference.held", on=held.on, held_on=held.on, occurrence=number)
        if held.category is None:
            return
        if (cin_plan := await case.running_if_any(CINPlan, Kind.CIN_PLAN)) is not None:
            case.change(cin_plan, "cin_plan.ended", on=held.on, ended_on=held.on)
        previous = held.previous_plans
        case.record(
            ProtectionPlan,
            "protection_plan.started",
            on=held.on,
            started_on=held.on,
            occurrence=await case.occurrence(ProtectionPlan, held.on),
            initial_category=held.category,
            latest_category=held.category,
            previous_plans=await _plans_before(session, case.child.id) if previous is None else previous,
        )


async def _plans_before(session: Session, child_id: UUID) -> int:
    """How many protection plans the child's record knows of: those here, or as many as the latest was said to follow."""
    wanted = (
        select(func.count(), func.coalesce(func.max(ProtectionPlan.previous_plans) + 1, 0))
        .join(Episode, col(Episode.id) == ProtectionPlan.episode_id)
        .where(Episode.child_id == child_id)
    )
    known, said_to_follow = (await session.execute(wanted)).one()
    return max(int(known or 0), int(said_to_follow or 0))


async def end_protection_plan(session: Session, episode_id: UUID, end: PlanEndIn, *, by: Principal) -> None:
    """The plan ends, or steps down: then a child in need plan begins on the same day."""
    async with case_in_hand(session, episode_id, by=by) as case:
        plan = await case.running(ProtectionPlan, Kind.PROTECTION_PLAN)
        case.change(plan, "protection_plan.ended", on=end.on, ended_on=end.on)
        if end.steps_down:
            await _begin_cin_plan(case, end.on)


HELD: dict[MeetingKind, str] = {
    MeetingKind.STRATEGY_DISCUSSION: "strategy_discussion.held",
    MeetingKind.CORE_GROUP: "core_group.held",
    MeetingKind.CIN_REVIEW: "cin_plan.reviewed",
    MeetingKind.PROTECTION_REVIEW: "protection_plan.reviewed",
    MeetingKind.CARE_REVIEW: "care.reviewed",
    MeetingKind.LEGAL_PLANNING: "legal_planning_meeting.held",
    MeetingKind.PRE_PROCEEDINGS: "pre_proceedings_meeting.held",
}


async def hold_meeting(session: Session, episode_id: UUID, held: MeetingIn, *, by: Principal) -> None:
    """A meeting was held. That of a review conference stands with the plan it reviewed."""
    async with case_in_hand(session, episode_id, by=by) as case:
        what = HELD[held.kind]
        if held.kind is not MeetingKind.PROTECTION_REVIEW:
            case.record(Meeting, what, on=held.on, kind=held.kind, held_on=held.on)
            return
        plan = await case.running(ProtectionPlan, Kind.PROTECTION_PLAN)
        reviews = sorted([*plan.reviewed_on, held.on.isoformat()])
        latest: CategoryOfAbuse | None = held.category or plan.latest_category
        case.change(plan, what, on=held.on, reviewed_on=reviews, latest_category=latest)


async def visit(session: Session, episode_id: UUID, made: VisitIn, *, by: Principal) -> None:
    async with case_in_hand(session, episode_id, by=by) as case:
        seen = {"child_seen": made.child_seen, "seen_alone": made.seen_alone}
        case.record(Visit, "visit.made", on=made.on, kind=made.kind, visited_on=made.on, **seen)


async def close(session: Session, episode_id: UUID, closure: ClosureIn, *, by: Principal) -> None:
    """Close an episode for a DfE reason. Whoever holds the case holds it no longer from that day."""
    async with case_in_hand(session, episode_id, by=by) as case:
        episode = case.episode
        if not episode.started_on <= closure.closed_on <= clock.today():
            raise ClosedOutOfOrder("closed_on lies between the referral and today")
        if await _has_undecided_referral(session, episode.child_id):
            raise ConcernUndecided("decide on the referral or contact first: it may belong to this episode")
        episode.closed_on, episode.closure_reason = closure.closed_on, closure.reason
        await release_closed(session, [episode.id])
        child_changed(session, case.child, "case.closed", item=episode.id, on=closure.closed_on, by=by.id)


async def _has_undecided_referral(session: Session, child_id: UUID) -> bool:
    """A referral made here, or a contact, on which nobody has decided."""
    referral = select(Referral.id).where(Referral.child_id == child_id, col(Referral.form_id).is_not(None))
    contact = select(Contact.id).where(Contact.child_id == child_id, col(Contact.outcome).is_(None))
    undecided = union_all(referral.where(col(Referral.outcome).is_(None)), contact).limit(1)
    return (await session.execute(undecided)).first() is not None


async def release_closed(session: Session, episodes: Collection[UUID]) -> None:
    """Whoever holds one of these cases and finds it closed holds it no longer from that day.

    A worker who took over after the closing day held the case for no time at all.
    """
    held = (
        select(Allocation, col(Episode.closed_on))
        .join(Episode, col(Episode.id) == Allocation.episode_id)
        .where(col(Episode.id).in_(episodes), col(Episode.closed_on).is_not(None))
        .where(col(Allocation.held_until).is_(None))
    )
    for allocation, closed_on in (await session.execute(held)).all():
        assert closed_on is not None
        allocation.held_until = max(closed_on, allocation.held_from)
    await _call_off_transfers(session, episodes)
    await _end_offers(session, episodes)


async def _call_off_transfers(session: Session, episodes: Collection[UUID]) -> None:
    """A closed case goes to no other team, and nobody is involved in it any more."""
    closed = select(Episode.id).where(col(Episode.id).in_(episodes), col(Episode.closed_on).is_not(None))
    closing = select(col(Episode.closed_on)).where(Episode.id == Transfer.episode_id).scalar_subquery()
    called_off = update(Transfer).where(col(Transfer.episode_id).in_(closed), col(Transfer.stage).in_(OPEN))
    await session.execute(called_off.values(stage=TransferStage.WITHDRAWN, ended_on=closing))
    closing = select(col(Episode.closed_on)).where(Episode.id == Involvement.episode_id).scalar_subquery()
    goes_on = or_(col(Involvement.involved_until).is_(None), col(Involvement.involved_until) > closing)
    ended = update(Involvement).where(col(Involvement.episode_id).in_(closed), goes_on)
    until = when((col(Involvement.involved_from) > closing, col(Involvement.involved_from)), else_=closing)
    await session.execute(ended.values(involved_until=until))


async def _end_offers(session: Session, episodes: Collection[UUID]) -> None:
    """A closed case is offered nothing more, and nothing is asked for it."""
    closing = select(col(Episode.closed_on)).where(Episode.id == Offer.episode_id, col(Episode.closed_on).is_not(None))
    stands = update(Offer).where(col(Offer.episode_id).in_(episodes), closing.exists())
    asked_no_longer = stands.where(col(Offer.stage).in_(offers.BEFORE_A_PLACE))
    await session.execute(asked_no_longer.values(stage=offers.Stage.WITHDRAWN))
    closed_on = closing.scalar_subquery()
    until = when((col(Offer.given_from) > closed_on, col(Offer.given_from)), else_=closed_on)
    given = stands.where(col(Offer.stage) == offers.Stage.GIVEN)
    await session.execute(given.values(stage=offers.Stage.ENDED, given_until=until))
