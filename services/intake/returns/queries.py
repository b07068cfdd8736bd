"""Reads of what is to be put right before a census year's return leaves."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, true
from sqlmodel import and_, col, func, select

from services.intake.allocation.models import Allocation
from services.intake.people.models import Child, Worker
from services.intake.referrals.models import Referral
from services.intake.returns.findings import Done, Finding
from services.intake.returns.models import FindingOut, PutRight
from services.intake.returns.reading import Judged, how_many, judged_children
from services.intake.returns.recorded import RecordedCase
from services.intake.returns.remedies import remedy
from services.intake.returns.rules_of_the_case import Year
from services.intake.sight import children_seen_by, hidden_from, referrals_seen_by
from shared import audit
from shared.database import Session
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


@dataclass(frozen=True)
class Whose:
    """Whose cases are meant: a worker's, a team's, or all that may be seen."""

    worker: str | None = None
    team: str | None = None

    def holds(self, case: RecordedCase | None) -> bool:
        asked = {"worker": self.worker, "team": self.team}
        return all(wanted is None or getattr(case, name, None) == wanted for name, wanted in asked.items())


async def withheld(session: Session, year: Year, *, by: Principal) -> int:
    """How many children of the year are restricted to others than whoever asks."""
    return await how_many(session, year, seen=col(Child.id).in_(hidden_from(by)))


async def page_of_findings(
    session: Session, year: Year, whose: Whose, *, rule: str | None, asked: PageAsked, by: Principal
) -> Page[FindingOut]:
    """What is to be put right in the cases that whoever asks may see, child by child."""
    place = asked.place(UUID, str)
    seen = and_(await children_seen_by(session, by), _held_by(whose))
    if place is not None:
        seen = and_(seen, col(Child.id) >= place[0])
    found: list[tuple[tuple[UUID, str], FindingOut]] = []
    async for batch in judged_children(session, year, seen=seen, order=col(Child.id)):
        may_see = await _seen_cases(session, batch, by=by)
        for each in batch:
            found += _to_put_right(each, whose, rule, may_see)
        found = [each for each in found if place is None or each[0] > place]
        if len(found) > asked.limit:
            break
    shown, following = asked.cut(found, lambda each: each[0])
    items = [each for _, each in shown]
    audit.touches(session, {id for each in items for id in (each.child_id, each.episode_id)})
    return Page(items=items, next=following)


def _held_by(whose: Whose) -> ColumnElement[bool]:
    """The children of whom a case is or was held so. Which of their cases, and by whom last, is looked at one by one."""
    if whose == Whose():
        return true()
    held = (
        select(func.coalesce(Child.merged_into, Child.id))
        .join(Allocation, col(Allocation.child_id) == Child.id)
        .join(Worker, col(Worker.id) == Allocation.worker_id)
    )
    if whose.worker is not None:
        held = held.where(Worker.reference == whose.worker)
    if whose.team is not None:
        held = held.where(Allocation.team_code == whose.team)
    return col(Child.id).in_(held)


async def _seen_cases(session: Session, batch: Sequence[Judged], *, by: Principal) -> set[UUID]:
    """Of the cases of these children, those that whoever asks may see."""
    cases = [case.referral_id for each in batch for case in _cases(each)]
    wanted = select(Referral.id).where(col(Referral.id).in_(cases), await referrals_seen_by(session, by))
    return set((await session.exec(wanted)).all())


def _cases(each: Judged) -> Sequence[RecordedCase]:
    return each.child.cases  # type: ignore[return-value] # they were put together so


def _to_put_right(
    each: Judged, whose: Whose, rule: str | None, may_see: Collection[UUID]
) -> Iterator[tuple[tuple[UUID, str], FindingOut]]:
    """What is found in one child, in an order that stays when some of it is put right."""
    numbered: dict[str, int] = defaultdict(int)
    told = []
    for case, finding in each.findings:
        holder = case or _cases(each)[-1]
        if (rule is None or finding.rule == rule) and whose.holds(holder) and holder.referral_id in may_see:
            key = f"{case.referred_on if case else ''} {finding.rule} {finding.element}"
            numbered[key] += 1
            told.append(((each.child.child_id, f"{key} {numbered[key]:03d}"), shown_finding(each, case, finding)))
    yield from sorted(told, key=lambda one: one[0])


def shown_finding(each: Judged, case: RecordedCase | None, finding: Finding) -> FindingOut:
    """One finding, with what to do about it and who holds the case."""
    holder = case or _cases(each)[-1]
    return FindingOut(
        rule=finding.rule,
        is_error=finding.is_error,
        element=finding.element,
        sentence=finding.sentence,
        what_to_do=remedy(finding),
        is_left_out=finding.done is Done.LEFT_OUT,
        put_right=PutRight.HERE if holder.is_ours else PutRight.AT_ITS_SOURCE,
        child_id=each.child.child_id,
        la_child_id=each.child.la_child_id,
        referral_id=case.referral_id if case else None,
        episode_id=case.episode_id if case else None,
        worker=holder.worker,
        team=holder.team,
    )
