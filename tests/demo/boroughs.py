"""Made-up boroughs for the tests, and what is asked of them."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from httpx import AsyncClient
from sqlalchemy import func, or_, select
from sqlmodel import col

from services.demo.borough import draw_borough, make
from services.demo.calibration import Span
from services.demo.cast import Cast, told
from services.demo.figures import quarter_of
from services.host import NAMES, Installation
from services.observation.coding.models import SecondCoding
from services.observation.people.models import KnownCase
from services.observation.practice.models import Observation
from services.reporting.indicators.flat import lpir_figures
from services.reporting.indicators.models import BrokenDownCell, Cell
from services.reporting.indicators.operations import differences
from shared import clock
from shared.calendar import add_months, month_of
from shared.database import GROUND

SEED = 2017
NOON = datetime(2026, 5, 14, 11, tzinfo=UTC)
SMALL = 0.04
"""Of the full size: enough for every kind of thing to happen."""

Answers = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What was asked of one made-up borough, so that many tests may look at it."""

    span: Span
    lpir: list[Answers]
    """Every month from the year before the programme to the current one."""
    quarters: dict[date, Answers]
    """The service's practice in each quarter, by its first day."""
    workers: list[Answers]
    teams: list[Answers]
    days_after_allocation: list[tuple[date, int]]
    """For each observation: its day, and how long the observed worker had held the case."""
    overdue: list[Answers]
    rows: dict[str, int]
    differing: list[Any]


async def make_in(house: Installation, *, seed: int = SEED, scale: float = SMALL, today: date | None = None) -> Span:
    """Make a borough in a house that runs."""
    borough = draw_borough(seed=seed, today=today or clock.today(), scale=scale)
    await make(house, borough, lambda _stage, _count: None)
    return borough.span


async def count_rows(house: Installation) -> dict[str, int]:
    """How many rows there are in each table of the three services. Cells that came to nothing are left out: whether a
    case that opened and closed leaves one behind depends on how its events happened to be heard together. So is what is to
    be scored a second time: every installation draws it by a secret of its own.
    """
    counted = {}
    for name in NAMES:
        async with house.databases[name].reading() as session:
            for table in (*house.services[name].tables.sorted_tables, *GROUND.sorted_tables):
                if table.name == SecondCoding.__tablename__:
                    continue
                wanted = select(func.count()).select_from(table)
                if table.name in {Cell.__tablename__, BrokenDownCell.__tablename__}:
                    wanted = wanted.where(or_(table.c.numerator != 0, table.c.denominator != 0))
                counted[f"{name}.{table.name}"] = (await session.execute(wanted)).scalar_one()
    return counted


async def all_figures(house: Installation, span: Span) -> Answers:
    """Every local performance indicator of every month, as `dwc lpir --json` prints them."""
    async with house.databases["reporting"].reading() as session:
        return await lpir_figures(session, month_of(span.history_from), month_of(span.today))


async def ask(house: Installation, span: Span) -> Asked:
    cast = Cast(house)
    async with (
        cast.analyst() as reporting,
        cast.analyst("intake") as intake,
        cast.coach() as coach,
        house.databases["reporting"].reading() as session,
    ):
        return Asked(
            span=span,
            lpir=await _months(reporting, span),
            quarters={
                day: told(await reporting.get(f"/v1/practice-reports/{quarter_of(day)}"))["service"]
                for day in (add_months(span.casework_from, 3 * place) for place in range(9))
            },
            workers=told(await intake.get("/v1/workers")),
            teams=told(await intake.get("/v1/teams")),
            days_after_allocation=await _days_after_allocation(house),
            overdue=told(await coach.get("/v1/feedback/overdue", params={"limit": 200}))["items"],
            rows=await count_rows(house),
            differing=await differences(session),
        )


async def _months(reporting: AsyncClient, span: Span) -> list[Answers]:
    asked = {"from": month_of(span.casework_from), "to": month_of(span.today), "year_to_date": False}
    return told(await reporting.get("/v1/lpir", params=asked))["months"]


async def _days_after_allocation(house: Installation) -> list[tuple[date, int]]:
    async with house.databases["observation"].reading() as session:
        observed = select(col(Observation.observed_on), col(Observation.worker_id), KnownCase.allocations).join(
            KnownCase, col(KnownCase.episode_id) == Observation.episode_id
        )
        found = (await session.execute(observed)).all()
    return [
        (day, (day - date.fromisoformat(held["held_from"])).days)
        for day, worker, allocations in found
        for held in allocations
        if held["worker_id"] == str(worker) and (held["held_until"] is None or day.isoformat() < held["held_until"])
    ]


def total(months: list[Answers], indicator: str, part: str = "numerator") -> int:
    """An indicator added up over some months."""
    found: Counter[str] = Counter()
    for month in months:
        for figure in month["figures"]:
            found[figure["indicator"]] += figure[part] or 0
    return found[indicator]
