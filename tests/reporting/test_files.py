"""Figures as files, opened as whoever receives them would: pandas, openpyxl, and a spreadsheet that signs in."""

import base64
import io
from datetime import UTC, datetime

import openpyxl
import pandas as pd
import pytest

from services.reporting.formats.table import Area, Column, Kind, Row, Symbol, Table
from services.reporting.formats.tidy import META, as_csv, as_meta
from services.reporting.formats.workbook import as_workbook
from shared.clock import held_at
from shared.spreadsheets import inert

AREA = Area("206", "Islington", "E09000019")
MADE_AT = datetime(2026, 5, 14, 11, tzinfo=UTC)
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"]
TABLE = Table(
    "by-team",
    "Referrals by team",
    (Column("team", "Team"), Column("referrals", "Referrals", Kind.INDICATOR, places=0)),
    [Row("2026-04", (text, number)) for number, text in enumerate(DANGEROUS)]
    + [Row("2026-05", ("North", symbol)) for symbol in Symbol],
    ["As recorded so far."],
)
LPIR = "/v1/lpir?from=2026-04&to=2026-05"
FORM = {"source_reference": "R1", "received_on": "2026-05-01", "source": "6", "children": [{"la_child_id": "C1"}]}
one_database = pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)
"""Files are made of answers, whatever database they came from."""


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_that_begins_like_a_formula_is_run(text: str):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "North", "1-2", "a=b", "12", "'=1"])
def test_text_that_nothing_would_run_stands_as_it_is(text: str):
    assert inert(text) == text


def test_csv_says_when_and_where_and_what_its_columns_are():
    read = pd.read_csv(io.StringIO(as_csv(TABLE, AREA)), dtype=str, keep_default_na=False)
    assert read.columns.tolist()[:3] == ["time_period", "time_identifier", "geographic_level"]
    assert read.iloc[-1].tolist() == [
        "2026", "May", "Local authority", "E92000001", "England", "E09000019", "206", "Islington", "North", "z",
    ]  # fmt: skip
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r", " =")) for text in read.team)
    meta = pd.read_csv(io.StringIO(as_meta(TABLE)), dtype=str, keep_default_na=False)
    assert tuple(meta.columns) == META
    assert meta[["col_name", "col_type", "indicator_dp"]].to_numpy().tolist() == [
        ["team", "Filter", ""],
        ["referrals", "Indicator", "0"],
    ]


def test_a_workbook_has_a_cover_notes_and_one_table_a_sheet_and_nothing_in_it_is_run():
    made = as_workbook("Referrals", {"period": "=cmd()"}, [TABLE], AREA, made_at=MADE_AT)
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.sheetnames == ["cover", "notes", "by-team"]
    assert [list(sheet.tables) for sheet in book] == [[], [], ["by_team"]]
    sheet = book["by-team"]
    assert (sheet["A1"].value, sheet.freeze_panes) == ("Referrals by team", "A6")
    assert sheet.tables["by_team"].ref == f"A5:J{5 + len(TABLE.rows)}"
    assert [sheet.cell(row, 10).value for row in range(14, 19)] == ["[c]", "[low]", "[u]", "[x]", "[z]"]
    assert {cell.data_type for each in book for row in each.iter_rows() for cell in row} <= {"s", "n"}
    assert book["cover"]["B3"].value == "'=cmd()"
    assert "As recorded so far." in [row[0].value for row in book["notes"].iter_rows()]
    assert as_workbook("Referrals", {"period": "=cmd()"}, [TABLE], AREA, made_at=MADE_AT) == made


@pytest.fixture
def in_may():
    with held_at(MADE_AT):
        yield


@one_database
async def test_the_indicators_are_the_same_as_json_as_csv_and_as_a_workbook(house, in_may):
    school = house.signed_in_as("source_system", id="school").intake
    assert (await school.post("/v1/referrals", json=FORM)).status_code == 201
    await house.settle()
    analyst = house.signed_in_as("performance_analyst").reporting
    told = (await analyst.get(LPIR)).json()
    answers = {form: await analyst.get(f"{LPIR}&format={form}") for form in ("csv", "meta", "xlsx")}
    read = pd.read_csv(io.BytesIO(answers["csv"].content), na_values=["x", "z"])
    (referred,) = read[
        (read.month == "2026-05") & (read.coverage == "Month") & (read.indicator == "referrals")
    ].numerator
    assert referred == 1
    assert read.numerator.sum() == sum(
        figure["numerator"] or 0
        for each in (*told["months"], {"figures": told["year_to_date"]})
        for figure in each["figures"]
    )
    described = pd.read_csv(io.BytesIO(answers["meta"].content))
    assert described.col_name.tolist() == read.columns.tolist()[8:]
    sheet = pd.read_excel(
        io.BytesIO(answers["xlsx"].content), sheet_name="lpir-2026-04-2026-05", header=4, na_values=["[x]", "[z]"]
    )
    assert sheet.numerator.fillna(-1).tolist() == read.numerator.fillna(-1).tolist()
    for form, answer in answers.items():
        held = {"If-None-Match": answer.headers["ETag"]}
        assert (await analyst.get(f"{LPIR}&format={form}", headers=held)).status_code == 304, form


def basic(token: str, user: str = "anybody") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()}


@one_database
async def test_a_spreadsheet_signs_in_with_a_token_that_only_reads_and_with_no_other(house, in_may, logged):
    whole = house.signed_in_as("service_manager").headers["Authorization"].removeprefix("Bearer ")
    reading = house.signed_in_as("service_manager", only_reads=True).headers["Authorization"].removeprefix("Bearer ")
    stranger = house.stranger.reporting
    assert (await stranger.get(LPIR, headers=basic(reading))).status_code == 200
    without = await stranger.get(LPIR)
    assert "Basic realm" in without.headers["www-authenticate"]
    for wrong in (
        basic(whole),
        basic(reading[:-3]),
        basic("é"),
        {"Authorization": "Basic ???"},
        {"Authorization": "Basic"},
    ):
        refused = await stranger.get(LPIR, headers=wrong)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, without.headers["www-authenticate"])
        assert refused.json() | {"request_id": ""} == without.json() | {"request_id": ""}
    elsewhere = await stranger.get("/v1/baselines", headers=basic(reading))
    assert elsewhere.status_code == 401, "a token comes as a password only where files are read"
    decided = {"indicator": "referrals", "begins_on": "2026-04", "reason": "a new form"}
    bearer = {"Authorization": f"Bearer {reading}"}
    assert (await stranger.post("/v1/baselines", json=decided, headers=bearer)).status_code == 403
    assert (await stranger.get("/v1/baselines", headers=bearer)).json() == []
    assert not any(reading[-40:] in str(line) or "Basic" in str(line) for line in logged())
