"""Figures are counted again while they are read: the old ones stand until all of the new ones do."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from sqlalchemy import update

from services.reporting.indicators.models import Cell, CellsVersion
from services.reporting.indicators.operations import differences, recount, recount_if_redefined
from services.reporting.indicators.queries import counts
from services.reporting.main import SERVICE
from services.reporting.subscriptions import hear_children
from shared.database import Database
from tests.reporting.indicator_cases import Told, child

Opened = Callable[..., AbstractAsyncContextManager[Database]]
CELLS, VERSION = Cell.__table__, CellsVersion.__table__


async def referrals(database: Database) -> int:
    async with database.reading() as session:
        found = await counts(session, authority="206", indicators=["referrals"], first="2026-03", last="2026-03")
    return found["referrals", "", "2026-03"][0]


async def spoiled(database: Database) -> None:
    """One referral heard of, and its cell touched by somebody."""
    async with database.transaction() as session:
        await hear_children(session, [child(Told("2026-03-03"))])
        await session.execute(update(CELLS).where(CELLS.c.indicator == "referrals").values(numerator=7))


async def test_whoever_reads_during_a_recount_reads_the_old_figures_until_it_is_whole(open_database: Opened):
    async with open_database(SERVICE) as database:
        await spoiled(database)
        async with database.transaction() as session:
            wrong = await recount(session)
            assert [str(each).partition(", month")[0] for each in wrong] == ["authority 206, indicator referrals"]
            assert await referrals(database) == 7
        assert await referrals(database) == 1
        async with database.reading() as session:
            assert await differences(session) == []


async def test_cells_counted_by_other_definitions_are_counted_again_and_others_are_left(open_database: Opened):
    async with open_database(SERVICE) as database:
        await spoiled(database)
        await recount_if_redefined(database)
        assert await referrals(database) == 7
        async with database.transaction() as session:
            await session.execute(update(VERSION).values(definitions="those of last year"))
        await recount_if_redefined(database)
        assert await referrals(database) == 1
