"""Reads of what is due. One statement brings the facts of every case in question; what is due is worked out from them."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select as rows_of
from sqlmodel import and_, col

from services.intake.allocation.models import Allocation
from services.intake.episodes.clocks import SOON_WORKING_DAYS, Clock, Running, drifts, running, urgency
from services.intake.episodes.facts import Case
from services.intake.episodes.models import Episode
from services.intake.episodes.queries import case_of, cases_from, episode_to_read, everything_done
from services.intake.people.models import Worker
from services.intake.referrals.models import Referral
from services.intake.sight import referrals_seen_by
from services.intake.tasks.models import ClockOut, ClocksOut, DriftOut, TaskOut
from shared import audit, clock
from shared.calendar import add_working_days
from shared.database import Session
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal

Item = TypeVar("Item", TaskOut, DriftOut)
COUNTED_ONLY = frozenset({Clock.ASSESSMENT_IN_THE_CENSUS})
"""Clocks that are told, but ask for nothing that another does not ask for sooner."""


@dataclass(frozen=True)
class Whose:
    """Whose cases are meant: a worker's, a team's, or all that may be seen."""

    worker: str | None = None
    team: str | None = None


@dataclass(frozen=True)
class Held:
    """An open case, and who holds it now."""

    case: Case
    child_id: UUID
    worker: str | None
    team: str | None


async def page_of_tasks(
    session: Session, whose: Whose, *, until: date | None, asked: PageAsked, by: Principal
) -> Page[TaskOut]:
    """What is due up to a day, or soon; the longest overdue first."""
    today = clock.today()
    last = until or add_working_days(today, SOON_WORKING_DAYS)

    def due(held: Held) -> Iterator[TaskOut]:
        return (_task(held, each, today) for each in _asked_for(held.case) if each.due_on <= last)

    return await _page(session, whose, due, asked=asked, by=by)


async def page_of_drifts(session: Session, whose: Whose, *, asked: PageAsked, by: Principal) -> Page[DriftOut]:
    """Episodes and plans that have gone on for a year or longer; the longest first."""
    today = clock.today()
    return await _page(session, whose, lambda held: _drifts(held, today), asked=asked, by=by)


async def clocks_of(session: Session, episode_id: UUID, *, by: Principal) -> ClocksOut:
    """The clocks that run in one case, the next due first. Raises `NotFound` when it is not there or not theirs to see."""
    found, today = await episode_to_read(session, episode_id, by=by), clock.today()
    case = await case_of(session, found.id)
    return ClocksOut(
        clocks=[
            ClockOut(clock=each.clock, item_id=each.item_id, due_on=each.due_on, urgency=urgency(each.due_on, on=today))
            for each in sorted(running(case), key=lambda each: (each.due_on, each.clock))
        ],
        drifts=list(_drifts(Held(case, found.child_id, None, None), today)),
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
    """The open cases in question that whoever asks may see, with everything done in them; in one statement."""
    holds_now = and_(col(Allocation.episode_id) == Episode.id, col(Allocation.held_until).is_(None))
    wanted = (
        rows_of(col(Episode.id), col(Episode.child_id), col(Worker.reference), col(Allocation.team_code))
        .join(Referral, col(Referral.id) == Episode.referral_id)
        .outerjoin(Allocation, holds_now)
        .outerjoin(Worker, col(Worker.id) == Allocation.worker_id)
        .where(col(Episode.closed_on).is_(None), await referrals_seen_by(session, by))
    )
    if whose.worker is not None:
        wanted = wanted.where(col(Worker.reference) == whose.worker)
    if whose.team is not None:
        wanted = wanted.where(col(Allocation.team_code) == whose.team)
    cases = wanted.cte("cases")
    done = everything_done(rows_of(cases.c.id)).subquery("done")
    rows = (await session.execute(rows_of(done, cases).join(cases, cases.c.id == done.c.episode_id))).all()
    held: dict[UUID, Any] = {row.episode_id: row for row in rows}
    found = await asyncio.to_thread(cases_from, rows)
    return [Held(case, held[id].child_id, held[id].reference, held[id].team_code) for id, case in found.items()]


def _asked_for(case: Case) -> Iterator[Running]:
    return (each for each in running(case) if each.clock not in COUNTED_ONLY)


def _task(held: Held, each: Running, today: date) -> TaskOut:
    return TaskOut(
        id=_id(each.due_on, each.clock, each.item_id),
        episode_id=held.case.id,
        child_id=held.child_id,
        worker=held.worker,
        team=held.team,
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
