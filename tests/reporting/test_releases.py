"""A month leaves once: prepared by one person, approved by another, and the same bytes from then on."""

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pandas as pd
import pytest

from services.reporting.indicators.models import Cell
from shared.clock import held_at


@pytest.fixture(autouse=True)
def in_june():
    with held_at(datetime(2026, 6, 12, 12, tzinfo=UTC)):
        yield


async def counted(house: Any, month: str, **teams: int) -> None:
    """Section 47 enquiries of a month, by team."""
    async with house.databases["reporting"].transaction() as session:
        for team, count in teams.items():
            row = {"authority": "206", "indicator": "section_47_started", "month": month, "team": team, "band": ""}
            await session.merge(Cell(**row, numerator=count, denominator=count))


class Releasing:
    """Pat prepares, Mia decides, and an analyst outside reads what has left."""

    def __init__(self, house: Any) -> None:
        self.pat = house.signed_in_as("service_manager", id="pat").reporting
        self.mia = house.signed_in_as("principal_social_worker", id="mia").reporting
        self.outside = house.signed_in_as("outside_analyst").reporting

    async def prepared(self, month: str, status: int = 201) -> Any:
        answer = await self.pat.post("/v1/releases", json={"month": month})
        assert answer.status_code == status, answer.text
        return answer.json()

    async def released(self, month: str) -> str:
        release = (await self.prepared(month))["id"]
        approved = await self.mia.post(f"/v1/releases/{release}/approval")
        assert (approved.status_code, approved.json()["stage"]) == (200, "approved")
        return str(release)

    async def table(self, release: str, name: str = "teams.csv") -> pd.DataFrame:
        answer = await self.outside.get(f"/v1/releases/{release}/documents/{name}")
        assert answer.status_code == 200, answer.text
        return pd.read_csv(io.BytesIO(answer.content), dtype=str, keep_default_na=False)


def counts(table: pd.DataFrame, coverage: str) -> dict[str, str]:
    of = table[(table.measure == "Section 47 enquiries started") & (table.coverage == coverage)]
    return dict(zip(of.team, of["count"], strict=True))


async def test_a_month_is_prepared_by_one_person_approved_by_another_and_read_outside(house):
    people = Releasing(house)
    await counted(house, "2026-04", north=40, south=28, west=3)
    release = await people.prepared("2026-04")
    assert (release["stage"], release["prepared_by"], release["decided_by"]) == ("prepared", "pat", None)
    assert [each["name"] for each in release["documents"]] == [
        "closures.csv", "closures.meta.csv", "release.xlsx", "service.csv", "service.meta.csv", "teams.csv", "teams.meta.csv",
    ]  # fmt: skip
    at = f"/v1/releases/{release['id']}"
    assert (await people.outside.get(at)).status_code == 404, "nobody outside knows that it is there"
    assert (await people.outside.get(f"{at}/documents/teams.csv")).status_code == 404
    assert (await people.outside.get("/v1/releases")).json() == []
    alone = await people.pat.post(f"{at}/approval")
    assert (alone.status_code, alone.json()["type"]) == (409, "urn:dwc:problem:needs-another-person")
    approved = await people.mia.post(f"{at}/approval", headers={"Idempotency-Key": "one"})
    again = await people.mia.post(f"{at}/approval", headers={"Idempotency-Key": "one"})
    assert (approved.json(), again.status_code) == (again.json(), 200)
    assert (approved.json()["decided_by"], approved.json()["stage"]) == ("mia", "approved")
    assert (await people.mia.post(f"{at}/refusal", json={"reason": "too late"})).status_code == 409
    assert [each["month"] for each in (await people.outside.get("/v1/releases")).json()] == ["2026-04"]
    of_month = counts(await people.table(release["id"]), "Month")
    assert (of_month["west"], of_month["north"]) == ("c", "40")
    service = await people.table(release["id"], "service.csv")
    assert counts(service, "Month") == {"Total": "70"}
    assert list(service.columns)[:3] == ["time_period", "time_identifier", "geographic_level"]


async def test_april_to_date_adds_up_what_was_released_and_hides_what_would_give_it_away(house):
    people = Releasing(house)
    await counted(house, "2026-04", north=40, south=28, west=3)
    await people.released("2026-04")
    await counted(house, "2026-05", north=20, south=12, west=20)
    await counted(house, "2026-04", north=90)
    may = await people.table(await people.released("2026-05"))
    assert counts(may, "Month")["north"] == "20"
    assert counts(may, "April to date")["north"] == "60", "what was recorded late of April is in no release"
    assert counts(may, "April to date")["west"] in {"c", "25"}


async def test_a_closed_month_is_the_same_bytes_whatever_is_recorded_later(house):
    people = Releasing(house)
    await counted(house, "2026-04", north=40, south=28)
    release = await people.released("2026-04")
    at = f"/v1/releases/{release}/documents/"
    names = [each["name"] for each in (await people.outside.get(f"/v1/releases/{release}")).json()["documents"]]
    before = {name: await people.outside.get(at + name) for name in names}
    await counted(house, "2026-04", north=12, south=90)
    with held_at(datetime(2027, 3, 1, 12, tzinfo=UTC)):
        standing = await people.prepared("2026-04")
        assert standing["id"] == release, "to release it again is answered with what stands"
        for name, answer in before.items():
            assert (await people.outside.get(at + name)).content == answer.content, name
            held = {"If-None-Match": answer.headers["ETag"]}
            assert (await people.outside.get(at + name, headers=held)).status_code == 304
    book = openpyxl.load_workbook(io.BytesIO(before["release.xlsx"].content))
    assert book.sheetnames == ["cover", "notes", "service", "teams", "closures"]


async def test_months_leave_in_order_when_they_are_over_and_one_taken_back_is_prepared_anew(house):
    people = Releasing(house)
    assert (await people.prepared("2026-06", 409))["type"] == "urn:dwc:problem:month-not-over"
    early = await people.prepared("2026-05", 409)
    assert (early["type"], "2026-04" in early["detail"]) == ("urn:dwc:problem:earlier-months-first", True)
    first = (await people.prepared("2026-04"))["id"]
    assert (await people.prepared("2026-05", 409))["type"] == early["type"], "prepared is not released"
    assert (await people.pat.post(f"/v1/releases/{first}/withdrawal")).json()["stage"] == "withdrawn"
    second = (await people.prepared("2026-04"))["id"]
    refused = await people.mia.post(f"/v1/releases/{second}/refusal", json={"reason": "two teams are missing"})
    assert (refused.json()["stage"], refused.json()["reason"]) == ("refused", "two teams are missing")
    assert (await people.outside.get(f"/v1/releases/{second}")).status_code == 404
    third = await people.released("2026-04")
    assert len({first, second, third}) == 3


async def test_who_prepared_and_who_let_it_leave_stands_in_the_audit(house):
    people = Releasing(house)
    release = await people.released("2026-04")
    auditor = house.signed_in_as("auditor").reporting
    rows = (await auditor.get("/v1/audit", params={"subject": release})).json()["items"]
    assert [(row["actor"], row["act"], row["outcome"]) for row in rows] == [
        ("pat", "prepare figures for release", 201),
        ("mia", "decide on the release of figures", 200),
    ]
