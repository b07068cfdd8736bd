"""The one count of who holds what, now and on any day before: recommendation, limit, lists and events all ask here.

It looks at every case, restricted ones too: a child whom only a few may see takes up a place like any other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, or_
from sqlmodel import col, select

from services.intake.allocation.families import families
from services.intake.allocation.models import Allocation
from services.intake.allocation.points import EXPLOITATION_FACTORS, Addition, Case, Load, Stage, load_of
from services.intake.allocation.urgency import INFANT_MONTHS
from services.intake.care.models import CareEpisode, PreProceedings
from services.intake.children.models import Details
from services.intake.episodes.models import Assessment, Episode, ProtectionPlan, Section47
from services.intake.offer.models import Offer
from services.intake.people.models import Child
from services.intake.referrals.models import Referral
from shared.calendar import add_months, working_days_between
from shared.contracts.codes import LegalStatus, OfferKind, PrimaryNeed
from shared.database import Session

ENQUIRY_WORKING_DAYS = 15
"""An enquiry counts until its conference, and no longer than a conference may take to be held."""


@dataclass(frozen=True)
class Caseloads:
    """Who holds which cases on a day."""

    on: date
    held: dict[UUID, list[Case]] = field(default_factory=lambda: defaultdict(list))
    """By worker."""
    cases: dict[UUID, Case] = field(default_factory=dict)
    """By episode: those held, and those asked about besides."""
    families: Mapping[UUID, UUID] = field(default_factory=dict)
    """By child."""

    def load(self, worker: UUID, *, with_also: Iterable[Case] = ()) -> Load:
        """What a worker holds, or would hold with these as well."""
        return load_of([*self.held.get(worker, ()), *with_also], on=self.on)

    def referred(self, referral: Referral) -> Case:
        """A child of whom nothing is recorded yet, as the case would count."""
        family = self.families.get(referral.child_id, referral.child_id)
        return Case(referral.id, referral.child_id, family, _stage(referral.primary_need))


def held_on(day: date) -> ColumnElement[bool]:
    """The allocations that stand on a day."""
    return (col(Allocation.held_from) <= day) & or_(
        col(Allocation.held_until).is_(None), col(Allocation.held_until) > day
    )


async def caseloads(
    session: Session,
    workers: Collection[UUID] | None,
    *,
    on: date,
    and_of: Collection[UUID] = (),
    children: Collection[UUID] = (),
) -> Caseloads:
    """What these workers, or all, hold on a day; and the cases of other episodes and children as they would count."""
    standing = held_on(on) if workers is None else held_on(on) & col(Allocation.worker_id).in_(workers)
    holders = (await session.exec(select(Allocation.worker_id, Allocation.episode_id).where(standing))).all()
    found = await described(session, {episode for _, episode in holders}.union(and_of), on=on, children=children)
    for worker_id, episode_id in holders:
        found.held[worker_id].append(found.cases[episode_id])
    return found


async def described(
    session: Session, episodes: Collection[UUID], *, on: date, children: Collection[UUID] = ()
) -> Caseloads:
    """These episodes as they count on a day, held by nobody; and who belongs together. Three statements."""
    which = col(Episode.id).in_(episodes)
    wanted: Any = (
        select(  # type: ignore[call-overload] # more columns than it has overloads for
            Episode.id,
            Episode.child_id,
            col(Referral.primary_need),
            _beyond_need(on),
            _has_a_place(on),
            _needs_interpreter(),
        )
        .join(Referral, col(Referral.id) == Episode.referral_id)
        .where(which)
    )
    rows = (await session.exec(wanted)).all() if episodes else ()
    assessed, exploited = await _assessments(session, which, on) if episodes else (set(), set())
    belong = await _families(session, {child_id for _, child_id, *_ in rows}.union(children))
    cases = {
        episode_id: Case(
            episode_id,
            child_id,
            family=belong.get(child_id, child_id),
            stage=_stage(need, beyond_need=beyond_need, in_assessment=episode_id in assessed),
            additions=frozenset(
                addition
                for addition, weighs in (
                    (Addition.EXPLOITATION, episode_id in exploited),
                    (Addition.ENHANCED, has_a_place),
                    (Addition.INTERPRETER, needs_interpreter),
                )
                if weighs
            ),
        )
        for episode_id, child_id, need, beyond_need, has_a_place, needs_interpreter in rows
    }
    return Caseloads(on, cases=cases, families=belong)


def _stage(need: str | None, *, beyond_need: str | None = None, in_assessment: bool = False) -> Stage:
    """A case of which nothing is recorded counts as a child's in need."""
    if beyond_need is not None:
        return Stage(beyond_need)
    if need == PrimaryNeed.CHILDS_DISABILITY:
        return Stage.DISABILITY
    return Stage.ASSESSMENT if in_assessment else Stage.CHILD_IN_NEED


