"""From census files to figures, end to end: `dwc import`, events, cells, `dwc lpir`; and a recount of the files in plain Python.

The made-up borough's figures were counted from the records behind its three files, not from the files.
"""

import json
import shutil
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.intake.returns.operations import import_census
from services.reporting.indicators.flat import DENOMINATORS, NUMERATORS
from services.reporting.indicators.operations import differences
from shared import clock
from shared.calendar import month_of, months_between
from tests.verification.plain_recount import recount

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"
BOROUGH = SHARED_DATA / "borough"
YEARS = (2024, 2025, 2026)

pytestmark = pytest.mark.skipif(not SHARED_DATA.exists(), reason="the census files are not part of the project")


class CommandLine:
    """`dwc` with a data folder of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self._environment = {"DWC_DATA_DIR": str(folder), **environment}

    def run(self, *arguments: str) -> str:
        ended = CliRunner().invoke(app, arguments, env=self._environment)
        assert ended.exit_code == 0, ended.output
        return ended.stdout

    def take_in(self, year: int) -> dict[str, Any]:
        return json.loads(self.run("import", "cin-census", str(BOROUGH / f"cin_{year}.xml"), "--json", "--quiet"))

    def figures(self) -> dict[str, Any]:
        return json.loads(self.run("lpir", "--from", "2023-04", "--to", "2026-03", "--json"))


def truth() -> dict[str, Any]:
    """The borough's figures, but for the one that no file shows: re-referrals after a referral before the first year."""
    told = json.loads((BOROUGH / "truth.json").read_text())
    return {
        period: {
            name: {figure: count for figure, count in figures.items() if figure != "rereferral_num_full"}
            for name, figures in told[period].items()
        }
        for period in ("months", "years")
    }


@pytest.mark.parametrize("first", YEARS)
def test_whichever_census_comes_first_and_next_the_figures_are_the_boroughs(tmp_path: Path, first: int) -> None:
    begun = CommandLine(tmp_path / "begun")
    assert begun.take_in(first)["unchanged"] == 0
    for second, third in permutations(year for year in YEARS if year != first):
        went_on = CommandLine(tmp_path / f"{first}-{second}-{third}")
        shutil.copytree(begun.folder, went_on.folder)
        went_on.take_in(second)
        went_on.take_in(third)
        assert went_on.figures() == truth(), (first, second, third)
        assert_nothing_is_left_to_say(went_on)


def test_the_figures_are_the_boroughs_on_postgresql_too(tmp_path: Path, postgres_urls) -> None:
    urls = {f"DWC_{name.upper()}_DATABASE_URL": postgres_urls(name) for name in ("intake", "observation", "reporting")}
    command_line = CommandLine(tmp_path, **urls)
    for year in (2025, 2024, 2026):
        command_line.take_in(year)
    assert command_line.figures() == truth()
    assert_nothing_is_left_to_say(command_line)


def assert_nothing_is_left_to_say(command_line: CommandLine) -> None:
    """Every file again is unchanged for every child, and a full count agrees with the cells."""
    for year in YEARS:
        again = command_line.take_in(year)
        assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, again["children"])
        assert again["set_aside"] == 0
    counted = command_line.run("recount", "--check").splitlines()
    assert counted == ["0 cells differ", "0 figures differ from what DuckDB counts"]
    assert command_line.figures() == truth()


@pytest.mark.parametrize(
    ("files", "first", "last"),
    [
        (["cin_census_clean_2026.xml"], "2025-04", "2026-03"),
        (["cin_census_sample_2022.xml"], "2014-04", "2034-03"),
        (["cin_census_small_2022.xml"], "1964-04", "2034-03"),
        (["borough/faults_2026.xml", "borough/cin_2025.xml"], "2019-04", "2029-03"),
        (["cin_census_sample_2022.xml", "borough/cin_2024.xml", "cin_census_small_2022.xml"], "2019-04", "2029-03"),
    ],
    ids=["clean", "sample", "small", "faults and the year before", "three authorities"],
)
async def test_what_is_served_is_what_a_plain_reading_of_the_files_counts(house, files, first, last) -> None:
    for name in files:
        with (SHARED_DATA / name).open("rb") as stream:
            await import_census(house.databases["intake"], stream, by="a test")
    await house.settle()
    expected = recount([str(SHARED_DATA / name) for name in files], first, last)
    months, years = await served(house, first, last)
    assert begun(months) == begun(expected["months"])
    assert begun(years) == begun(expected["years"])
    assert not [month for month, figures in months.items() if month > NOW and any(figures.values())]
    async with house.databases["reporting"].reading() as session:
        assert await differences(session) == []


NOW = month_of(clock.today())


def begun(figures: dict[str, Any]) -> dict[str, Any]:
    """Of months, and of financial years by the one they end in, those that have begun: the others are blank, whatever a record says."""
    return {name: each for name, each in figures.items() if (name if "-" in name else f"{name}-03") <= NOW}


async def served(house, first: str, last: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `/v1/lpir` answers, ten years at a time, under the plain recount's names; and the years to date in March."""
    analyst = house.signed_in_as("performance_analyst").reporting
    months: dict[str, Any] = {}
    years: dict[str, Any] = {}
    every = months_between(first, last)
    for start in range(0, len(every), 120):
        window = every[start : start + 120]
        answer = (await analyst.get("/v1/lpir", params={"from": window[0], "to": window[-1]})).json()
        months |= {month["month"]: flat(month["figures"]) for month in answer["months"]}
    for march in (month for month in every if month.endswith("-03")):
        answer = (await analyst.get("/v1/lpir", params={"from": march, "to": march})).json()
        years[march[:4]] = flat(answer["year_to_date"])
    return months, years


def flat(figures: Iterable[dict[str, Any]]) -> dict[str, int]:
    """A figure is blank where no source has stated anything of its kind; whoever counts finds nought there."""
    by_id = {each["indicator"]: each for each in figures if each["band"] is None}
    reasons = {each["band"]: each["numerator"] for each in figures if each["indicator"] == "closures_by_reason"}
    return {
        **{name: by_id[indicator]["numerator"] or 0 for name, indicator in NUMERATORS.items()},
        **{name: by_id[indicator]["denominator"] or 0 for name, indicator in DENOMINATORS.items()},
        **{f"ended_RC{n}": reasons.get(f"RC{n}") or 0 for n in range(1, 10)},
    }
