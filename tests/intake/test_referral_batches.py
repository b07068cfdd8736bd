"""Referrals sent by the hundred: each is taken or refused by itself, and sending them again is safe."""

import json
import random
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event, text

from services.intake.people.models import Child
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
    assert [each.get("problem", {}).get("type", "").rpartition(":")[2] for each in results] == [
        "",
        "",
        "reference-used-for-something-else",
        "received-in-the-future",
        "invalid",
        "invalid",
        "invalid",
        "",
    ]
    assert results[4]["problem"]["errors"][0]["pointer"] == "/source"
    assert "Robin" not in answer.text
    assert all(("id" in each) is not ("problem" in each) for each in results)
    assert sorted(child.la_child_id for child in await department.rows(Child)) == ["C1", "C2", "C5"]
    assert {str(form.id) for form in await department.rows(ReferralForm)} == {
        each["id"] for each in results if "id" in each
    }
    by_id = {child.la_child_id: child for child in await department.rows(Child)}
    assert {name: child.n for name, child in by_id.items()} == {"C1": 2, "C2": 1, "C5": 1}
    assert [state.n for state in await department.said_of(str(by_id["C1"].id))] == [1, 2]


async def test_one_referral_a_line_is_a_batch_too_and_a_broken_line_is_one_referral(department) -> None:
    lines = [json.dumps(department.form("C1")), '{"source_reference": ', json.dumps(department.form("C2")), ""]
    answer = await department.school.post(
        BATCH, content="\n".join(lines), headers={"Content-Type": "application/x-ndjson"}
    )
    assert statuses(answer) == [201, 422, 201]
    assert answer.json()["results"][1]["problem"]["type"] == "urn:dwc:problem:line-not-understood"


async def test_a_trial_says_what_would_come_of_each_and_stores_nothing(department) -> None:
    day = [department.form("C1"), department.form("C2", received_on="2026-05-15")]
    before, key = len(await department.said()), {"Idempotency-Key": "monday"}
    answer = await department.school.post(BATCH, json={"referrals": day}, params={"mode": "validate"}, headers=key)
    assert statuses(answer) == [201, 422]
    assert "id" not in answer.json()["results"][0]
    assert await department.rows(ReferralForm) == await department.rows(Child) == []
    assert len(await department.said()) == before
    committed = await department.school.post(BATCH, json={"referrals": day}, headers=key)
    assert statuses(committed) == [201, 422]
    assert "Idempotency-Replayed" not in committed.headers
    again = await department.school.post(BATCH, json={"referrals": day}, params={"mode": "validate"})
    assert statuses(again) == [200, 422]
    assert again.json()["results"][0]["id"] == committed.json()["results"][0]["id"]


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


@pytest.mark.parametrize("seed", [20261124, 7, 8])
async def test_any_mixture_comes_to_what_it_comes_to_one_by_one(department, seed) -> None:
    """The same referrals by a batch under one source's name, and by single posts under another's about as many other
    children: good, broken, late, of siblings, of one child by several names, twice, and twice with a difference.
    """
    day = mixture(department, random.Random(seed))
    together = statuses(await department.school.post(BATCH, json={"referrals": day}))
    elsewhere = [about_others(each) for each in day]
    hospital = department.token("source_system", id="hospital")
    alone = [(await hospital.post("/v1/referrals", json=each)).status_code for each in elsewhere]
    assert together == alone
    assert {200, 201, 409, 422} == set(together)
    forms = {form.id: form.source_system for form in await department.rows(ReferralForm)}
    children = {child.id: child for child in await department.rows(Child)}
    referred: dict[str, set[tuple[object, ...]]] = {"school": set(), "hospital": set()}
    for referral in await department.rows(Referral):
        child = children[referral.child_id]
        known_as = (child.la_child_id.removeprefix("Z"), child.forename, child.surname, child.born_on)
        referred[forms[referral.form_id]].add((*known_as, referral.received_on, referral.primary_need))
    assert referred["school"] == referred["hospital"]
    for child in children.values():
        newest = (await department.said_of(child.id))[-1]
        assert newest.n == child.n
        assert len(newest.referrals) == sum(row.child_id == child.id for row in await department.rows(Referral))


def mixture(department, chance: random.Random) -> list[object]:
    names = ("Robin", "Alex", "Sam")

    def form() -> dict[str, object]:
        siblings = chance.sample(range(1, 10), chance.randint(1, 3))
        sent = department.form(*(f"A{n}" for n in siblings), primary_need=chance.choice(["N1", "N2", "N3"]))
        for child in sent["children"]:
            child["forename"] = chance.choice(names)
        return sent

    forms = [form() for _ in range(15)]
    spoilt = [{"primary_need": "N9"}, {"received_on": "2026-05-15"}, {"source": 7}, {"children": []}]
    day: list[dict[str, object]] = [chance.choice(forms) for _ in range(50)]
    for n in chance.sample(range(50), 20):
        day[n] = {**day[n], **chance.choice([*spoilt, {"concern": "something else"}])}
    return [*day, "not even an object", None]


