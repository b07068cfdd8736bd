"""A Practice Report that was published stays what it was; leaders see it on a page that fetches nothing."""

import io
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from services.reporting.publications.drawing import Series, interval_plot, run_chart
from services.reporting.subscriptions import hear_practice
from shared.clock import held_at
from tests.reporting.observed import practice
from tests.reporting.test_practice_reports import heard, report, two_quarters

QUARTER = "/v1/practice-reports/2026-27-Q1"
sqlite_is_enough = pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def in_july():
    with held_at(datetime(2026, 7, 20, 11, tzinfo=UTC)):
        yield


async def correct(house: Any) -> None:
    """An observation of May arrives late."""
    async with house.databases["reporting"].transaction() as session:
        await hear_practice(session, [practice(500, "w1", "north", date(2026, 5, 4), [5] * 7)])


async def test_a_published_report_stays_what_it_was_and_a_restatement_stands_beside_it_with_its_reason(house):
    await heard(house, two_quarters())
    pia = house.signed_in_as("principal_social_worker", id="pia").reporting
    early = await pia.post("/v1/practice-reports/2026-27-Q2/versions", json={})
    assert (early.status_code, early.json()["type"]) == (409, "urn:dwc:problem:period-not-over")
    first = await pia.post(f"{QUARTER}/versions", json={}, headers={"Idempotency-Key": "one"})
    again = await pia.post(f"{QUARTER}/versions", json={}, headers={"Idempotency-Key": "one"})
    assert (first.status_code, first.json()) == (201, again.json())
    assert [(each["n"], each["published_by"], each["reason"]) for each in first.json()] == [(1, "pia", None)]
    assert (await pia.post(f"{QUARTER}/versions", json={})).json()["type"] == "urn:dwc:problem:nothing-has-changed"
    before = (await pia.get(f"{QUARTER}/versions/1")).json()
    assert before["report"] == await report(house, "2026-27-Q1")
    await correct(house)
    assert (await pia.get(f"{QUARTER}/versions/1")).json() == before
    assert (await report(house, "2026-27-Q1"))["service"] != before["report"]["service"]
    refused = await pia.post(f"{QUARTER}/versions", json={"reason": "late"})
    assert refused.json()["type"] == "urn:dwc:problem:restatement-without-reason"
    why = {"reason": "late", "explanation": "a form of May came in July"}
    restated = (await pia.post(f"{QUARTER}/versions", json=why)).json()
    assert [(each["n"], each["reason"]) for each in restated] == [(1, None), (2, "late")]
    hers = (await house.signed_in_as("team_manager", worker="mia").reporting.get(f"{QUARTER}/versions/1")).json()
    assert [team["team"] for team in hers["report"]["teams"]] == ["north"]
    assert [[team["team"] for team in funnel["teams"]] for funnel in hers["report"]["funnels"]] == [["north"]] * 2
    assert hers["report"]["service"] == before["report"]["service"]
    manager = house.signed_in_as("team_manager", worker="mia").reporting
    assert (await manager.post(f"{QUARTER}/versions", json={})).status_code == 403
    assert (await pia.get(f"{QUARTER}/versions/9")).status_code == 404


class Page(HTMLParser):
    """What a page says and whatever it would fetch or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tags: list[str] = []
        self.said: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [
            f"{tag} {name}" for name, _ in attrs if name in {"src", "href", "style", "srcset"} or name.startswith("on")
        ]

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


@sqlite_is_enough
async def test_leaders_see_the_report_in_pictures_that_need_nothing_from_outside(house):
    await heard(house, two_quarters())
    pia = house.signed_in_as("principal_social_worker", id="pia").reporting
    answer = await pia.get(f"{QUARTER}/board")
    told = await report(house, "2026-27-Q1")
    page = Page(answer.text)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert page.fetched == []
    assert not {"script", "img", "link", "iframe", "object"} & {*page.tags}
    assert page.tags.count("svg") == 4
    assert told["service"]["headline"] in page.text
    assert "Provisional" in page.text
    assert all(team["team_name"] in page.text for team in told["teams"])
    assert all(note in page.text for note in told["notes"])
    for svg in answer.text.split("<svg")[1:]:
        drawn = ET.fromstring("<svg" + svg.split("</svg>")[0] + "</svg>")
        assert drawn.find("title").text
        assert drawn.find("desc").text
    held = {"If-None-Match": answer.headers["ETag"]}
    assert (await pia.get(f"{QUARTER}/board", headers=held)).status_code == 304
    await pia.post(f"{QUARTER}/versions", json={})
    await correct(house)
    published = Page((await pia.get(f"{QUARTER}/board", headers=held)).text)
    assert "Version 1, published by pia on 20 July 2026." in published.text
    assert told["service"]["headline"] in published.text
    hers = Page((await house.signed_in_as("team_manager", worker="mia").reporting.get(f"{QUARTER}/board")).text)
    assert "South" not in hers.text
    empty = Page((await pia.get("/v1/practice-reports/2026-05/board")).text)
    assert empty.tags.count("svg") == 4


@sqlite_is_enough
async def test_every_series_of_the_report_is_a_row_of_its_csv(house):
    await heard(house, two_quarters())
    analyst = house.signed_in_as("performance_analyst").reporting
    told = await report(house, "2026-27-Q1", "performance_analyst")
    answer = await analyst.get(f"{QUARTER}?format=csv")
    read = pd.read_csv(io.BytesIO(answer.content), na_values=["z", "u", "c"])
    assert 'filename="practice-2026-27-q1.csv"' in answer.headers["content-disposition"]
    assert len(read) == 3 * 13 * 13, "units, measures (eleven means and two shares), periods"
    for unit in (told["service"], *told["teams"]):
        for skill in (unit["all_seven"], *unit["skills"], *unit["composites"]):
            rows = read[(read.team == (unit["team"] or "Total")) & (read.measure == skill["skill"])]
            assert rows.period.tolist() == [period["name"] for period in told["periods"]]
            for name in ("n", "mean", "low_95", "change", "p"):
                assert [None if pd.isna(value) else value for value in rows[name]] == skill["series"][name], name


def test_a_chart_says_what_it_shows_escapes_what_it_is_told_and_rings_what_is_out_of_the_ordinary():
    series = Series(
        ["a<b", "c"],
        [2.0, None],
        [1.5, None],
        [2.5, None],
        [2.0, 2.0],
        [1.0, 1.0],
        [3.0, 3.0],
        [True, False],
        [("Line & level", 2.64)],
    )
    chart = run_chart("Skill <script>", "What it shows", series, low=1, high=5)
    drawn = ET.fromstring(chart)
    assert drawn.find("title").text == "Skill <script>"
    assert [circle.get("fill") for circle in drawn.iter("circle")] == ["#d4351c", "none"]
    assert "Line & level 2.64" in [text.text for text in drawn.iter("text")]
    rows = [("Empathy", 3.0, 2.5, 3.5), ("Autonomy", None, None, None)]
    plot = ET.fromstring(interval_plot("Skills", "Each", rows, low=1, high=5))
    assert len([*plot.iter("circle")]) == 1
    assert "too few to show" in [text.text for text in plot.iter("text")]
