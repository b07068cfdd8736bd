"""Who belongs in a census year, as their records stand now, and what the rules find in them: batch by batch."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy import select as rows_of
from sqlmodel import and_, col, func, or_, select

from services.intake.allocation.models import Allocation
from services.intake.episodes.models import Assessment, CINPlan, Conference, Episode, ProtectionPlan, Section47
from services.intake.people.models import Child, Worker
from services.intake.referrals.decision import Outcome
from services.intake.referrals.models import Referral
from services.intake.returns.census_scope import Returned, as_returned
from services.intake.returns.findings import Finding
from services.intake.returns.judgement import judged
from services.intake.returns.recorded import RecordedCase, RecordedChild
from services.intake.returns.rules_of_the_case import Year
from services.intake.sources.document import (
    StatedAssessment,
    StatedCINPlan,
    StatedConference,
    StatedProtectionPlan,
    StatedSection47,
)
from shared.database import Session

BATCH = 200
"""Children read at once, whatever is asked: a return of any size is made in constant memory."""
CHILD, ALLOCATION = Child.__table__, Allocation.__table__  # type: ignore[attr-defined]
SHARES_UPN = Finding("", "UPN", "1520", "another child of the return has the same UPN")

IDENTIFIERS = (
    *("upn", "former_upn", "upn_unknown", "born_on", "expected_on", "died_on"),
    *("sex", "ethnicity", "disabilities"),
)
"""What a census knows of a child; nobody's name is among it."""

PARTS: dict[str, tuple[Any, Any]] = {
    "assessments": (Assessment, StatedAssessment),
    "cin_plans": (CINPlan, StatedCINPlan),
    "section_47_enquiries": (Section47, StatedSection47),
    "conferences": (Conference, StatedConference),
    "protection_plans": (ProtectionPlan, StatedProtectionPlan),
}
"""The parts of a case that a census knows: the table, and the shape in which a source would state a row of it."""


def census_year(year: int) -> Year:
    """First and last day of a census year, which is named after the one it ends in."""
    return date(year - 1, 4, 1), date(year, 3, 31)


@dataclass(frozen=True)
class Judged:
    """A child as the return states it, with what the rules find, each with the case it is found in."""

    child: RecordedChild
    returned: Returned
    findings: Sequence[tuple[RecordedCase | None, Finding]]


async def judged_children(
    session: Session, year: Year, *, seen: ColumnElement[bool], order: Any = None, after: Any = None
) -> AsyncIterator[list[Judged]]:
    """Everybody in the year, as they stand now, batch by batch: by LAchildID unless another order is given, from after a
    place in it.
    """
    order = col(Child.la_child_id) if order is None else order
    while rows := await _batch(session, year, seen, order, after):
        after = getattr(rows[-1], order.key)
        records = await _records_of(session, rows, year)
        yield await asyncio.to_thread(_judge, records, year)


def _judge(records: Sequence[RecordedChild], year: Year) -> list[Judged]:
    return [_judged_child(record, year) for record in records]


def _judged_child(record: RecordedChild, year: Year) -> Judged:
    returned = as_returned(record, year)
    findings: list[tuple[Any, Finding]] = [*returned.left_out]
    if returned.child is not None:
        findings += judged(returned.child, year)
        findings += [(None, SHARES_UPN)] if record.shares_upn else []
    return Judged(record, returned, findings)


def _of_the_year(year: Year) -> ColumnElement[bool]:
    """The referrals that a return of the year may state: it looks at each more closely."""
    begins, ends = year
    went_on = or_(col(Episode.closed_on).is_(None), col(Episode.closed_on) >= begins)
    was_open = and_(col(Referral.no_further_action).is_not(True), went_on)
    is_no_contact = col(Referral.outcome).is_distinct_from(Outcome.OPEN_EPISODE)
    return and_(col(Referral.received_on) <= ends, or_(col(Referral.received_on) >= begins, was_open), is_no_contact)


def in_the_year(year: Year) -> Any:
    """The children of whom a return of the year states something; of merged records, the one that speaks for them."""
    return (
        select(func.coalesce(Child.merged_into, Child.id))
        .join(Referral, col(Referral.child_id) == Child.id)
        .outerjoin(Episode, col(Episode.referral_id) == Referral.id)
        .where(_of_the_year(year))
    )


async def how_many(session: Session, year: Year, *, seen: ColumnElement[bool]) -> int:
    """The children of whom something may be stated, of those that are meant."""
    return (await session.exec(select(func.count()).where(col(Child.id).in_(in_the_year(year)), seen))).one()


