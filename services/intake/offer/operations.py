"""What is done with offers: the core one is given, the enhanced one asked for, decided on by the panel, given, and ended."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from services.intake.allocation.models import Allocation
from services.intake.episodes.casework import CaseInHand, case_in_hand
from services.intake.episodes.models import DoneIn
from services.intake.offer import queries
from services.intake.offer.criteria import are_met, at_discretion
from services.intake.offer.models import (
    AcceptanceIn,
    AskedIn,
    DeferralIn,
    EndIn,
    Offer,
    PlaceIn,
    RefusalIn,
    SessionIn,
    Year,
)
from services.intake.offer.models import Session as OfferSession
from services.intake.offer.places import NoDiscretionLeft, NoPlaceLeft, places_in, year_of
from services.intake.offer.stages import STANDING, Stage, move
from services.intake.people.models import Remit, Worker
from services.intake.people.queries import memberships_of, team_on
from services.intake.people.remits import works_by_the_model
from shared import clock
from shared.contracts.codes import OfferKind, WorkerRole
from shared.database import Session, insert_or
from shared.ids import new_id
from shared.problems import Conflict, NotAllowed, Unprocessable
from shared.web.conditional import Replacing
from shared.web.roles import Principal


class NobodyWorksWithThem(Conflict):
    title = "Nobody holds this case"


class OutsideThePracticeModel(Conflict):
    title = "The team that holds the case does not work by the practice model"


class OfferAlreadyMade(Conflict):
    title = "The family has this offer, or it was asked for"


class AskedForByThem(NotAllowed):
    title = "Nobody decides on what they asked for themselves"


class CriteriaNotMet(Conflict):
    title = "The criteria of the enhanced offer are not met"


class OthersComeFirst(Conflict):
    title = "Another family comes first"


class NoClinician(Unprocessable):
    title = "No clinician in post has this staff reference"
    at = "/clinician"


class OfferedOutOfOrder(Unprocessable):
    title = "This day does not fit the offer"
    at = "/on"


async def give_core(session: Session, episode_id: UUID, given: DoneIn, *, by: Principal) -> None:
    """A manager gives the core offer. Raises `OutsideThePracticeModel`, or `OfferAlreadyMade` when the family has either offer."""
    async with case_in_hand(session, episode_id, by=by) as case:
        _check_day(given.on, since=case.episode.started_on)
        if any(each.stage == Stage.GIVEN for each in await _standing(case)):
            raise OfferAlreadyMade("there is nothing to do")
        await _check_works_by_the_model(case, given.on)
        _give_core(case, given.on)


def _give_core(case: CaseInHand, on: date) -> None:
    decided = {"decided_on": clock.today(), "decided_by": case.by.id}
    case.record(Offer, "offer.given", on=on, offer=OfferKind.CORE, stage=Stage.GIVEN, given_from=on, **decided)


async def ask(session: Session, episode_id: UUID, asked: AskedIn, *, by: Principal) -> None:
    """Ask the panel for the enhanced offer. What the record shows of the criteria is set beside what was stated."""
    async with case_in_hand(session, episode_id, by=by) as case:
        standing, today = await _standing(case), clock.today()
        if any(each.offer == OfferKind.ENHANCED for each in standing):
            raise OfferAlreadyMade("wait for the panel, or withdraw what was asked")
        await _check_works_by_the_model(case, today)
        core = next((each for each in standing), None)
        case.record(
            Offer,
            "offer.asked",
            on=today,
            offer=OfferKind.ENHANCED,
            stage=Stage.ASKED,
            asked_on=today,
            asked_by=by.id,
            to_panel_on=today,
            on_record=await queries.shown_on_record(session, case.before, child=case.child, core=core, on=today),
            **asked.model_dump(),
        )


async def amend(session: Session, offer_id: UUID, asked: AskedIn, *, replacing: Replacing, by: Principal) -> int:
    """Put right what the panel was asked, until it has decided; answers with the version that stands."""
    async with _in_hand(session, offer_id, by=by) as (case, offer):
        values = asked.model_dump()
        if any(getattr(offer, name) != value for name, value in values.items()):
            move(Stage(offer.stage), to=Stage.REFUSED)
            replacing.check(offer.n)
            case.change(offer, "offer.amended", on=clock.today(), n=offer.n + 1, **values)
        return offer.n


async def accept(session: Session, offer_id: UUID, acceptance: AcceptanceIn, *, by: Principal) -> None:
    """The panel accepts: the family waits for a place. Raises `CriteriaNotMet` unless it says why all the same."""
    async with _decided(session, offer_id, Stage.WAITING, by=by) as (case, offer):
        assert offer.asked_on is not None
        is_met = are_met(offer.criteria, on=offer.asked_on)
        if not is_met and acceptance.discretion is None:
            raise CriteriaNotMet("refuse, or say why the panel accepts at its discretion")
        discretion = None if is_met else acceptance.discretion
        _decide(case, offer, Stage.WAITING, "offer.accepted", discretion=discretion)


async def refuse(session: Session, offer_id: UUID, refusal: RefusalIn, *, by: Principal) -> None:
    async with _decided(session, offer_id, Stage.REFUSED, by=by) as (case, offer):
        _decide(case, offer, Stage.REFUSED, "offer.refused", refusal=refusal.reason)


async def defer(session: Session, offer_id: UUID, deferral: DeferralIn, *, by: Principal) -> None:
    """The panel puts its decision off: its time runs anew from today."""
    async with _decided(session, offer_id, Stage.DEFERRED, by=by) as (case, offer):
        put_off = {"stage": Stage.DEFERRED, "to_panel_on": clock.today(), "deferral": deferral.reason}
        case.change(offer, "offer.deferred", on=clock.today(), **put_off)


async def withdraw(session: Session, offer_id: UUID, *, by: Principal) -> None:
    """The family or the worker asks no longer."""
    async with _in_hand(session, offer_id, by=by) as (case, offer):
        stage = move(Stage(offer.stage), to=Stage.WITHDRAWN)
        case.change(offer, "offer.withdrawn", on=clock.today(), stage=stage)


async def give_place(session: Session, offer_id: UUID, place: PlaceIn, *, by: Principal) -> None:
    """Give a family a place with a clinician, in place of the core offer.

    Raises `NoPlaceLeft` rather than give one more than the year has, whoever gives at once; `OthersComeFirst` unless it is said
    why this family does.
    """
    async with _in_hand(session, offer_id, by=by) as (case, offer):
        stage = move(Stage(offer.stage), to=Stage.GIVEN)
        assert offer.decided_on is not None
        _check_day(place.on, since=offer.decided_on)
        clinician = await _clinician(session, place.clinician, on=place.on)
        first = (await queries.waiting_list(session, on=clock.today()))[0][0]
        if first.id != offer.id and place.ahead_because is None:
            raise OthersComeFirst("give the first in line the place, or say why this family comes before it")
        for core in await _standing(case):
            if core.offer == OfferKind.CORE:
                until = max(place.on, core.given_from or place.on)
                case.change(core, "offer.ended", on=until, stage=Stage.ENDED, given_until=until)
        ahead = None if first.id == offer.id else place.ahead_because
        given = {"given_from": place.on, "clinician_id": clinician.id, "ahead_because": ahead}
        case.change(offer, "offer.given", on=place.on, stage=stage, **given)
        await _take_place(session, year_of(place.on), at_discretion=offer.discretion is not None)


async def _take_place(session: Session, year: date, *, at_discretion: bool) -> None:
    """Count a place of this year, unless that were one too many. The row is counted up and looked at in one statement, so that
    of two who are there for the last place one finds it taken.
    """
    entered = insert_or(session, Year.__table__).values(begins_on=year, given=0, at_discretion=0)  # type: ignore[attr-defined]
    await session.execute(entered.on_conflict_do_nothing())
    places = places_in(year).a_year
    counted = (
        update(Year)
        .where(col(Year.begins_on) == year, col(Year.given) < places)
        .values(given=Year.given + 1, at_discretion=Year.at_discretion + int(at_discretion))
        .returning(col(Year.at_discretion))
    )
    so_far = (await session.execute(counted)).scalar_one_or_none()
    if so_far is None:
        raise NoPlaceLeft("the family keeps its place in line until a year begins that has one")
    if at_discretion and so_far > _at_discretion(year):
        raise NoDiscretionLeft("give the place to a family that meets the criteria")


def _at_discretion(year: date) -> int:
    return at_discretion(places_in(year).a_year, on=year)


async def record_session(session: Session, offer_id: UUID, held: SessionIn, *, by: Principal) -> None:
    """A session with the clinician was given, missed or cancelled."""
    async with _in_hand(session, offer_id, by=by) as (case, offer):
        move(Stage(offer.stage), to=Stage.STEPPED_DOWN)
        assert offer.given_from is not None
        _check_day(held.on, since=offer.given_from)
        named = await _clinician(session, held.clinician, on=held.on) if held.clinician else None
        clinician_id = named.id if named else offer.clinician_id
        if clinician_id is None:
            raise NoClinician("the core offer has no sessions with a clinician")
        row = OfferSession(
            id=new_id(), offer_id=offer.id, clinician_id=clinician_id, held_on=held.on, attendance=held.attendance
        )
        case.add(row, "offer.session_recorded", on=held.on)


async def step_down(session: Session, offer_id: UUID, down: DoneIn, *, by: Principal) -> None:
    """The clinicians' work is done: the core offer goes on from that day."""
    async with _in_hand(session, offer_id, by=by) as (case, offer):
        if offer.offer == OfferKind.CORE:
            raise OfferAlreadyMade("there is nothing below the core offer: end it")
        _end(case, offer, Stage.STEPPED_DOWN, "offer.stepped_down", on=down.on)
        await session.flush()
        _give_core(case, down.on)


