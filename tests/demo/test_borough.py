"""The same seed on the same day makes the same borough; on either database, and as real as what is typed in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from services.demo.borough import draw_borough
from services.host import Installation
from services.intake.people.models import Child
from services.observation.practice.models import Observation
from services.reporting.indicators.operations import differences
from shared.clock import held_at
from shared.settings import Settings
from tests.conftest import House
from tests.demo.boroughs import NOON, Answers, all_figures, count_rows, make_in


@asynccontextmanager
async def a_house(folder: Path) -> AsyncIterator[Installation]:
    house = Installation(Settings(data_dir=folder))
    async with house.running():
        yield house


async def counted(folder: Path, *, seed: int) -> tuple[Answers, dict[str, int], list[tuple[str, str]]]:
    """All figures of a borough, its rows, and what was seen of practice."""
    async with a_house(folder) as house:
        span = await make_in(house, seed=seed)
        async with house.databases["observation"].reading() as session:
            observed = (await session.exec(select(Observation).order_by(col(Observation.observed_at)))).all()
        seen = [(str(each.id), str(sorted(each.scores.items()))) for each in observed]
        return await all_figures(house, span), await count_rows(house), seen


async def test_one_seed_makes_one_borough_and_another_seed_another(tmp_path: Path):
    with held_at(NOON):
        first = await counted(tmp_path / "first", seed=1)
        again = await counted(tmp_path / "again", seed=1)
        other = await counted(tmp_path / "other", seed=2)
    assert first[0]["months"]["2025-11"]["referrals"] > 0
    assert first == again
    assert first[0] != other[0]
    assert first[2] != other[2]


async def test_it_is_heard_and_counted_on_either_database(house: House):
    await make_in(house.installation)
    rows = await count_rows(house.installation)
    async with house.databases["reporting"].reading() as session:
        assert await differences(session) == []
    assert rows["reporting.child_history"] == rows["intake.child"] > 300
    assert rows["observation.observation"] == rows["reporting.practice_history"] > 5
    assert rows["intake.allocation"] > 150
    assert [name for name, count in rows.items() if name.endswith((".outbox", ".dead_letter")) and count] == []


async def test_nobody_in_it_has_a_name_and_every_id_says_that_it_is_made_up(house: House):
    await make_in(house.installation, scale=0.02)
    async with house.databases["intake"].reading() as session:
        children = (await session.exec(select(Child))).all()
    assert [each for each in children if not each.la_child_id.startswith("DEMO")] == []
    assert {(each.forename, each.surname, each.upn) for each in children} == {(None, None, None)}


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 4, 1), date(2028, 2, 29), date(2026, 12, 31)])
def test_a_borough_can_be_drawn_on_any_day_and_holds_nothing_of_tomorrow(today: date):
    borough = draw_borough(seed=3, today=today, scale=0.02)
    assert [each.day for each in borough.rounds] == sorted({each.day for each in borough.rounds})
    assert borough.rounds[-1].day == today
    stated = [child.record_on(each.day).model_dump() for each in borough.rounds for child in each.children]
    days = {day for record in stated for day in dates_in(record)}
    assert max(days) <= today


def dates_in(value: object) -> set[date]:
    """Every date anywhere in a record."""
    if isinstance(value, date):
        return {value}
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return {day for each in value for day in dates_in(each)}
    return set()


def test_the_borough_is_made_to_the_size_asked_for():
    full, half = (draw_borough(seed=4, today=date(2026, 5, 14), scale=scale) for scale in (0.1, 0.05))
    assert full.stages["children's records"] == pytest.approx(2 * half.stages["children's records"], rel=0.1)