def about_others(sent: object) -> object:
    return json.loads(json.dumps(sent).replace('"la_child_id": "', '"la_child_id": "Z'))


@pytest.mark.parametrize("broken", ["C1", "C2", "C3"])
async def test_when_all_at_once_fails_for_good_each_is_tried_by_itself(department, broken) -> None:
    """A fault that no rule foresaw, in the row of one child, leaves the neighbours as they are."""
    async with department.database.engine.begin() as connection:
        for statement in REFUSE_A_CHILD[connection.dialect.name]:
            await connection.execute(text(statement.format(broken)))
    day = [department.form("C1"), department.form("C2"), department.form("C3"), department.form("C1", "C2", "C3")]
    answer = await department.school.post(BATCH, json={"referrals": day})
    assert statuses(answer) == [*(409 if child == broken else 201 for child in ("C1", "C2", "C3")), 409]
    assert {child.la_child_id: child.n for child in await department.rows(Child)} == dict.fromkeys(
        {"C1", "C2", "C3"} - {broken}, 1
    )
    for child in await department.rows(Child):
        assert [(state.n, len(state.referrals)) for state in await department.said_of(child.id)] == [(1, 1)]


REFUSE_A_CHILD = {
    "sqlite": (
        (
            "CREATE TRIGGER refuse BEFORE INSERT ON child WHEN NEW.la_child_id = '{}'"
            " BEGIN SELECT RAISE(ABORT, 'something nobody thought of'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'something nobody thought of'; END $$"
        ),
        (
            "CREATE TRIGGER refuse BEFORE INSERT ON child FOR EACH ROW WHEN (NEW.la_child_id = '{}')"
            " EXECUTE FUNCTION refuse()"
        ),
    ),
}


async def test_a_batch_is_one_audit_row_that_names_everybody(department) -> None:
    await department.school.post(BATCH, json={"referrals": [department.form("C1"), department.form("C2")]})
    async with department.database.reading() as session:
        (row,) = (await session.execute(audit_table.select().where(audit_table.c.actor == "school"))).all()
    stored = [*(await department.rows(Child)), *(await department.rows(Referral))]
    assert set(row.subjects) == {str(each.id) for each in stored}


class Statements(list[str]):
    """What is asked of the database while it is listened to."""

    def __call__(self, _connection, _cursor, statement: str, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            self.append(statement)

    @contextmanager
    def counted(self, engine):
        event.listen(engine.sync_engine, "before_cursor_execute", self)
        yield self
        event.remove(engine.sync_engine, "before_cursor_execute", self)


async def statements_of(department, form: dict[str, object], key: str = "counted") -> Statements:
    with Statements().counted(department.database.engine) as asked:
        answer = await department.school.post("/v1/referrals", json=form, headers={"Idempotency-Key": key})
    assert answer.is_success, answer.text
    return asked


async def test_a_referral_costs_a_statement_a_table(department) -> None:
    """Key, form, child, whoever it may be, referral, audit, event; of one who is known, what is said is read instead."""
    new = department.form("C1", "C2")
    asked = await statements_of(department, new)
    assert len(asked) == 7, asked
    asked = await statements_of(department, department.form("C2", "C1"), "known")
    assert len(asked) == 10, asked


async def test_a_replay_costs_its_key_its_answer_and_its_audit_row(department) -> None:
    form = department.form("C1")
    await statements_of(department, form)
    assert len(asked := await statements_of(department, form)) == 4, asked
    assert len(asked := await statements_of(department, form, "another key")) == 6, asked


async def test_a_child_with_an_episode_costs_a_look_at_what_there_is_of_it_and_a_read_of_each_kind(department) -> None:
    await department.allocated("asha", await department.episode("C1"))
    asked = await statements_of(department, department.form("C1"))
    assert len(asked) == 10 + 1 + 1, asked


def child(la_child_id: str, n: int) -> dict[str, str]:
    """One who is like no other."""
    name = "".join(random.Random(la_child_id).sample("abcdefghijklmnoprstuvwyz", 12))
    return {"la_child_id": la_child_id, "forename": name, "born_on": str(date(2010, 1, 1) + timedelta(days=17 * n))}


async def test_a_hundred_referrals_cost_as_many_statements_as_two(department) -> None:
    asked = [Statements(), Statements()]
    for size, statements in zip((2, 100), asked, strict=True):
        day = [department.form(children=[child(f"N{size}X{n}", n)]) for n in range(size)]
        with statements.counted(department.database.engine):
            answer = await department.school.post(
                BATCH, json={"referrals": day}, headers={"Idempotency-Key": f"{size}"}
            )
        assert statuses(answer) == [201] * size
    assert len(asked[0]) == len(asked[1]) == 7 + 3, asked  # and a savepoint, its release, and the outcomes kept