def _beyond_need(on: date) -> ColumnElement[str]:
    """The heaviest of what runs on a day beyond help to a child in need; null where nothing does."""
    in_court = col(CareEpisode.legal_status) == LegalStatus.INTERIM_CARE_ORDER
    enquired = func.coalesce(Section47.conference_on, Section47.ended_on)
    enquiry = _runs(Section47, on, col(Section47.started_on) >= _enquiries_since(on), until=enquired)
    return case(
        (_runs(CareEpisode, on, in_court), Stage.COURT),
        (_runs(PreProceedings, on), Stage.PRE_PROCEEDINGS),
        (or_(_runs(ProtectionPlan, on), enquiry), Stage.PROTECTION),
        (_runs(CareEpisode, on), Stage.LOOKED_AFTER),
        else_=None,
    )


def _has_a_place(on: date) -> ColumnElement[bool]:
    """Whether the child has a place in the enhanced offer on a day."""
    return exists().where(
        col(Offer.episode_id) == Episode.id,
        col(Offer.offer) == OfferKind.ENHANCED,
        col(Offer.given_from) <= on,
        or_(col(Offer.given_until).is_(None), col(Offer.given_until) > on),
    )


def _needs_interpreter() -> ColumnElement[bool]:
    """Whether an interpreter is needed, as it is known now: since when is not."""
    return exists().where(col(Details.child_id) == Episode.child_id, col(Details.interpreter).is_not(None))


def _runs(table: Any, on: date, *which: ColumnElement[bool], until: Any = None) -> ColumnElement[bool]:
    """Whether something of this kind runs in the episode on a day, up to, but not on, its end."""
    ends = table.ended_on if until is None else until
    return exists().where(
        table.episode_id == Episode.id, table.started_on <= on, or_(ends.is_(None), ends > on), *which
    )


def _enquiries_since(day: date) -> date:
    """The earliest day on which an enquiry still counted may have begun."""
    since = day
    while working_days_between(since - timedelta(days=1), day) <= ENQUIRY_WORKING_DAYS:
        since -= timedelta(days=1)
    return since


async def _assessments(session: Session, which: ColumnElement[bool], on: date) -> tuple[set[UUID], set[UUID]]:
    """The episodes under assessment, and those in which an assessment found exploitation."""
    wanted = (
        select(Assessment.episode_id, col(Assessment.authorised_on), col(Assessment.factors))
        .join(Episode, col(Episode.id) == Assessment.episode_id)
        .where(which, Assessment.started_on <= on)
    )
    under_way, exploited = set(), set()
    for episode_id, authorised_on, factors in await session.exec(wanted):
        if authorised_on is None or authorised_on > on:
            under_way.add(episode_id)
        elif EXPLOITATION_FACTORS & set(factors):
            exploited.add(episode_id)
    return under_way, exploited


async def _families(session: Session, children: Collection[UUID]) -> dict[UUID, UUID]:
    return families(await _forms(session, col(Referral.child_id).in_(children))) if children else {}


async def kin_of(session: Session, children: Collection[UUID]) -> set[UUID]:
    """These children, and everybody who came on a form with one of them."""
    forms = select(Referral.form_id).where(col(Referral.child_id).in_(children))
    return {*children, *(child for child, _ in await _forms(session, col(Referral.form_id).in_(forms)))}


async def _forms(session: Session, which: ColumnElement[bool]) -> Sequence[tuple[UUID, UUID]]:
    wanted = select(col(Referral.child_id), col(Referral.form_id)).where(which, col(Referral.form_id).is_not(None))
    return (await session.execute(wanted)).all()  # type: ignore[return-value]


async def infants(session: Session, children: Collection[UUID], *, on: date) -> set[UUID]:
    """Those not yet born, or not yet a year old."""
    is_young = or_(
        col(Child.born_on) > add_months(on, -INFANT_MONTHS),
        col(Child.born_on).is_(None) & col(Child.expected_on).is_not(None),
    )
    return set((await session.exec(select(Child.id).where(col(Child.id).in_(children), is_young))).all())