async def end(session: Session, offer_id: UUID, ended: EndIn, *, by: Principal) -> None:
    """An offer ends, and no other takes its place."""
    async with _in_hand(session, offer_id, by=by) as (case, offer):
        _end(case, offer, Stage.ENDED, "offer.ended", on=ended.on, ending=ended.reason)


def _end(case: CaseInHand, offer: Offer, stage: Stage, what: str, *, on: date, **values: Any) -> None:
    move(Stage(offer.stage), to=stage)
    assert offer.given_from is not None
    _check_day(on, since=offer.given_from)
    case.change(offer, what, on=on, stage=stage, given_until=on, **values)


def _decide(case: CaseInHand, offer: Offer, stage: Stage, what: str, **values: Any) -> None:
    today = clock.today()
    case.change(offer, what, on=today, stage=stage, decided_on=today, decided_by=case.by.id, **values)


@asynccontextmanager
async def _in_hand(session: Session, offer_id: UUID, *, by: Principal) -> AsyncIterator[tuple[CaseInHand, Offer]]:
    """An offer and its case, the child locked."""
    seen = await queries.offer(session, offer_id, by=by)
    async with case_in_hand(session, seen.episode_id, by=by) as case:
        await session.refresh(seen)
        yield case, seen


@asynccontextmanager
async def _decided(
    session: Session, offer_id: UUID, to: Stage, *, by: Principal
) -> AsyncIterator[tuple[CaseInHand, Offer]]:
    """An offer on which the panel decides. Raises `AskedForByThem`."""
    async with _in_hand(session, offer_id, by=by) as (case, offer):
        move(Stage(offer.stage), to=to)
        if offer.asked_by == by.id:
            raise AskedForByThem("another member of the panel decides and signs")
        yield case, offer


