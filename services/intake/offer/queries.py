"""Reads of offers, of the places of a year and of who waits for one. What is shown starts from what whoever asks may see."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import and_, col, func, select

from services.intake.allocation.models import Allocation
from services.intake.episodes import queries as episodes
from services.intake.episodes.models import Assessment, Episode
from services.intake.offer.clocks import decide_by
from services.intake.offer.criteria import are_met, at_discretion, on_record
from services.intake.offer.models import BoardOut, Offer, OfferInFull, OfferOut, WaitingOut, Year
from services.intake.offer.models import Session as OfferSession
from services.intake.offer.places import places_in, year_of
from services.intake.offer.priority import Judged, priority
from services.intake.offer.stages import BEFORE_A_PLACE, BEFORE_THE_PANEL, STANDING, Attendance, Stage
from services.intake.people.models import Child, Worker
from services.intake.people.queries import records_of
from services.intake.referrals.models import Referral
from services.intake.sight import referrals_seen_by
from shared import audit, clock
from shared.contracts.codes import OfferKind
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def offer(session: Session, offer_id: UUID, *, by: Principal) -> Offer:
    """One offer. Raises `NotFound` when it is not there or the case not theirs to see."""
    found = (await session.exec(_offers().where(Offer.id == offer_id, await referrals_seen_by(session, by)))).first()
    if found is None:
        raise NotFound("there is no such offer, or it is not yours to see")
    kept: Offer = found[0]
    audit.touches(session, [kept.id, kept.episode_id])
    return kept


async def offer_in_full(session: Session, offer_id: UUID, *, by: Principal) -> tuple[OfferInFull, int]:
    """One offer as it is shown, and the version of what was asked for."""
    kept = await offer(session, offer_id, by=by)
    (found,) = (await session.exec(_offers().where(Offer.id == offer_id))).all()
    words = {name: getattr(kept, name) for name in ("why", "severity", "imminence", "changeability")}
    return OfferInFull(**dict(_shown(found, on=clock.today())), **words), kept.n


async def offers_of(session: Session, episode_id: UUID, *, by: Principal) -> list[OfferOut]:
    """Everything a family was offered in an episode, the latest last."""
    found = await episodes.episode(session, episode_id, by=by)
    rows = (await session.exec(_offers().where(Offer.episode_id == found.id).order_by(col(Offer.id)))).all()
    return [_shown(row, on=clock.today()) for row in rows]


async def latest_of(session: Session, episode_id: UUID, *, by: Principal) -> OfferOut:
    return (await offers_of(session, episode_id, by=by))[-1]


async def page_of_offers(
    session: Session,
    *,
    team: str | None,
    kind: OfferKind | None,
    stage: Stage | None,
    asked: PageAsked,
    by: Principal,
) -> Page[OfferOut]:
    """Offers of the cases that may be seen, of a team that holds them now, the oldest first."""
    wanted = _offers().where(await referrals_seen_by(session, by))
    for column, value in ((Allocation.team_code, team), (Offer.offer, kind), (Offer.stage, stage)):
        wanted = wanted if value is None else wanted.where(column == value)
    found, following = await asked.read(session, wanted, col(Offer.id))
    shown = [_shown(row, on=clock.today()) for row in found]
    audit.touches(session, [id for each in shown for id in (each.id, each.episode_id)])
    return Page(items=shown, next=following)


async def board(session: Session, *, team: str | None, by: Principal) -> BoardOut:
    """The places of this year, and who waits for one; of the waiting list what may be seen."""
    today = clock.today()
    begins_on = year_of(today)
    places = places_in(begins_on)
    year = await session.get(Year, begins_on) or Year(begins_on=begins_on)
    standing = select(Offer).where(
        col(Offer.stage).in_(BEFORE_A_PLACE | {Stage.GIVEN}), Offer.offer == OfferKind.ENHANCED
    )
    offers = (await session.exec(standing)).all()
    before_the_panel = [each for each in offers if each.stage in BEFORE_THE_PANEL]
    seen = set((await session.exec(_ids().where(await referrals_seen_by(session, by)))).all())
    line = list(enumerate(await waiting_list(session, on=today), start=1))
    shown = [
        WaitingOut(**dict(_shown(row, on=today)), in_line=place)
        for place, row in line
        if row[0].id in seen and team in {None, row.team_code}
    ]
    audit.touches(session, [id for each in shown for id in (each.id, each.episode_id)])
    return BoardOut(
        year_begins_on=begins_on,
        places=places.a_year,
        given=year.given,
        left=max(0, places.a_year - year.given),
        at_discretion=year.at_discretion,
        at_discretion_at_most=at_discretion(places.a_year, on=begins_on),
        taken_now=sum(each.stage == Stage.GIVEN for each in offers),
        taken_when_even=places.at_once,
        before_the_panel=len(before_the_panel),
        decisions_overdue=sum((decide_by(each) or today) < today for each in before_the_panel),
        waiting=len(line),
        waiting_list=shown,
    )


async def standing_offers(session: Session, cases: Any) -> Sequence[Offer]:
    """What stands, or was asked for, in the cases whose `case_id` is selected; in one statement."""
    of_these = select(cases.cte("cases").c.case_id)
    wanted = select(Offer).where(col(Offer.episode_id).in_(of_these), col(Offer.stage).in_(STANDING))
    return (await session.exec(wanted)).all()


async def waiting_list(session: Session, *, on: date) -> Sequence[Any]:
    """Every offer that waits for a place, restricted ones too, the first in line first."""
    rows = (await session.exec(_offers().where(Offer.stage == Stage.WAITING))).all()
    return sorted(rows, key=lambda row: (-_priority(row, on=on), row[0].asked_on, row[0].id))


async def shown_on_record(session: Session, case: Any, *, child: Child, core: Offer | None, on: date) -> list[str]:
    """Which criteria the record itself shows of a case; see `criteria.on_record`."""
    authorised = select(Assessment.factors).where(
        Assessment.episode_id == case.id, col(Assessment.authorised_on).is_not(None)
    )
    factors = {factor for found in (await session.exec(authorised)).all() for factor in found}
    this = select(Referral.primary_need).join(Episode, col(Episode.referral_id) == Referral.id)
    before = select(col(Referral.received_on)).where(
        col(Referral.child_id).in_(await records_of(session, child)),
        Referral.received_on < case.started_on,
        col(Referral.primary_need) == this.where(Episode.id == case.id).scalar_subquery(),
    )
    referred_before: Iterable[date] = (await session.exec(before)).all()
    core_since = core.given_from if core is not None else None
    return sorted(on_record(case, factors=factors, referred_before=referred_before, core_since=core_since, on=on))


def sessions(attendance: Attendance) -> Any:
    """How many sessions of an offer came to this, as a column beside it."""
    of_the_offer = select(func.count()).where(OfferSession.offer_id == Offer.id, OfferSession.attendance == attendance)
    return of_the_offer.scalar_subquery().label(f"sessions_{attendance}")


def _ids() -> Any:
    joined = select(Offer.id).join(Episode, col(Episode.id) == Offer.episode_id)
    return joined.join(Referral, col(Referral.id) == Episode.referral_id)


def _offers() -> Any:
    """Offers, each with what is shown beside it."""
    holds_now = and_(col(Allocation.episode_id) == Offer.episode_id, col(Allocation.held_until).is_(None))
    beside: Any = (
        select(  # type: ignore[call-overload] # more columns than it has overloads for
            Offer,
            col(Episode.child_id),
            col(Child.born_on),
            col(Allocation.team_code),
            col(Worker.reference).label("clinician"),
            sessions(Attendance.GIVEN),
            sessions(Attendance.MISSED),
        )
        .join(Episode, col(Episode.id) == Offer.episode_id)
        .join(Referral, col(Referral.id) == Episode.referral_id)
        .join(Child, col(Child.id) == Episode.child_id)
    )
    return beside.outerjoin(Allocation, holds_now).outerjoin(Worker, col(Worker.id) == Offer.clinician_id)


def _priority(row: Any, *, on: date) -> int:
    kept: Offer = row[0]
    judged = Judged(kept.severity, kept.imminence, kept.changeability)
    return priority(judged, born_on=row.born_on, asked_on=kept.asked_on or on, on=on)


def _shown(row: Any, *, on: date) -> OfferOut:
    kept: Offer = row[0]
    is_enhanced, waits = kept.offer == OfferKind.ENHANCED, kept.stage in BEFORE_A_PLACE
    since = kept.asked_on or on
    beside = {
        "child_id": row.child_id,
        "team": row.team_code,
        "clinician": row.clinician,
        "sessions_given": row.sessions_given,
        "sessions_missed": row.sessions_missed,
        "decide_by": decide_by(kept),
        "criteria_are_met": are_met(kept.criteria, on=since) if is_enhanced else None,
        "priority": _priority(row, on=on) if waits else None,
        "days_waiting": (on - since).days if waits else None,
    }
    return OfferOut.model_validate(vars(kept) | beside)
