"""A made-up cohort built to the bands that the DfE published of 2015 and 2016 gives the published figures back.

The counts are the DfE's of Islington (`data/dfe_cin_published_islington.csv`). Who closed when is made up so that all of them
hold at once: the open and the started of 2015 decide how many of its endings had begun in the year.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.reporting.indicators.operations import add, difference
from services.reporting.indicators.queries import lpir
from services.reporting.main import SERVICE
from shared.calendar import add_months, add_working_days
from shared.clock import held_at
from shared.contracts.intake import ChildState
from tests.reporting.indicator_cases import Told, child

STARTED, REFERRED, NO_ACTION, REREFERRED = (2411, 2199), (2482, 2502), (66, 186), (310, 301)
ENDED, WITHIN_3, WITHIN_6 = 2352, 1254, 1254 + 443
OPEN = {
    "3 months or less": 469,
    "3 to 6 months": 226,
    "6 months to 1 year": 318,
    "1 to 2 years": 340,
    "2 years or more": 741,
}
CONFERENCES, IN_TIME = (224, 242), (139, 175)
PLANS, SUBSEQUENT = (187, 189), (26, 42)
LATEST = (date(2015, 3, 31), date(2016, 3, 31))


def on(day: date) -> str:
    return day.isoformat()


def of_2015() -> Iterator[tuple[Told, ...]]:
    """Cases that stood open at the end of the year, and those that ended in it."""
    months = {
        "3 months or less": 3,
        "3 to 6 months": 5,
        "6 months to 1 year": 11,
        "1 to 2 years": 23,
        "2 years or more": 24,
    }
    for band, count in OPEN.items():
        yield from ((Told(on(add_months(LATEST[0], -months[band]))),) for _ in range(count))
    begun_in_year = STARTED[0] - sum(OPEN[band] for band in list(OPEN)[:3])
    for n in range(ENDED):
        if n < begun_in_year:
            start = date(2014, 4, 1) + timedelta(days=n % 120)
            closed = add_months(start, 3 if n < WITHIN_3 else 6)
        else:
            closed = date(2014, 4, 1) + timedelta(days=n % 25)
            start = add_months(closed, -6) if n < WITHIN_6 else add_months(closed, -6) - timedelta(days=1)
        cases = [Told(on(start), closed=on(closed), reason="RC7")]
        if n < REREFERRED[0]:
            cases.insert(0, Told(on(add_months(start, -12)), nfa=True))
        elif n < REREFERRED[0] + REREFERRED[1]:
            cases.append(Told(on(add_months(start, 12))))
        yield tuple(cases)


def of_either_year(year: int) -> Iterator[tuple[Told, ...]]:
    """Referrals that led nowhere or are undecided, conferences, and plans; and of 2016 the episodes started."""
    middle = LATEST[year] - timedelta(days=200)
    yield from ((Told(on(middle), nfa=True),) for _ in range(NO_ACTION[year]))
    yield from ((Told(on(middle), nfa=None),) for _ in range(REFERRED[year] - STARTED[year] - NO_ACTION[year]))
    if year == 1:
        yield from ((Told(on(middle)),) for _ in range(STARTED[1] - REREFERRED[1]))
    for n in range(CONFERENCES[year]):
        held = add_working_days(middle, 15 if n < IN_TIME[year] else 16)
        yield (Told("2010-01-01", nfa=None, enquiries=((on(middle), on(held)),)),)
    for n in range(PLANS[year]):
        yield (Told("2010-01-01", nfa=None, plans=((on(middle), None, int(n < SUBSEQUENT[year])),)),)


def cohort() -> Iterator[ChildState]:
    everybody = [*of_2015(), *of_either_year(0), *of_either_year(1)]
    for n, cases in enumerate(everybody, 1):
        yield child(*cases).model_copy(update={"child_id": UUID(int=n)})


@pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)
async def test_the_bands_of_2015_and_2016_give_the_published_figures_back(open_database: Any):
    async with open_database(SERVICE) as database:
        async with database.transaction() as session:
            await add(session, difference((), cohort()))
        with held_at(datetime(2026, 5, 1, tzinfo=UTC)):
            async with database.reading() as session:
                found = [
                    (await lpir(session, authority="206", first=month, last=month)).year_to_date
                    for month in ("2015-03", "2016-03")
                ]
    first, second = ({(each.indicator, each.band): each for each in figures} for figures in found)

    def share(name: str, year: dict[Any, Any]) -> tuple[int, int, float]:
        figure = year[name, None]
        return figure.numerator, figure.denominator, figure.percent

    def change(name: str) -> float:
        before, after = first[name, None].numerator, second[name, None].numerator
        return round(100 * (after - before) / before, 1)

    assert share("episodes_ended_within_6_months", first) == (1697, 2352, 72.2)
    assert share("episodes_open_2_years", first) == (741, 2094, 35.4)
    assert share("rereferrals_within_12_months", first) == (310, 2482, 12.5)
    assert share("rereferrals_within_12_months", second) == (301, 2502, 12.0)
    assert (change("conferences"), change("protection_plans_started"), change("episodes_started")) == (8.0, 1.1, -8.8)
    assert {band: first["episodes_open_by_duration", band].numerator for band in OPEN} == OPEN
    assert first["episodes_ended_within_3_months", None].numerator == WITHIN_3
    assert [share("conferences_within_15_working_days", year)[2] for year in (first, second)] == [62.1, 72.3]
    assert [share("protection_plans_second_or_subsequent", year)[2] for year in (first, second)] == [13.9, 22.2]
    assert [share("referrals_no_further_action", year)[0] for year in (first, second)] == list(NO_ACTION)
