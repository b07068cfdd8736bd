"""Cells kept as histories come, a full count in Python, and SQL written from the definitions agree on every figure.

Fifty seeds here, a thousand in `make verify`; there PostgreSQL is the third engine over SQL.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from random import Random

import asyncpg
import pytest

from services.reporting.indicators.catalogue import Tallies
from services.reporting.indicators.operations import difference, differences
from services.reporting.indicators.queries import kept_cells
from services.reporting.main import SERVICE
from services.reporting.recounting.counting import Contradiction, Kept, contradictions, in_a_month, statements
from services.reporting.recounting.engine import Histories, SecondEngine
from services.reporting.recounting.statements import OF_CHILDREN, OF_PRACTICE
from services.reporting.recounting.tables import POSTGRESQL, VIEWS, made_from_histories, month_ends, working_days
from services.reporting.subscriptions import hear_children, hear_practice
from shared.contracts.intake import ChildState
from shared.contracts.observation import PracticeState
from shared.contracts.state import State
from shared.database import Database
from tests.reporting.streams import latest, stream

FIRST, LAST = "2022-12", "2026-06"
CALENDAR = (date(2021, 1, 1), date(2030, 12, 31))
SEEDS = range(50)
Opened = Callable[..., AbstractAsyncContextManager[Database]]


def histories(states: Sequence[State]) -> Histories:
    """Kept as reporting keeps them: what was erased is nothing."""
    kept = [state for state in states if not state.erased]
    return Histories(
        [state.model_dump_json() for state in kept if isinstance(state, ChildState)],
        [state.model_dump_json() for state in kept if isinstance(state, PracticeState)],
    )


def differing(cells: Tallies, engine: SecondEngine) -> Iterator[Contradiction]:
    kept = Kept(cells, first=FIRST, last=LAST)
    return (each for counted in engine.counted() for each in contradictions(*counted, kept))


async def heard(database: Database, seeds: Sequence[int]) -> list[State]:
    """Every stream mixed with the others, in batches."""
    chance, told = Random(len(seeds)), [state for seed in seeds for state in stream(seed)]
    chance.shuffle(told)
    for start in range(0, len(told), 200):
        batch = told[start : start + 200]
        async with database.transaction() as session:
            for kind, hear in ((ChildState, hear_children), (PracticeState, hear_practice)):
                await hear(session, latest([state for state in batch if isinstance(state, kind)]))
    return told


@pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)
async def test_cells_python_and_duckdb_agree_on_every_figure_of_fifty_seeds(open_database: Opened):
    async with open_database(SERVICE) as database:
        told = latest(await heard(database, SEEDS))
        async with database.reading() as session:
            assert await differences(session) == []
            cells = await kept_cells(session)
    with SecondEngine(histories(told), first=FIRST, last=LAST, calendar=CALENDAR) as engine:
        assert list(map(str, differing(cells, engine)))[:20] == []
    counted = {key[1] for key, _ in cells.whole}
    assert counted == {*OF_CHILDREN, *OF_PRACTICE}


class OnPostgreSQL:
    """The same statements on PostgreSQL, over tables made of the same histories there."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def fill(self, told: Histories) -> None:
        calendar, months = working_days(*CALENDAR), month_ends(FIRST, LAST)
        for name, columns, values in (
            ("child_history", "state text", [told.children]),
            ("practice_history", "state text", [told.practice]),
            ("calendar", "day date, ordinal integer", calendar),
            ("month_end", "month text, day date", months),
        ):
            kinds = [column.split()[1] for column in columns.split(", ")]
            arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(kinds, 1))
            await self._connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
            await self._connection.execute(f"INSERT INTO {name} SELECT * FROM unnest({arrays})", *map(list, values))
        for statement in (*made_from_histories(POSTGRESQL), *VIEWS):
            await self._connection.execute(statement)
        for table in ("allocation", "visit", "meeting", "protection_plan", "care", "enquiry", "factor", "plan_review"):
            await self._connection.execute(f"CREATE INDEX ON {table} (episode_id)")
        await self._connection.execute("CREATE INDEX ON calendar (day)")
        await self._connection.execute("CREATE INDEX ON calendar (ordinal)")
        await self._connection.execute("ANALYZE")

    async def differing(self, cells: Tallies) -> list[Contradiction]:
        kept, found = Kept(cells, first=FIRST, last=LAST), []
        for statement in statements("$1", "$2"):
            rows = await self._connection.fetch(statement.sql, FIRST, LAST)
            found += contradictions(statement, *in_a_month(rows), kept)
        return found


