"""Referrals sent by the hundred: each is taken or refused by itself, and sending them again is safe."""

import json
import random

import pytest
from sqlalchemy import event

from services.intake.people.models import Child
from services.intake.referrals import operations
from services.intake.referrals.models import Referral, ReferralForm
from shared.audit import audit_table

BATCH = "/v1/referrals/batch"


def statuses(answer) -> list[int]:
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert [each["index"] for each in results] == list(range(len(results)))
    return [each["status"] for each in results]


async def test_a_case_system_sends_a_day_at_once_and_one_bad_referral_takes_no_other_with_it(department) -> None:
    known = department.form("C1")
    assert (await department.school.post("/v1/referrals", json=known)).status_code == 201
    day = [
        department.form("C2"),
        known,
        known | {"primary_need": "N2"},
        department.form("C3", received_on="2026-05-15"),
        department.form("C4", source="99"),
        {"nothing": "of the sort"},
        "not even an object",
        department.form("C1", "C5"),
    ]
    answer = await department.school.post(BATCH, json={"referrals": day})
    assert statuses(answer) == [201, 200, 409, 422, 422, 422, 422, 201]
    results = answer.json()["results"]
    assert [each["problem"] and each["problem"]["type"].rpartition(":")[2] for each in results] == [
        None,
        None,
        "reference-used-for-something-else",
        "received-in-the-future",
        "invalid",
        "invalid",
        "invalid",
        None,
    ]
    assert results[4]["problem"]["errors"][0]["pointer"] == "/source"
    assert "Robin" not in json.dumps([each["problem"] for each in results])
    assert sorted(child.la_child_id for child in await department.rows(Child)) == ["C1", "C2", "C5"]
    assert {str(form.id) for form in await department.rows(ReferralForm)} == {
        each["id"] for each in results if each["id"]
    }
    by_id = {child.la_child_id: child for child in await department.rows(Child)}
    assert {name: child.n for name, child in by_id.items()} == {"C1": 2, "C2": 1, "C5": 1}
    assert [state.n for state in await department.said_of(str(by_id["C1"].id))] == [1, 2]


async def test_one_referral_a_line_is_a_batch_too_and_a_broken_line_is_one_referral(department) -> None:
    lines = [json.dumps(department.form("C1")), '{"source_reference": ', json.dumps(department.form("C2")), ""]
    answer = await department.school.post(
        BATCH, content="\n".join(lines), headers={"Content-Type": "application/x-ndjson"}
    )
    assert statuses(answer) == [201, 400, 201]


async def test_a_trial_says_what_would_come_of_each_and_stores_nothing(department) -> None:
    day = [department.form("C1"), department.form("C2", received_on="2026-05-15")]
    before = len(await department.said())
    answer = await department.school.post(BATCH, json={"referrals": day}, params={"mode": "validate"})
    assert statuses(answer) == [201, 422]
    assert [each["id"] for each in answer.json()["results"]] == [None, None]
    assert await department.rows(ReferralForm) == await department.rows(Child) == []
    assert len(await department.said()) == before
    assert statuses(await department.school.post(BATCH, json={"referrals": day})) == [201, 422]


async def test_a_batch_sent_again_under_its_key_is_answered_as_the_first_time(department) -> None:
    day = {"referrals": [department.form("C1"), department.form("C2", source="99")]}
    first = await department.school.post(BATCH, json=day, headers={"Idempotency-Key": "monday"})
    again = await department.school.post(BATCH, json=day, headers={"Idempotency-Key": "monday"})
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["results"] == first.json()["results"]
    without = await department.school.post(BATCH, json=day)
    assert statuses(without) == [200, 422]
    assert len(await department.rows(Referral)) == 1


@pytest.mark.parametrize("body", [[], {"referrals": []}, {"referrals": {}}, {"referrals": [1], "more": 1}, {}])
async def test_what_is_no_batch_is_refused_whole(department, body) -> None:
    answer = await department.school.post(BATCH, json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:dwc:problem:not-a-batch")


async def test_more_than_five_hundred_are_refused_whole(department) -> None:
    answer = await department.school.post(BATCH, json={"referrals": [{}] * 501})
    assert answer.status_code == 422
    assert "500" in answer.json()["errors"][0]["message"]


async def test_any_mixture_comes_to_what_it_comes_to_one_by_one(department) -> None:
    """The same referrals, by a batch under one source's name and by single posts under another's."""
    chance = random.Random(20261124)
    forms = [department.form(f"A{chance.randint(1, 9)}") for _ in range(12)]
    day = [chance.choice(forms) | ({"primary_need": "N3"} if chance.random() < 0.2 else {}) for _ in range(40)]
    together = statuses(await department.school.post(BATCH, json={"referrals": day}))
    hospital = department.token("source_system", id="hospital")
    alone = [(await hospital.post("/v1/referrals", json=each)).status_code for each in day]
    assert together == alone
    assert {200, 201, 409} == set(together)


async def test_when_all_at_once_fails_for_good_each_is_tried_by_itself(department, monkeypatch) -> None:
    """A fault that no rule foresaw, in the insert of one child, leaves the neighbours as they are."""
    enter = operations.enter

    async def breaks_at_c2(session, named):
        named = list(named)
        if any(child.la_child_id == "C2" for child in named):
            raise RuntimeError("something nobody thought of")
        return await enter(session, named)

    monkeypatch.setattr(operations, "enter", breaks_at_c2)
    day = [department.form("C1"), department.form("C2"), department.form("C3")]
    answer = await department.school.post(BATCH, json={"referrals": day})
    assert statuses(answer) == [201, 409, 201]
    assert sorted(child.la_child_id for child in await department.rows(Child)) == ["C1", "C3"]
    assert {child.n for child in await department.rows(Child)} == {1}


async def test_a_batch_is_one_audit_row_that_names_everybody(department) -> None:
    await department.school.post(BATCH, json={"referrals": [department.form("C1"), department.form("C2")]})
    async with department.database.reading() as session:
        (row,) = (await session.execute(audit_table.select().where(audit_table.c.actor == "school"))).all()
    stored = [*(await department.rows(Child)), *(await department.rows(Referral))]
    assert set(row.subjects) == {str(each.id) for each in stored}


@pytest.mark.parametrize(
    ("sent", "costs"),
    [("a child nobody knew", 8), ("a child who is known", 8), ("the same again", 7)],
)
async def test_a_posted_referral_costs_few_statements(department, sent, costs) -> None:
    """Key, form, child, referral, two reads of what is said of the child, event, audit."""
    form = department.form("C1")
    if sent != "a child nobody knew":
        assert (await department.school.post("/v1/referrals", json=form)).status_code == 201
    if sent == "a child who is known":
        form = department.form("C1")
    statements: list[str] = []
    engine = department.database.engine.sync_engine

    @event.listens_for(engine, "before_cursor_execute")
    def count(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    answer = await department.school.post("/v1/referrals", json=form, headers={"Idempotency-Key": "counted"})
    event.remove(engine, "before_cursor_execute", count)
    assert answer.is_success
    assert len(statements) == costs, "\n".join(statements)