async def _standing(case: CaseInHand) -> list[Offer]:
    """The offers of this case that have not ended: one core and one enhanced at most."""
    wanted = select(Offer).where(Offer.episode_id == case.episode.id, col(Offer.stage).in_(STANDING))
    return list((await case.session.exec(wanted.order_by(col(Offer.offer)))).all())


async def _check_works_by_the_model(case: CaseInHand, on: date) -> None:
    holds = select(Allocation.team_code).where(
        Allocation.episode_id == case.episode.id, col(Allocation.held_until).is_(None)
    )
    team = (await case.session.exec(holds)).first()
    if team is None:
        raise NobodyWorksWithThem("allocate the case first: what is offered, somebody does")
    remits = (await case.session.exec(select(Remit).where(Remit.team_code == team))).all()
    if not works_by_the_model(remits, on):
        raise OutsideThePracticeModel("the service manager states what a team is for")


async def _clinician(session: Session, reference: str, *, on: date) -> Worker:
    wanted = select(Worker).where(Worker.reference == reference, Worker.role == WorkerRole.CLINICIAN)
    found = (await session.exec(wanted)).one_or_none()
    if found is None or team_on((await memberships_of(session, [found.id]))[found.id], on) is None:
        raise NoClinician("name a worker of the multi-disciplinary service who is in post on that day")
    return found


def _check_day(on: date, *, since: date) -> None:
    if not since <= on <= clock.today():
        raise OfferedOutOfOrder("on lies between the day on which it became possible and today")
