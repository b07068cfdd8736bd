"""What a programme costs and avoids: the evaluation's own figures, a range, how late it comes, and who decided what."""

import json
import re
from typing import Any

import pytest

from services.reference.published import ROOT
from services.reporting.benefits.avoidance import actual, avoided, months_from, planned, slipped
from services.reporting.benefits.models import ProgrammePlan
from services.reporting.benefits.plan import PlanIn
from services.reporting.benefits.queries import tracker
from services.reporting.benefits.soundness import findings
from services.reporting.evidence.claims import Basis, Design, Overclaims, say

AT = "/v1/benefits/dwc"


def worked_example() -> dict[str, Any]:
    (body,) = re.findall(r"```json\n(.*?)```", (ROOT / "docs/benefits.md").read_text(), re.DOTALL)
    return dict(json.loads(body))


def plan(**changes: Any) -> PlanIn:
    return PlanIn.model_validate(worked_example() | changes)


def months(*stated: tuple[str, int | None, int | None]) -> list[dict[str, Any]]:
    return [{"month": m, "planned": p, "actual": a, "source": "counted"} for m, p, a in stated]


def cost(low: int, central: int, high: int, since: str = "2016-01") -> dict[str, Any]:
    return {"in_force_from": since, "low": low, "central": central, "high": high, "source": "finance"}


def otherwise(low: int, central: int, high: int) -> dict[str, Any]:
    return {"low": low, "central": central, "high": high, "source": "judged"}


def test_the_evaluations_own_figures_and_what_does_not_add_up_in_them():
    told = findings(plan())
    assert told[0] == "Total project cost: printed as £5,100,000, and its parts come to £5,373,000."
    assert told[1] == "Shortfall of the year to March 2017: printed as £1,500,000, and its parts come to £1,400,000."
    assert told[2].startswith("48 fewer children is 16.0% of 300, not 15%: the target is of 320 children")
    assert told[3] == "The target was first for 2017-03 and is now for 2018-03."
    assert told[4].startswith("No range is stated for what a year of care costs")
    assert len(told) == 5
    came = avoided(plan(), actual(plan()))
    assert (came[0].month, came[0].to_date.central, came[-1].month, came[-1].children) == ("2016-03", 0, "2016-11", 23)
    by_hand = sum(23 * step / 8 for step in range(9)) * 22_917 / 12
    aimed = {each.month: each.to_date.central for each in avoided(plan(), planned(plan()))}
    assert came[-1].to_date.central == round(by_hand) == 197_659
    assert aimed["2016-11"] == round(sum(4 * step for step in range(9)) * 22_917 / 12) == 275_004
    assert slipped(plan()) == 2


def test_a_child_fewer_for_a_year_avoids_a_years_cost_and_the_range_is_that_of_what_is_assumed():
    told = plan(
        otherwise=otherwise(299, 300, 302),
        cost_assumptions=[cost(40_000, 50_000, 70_000)],
        looked_after=months(("2016-01", 300, 299), ("2016-12", 300, 299)),
    )
    last = avoided(told, actual(told))[-1].to_date
    assert (last.low, last.central, last.high) == (0, 50_000, 210_000)


def test_more_children_than_there_would_be_cost_more_and_the_least_is_the_dearest():
    told = plan(
        otherwise=otherwise(298, 300, 300),
        cost_assumptions=[cost(40_000, 50_000, 70_000)],
        looked_after=months(("2016-01", 300, 301), ("2016-12", 300, 301)),
    )
    last = avoided(told, actual(told))[-1].to_date
    assert (last.low, last.central, last.high) == (-210_000, -50_000, -40_000)


def test_a_cost_counts_from_the_month_it_is_in_force():
    told = plan(
        otherwise=otherwise(300, 300, 300),
        cost_assumptions=[cost(12_000, 12_000, 12_000), cost(24_000, 24_000, 24_000, since="2016-03")],
        looked_after=months(("2016-01", 300, 299), ("2016-04", 300, 299)),
    )
    assert [each.to_date.central for each in avoided(told, actual(told))] == [1_000, 2_000, 4_000, 6_000]


