"""What others publish, beside our own year: each figure with its source and vintage, each rate with its population.

The figures in `data/dfe_cin_published_islington.csv` are the DfE's (children in need, Open Government Licence).
"""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from services.reporting.comparators.measures import COMPARABLE, population_of
from services.reporting.comparators.models import Population, PublishedFigure
from services.reporting.comparators.operations import take_in_published
from services.reporting.comparators.published_file import NotAPublishedFile, read_published
from services.reporting.indicators.catalogue import BY_ID
from services.reporting.indicators.facts import FACTS
from services.reporting.indicators.models import Cell
from shared.clock import held_at

FILE = Path(__file__).parent / "data" / "dfe_cin_published_islington.csv"
HEADER = "table,measure,area,year_ending_31_march,value\n"


async def loaded(house: Any, text: str | None = None, *, vintage: str = "2024-10") -> int:
    stated = read_published(io.StringIO(FILE.read_text() if text is None else HEADER + text))
    async with house.databases["reporting"].transaction() as session:
        return await take_in_published(
            session, stated, source="DfE, children in need", vintage=vintage, ours="Islington", by="a test"
        )


async def counted(house: Any, **of_2015: tuple[int, int]) -> None:
    async with house.databases["reporting"].transaction() as session:
        session.add_all(
            Cell(
                authority="206",
                indicator=indicator,
                month="2014-09",
                team="",
                band="",
                numerator=over,
                denominator=under,
            )
            for indicator, (over, under) in of_2015.items()
        )
        session.add_all(
            Cell(authority="206", indicator=FACTS, month="2014-09", team="", band=fact, numerator=1, denominator=0)
            for fact in ("referrals", "closures")
        )


