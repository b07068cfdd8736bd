"""May you see it? One condition a role, which every list and every look-up starts from; and who sees what was scored.

Observation develops practice and disciplines nobody. So the worker, the observer, coaches and the principal social worker
see scores and words; a manager sees that the team's practice was observed, when, and what followed, with scores only while
the worker is in the manager's line; the service manager sees no individual's scores.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import col, select

from services.observation.coding.models import SecondCoding
from services.observation.cohort.models import Participation
from services.observation.concerns.models import Concern
from services.observation.declines.models import Decline
from services.observation.forms.models import Form
from services.observation.measures.models import Answers, Goal, Voice
from services.observation.people.models import KnownCase, KnownChild, KnownWorker
from services.observation.people.queries import hidden_from, own_team, own_worker, workers
from services.observation.permissions import GUIDES
from services.observation.practice.models import Observation
from services.observation.supervision.models import Supervised, Supervision
from shared import clock
from shared.database import Session
from shared.web.roles import Principal, Role

SEES_ALL_PRACTICE = frozenset({Role.COACH, Role.PRINCIPAL_SOCIAL_WORKER, Role.SERVICE_MANAGER})
SEES_THE_TEAMS_PRACTICE = frozenset({Role.DEPUTY_TEAM_MANAGER, Role.TEAM_MANAGER})
SEES_NO_SCORES = frozenset({Role.SERVICE_MANAGER})
SEES_ALL_CONCERNS = SEES_ALL_PRACTICE | {Role.DUTY}


Seen = Callable[[Session, Principal], Awaitable[ColumnElement[bool]]]


def but_for_the_restricted(is_open: Callable[[Principal], ColumnElement[bool]]) -> Callable[[Seen], Seen]:
    """What a role sees, but for what is of a child who is restricted to named people. The question is the same whether anybody
    is restricted or not, so that how long it takes tells nothing.
    """

    def narrowed(seen_by: Seen) -> Seen:
        @wraps(seen_by)
        async def seen(session: Session, by: Principal) -> ColumnElement[bool]:
            return and_(await seen_by(session, by), is_open(by))

        return seen

    return narrowed


def of_nobody_hidden(child_id: Any) -> Callable[[Principal], ColumnElement[bool]]:
    """Of a row that names its child. What is parked is of nobody yet."""
    return lambda by: or_(child_id.is_(None), child_id.not_in(hidden_from(by)))


def of_no_hidden_case(episode_id: Any) -> Callable[[Principal], ColumnElement[bool]]:
    return lambda by: episode_id.not_in(
        select(KnownCase.episode_id).where(col(KnownCase.child_id).in_(hidden_from(by)))
    )


def of_no_hidden_observation(observation_id: Any) -> Callable[[Principal], ColumnElement[bool]]:
    return lambda by: observation_id.not_in(
        select(Observation.id).where(col(Observation.child_id).in_(hidden_from(by)))
    )


async def is_hidden(session: Session, child_id: UUID | None, *, by: Principal) -> bool:
    """Whether a child is hidden from whoever asks."""
    hidden = hidden_from(by).where(KnownChild.child_id == child_id)
    return (await session.exec(hidden)).one_or_none() is not None


@but_for_the_restricted(of_nobody_hidden(col(Observation.child_id)))
async def observations_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Which observations whoever asks may see: an evaluator those made, a worker those of the own practice, a manager
    those of workers who were in the team on the day.
    """
    return await _seen_by(session, by, Observation)


@but_for_the_restricted(of_no_hidden_case(col(Decline.episode_id)))
async def declines_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Which observations that did not take place whoever asks may see: as of those that did."""
    return await _seen_by(session, by, Decline)


async def _seen_by(session: Session, by: Principal, table: type[Observation | Decline]) -> ColumnElement[bool]:
    if by.role in SEES_ALL_PRACTICE:
        return true()
    if by.role in SEES_THE_TEAMS_PRACTICE:
        team = await own_team(session, by)
        return col(table.team) == team if team else false()
    own = await own_worker(session, by)
    if own is not None and by.role is Role.SOCIAL_WORKER:
        return col(table.worker_id) == own.worker_id
    if own is not None and by.role is Role.EVALUATOR:
        return col(table.observer_id) == own.worker_id
    return false()


async def scores_seen_by(session: Session, seen: Sequence[Observation], *, by: Principal) -> set[UUID]:
    """Those of the observations seen whose scores, notes and feedback may be seen too: none follow a worker who has left
    the team to the old manager, or to the new one.
    """
    if by.role in SEES_NO_SCORES:
        return set()
    if by.role not in SEES_THE_TEAMS_PRACTICE:
        return {observation.id for observation in seen}
    team, today = await own_team(session, by), clock.today()
    observed = await workers(session, {observation.worker_id for observation in seen})
    in_line = {worker.worker_id for worker in observed.values() if worker.team_on(today) == team}
    return {observation.id for observation in seen if observation.worker_id in in_line}


@but_for_the_restricted(of_no_hidden_observation(col(Concern.observation_id)))
async def concerns_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Which safety concerns whoever asks may see: a manager the team's, an evaluator those raised."""
    if by.role in SEES_ALL_CONCERNS:
        return true()
    if by.role in SEES_THE_TEAMS_PRACTICE:
        team = await own_team(session, by)
        return col(Concern.team) == team if team else false()
    own = await own_worker(session, by)
    return col(Concern.observer_id) == own.worker_id if own is not None and by.role is Role.EVALUATOR else false()