@pytest.mark.parametrize(
    ("there", "behind"),
    [((300, 300), 12), ((300, 294), 6), ((300, 288), 0), ((300, 280), None)],
)
def test_how_far_the_number_trails_the_plan(there, behind):
    told = plan(looked_after=months(("2016-01", 300, there[0]), ("2017-01", 288, there[1])))
    assert slipped(told) == behind


def test_months_are_counted_forward_and_back():
    assert (
        months_from("2016-03", "2016-03"),
        months_from("2016-03", "2017-04"),
        months_from("2016-03", "2016-01"),
    ) == (0, 13, -2)


def test_the_headline_states_numbers_and_names_no_cause():
    row = ProgrammePlan(
        programme="dwc", n=1, stated=worked_example(), stated_by="mia", stated_at="2026-05-01T12:00:00Z"
    )
    told = tracker(row)
    assert told.headline.startswith(
        "Doing What Counts: Measuring What Matters: 277 children looked after at the end of 2016-11"
    )
    assert [phase.months_late for phase in told.phases] == [4, 0]
    assert (told.spend.planned, told.spend.not_yet_stated) == (5_373_000, 5_373_000)
    with pytest.raises(Overclaims):
        say("The programme saved money because of better practice.", Basis(Design.DESCRIBED, 0))


@pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)
async def test_a_plan_is_kept_in_versions_and_nobody_overwrites_what_they_have_not_read(house):
    mia, pia = house.signed_in_as("service_manager", id="mia"), house.signed_in_as("principal_social_worker")
    assert (await mia.reporting.get(AT)).status_code == 404
    assert (await mia.reporting.put(AT, json=worked_example())).status_code == 204
    first = await pia.reporting.get(AT)
    assert (first.json()["version"], first.json()["stated_by"], first.json()["months_behind"]) == (1, "mia", 2)
    assert (await pia.reporting.get(AT, headers={"If-None-Match": first.headers["ETag"]})).status_code == 304
    newer = worked_example() | {"title": "Doing What Counts"}
    assert (await mia.reporting.put(AT, json=newer)).status_code == 428
    assert (await mia.reporting.put(AT, json=newer, headers={"If-Match": first.headers["ETag"]})).status_code == 204
    assert (await mia.reporting.put(AT, json=newer, headers={"If-Match": first.headers["ETag"]})).status_code == 204
    older = worked_example()
    assert (await mia.reporting.put(AT, json=older, headers={"If-Match": first.headers["ETag"]})).status_code == 412
    assert (await pia.reporting.get("/v1/benefits")).json() == [
        {"programme": "dwc", "version": 2, "title": "Doing What Counts"}
    ]
    assert (await pia.reporting.put(AT, json=newer)).status_code == 403
    wrong = await mia.reporting.put("/v1/benefits/other", json=worked_example() | {"otherwise": otherwise(3, 2, 1)})
    assert wrong.status_code == 422


@pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)
async def test_what_was_decided_stands_in_the_log_in_order_and_once(house):
    mia = house.signed_in_as("service_manager", id="mia").reporting
    decided = {"decided_on": "2016-04-01", "what": "keep the research team", "why": "it takes longer than planned"}
    assert (await mia.post(f"{AT}/decisions", json=decided)).status_code == 404
    await mia.put(AT, json=worked_example())
    await mia.post(f"{AT}/decisions", json=decided, headers={"Idempotency-Key": "one"})
    await mia.post(f"{AT}/decisions", json=decided, headers={"Idempotency-Key": "one"})
    earlier = decided | {"decided_on": "2016-01-15", "what": "widen to the teams for looked-after children"}
    log = (await mia.post(f"{AT}/decisions", json=earlier)).json()
    assert [(each["decided_on"], each["recorded_by"]) for each in log] == [("2016-01-15", "mia"), ("2016-04-01", "mia")]
