"""Several cases are given at once, all or none; and what a source closes or takes back, nobody holds any more."""

from datetime import date
from uuid import UUID

import pytest
from sqlmodel import col, select

from services.intake.allocation.capacity import CaseloadFull
from services.intake.allocation.caseloads import caseloads
from services.intake.allocation.giving import AlreadyAllocated, HeldOutOfOrder, WorkerNotInPost
from services.intake.allocation.models import Allocation, AllocationIn
from services.intake.allocation.operations import allocate_all
from services.intake.episodes.models import Episode
from services.intake.main import SERVICE
from services.intake.people.models import Worker, WorkerIn
from services.intake.people.operations import state_worker
from services.intake.people.queries import NoSuchWorker
from services.intake.sources.document import ChildDocument, StatedCase
from services.intake.sources.operations import Source, Statement, state
from shared import clock
from shared.contracts.codes import ClosureReason, WorkerRole
from shared.database import Database, Session
from shared.web.roles import Principal, Role

MAY, JUNE = date(2026, 5, 4), date(2026, 6, 1)
SIV = Principal(id="Siv", role=Role.SERVICE_MANAGER)


async def in_post(session: Session, reference: str, *, role: WorkerRole = WorkerRole.SOCIAL_WORKER, percent: int = 100):
    post = WorkerIn(
        name=reference.title(),
        role=role,
        team="T1",
        team_name="North",
        member_from=MAY,
        full_time_equivalent_percent=percent,
    )
    await state_worker(session, reference, post, by="test")


async def stated(
    session: Session,
    *children: str,
    closed_on: date | None = None,
    referred_on: date = MAY,
    recorded_in_error: bool = False,
):
    """The case system states one case each, closed or open."""
    case = StatedCase(
        recorded_in_error=recorded_in_error,
        referred_on=referred_on,
        no_further_action=False,
        closed_on=closed_on,
        closure_reason=ClosureReason.ANY_OTHER_REASON if closed_on else None,
    )
    documents = [Statement(ChildDocument(la_child_id=child, cases=(case,))) for child in children]
    await state(session, Source("case-system", JUNE), documents, by="test")


async def cases_of(session: Session) -> list[UUID]:
    return list((await session.exec(select(Episode.id).order_by(col(Episode.id)))).all())


async def held(database: Database, reference: str) -> int:
    async with database.reading() as session:
        worker = (await session.exec(select(Worker.id).where(Worker.reference == reference))).one()
        return (await caseloads(session, [worker], on=clock.today())).load(worker).children


async def test_three_siblings_go_to_asha_together(open_database):
    async with open_database(SERVICE) as database:
        async with database.transaction() as session:
            await in_post(session, "asha")
            await stated(session, "ONE", "TWO", "THREE")
            cases = await cases_of(session)
            given = await allocate_all(session, dict.fromkeys(cases, AllocationIn(worker="asha")), by=SIV)
        assert [each.episode_id for each in given] == cases
        assert [each.children_held for each in given] == [1, 2, 3]
        assert await held(database, "asha") == 3


async def test_one_case_too_many_leaves_all_of_them_unallocated(open_database):
    async with open_database(SERVICE) as database:
        async with database.transaction() as session:
            await in_post(session, "bo", percent=10)  # one place
            await stated(session, "ONE", "TWO")
            to_bo = dict.fromkeys(await cases_of(session), AllocationIn(worker="bo"))
        with pytest.raises(CaseloadFull):
            async with database.transaction() as session:
                await allocate_all(session, to_bo, by=SIV)
        assert await held(database, "bo") == 0


async def test_each_case_goes_to_the_worker_named_for_it(open_database):
    async with open_database(SERVICE) as database:
        async with database.transaction() as session:
            await in_post(session, "asha")
            await in_post(session, "carl")
            await stated(session, "ONE", "TWO", "THREE")
            one, two, three = await cases_of(session)
            to = {name: AllocationIn(worker=name, held_from=MAY) for name in ("asha", "carl")}
            wanted = {one: to["asha"], two: to["carl"], three: to["asha"]}
            given = await allocate_all(session, wanted, by=SIV)
        assert [(each.worker, each.children_held) for each in given] == [("asha", 1), ("carl", 1), ("asha", 2)]


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        (AllocationIn(worker="nobody"), NoSuchWorker),
        (AllocationIn(worker="asha", held_from=date(2026, 5, 3)), HeldOutOfOrder),
    ],
)
async def test_a_wrong_one_among_several_is_refused_with_its_reason(open_database, to, refusal):
    async with open_database(SERVICE) as database:
        async with database.transaction() as session:
            await in_post(session, "asha")
            await stated(session, "ONE", "TWO")
            one, two = await cases_of(session)
        with pytest.raises(refusal):
            async with database.transaction() as session:
                await allocate_all(session, {one: AllocationIn(worker="asha"), two: to}, by=SIV)
        assert await held(database, "asha") == 0


async def test_a_case_somebody_holds_is_not_given_again(open_database):
    async with open_database(SERVICE) as database:
        async with database.transaction() as session:
            await in_post(session, "asha")
            await stated(session, "ONE", "TWO")
            one, two = await cases_of(session)
            await allocate_all(session, {one: AllocationIn(worker="asha")}, by=SIV)
        with pytest.raises(AlreadyAllocated):
            async with database.transaction() as session:
                await allocate_all(session, dict.fromkeys((one, two), AllocationIn(worker="asha")), by=SIV)
        assert await held(database, "asha") == 1


async def test_nobody_holds_a_case_before_being_in_post(open_database):
    async with open_database(SERVICE) as database:
        async with database.transaction() as session:
            await in_post(session, "asha")
            await stated(session, "ONE", referred_on=date(2026, 4, 1))
            (one,) = await cases_of(session)
        early = AllocationIn(worker="asha", held_from=date(2026, 4, 30))
        with pytest.raises(WorkerNotInPost):
            async with database.transaction() as session:
                await allocate_all(session, {one: early}, by=SIV)


async def test_a_case_the_source_closes_leaves_ashas_caseload_on_that_day(open_database):
    async with open_database(SERVICE) as database:
        async with database.transaction() as session:
            await in_post(session, "asha")
            await stated(session, "ONE", "TWO")
            held_from = AllocationIn(worker="asha", held_from=MAY)
            await allocate_all(session, dict.fromkeys(await cases_of(session), held_from), by=SIV)
        async with database.transaction() as session:
            await stated(session, "ONE", closed_on=date(2026, 5, 20))
        assert await held(database, "asha") == 1
        async with database.reading() as session:
            until = (await session.exec(select(Allocation.held_until))).all()
        assert sorted(until, key=str) == [date(2026, 5, 20), None]


async def test_a_case_the_source_takes_back_stands_while_somebody_here_holds_it(open_database):
    """It was given here: what becomes of it is a person's to decide."""
    async with open_database(SERVICE) as database:
        async with database.transaction() as session:
            await in_post(session, "asha")
            await stated(session, "ONE")
            await allocate_all(session, dict.fromkeys(await cases_of(session), AllocationIn(worker="asha")), by=SIV)
            (given,) = await cases_of(session)
        async with database.transaction() as session:
            await stated(session, "ONE", recorded_in_error=True)
        assert await held(database, "asha") == 1
        async with database.reading() as session:
            assert await cases_of(session) == [given]