async def _batch(session: Session, year: Year, seen: ColumnElement[bool], order: Any, after: Any) -> Sequence[Any]:
    wanted = rows_of(CHILD).where(col(Child.id).in_(in_the_year(year)), seen)
    if after is not None:
        wanted = wanted.where(order > after)
    return (await session.execute(wanted.order_by(order).limit(BATCH))).all()


async def _records_of(session: Session, children: Sequence[Any], year: Year) -> list[RecordedChild]:
    """These children with everything recorded of them that a census knows; in a handful of statements."""
    speaks_for = {record: row.id for row in children for record in (row.id, *map(UUID, row.stands_for))}
    wanted = (
        rows_of(
            *(col(getattr(Referral, name)) for name in ("id", "child_id", "form_id", "received_on", "source")),
            *(col(getattr(Referral, name)) for name in ("primary_need", "no_further_action")),
            *(col(getattr(Episode, name)) for name in ("closed_on", "closure_reason")),
            col(Episode.id).label("episode_id"),
        )
        .outerjoin(Episode, col(Episode.referral_id) == Referral.id)
        .where(col(Referral.child_id).in_(speaks_for), _of_the_year(year))
        .order_by(col(Referral.received_on), col(Referral.id))
    )
    cases = (await session.execute(wanted)).all()
    episodes = [case.episode_id for case in cases if case.episode_id is not None]
    parts = {field: await _parts(session, table, episodes) for field, (table, _) in PARTS.items()}
    holders = await _holders(session, episodes)
    shared = await _shared_upns(session, year, [row.upn for row in children if row.upn])

    def put_together() -> list[RecordedChild]:
        cases_of: dict[UUID, list[RecordedCase]] = defaultdict(list)
        for case in cases:
            cases_of[speaks_for[case.child_id]].append(_case(case, parts, holders))
        return [_child(row, cases_of[row.id], shares_upn=row.upn in shared) for row in children]

    return await asyncio.to_thread(put_together)


async def _parts(session: Session, table: Any, episodes: Collection[UUID]) -> dict[UUID, list[Any]]:
    begins: Any = table.held_on if table is Conference else table.started_on
    wanted = rows_of(table.__table__).where(table.episode_id.in_(episodes))
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in (await session.execute(wanted.order_by(begins, table.occurrence))).all():
        found[row.episode_id].append(row)
    return found


async def _holders(session: Session, episodes: Collection[UUID]) -> dict[UUID, Any]:
    """Who holds each of these cases, or held it last."""
    wanted = (
        rows_of(ALLOCATION.c.episode_id, col(Worker.reference), ALLOCATION.c.team_code)
        .join(Worker, col(Worker.id) == ALLOCATION.c.worker_id)
        .where(ALLOCATION.c.episode_id.in_(episodes))
        .order_by(ALLOCATION.c.held_from, ALLOCATION.c.allocated_at)
    )
    return {row.episode_id: row for row in (await session.execute(wanted)).all()}


async def _shared_upns(session: Session, year: Year, upns: Collection[str]) -> set[str]:
    """Which of these numbers more than one child of the year has."""
    wanted = (
        rows_of(col(Child.upn))
        .where(col(Child.upn).in_(upns), col(Child.id).in_(in_the_year(year)))
        .group_by(col(Child.upn))
        .having(func.count() > 1)
    )
    return {upn for upn in (await session.execute(wanted)).scalars() if upn} if upns else set()


def _child(row: Any, cases: Sequence[RecordedCase], *, shares_upn: bool) -> RecordedChild:
    stated = {name: getattr(row, name) for name in IDENTIFIERS}
    return RecordedChild(
        **stated, la_child_id=row.la_child_id, cases=tuple(cases), child_id=row.id, shares_upn=shares_upn
    )


def _case(row: Any, parts: dict[str, dict[UUID, list[Any]]], holders: dict[UUID, Any]) -> RecordedCase:
    holder = holders.get(row.episode_id)
    return RecordedCase(
        referred_on=row.received_on,
        source=row.source,
        primary_need=row.primary_need,
        no_further_action=row.no_further_action,
        closed_on=row.closed_on,
        closure_reason=row.closure_reason,
        **{
            field: tuple(_as(shape, part) for part in parts[field].get(row.episode_id, ()))
            for field, (_, shape) in PARTS.items()
        },
        referral_id=row.id,
        episode_id=row.episode_id,
        is_ours=row.form_id is not None,
        worker=holder.reference if holder else None,
        team=holder.team_code if holder else None,
    )


def _as(shape: Any, part: Any) -> Any:
    """A row as a source would have stated it."""
    return shape(**{name: getattr(part, name) for name in shape.model_fields if name in part._fields})