@but_for_the_restricted(of_no_hidden_observation(col(Form.observation_id)))
async def forms_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Which forms, as they came, whoever asks may see: an evaluator those sent, guides everybody's. They hold scores."""
    if by.role in SEES_ALL_PRACTICE - SEES_NO_SCORES:
        return true()
    own = await own_worker(session, by)
    return col(Form.observer_id) == own.worker_id if own is not None and by.role is Role.EVALUATOR else false()


@but_for_the_restricted(of_nobody_hidden(col(Observation.child_id)))
async def codings_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Whose two scores whoever asks may see: an evaluator those of which one is the own, guides everybody's."""
    if by.role in SEES_ALL_PRACTICE - SEES_NO_SCORES:
        return true()
    own = await own_worker(session, by)
    if own is None or by.role is not Role.EVALUATOR:
        return false()
    return or_(col(Observation.observer_id) == own.worker_id, col(SecondCoding.coder_id) == own.worker_id)


@but_for_the_restricted(of_nobody_hidden(col(Answers.child_id)))
async def answers_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Which answers of families whoever asks may see: an evaluator those taken, guides everybody's, a worker those about the
    own time with a family that agreed to it. No manager sees one family's: they see figures.
    """
    return await _agreed_to(session, by, Answers)


@but_for_the_restricted(of_nobody_hidden(col(Voice.child_id)))
async def voices_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Which children's voices whoever asks may see: as of answers."""
    return await _agreed_to(session, by, Voice)


async def _agreed_to(session: Session, by: Principal, table: type[Answers | Voice]) -> ColumnElement[bool]:
    own = await own_worker(session, by)
    if own is not None and by.role is Role.SOCIAL_WORKER:
        return and_(col(table.worker_id) == own.worker_id, col(table.worker_may_see))
    return _taken_by(table, own, by)


@but_for_the_restricted(of_nobody_hidden(col(Goal.child_id)))
async def goals_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Which goals whoever asks may see: as of answers, and a worker those of the own cases."""
    own = await own_worker(session, by)
    if own is not None and by.role is Role.SOCIAL_WORKER:
        return col(Goal.worker_id) == own.worker_id
    return _taken_by(Goal, own, by)


def _taken_by(table: type[Answers | Goal | Voice], own: KnownWorker | None, by: Principal) -> ColumnElement[bool]:
    if by.role in SEES_ALL_PRACTICE - SEES_NO_SCORES:
        return true()
    return col(table.taken_by) == own.worker_id if own is not None and by.role is Role.EVALUATOR else false()


@but_for_the_restricted(of_nobody_hidden(col(Participation.child_id)))
async def participations_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Which cases of cohorts whoever asks may see: an evaluator those followed, and those that nobody follows yet; a worker
    the own ones that were selected; a manager those the team holds.
    """
    if by.role in SEES_ALL_PRACTICE:
        return true()
    if by.role in SEES_THE_TEAMS_PRACTICE:
        team = await own_team(session, by)
        return col(Participation.team) == team if team else false()
    own = await own_worker(session, by)
    if own is not None and by.role is Role.SOCIAL_WORKER:
        return and_(col(Participation.worker_id) == own.worker_id, col(Participation.selected_on).is_not(None))
    if own is not None and by.role is Role.EVALUATOR:
        return or_(col(Participation.follower_id) == own.worker_id, col(Participation.follower_id).is_(None))
    return false()


async def supervisions_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Which supervision whoever asks may see that it was held: guides everybody's, a manager the team's, a worker the own."""
    if by.role in GUIDES:
        return true()
    if by.role in SEES_THE_TEAMS_PRACTICE:
        team = await own_team(session, by)
        return col(Supervision.team) == team if team else false()
    own = await own_worker(session, by)
    if own is None or by.role is not Role.SOCIAL_WORKER:
        return false()
    present = select(Supervised.supervision_id).where(Supervised.worker_id == own.worker_id)
    return col(Supervision.id).in_(present)