async def comparisons(house: Any, year: int = 2015, role: str = "service_manager") -> dict[str, Any]:
    answer = await house.signed_in_as(role).reporting.get(f"/v1/comparisons/{year}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_our_2411_episodes_are_the_published_rate_of_2015_and_stand_beside_the_others(house):
    await loaded(house)
    await counted(house, episodes_started=(2411, 2411), rereferrals_within_12_months=(310, 2482))
    with held_at(datetime(2026, 5, 1, tzinfo=UTC)):
        found = await comparisons(house)
    assert found["population"] == {
        "area": "Islington",
        "age_band": "0 to 17",
        "as_on": "2014-06-30",
        "persons": 36944,
        "source": "DfE, children in need",
        "vintage": "2024-10",
    }
    by_measure = {each["measure"]: each for each in found["comparisons"]}
    started = by_measure["b1.Started_episodes_rate"]
    assert (started["ours"]["numerator"], started["ours"]["value"], started["per"]) == (
        2411,
        652.6,
        "per 10,000 children",
    )
    assert started["ours"]["interval_95"]["low"] < 652.6 < started["ours"]["interval_95"]["high"]
    published = {each["area"]: each for each in started["published"]}
    assert set(published) == {"England", "Inner London", "Islington"}
    assert (published["Islington"]["value"], published["Islington"]["year"]) == (652.6, 2015)
    assert all(each["source"] and each["vintage"] == "2024-10" for each in started["published"])
    again = by_measure["c1.Re_referrals_percent"]
    assert (again["ours"]["value"], again["ours"]["denominator"]) == (12.5, 2482)
    assert found["is_over"]


async def test_without_a_population_there_is_a_count_and_no_rate(house):
    await counted(house, episodes_started=(10, 10))
    found = await comparisons(house)
    ours = next(each["ours"] for each in found["comparisons"] if each["indicator"] == "episodes_started")
    assert (found["population"], ours["numerator"], ours["value"], ours["interval_95"]) == (None, 10, None, None)
    assert "no population" in ours["not_given_because"]
    share = next(each["ours"] for each in found["comparisons"] if each["indicator"] == "rereferrals_within_12_months")
    assert (share["value"], share["not_given_because"]) == (None, "there was nothing to take a share of")


async def test_the_latest_vintage_is_shown_and_the_one_before_is_kept(house):
    row = "b1,Started_episodes_rate,England,2015,{}\nons,population_estimate,Islington,2014,{}\n"
    await loaded(house, row.format("340.0", 37000), vintage="2015-10")
    await loaded(house, row.format("341.5", 36944), vintage="2016-11")
    await loaded(house, row.format("341.5", 36944), vintage="2016-11")  # the same file again
    found = await comparisons(house)
    started = next(each for each in found["comparisons"] if each["measure"] == "b1.Started_episodes_rate")
    assert [(each["value"], each["vintage"]) for each in started["published"]] == [(341.5, "2016-11")]
    assert (found["population"]["persons"], found["population"]["vintage"]) == (36944, "2016-11")
    analyst = house.signed_in_as("performance_analyst").reporting
    every = (await analyst.get("/v1/published-figures", params={"area": "England"})).json()
    assert [(each["vintage"], each["value"]) for each in every] == [("2015-10", 340.0), ("2016-11", 341.5)]
    assert [each["persons"] for each in (await analyst.get("/v1/populations")).json()] == [37000, 36944]


async def test_an_area_shows_its_latest_year_up_to_the_one_asked_for(house):
    await loaded(house, "b1,Started_episodes_rate,England,2014,1\nb1,Started_episodes_rate,England,2016,3\n")
    for year, expected in ((2013, []), (2014, [1.0]), (2015, [1.0]), (2026, [3.0])):
        found = await comparisons(house, year)
        started = next(each for each in found["comparisons"] if each["measure"] == "b1.Started_episodes_rate")
        assert [each["value"] for each in started["published"]] == expected


async def test_what_the_publisher_suppressed_stays_a_symbol(house):
    await loaded(house, "c4,ICPC_rate,Islington,2015,c\n")
    async with house.databases["reporting"].reading() as session:
        row = (await session.exec(select(PublishedFigure))).one()
    assert (row.value, row.symbol, row.is_ours) == (None, "c", True)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("b1,Started_episodes_rate,England,2015,", "value"),
        ("b1,Started_episodes_rate,England,2015,1e5", "value"),
        ("b1,Started_episodes_rate,England,2015,nan", "value"),
        ("b1,Started_episodes_rate,England,15,1", "year_ending_31_march"),
        ("b1,,England,2015,1", "measure"),
        ('b1,Started,"<script>",2015,1', "area"),
        ("ons,population_estimate,England,2014,c", "value"),
        ("ons,population_estimate,England,2014,0", "value"),
        ("ons,population_estimate,England,2014,12.5", "value"),
        (",,,,", "table, measure, area, year_ending_31_march, value"),
        ("b1,Started", "area, year_ending_31_march, value"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_by_its_columns_and_the_others_go_on(row: str, wrong: str):
    first, second = read_published(io.StringIO(f"{HEADER}{row}\nb1,Started_episodes_rate,England,2015,341.5\n"))
    assert first.wrong == f"missing or not understood: {wrong}"
    assert (second.line, second.wrong, second.value) == (3, "", 341.5)


def test_a_file_without_the_columns_is_refused_whole():
    with pytest.raises(NotAPublishedFile, match="missing: table, area"):
        read_published(io.StringIO("measure,year_ending_31_march,value\n"))


def test_each_measure_is_of_an_indicator_that_there_is_and_of_the_kind_it_says():
    for each in COMPARABLE:
        indicator = BY_ID[each.indicator]
        assert (indicator.denominator is not None) == (each.per == "per cent")
    assert len({each.indicator for each in COMPARABLE}) == len(COMPARABLE)
    assert population_of(2015) == date(2014, 6, 30)


async def test_every_row_of_the_islington_file_is_taken_in(house):
    taken = await loaded(house)
    async with house.databases["reporting"].reading() as session:
        figures = len((await session.exec(select(PublishedFigure))).all())
        people = (await session.exec(select(Population))).all()
    assert taken == figures + len(people) == len(FILE.read_text().splitlines()) - 1
    assert {each.area for each in people if each.is_ours} == {"Islington"}
