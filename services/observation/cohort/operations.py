"""What is done with cohorts: made, and each case drawn when it is heard of, followed through what becomes of it, set aside."""

import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from services.observation.agreements.models import Agreement
from services.observation.cohort.models import Cohort, CohortIn, FollowerIn, Participation, SettingAsideIn
from services.observation.cohort.selection import APART_MONTHS, Offer, SelectedBy, is_rested, number, selected_by
from services.observation.cohort.stages import Stage, move
from services.observation.people.models import KnownCase
from services.observation.people.queries import worker_named
from services.observation.speaking import participations_changed, participations_erased
from services.observation.waves.models import ContactAttempt, SafeContactCheck, Wave
from services.observation.waves.queries import participation
from services.observation.waves.schedule import keep_in_step
from services.observation.waves.windows import CLOSES, DAYS, OPENS, UNBOOKED, WaveName
from shared import audit, clock, due
from shared.calendar import add_months
from shared.contracts.state import Change
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict, Unprocessable
from shared.web.roles import Principal

BATCH = 500


class EndsBeforeItBegins(Unprocessable):
    title = "A cohort ends on the day on which it begins, or after"
    at = "/allocated_until"


class DaysTaken(Conflict):
    title = "Another cohort has some of these days"


async def make_cohort(session: Session, posted: CohortIn, *, by: Principal) -> Cohort:
    """Make a rule that selects cases from now on, and draw those of its days that have been heard of already."""
    if posted.allocated_until < posted.allocated_from:
        raise EndsBeforeItBegins("check the two days")
    overlapping = select(Cohort.id).where(
        col(Cohort.allocated_from) <= posted.allocated_until, col(Cohort.allocated_until) >= posted.allocated_from
    )
    if (await session.exec(overlapping.limit(1))).one_or_none():
        raise DaysTaken("a case belongs to one cohort: begin after the other's last day")
    cohort = Cohort(**posted.model_dump(), id=new_id(), seed=secrets.token_hex(16), made_at=clock.now(), made_by=by.id)
    session.add(cohort)
    await session.flush()
    audit.touches(session, [cohort.id])
    children = select(KnownCase.child_id).where(col(KnownCase.child_id).is_not(None)).distinct()
    known = [id for id in (await session.exec(children.order_by(col(KnownCase.child_id)))).all() if id is not None]
    for start in range(0, len(known), BATCH):
        await follow(session, known[start : start + BATCH])
    return cohort


async def follow(session: Session, children: Collection[UUID]) -> None:
    """Let the participations of these children be as their cases are by now: draw what is new, note what has changed, and keep
    the waves in step.
    """
    cohorts = (await session.exec(select(Cohort))).all()
    if not cohorts or not children:
        return
    known = {
        case.episode_id: case
        for case in await session.exec(select(KnownCase).where(col(KnownCase.child_id).in_(children)))
        if case.allocations
    }
    ours = col(Participation.child_id).in_(children) | col(Participation.episode_id).in_(known)
    locked = select(Participation).where(ours).order_by(col(Participation.id)).with_for_update()
    kept = list(await session.exec(locked.execution_options(populate_existing=True)))
    changed = [(each, changes) for each in kept if (changes := _brought_up(each, known.get(each.episode_id)))]
    drawn_before = {each.episode_id for each in kept}
    for episode_id in sorted(set(known) - drawn_before):
        if drawn := _drawn(known[episode_id], cohorts, kept):
            kept.append(drawn)
            session.add(drawn)
            changed.append((drawn, _as_drawn(drawn)))
    await _say(session, changed, by=session.info["service"])


def _brought_up(each: Participation, case: KnownCase | None) -> list[Change]:
    """Note what became of a case; returns what that changed."""
    today = clock.today()
    if case is None:
        if each.gone_on is not None:
            return []
        each.gone_on = today
        return [Change(what="case.gone", on=today)]
    changes = [Change(what="case.back", on=today)] if each.gone_on is not None else []
    each.gone_on = None
    holders = case.holders()
    facts = {
        "child_id": case.child_id,
        "worker_id": holders[-1].worker_id,
        "team": holders[-1].team,
        "allocated_on": holders[0].held_from,
        "closed_on": case.closed_on,
        "died": case.died,
        "looked_after": case.looked_after,
    }
    if any(getattr(each, name) != fact for name, fact in facts.items()):
        changes.append(Change(what="case.changed", on=today))
        for name, fact in facts.items():
            setattr(each, name, fact)
    if case.enhanced and each.offer == Offer.CORE:
        each.offer, each.probability = Offer.ENHANCED, 1.0
        changes.append(
            _select(each, SelectedBy.CERTAINTY) if each.stage == Stage.IN_FRAME else Change(what="case.changed")
        )
    return changes


