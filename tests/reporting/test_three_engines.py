"""Cells kept as histories come, a full count in Python, and SQL written from the definitions agree on every figure.

Fifty seeds here, a thousand in `make verify`; there PostgreSQL is the third engine over SQL.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from random import Random

import pytest

from services.reporting.indicators.catalogue import Tallies
from services.reporting.indicators.operations import difference, differences
from services.reporting.indicators.queries import kept_cells
from services.reporting.main import SERVICE
from services.reporting.recounting.counting import Contradiction, Kept, contradictions
from services.reporting.recounting.engine import Histories, SecondEngine
from services.reporting.recounting.statements import OF_CHILDREN, OF_PRACTICE
from services.reporting.subscriptions import hear_children, hear_practice
from shared.contracts.intake import ChildState
from shared.contracts.observation import PracticeState
from shared.contracts.state import State
from shared.database import Database
from tests.reporting.streams import latest, stream

FIRST, LAST = "2022-10", "2027-06"
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


BROKEN = {
    "an assessment in time": ("assessments", "ASSESSMENT_WORKING_DAYS", 46),
    "a referral again": ("referrals", "REREFERRAL_MONTHS", 11),
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
    told = latest([state for seed in SEEDS for state in stream(seed)])
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
