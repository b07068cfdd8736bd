"""Reads of goals. Whoever may see the case may see its goals; words are shown with the one case, and in no list."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select as rows_of
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.intake.database import Row
from services.intake.episodes.models import Assessment, Episode
from services.intake.episodes.queries import Whose, episode_to_read, open_cases
from services.intake.referrals.models import Referral
from services.intake.risk.models import (
    AskedOut,
    BoardOut,
    ColoursOut,
    Goal,
    OpenGoalOut,
    RatingOut,
    RiskRating,
    WholeGoalOut,
)
from services.intake.risk.prompts import to_be_asked
from services.intake.risk.reviews import IN_ORDER, Rated, RatedGoal, review_of, standing
from services.intake.sight import one_to_read, referrals_seen_by
from shared import audit, clock
from shared.contracts.codes import EXTRA_FAMILIAL, RAG, PlaceOfHarm
from shared.database import Session
from shared.problems import NotFound
from shared.web.conditional import Version
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal
from shared.web.shapes import Out


@dataclass(frozen=True)
class OpenGoal:
    """A goal that goes on, of an open case, and who holds the case now."""

    rated: RatedGoal
    place: PlaceOfHarm
    episode_id: UUID
    child_id: UUID
    worker: str | None
    team: str | None

    @property
    def rank(self) -> int:
        """Red first, what nobody has rated last."""
        return IN_ORDER.index(self.rated.worse) if self.rated.worse else len(IN_ORDER)


@dataclass(frozen=True)
class GoalsAsked:
    """Which goals are meant; None of any of it where it does not matter."""

    place: PlaceOfHarm | None
    rating: RAG | None
    """The worse of the two words."""
    are_apart: bool | None

    def holds(self, goal: OpenGoal) -> bool:
        apart = goal.rated.apart_since is not None
        return (
            self.place in {None, goal.place}
            and self.rating in {None, goal.rated.worse}
            and self.are_apart in {None, apart}
        )


def rated(goal: Goal, ratings: Iterable[RiskRating]) -> RatedGoal:
    """A goal with those of the ratings that are of it, and stand."""
    own = [each for each in ratings if each.goal_id == goal.id]
    return RatedGoal(goal.id, goal.agreed_on, goal.ended_on, tuple(map(_rated, standing(own))))


def _rated(row: Any) -> Rated:
    return Rated(row.id, row.rated_on, row.by_worker, row.by_parent, row.discussed_on)


async def goal(session: Session, goal_id: UUID, *, by: Principal) -> Goal:
    """One goal, to be changed. Raises `NotFound` when it is not there or not theirs to see."""
    wanted = _goal(goal_id).where(await referrals_seen_by(session, by))
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("there is no such goal, or it is not yours to see")
    return found


def _goal(goal_id: UUID) -> SelectOfScalar[Goal]:
    of_a_referral = select(Goal).join(Episode, col(Episode.id) == Goal.episode_id)
    return of_a_referral.join(Referral, col(Referral.id) == Episode.referral_id).where(Goal.id == goal_id)


async def ratings_of(session: Session, goals: Collection[UUID]) -> Sequence[RiskRating]:
    """Every rating these goals were given, the earliest recorded first; those corrected among them."""
    wanted = select(RiskRating).where(col(RiskRating.goal_id).in_(goals))
    return (await session.exec(wanted.order_by(col(RiskRating.recorded_at), col(RiskRating.id)))).all()


async def read(session: Session, goal_id: UUID, *, version: Version, by: Principal) -> WholeGoalOut:
    """One goal in words with all its ratings. Raises `NotFound` when it is not there or not theirs to see."""
    found = await one_to_read(session, _goal(goal_id), by=by)
    if found is None:
        raise NotFound("there is no such goal, or it is not yours to see")
    shown: Goal = found[0]
    audit.touches(session, [shown.id, shown.episode_id])
    version.of_row(shown.n)
    return _whole(shown, await ratings_of(session, [shown.id]))


async def goals_of(session: Session, episode_id: UUID, *, by: Principal) -> list[WholeGoalOut]:
    """Every goal of a case, the earliest first, those that have ended among them. Raises `NotFound`."""
    found = await episode_to_read(session, episode_id, by=by)
    goals = await _goals(session, found.id)
    ratings = await ratings_of(session, [each.id for each in goals])
    return [_whole(each, ratings) for each in goals]


async def rated_goals_of(session: Session, episode_id: UUID) -> list[RatedGoal]:
    """The goals of a case with the ratings that stand."""
    goals = await _goals(session, episode_id)
    ratings = await ratings_of(session, [each.id for each in goals]) if goals else ()
    return [rated(each, ratings) for each in goals]


async def _goals(session: Session, episode_id: UUID) -> Sequence[Goal]:
    wanted = select(Goal).where(Goal.episode_id == episode_id)
    return (await session.exec(wanted.order_by(col(Goal.agreed_on), col(Goal.id)))).all()


async def questions_for(session: Session, episode_id: UUID, *, by: Principal) -> list[AskedOut]:
    """What to ask before the goals of a case are rated, with the factors found in it that are a reason to. Raises `NotFound`."""
    found = await episode_to_read(session, episode_id, by=by)
    places = {each.place for each in await _goals(session, found.id) if each.ended_on is None}
    assessed = (await session.exec(select(Assessment.factors).where(Assessment.episode_id == found.id))).all()
    factors = {factor for those in assessed for factor in those}
    return [
        AskedOut(
            code=each.prompt.code,
            place=each.prompt.place,
            question=each.prompt.question,
            because_of=list(each.because_of),
        )
        for each in to_be_asked(places, factors)
    ]


async def open_goals(session: Session, whose: Whose, *, by: Principal) -> list[OpenGoal]:
    """The goals that go on in the open cases whoever asks may see, with the ratings that stand; in one statement."""
    cases = (await open_cases(session, whose, by=by)).cte("cases")
    columns: list[Any] = [*cases.c, col(Goal.id).label("goal_id"), Goal.place, Goal.agreed_on]
    wanted = (
        rows_of(*columns, *(getattr(RiskRating, name) for name in OF_A_RATING))
        .join(Goal, col(Goal.episode_id) == cases.c.case_id)
        .outerjoin(RiskRating, col(RiskRating.goal_id) == Goal.id)
        .where(col(Goal.ended_on).is_(None))
    )
    return await asyncio.to_thread(_open, (await session.execute(wanted)).all())


OF_A_RATING = ("id", "rated_on", "by_worker", "by_parent", "replaces", "discussed_on")


def _open(rows: Iterable[Any]) -> list[OpenGoal]:
    by_goal: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_goal[row.goal_id].append(row)
    found = []
    for id, those in by_goal.items():
        one = those[0]
        ratings = standing([row for row in those if row.id is not None])
        goal = RatedGoal(id, one.agreed_on, None, tuple(map(_rated, ratings)))
        found.append(OpenGoal(goal, PlaceOfHarm(one.place), one.case_id, one.child_id, one.worker, one.team))
    return found


async def page_of_goals(
    session: Session, whose: Whose, which: GoalsAsked, *, asked: PageAsked, by: Principal
) -> Page[OpenGoalOut]:
    """Goals of open cases, red first and then the oldest; the colour is the worse of the two words."""
    after = asked.place(int, date, UUID)
    every = sorted(filter(which.holds, await open_goals(session, whose, by=by)), key=_in_order)
    left = [each for each in every if after is None or _in_order(each) > after]
    shown, following = asked.cut(left, _in_order)
    audit.touches(session, {id for each in shown for id in (each.rated.id, each.episode_id, each.child_id)})
    return Page(items=[_out(each) for each in shown], next=following)


def _in_order(goal: OpenGoal) -> tuple[int, date, UUID]:
    return goal.rank, goal.rated.agreed_on, goal.rated.id


async def board(session: Session, whose: Whose, *, by: Principal) -> list[BoardOut]:
    """The open goals of each team, by where the harm is, of the cases whoever asks may see: how many are of which colour."""
    together: dict[tuple[str | None, PlaceOfHarm], list[OpenGoal]] = defaultdict(list)
    for each in await open_goals(session, whose, by=by):
        together[each.team, each.place].append(each)
    order = tuple(PlaceOfHarm)
    return [
        _of_a_place(team, place, together[team, place])
        for team, place in sorted(together, key=lambda key: (key[0] or "", order.index(key[1])))
    ]


def _of_a_place(team: str | None, place: PlaceOfHarm, goals: Sequence[OpenGoal]) -> BoardOut:
    today = clock.today()
    reviews = [review for each in goals if (review := review_of(each.rated))]
    return BoardOut(
        team=team,
        place=place,
        is_extra_familial=place in EXTRA_FAMILIAL,
        goals=len(goals),
        children=len({each.child_id for each in goals}),
        by_worker=_colours(each.rated.by_worker for each in goals),
        by_parent=_colours(each.rated.by_parent for each in goals),
        apart=sum(each.rated.apart_since is not None for each in goals),
        overdue=sum(review.due_on < today for review in reviews),
    )


def _colours(ratings: Iterable[RAG | None]) -> ColoursOut:
    counted = Counter(rating or "not_rated" for rating in ratings)
    return ColoursOut(**{str(colour): number for colour, number in counted.items()})


def _standing_of(goal: RatedGoal, place: PlaceOfHarm) -> dict[str, Any]:
    """How a goal stands, as every shape of one says it."""
    review = review_of(goal)
    return {
        "is_extra_familial": place in EXTRA_FAMILIAL,
        "by_worker": goal.by_worker,
        "by_parent": goal.by_parent,
        "are_apart": goal.apart_since is not None,
        "review_on": review.due_on if review else None,
    }


def _out(each: OpenGoal) -> OpenGoalOut:
    return OpenGoalOut(
        id=each.rated.id,
        place=each.place,
        agreed_on=each.rated.agreed_on,
        episode_id=each.episode_id,
        child_id=each.child_id,
        worker=each.worker,
        team=each.team,
        **_standing_of(each.rated, each.place),
    )


def _whole(goal: Goal, ratings: Iterable[RiskRating]) -> WholeGoalOut:
    own = [each for each in ratings if each.goal_id == goal.id]
    corrected = {each.replaces for each in own}
    told = [RatingOut(**_fields(each, RatingOut), is_corrected=each.id in corrected) for each in own]
    return WholeGoalOut(**_fields(goal, WholeGoalOut), **_standing_of(rated(goal, own), goal.place), ratings=told)


def _fields(row: Row, shape: type[Out]) -> dict[str, Any]:
    """What a row and a shape of it both have."""
    return {name: getattr(row, name) for name in shape.model_fields if name in type(row).model_fields}