def _drawn(case: KnownCase, cohorts: Sequence[Cohort], kept: Sequence[Participation]) -> Participation | None:
    """The participation of a case that is in the frame of one of the cohorts; None for one that is in none.

    A child who was selected within the year is in no frame: nobody asks them again so soon.
    """
    assert case.child_id is not None
    holders, today = case.holders(), clock.today()
    first, last = holders[0], holders[-1]
    cohort = next((c for c in cohorts if c.allocated_from <= first.held_from <= c.allocated_until), None)
    before = [each.selected_on for each in kept if each.child_id == case.child_id and each.selected_on is not None]
    if cohort is None or not is_rested(before, today):
        return None
    offer = Offer.ENHANCED if case.enhanced else Offer.CORE
    placed, probability = number(case.episode_id, cohort.seed), cohort.rule.probability(first.team, offer)
    how = selected_by(placed, probability, offer)
    return Participation(
        id=new_id(),
        n=0,
        cohort_id=cohort.id,
        episode_id=case.episode_id,
        child_id=case.child_id,
        worker_id=last.worker_id,
        team=last.team,
        stratum=first.team,
        offer=offer,
        allocated_on=first.held_from,
        closed_on=case.closed_on,
        died=case.died,
        looked_after=case.looked_after,
        drawn_on=today,
        number=placed,
        probability=probability,
        stage=Stage.SELECTED if how else Stage.IN_FRAME,
        selected_on=today if how else None,
        selected_by=how,
    )


def _as_drawn(drawn: Participation) -> list[Change]:
    selected = [Change(what="case.selected", on=drawn.selected_on)] if drawn.selected_on else []
    return [Change(what="case.drawn", on=drawn.drawn_on), *selected]


def _select(each: Participation, how: SelectedBy) -> Change:
    each.stage, each.selected_on, each.selected_by = move(Stage(each.stage), to=Stage.SELECTED), clock.today(), how
    return Change(what="case.selected", on=each.selected_on)


async def _say(session: Session, changed: Sequence[tuple[Participation, list[Change]]], *, by: str) -> None:
    """Keep the waves of these in step, and say what they are now."""
    of_waves = await keep_in_step(session, [each for each, _ in changed])
    await participations_changed(session, [(each, changes + of_waves[each.id]) for each, changes in changed], by=by)


async def follow_what_was_lost(session: Session) -> None:
    """Note which cases intake knows no more."""
    known = select(KnownCase.episode_id).where(KnownCase.episode_id == Participation.episode_id)
    lost = select(Participation.child_id).where(col(Participation.gone_on).is_(None), ~known.exists()).distinct()
    children = (await session.exec(lost.order_by(col(Participation.child_id)))).all()
    for start in range(0, len(children), BATCH):
        await follow(session, children[start : start + BATCH])


async def set_aside(session: Session, participation_id: UUID, posted: SettingAsideIn, *, by: Principal) -> None:
    """Follow a selected case no longer, for a stated reason; the next of its team, in the order chance gave, takes its place."""
    case = await participation(session, participation_id, by=by, lock=True)
    case.stage, case.set_aside_on = move(Stage(case.stage), to=Stage.SET_ASIDE), clock.today()
    case.set_aside_because = posted.reason
    changed = [(case, [Change(what="case.set_aside", on=case.set_aside_on)])]
    if case.offer == Offer.CORE and (substitute := await _next_in_order(session, case)):
        substitute.stands_for = case.id
        changed.append((substitute, [_select(substitute, SelectedBy.SUBSTITUTION)]))
    await _say(session, changed, by=by.id)


async def _next_in_order(session: Session, case: Participation) -> Participation | None:
    """The case that chance placed first among those not selected, whose first wave can still be asked in time."""
    today = clock.today()
    asked_lately = select(Participation.child_id).where(
        col(Participation.selected_on).is_not(None), col(Participation.selected_on) > add_months(today, -APART_MONTHS)
    )
    last_day_of_t1 = DAYS[WaveName.T1][2]
    waiting = (
        select(Participation)
        .where(Participation.cohort_id == case.cohort_id, Participation.stratum == case.stratum)
        .where(Participation.stage == Stage.IN_FRAME, Participation.offer == Offer.CORE)
        .where(col(Participation.gone_on).is_(None), col(Participation.child_id).not_in(asked_lately))
        .where(col(Participation.allocated_on) >= today - timedelta(days=last_day_of_t1))
        .order_by(col(Participation.number), col(Participation.id))
        .limit(1)
        .with_for_update()
    )
    return (await session.exec(waiting.execution_options(populate_existing=True))).one_or_none()


async def name_follower(session: Session, participation_id: UUID, posted: FollowerIn, *, by: Principal) -> None:
    """Name who sees to it that a family is asked."""
    case = await participation(session, participation_id, by=by, lock=True)
    follower = await worker_named(session, posted.worker)
    if case.follower_id != follower.worker_id:
        case.follower_id = follower.worker_id
        await participations_changed(session, [(case, [Change(what="follower.named", on=clock.today())])], by=by.id)


async def forget_participations(session: Session, children: Collection[UUID]) -> None:
    """Let nothing be left of the participations of these children, who were erased, and say so."""
    of_them = select(Participation).where(col(Participation.child_id).in_(children))
    erased = (await session.exec(of_them.order_by(col(Participation.id)).with_for_update())).all()
    ids = [each.id for each in erased]
    waves = (await session.exec(select(Wave.id).where(col(Wave.participation_id).in_(ids)))).all()
    for wave_id in waves:
        for kind in (OPENS, UNBOOKED, CLOSES):
            await due.cancel(session, kind, wave_id)
    await session.exec(delete(ContactAttempt).where(col(ContactAttempt.wave_id).in_(waves)))
    await session.exec(delete(SafeContactCheck).where(col(SafeContactCheck.wave_id).in_(waves)))
    await session.exec(delete(Wave).where(col(Wave.id).in_(waves)))
    await session.exec(delete(Agreement).where(col(Agreement.participation_id).in_(ids)))
    await participations_erased(session, erased, by=session.info["service"])
    await session.exec(delete(Participation).where(col(Participation.id).in_(ids)))
