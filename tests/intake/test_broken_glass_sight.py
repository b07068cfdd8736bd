"""Who breaks the glass sees a restricted child as well, and every record of a child of whom there were two."""

import pytest

from services.intake.break_glass.models import BrokenGlass
from tests.intake.test_identity_doors import merged
from tests.intake.test_restricted_children import hidden_case

REASON = "found alone at the station, and nobody of those named can be reached"


@pytest.mark.parametrize("who", ["duty", "norma", "ben"])
async def test_a_restricted_child_is_seen_through_broken_glass_by_whoever_broke_it_alone(department, who) -> None:
    case = await hidden_case(department)
    visitor = getattr(department, who)
    asked = {"la_child_id": "HIDDEN1", "reason": REASON}
    broken = await visitor.post("/v1/break-glass", json=asked)
    assert broken.status_code == 201, broken.text
    assert (broken.json()["child_id"], broken.json()["referrals"]) == (case["child"], [case["referral"]])
    paths = (f"children/{case['child']}", f"referrals/{case['referral']}", f"episodes/{case['episode']}")
    assert [(await visitor.get(f"/v1/{path}")).status_code for path in paths] == [200, 200, 200]
    assert [(await department.dee.get(f"/v1/{path}")).status_code for path in paths] == [404, 404, 404]
    assert (await visitor.get("/v1/children?la_child_id=HIDDEN1")).json() == []
    assert (await visitor.get("/v1/referrals")).json()["items"] == []
    under = [(row.act, row.break_glass) for row in await department.audited() if row.break_glass]
    assert [act for act, _ in under] == [
        "read children's records and their families' history",
        "read referrals",
        "read episodes",
    ]
    assert {glass for _, glass in under} == {broken.json()["id"]}


async def test_whoever_is_named_has_no_glass_to_break(department) -> None:
    await hidden_case(department)
    answer = await department.asha.post("/v1/break-glass", json={"la_child_id": "HIDDEN1", "reason": REASON})
    assert answer.status_code == 409


async def test_either_record_of_a_child_opens_both(department) -> None:
    await merged(department)
    records = {}
    for la_child_id in ("C1", "C2"):
        (found,) = (await department.duty.get(f"/v1/children?la_child_id={la_child_id}")).json()
        records[la_child_id] = found["id"]
    opened = []
    for la_child_id in ("C2", "C1"):
        answer = await department.ben.post("/v1/break-glass", json={"la_child_id": la_child_id, "reason": REASON})
        opened.append((answer.status_code, answer.json()))
    assert [status for status, _ in opened] == [201, 200]
    assert opened[0][1] == opened[1][1]
    assert opened[0][1]["child_id"] == records["C1"]
    assert len(opened[0][1]["referrals"]) == 2
    for path in (
        *(f"referrals/{id}" for id in opened[0][1]["referrals"]),
        *(f"children/{id}" for id in records.values()),
    ):
        assert (await department.ben.get(f"/v1/{path}")).status_code == 200, path
    assert len(await department.rows(BrokenGlass)) == 1