async def agree_on_postgresql(url: str, seeds: Sequence[int]) -> None:
    told = latest([state for seed in seeds for state in stream(seed)])
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        third = OnPostgreSQL(connection)
        await third.fill(histories(told))
        assert list(map(str, await third.differing(difference((), told))))[:20] == []
    finally:
        await connection.close()


async def test_postgresql_agrees_on_every_figure_of_a_few_seeds(postgres_urls):
    await agree_on_postgresql(postgres_urls("reporting"), range(4))


@pytest.mark.campaign
@pytest.mark.parametrize("hundred", range(10))
def test_python_and_duckdb_agree_on_every_figure_of_a_thousand_seeds(hundred: int):
    told = latest([state for seed in range(100 * hundred, 100 * hundred + 100) for state in stream(seed)])
    with SecondEngine(histories(told), first=FIRST, last=LAST, calendar=CALENDAR) as engine:
        assert list(map(str, differing(difference((), told), engine)))[:20] == []


@pytest.mark.campaign
@pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)
@pytest.mark.parametrize("hundred", range(10))
async def test_cells_stay_exact_through_a_thousand_streams(open_database: Opened, hundred: int):
    async with open_database(SERVICE) as database:
        await heard(database, range(100 * hundred, 100 * hundred + 100))
        async with database.reading() as session:
            assert await differences(session) == []


@pytest.mark.campaign
async def test_postgresql_agrees_on_every_figure_of_many_seeds(postgres_urls):
    await agree_on_postgresql(postgres_urls("reporting"), range(100))


BROKEN = {
    "an assessment in time": ("assessments", "ASSESSMENT_WORKING_DAYS", 46),
    "a referral again": ("referrals", "REREFERRAL_MONTHS", 6),
    "an end within six months": ("episodes", "SOON_MONTHS", 5),
    "two years open": ("episodes", "LONG_MONTHS", 25),
    "a conference in time": ("protection", "CONFERENCE_WORKING_DAYS", 14),
    "a first review": ("reviews", "FIRST_REVIEW_MONTHS", 4),
    "a visit in time": ("reviews", "PROTECTION_VISIT_WORKING_DAYS", 11),
    "a plan in time": ("journeys", "PLAN_DAYS", 44),
    "many placements": ("care", "MANY_PLACEMENTS", 4),
    "a contact decided in time": ("contacts", "DECISION_WORKING_DAYS", 2),
}


def test_ten_broken_definitions_are_each_caught_by_the_second_engine(monkeypatch: pytest.MonkeyPatch):
    told = latest([state for seed in range(12) for state in stream(seed)])
    with SecondEngine(histories(told), first=FIRST, last=LAST, calendar=CALENDAR) as engine:
        wanted = {module: f"services.reporting.indicators.{module}" for module, _, _ in BROKEN.values()}
        counted = [each for each in engine.counted() if not each[0].is_broken_down]

    def caught() -> int:
        kept = Kept(difference((), told), first=FIRST, last=LAST)
        return sum(1 for each in counted for _ in contradictions(*each, kept))

    assert caught() == 0
    for what, (module, limit, broken) in BROKEN.items():
        with monkeypatch.context() as patch:
            patch.setattr(f"{wanted[module]}.{limit}", broken)
            assert caught() > 0, what
