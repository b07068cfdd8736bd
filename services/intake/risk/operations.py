"""What is done with goals: agreed, rated, talked about in supervision, changed, ended. Nothing of it is written over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from uuid import UUID

from services.intake.episodes.casework import CaseInHand, case_in_hand
from services.intake.people.changes import child_changed
from services.intake.risk import queries
from services.intake.risk.models import (
    ChangedGoalIn,
    DiscussionIn,
    Goal,
    GoalEndIn,
    GoalIn,
    RatingCorrectionIn,
    RatingIn,
    RiskRating,
)
from services.intake.risk.prompts import CURRENT
from services.intake.risk.reviews import RatedGoal
from shared import audit, clock
from shared.contracts.codes import GoalEnding
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict, NotFound, Unprocessable
from shared.web.conditional import Replacing
from shared.web.roles import Principal


class NotOnThisDay(Unprocessable):
    title = "This cannot have been on that day"
    at = "/on"


class GoalEnded(Conflict):
    title = "This goal has ended"


class RatingCorrected(Conflict):
    title = "This rating was corrected"


class NotApart(Conflict):
    title = "Worker and parent do not stand two steps apart"


class DiscussedAlready(Conflict):
    title = "Supervision has looked at this"


async def agree(session: Session, episode_id: UUID, stated: GoalIn, *, by: Principal) -> UUID:
    """A goal that the family has agreed to, in a case that is open; returns its id."""
    async with case_in_hand(session, episode_id, by=by) as case:
        return _agreed(case, stated)


async def rate(session: Session, goal_id: UUID, stated: RatingIn, *, by: Principal) -> None:
    """How the child fares by a goal, in the worker's word, the parent's, or both."""
    async with _goal_in_hand(session, goal_id, by=by) as (case, goal):
        _check_goes_on(goal)
        _check_day(stated.on, since=goal.agreed_on)
        _rated(case, goal, "risk.rated", stated)


async def correct(
    session: Session, goal_id: UUID, rating_id: UUID, stated: RatingCorrectionIn, *, replacing: Replacing, by: Principal
) -> None:
    """A rating was recorded wrongly: another stands in its place, and it is kept. Raises `RatingCorrected`."""
    async with _goal_in_hand(session, goal_id, by=by) as (case, goal):
        ratings = await queries.ratings_of(session, [goal.id])
        if rating_id not in {each.id for each in ratings}:
            raise NotFound("there is no such rating, or it is not yours to see")
        if rating_id in {each.replaces for each in ratings}:
            raise RatingCorrected("correct the rating that stands in its place")
        replacing.check(goal.n)
        _check_day(stated.on, since=goal.agreed_on, until=goal.ended_on)
        _rated(case, goal, "risk.rating_corrected", stated, replaces=rating_id)


async def discuss(session: Session, goal_id: UUID, held: DiscussionIn, *, by: Principal) -> None:
    """Supervision has looked at why worker and parent stand two steps apart. Raises `NotApart`, `DiscussedAlready`."""
    async with _goal_in_hand(session, goal_id, by=by) as (case, goal):
        _check_goes_on(goal)
        rated = await _as_rated(session, goal)
        if rated.apart_since is None:
            raise NotApart("there is nothing of this goal for supervision to look at")
        if rated.undiscussed is None:
            raise DiscussedAlready("it comes up again when they stand apart anew")
        _check_day(held.on, since=rated.undiscussed.rated_on)
        rating = await session.get_one(RiskRating, rated.undiscussed.id)
        rating.discussed_on, rating.discussion, rating.discussed_by = held.on, held.decided, by.id
        _happened(case, goal, "risk.discussed", item=rating.id, on=held.on)


async def change(session: Session, goal_id: UUID, stated: ChangedGoalIn, *, by: Principal) -> UUID:
    """Another goal takes the place of this one, which is kept with all its ratings; returns the other's id."""
    async with _goal_in_hand(session, goal_id, by=by) as (case, goal):
        await _end(case, goal, GoalEnding.CHANGED, "goal.changed", on=stated.on, reason=stated.reason)
        return _agreed(case, stated, in_place_of=goal.id)


async def end(session: Session, goal_id: UUID, stated: GoalEndIn, *, by: Principal) -> None:
    """A goal is met, needed no longer, or given up, for a reason."""
    async with _goal_in_hand(session, goal_id, by=by) as (case, goal):
        await _end(case, goal, stated.ending, "goal.ended", on=stated.on, reason=stated.reason)


@asynccontextmanager
async def _goal_in_hand(session: Session, goal_id: UUID, *, by: Principal) -> AsyncIterator[tuple[CaseInHand, Goal]]:
    """A goal for the length of one act, in the case it belongs to. Raises `NotFound`, `EpisodeClosed`."""
    goal = await queries.goal(session, goal_id, by=by)
    async with case_in_hand(session, goal.episode_id, by=by) as case:
        await session.refresh(goal)
        yield case, goal


def _agreed(case: CaseInHand, stated: GoalIn, *, in_place_of: UUID | None = None) -> UUID:
    _check_day(stated.on, since=case.episode.started_on)
    goal = Goal(
        id=new_id(),
        episode_id=case.episode.id,
        place=stated.place,
        aim=stated.aim,
        impact=stated.impact,
        agreed_on=stated.on,
        in_place_of=in_place_of,
    )
    case.add(goal, "goal.agreed", on=stated.on)
    return goal.id


def _rated(
    case: CaseInHand, goal: Goal, what: str, stated: RatingCorrectionIn, *, replaces: UUID | None = None
) -> None:
    rating = RiskRating(
        id=new_id(),
        goal_id=goal.id,
        rated_on=stated.on,
        prompts=CURRENT,
        considered=sorted(set(stated.considered)),
        replaces=replaces,
        **stated.model_dump(include={"by_worker", "by_parent", "worker_says", "parent_says"}),
    )
    case.add(rating, what, on=stated.on)
    goal.n += 1


async def _end(case: CaseInHand, goal: Goal, ending: GoalEnding, what: str, *, on: date, reason: str) -> None:
    _check_goes_on(goal)
    rated = await _as_rated(case.session, goal)
    _check_day(on, since=rated.ratings[-1].rated_on if rated.ratings else goal.agreed_on)
    goal.ended_on, goal.ending, goal.ending_reason, goal.ended_by = on, ending, reason, case.by.id
    _happened(case, goal, what, item=goal.id, on=on)


def _happened(case: CaseInHand, goal: Goal, what: str, *, item: UUID, on: date) -> None:
    goal.n += 1
    audit.touches(case.session, [goal.id, item])
    child_changed(case.session, case.child, what, item=item, on=on, by=case.by.id)


async def _as_rated(session: Session, goal: Goal) -> RatedGoal:
    return queries.rated(goal, await queries.ratings_of(session, [goal.id]))


def _check_goes_on(goal: Goal) -> None:
    if goal.ended_on is not None:
        raise GoalEnded("agree another with the family if there is more to be done")


def _check_day(day: date, *, since: date, until: date | None = None) -> None:
    """A goal is agreed after the referral, rated once it is agreed, and ends after its last rating; and none of it tomorrow."""
    if not since <= day <= (until or clock.today()):
        raise NotOnThisDay("read the goal and its case: this is earlier than what it follows, or later than today")
