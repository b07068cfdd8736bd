"""Reads of what is due. One statement brings the facts of every case in question, others the families' goals and what they are
offered; what is due is worked out from them.
"""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Uuid, literal
from sqlalchemy import select as rows_of

from services.intake.episodes.clocks import SOON_WORKING_DAYS, Clock, Running, drifts, running, urgency
from services.intake.episodes.facts import Case
from services.intake.episodes.queries import Whose, case_of, cases_from, episode_to_read, everything_done, open_cases
from services.intake.offer.clocks import running as of_an_offer
from services.intake.offer.models import Offer
from services.intake.offer.queries import standing_offers
from services.intake.risk import reviews
from services.intake.risk.queries import open_goals, rated_goals_of
from services.intake.risk.reviews import RatedGoal
from services.intake.tasks.models import Asked, ClockOut, ClocksOut, DriftOut, TaskOut
from shared import audit, clock
from shared.calendar import add_working_days
from shared.database import Session
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal

Item = TypeVar("Item", TaskOut, DriftOut)
COUNTED_ONLY = frozenset({Clock.ASSESSMENT_IN_THE_CENSUS})
"""Clocks that are told, but ask for nothing that another does not ask for sooner."""
ASKED_OF = {
    Clock.RISK_SUPERVISION: Asked.TEAM_MANAGER,
    Clock.PANEL_DECISION: Asked.PANEL,
    Clock.STEP_DOWN: Asked.TEAM_MANAGER,
}
"""Whom, where it is not the worker who holds the case."""


@dataclass(frozen=True)
class Held:
    """An open case, and who holds it now."""

    case: Case
    child_id: UUID
    worker: str | None = None
    team: str | None = None


async def page_of_tasks(
    session: Session, whose: Whose, *, until: date | None, asked: PageAsked, by: Principal
) -> Page[TaskOut]:
    """What is due up to a day, or soon; the longest overdue first."""
    today = clock.today()
    last = until or add_working_days(today, SOON_WORKING_DAYS)

    goals: dict[UUID, list[RatedGoal]] = defaultdict(list)
    for goal in await open_goals(session, whose, by=by):
        goals[goal.episode_id].append(goal.rated)
    offers: dict[UUID, list[Offer]] = defaultdict(list)
    for offer in await standing_offers(session, await open_cases(session, whose, by=by)):
        offers[offer.episode_id].append(offer)

    def due(held: Held) -> Iterator[TaskOut]:
        running = _running(held.case, goals[held.case.id], offers[held.case.id])
        asked_for = (each for each in running if each.clock not in COUNTED_ONLY)
        return (_task(held, each, today) for each in asked_for if each.due_on <= last)

    return await _page(session, whose, due, asked=asked, by=by)


async def page_of_drifts(session: Session, whose: Whose, *, asked: PageAsked, by: Principal) -> Page[DriftOut]:
    """Episodes and plans that have gone on for a year or longer; the longest first."""
    today = clock.today()
    return await _page(session, whose, lambda held: _drifts(held, today), asked=asked, by=by)


async def clocks_of(session: Session, episode_id: UUID, *, by: Principal) -> ClocksOut:
    """The clocks that run in one case, the next due first. Raises `NotFound` when it is not there or not theirs to see."""
    found, today = await episode_to_read(session, episode_id, by=by), clock.today()
    case, goals = await case_of(session, found.id), await rated_goals_of(session, found.id)
    offers = await standing_offers(session, rows_of(literal(found.id, Uuid).label("case_id")))
    return ClocksOut(
        clocks=[
            ClockOut(clock=each.clock, item_id=each.item_id, due_on=each.due_on, urgency=urgency(each.due_on, on=today))
            for each in sorted(_running(case, goals, offers), key=lambda each: (each.due_on, each.clock))
        ],
        drifts=list(_drifts(Held(case, found.child_id), today)),
    )


async def _page(
    session: Session, whose: Whose, of: Callable[[Held], Iterator[Item]], *, asked: PageAsked, by: Principal
) -> Page[Item]:
    cases = await _open_cases(session, whose, by=by)

    def in_order() -> list[Item]:
        return sorted((each for held in cases for each in of(held)), key=lambda each: each.id)

    every = await asyncio.to_thread(in_order)
    after = asked.after
    left = [each for each in every if after is None or each.id > after]
    shown: Sequence[Item]
    shown, following = asked.cut(left, lambda each: (each.id,))
    audit.touches(session, {id for each in shown for id in (each.episode_id, each.child_id)})
    return Page(items=[*shown], next=following)


async def _open_cases(session: Session, whose: Whose, *, by: Principal) -> list[Held]:
    """The open cases in question with everything done in them; in one statement."""
    cases = (await open_cases(session, whose, by=by)).cte("cases")
    done = everything_done(rows_of(cases.c.case_id)).subquery("done")
    rows = (await session.execute(rows_of(done, cases).join(cases, cases.c.case_id == done.c.episode_id))).all()
    held: dict[UUID, Any] = {row.case_id: row for row in rows}
    found = await asyncio.to_thread(cases_from, rows)
    return [Held(case, held[id].child_id, held[id].worker, held[id].team) for id, case in found.items()]


def _running(case: Case, goals: Iterable[RatedGoal], offers: Iterable[Offer]) -> Iterator[Running]:
    """Every clock that runs in a case, of what was done in it, of the family's goals and of what it is offered."""
    yield from running(case)
    if case.closed_on is None:
        for goal in goals:
            yield from reviews.running(goal)
        for offer in offers:
            yield from of_an_offer(offer)


def _task(held: Held, each: Running, today: date) -> TaskOut:
    return TaskOut(
        id=_id(each.due_on, each.clock, each.item_id),
        episode_id=held.case.id,
        child_id=held.child_id,
        worker=held.worker,
        team=held.team,
        asked=ASKED_OF.get(each.clock, Asked.WORKER),
        clock=each.clock,
        item_id=each.item_id,
        due_on=each.due_on,
        urgency=urgency(each.due_on, on=today),
        days_overdue=max(0, (today - each.due_on).days),
    )


def _drifts(held: Held, today: date) -> Iterator[DriftOut]:
    for each in drifts(held.case, on=today):
        yield DriftOut(
            id=_id(each.began_on, each.kind, each.item_id),
            episode_id=held.case.id,
            child_id=held.child_id,
            worker=held.worker,
            team=held.team,
            kind=each.kind,
            item_id=each.item_id,
            began_on=each.began_on,
            months=each.months,
        )


def _id(day: date, what: str, item_id: UUID) -> UUID:
    """An id for something that is computed: it sorts by the day, and the next page begins after it even when it is done."""
    told = hashlib.blake2b(what.encode() + item_id.bytes, digest_size=12).digest()
    return UUID(bytes=day.toordinal().to_bytes(4) + told)
