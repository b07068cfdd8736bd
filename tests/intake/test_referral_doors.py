"""Posting and reading referrals: kept once, however often they are sent."""

import random
from uuid import uuid4

import pytest

from services.intake.people.models import Child
from services.intake.referrals.models import Referral, ReferralForm


async def test_a_school_refers_robin_and_is_told_by_when_it_will_be_decided(department) -> None:
    form = department.form("C1")
    answer = await department.school.post("/v1/referrals", json=form)
    assert answer.status_code == 201, answer.text
    (referral,) = answer.json()["referrals"]
    (child,) = await department.rows(Child)
    assert answer.json()["source_reference"] == form["source_reference"]
    assert referral == {
        "id": referral["id"],
        "child_id": str(child.id),
        "received_on": "2026-05-13",
        "source": "2A",
        "primary_need": "N1",
        "outcome": None,
        "no_further_action": None,
        "decision_due_on": "2026-05-14",
        "decided_at": None,
        "episode_id": None,
    }
    assert (child.la_child_id, child.forename, str(child.born_on)) == ("C1", "Robin", "2019-05-02")
    read = await department.school.get(f"/v1/referrals/{referral['id']}")
    assert (read.status_code, read.json()) == (200, referral)


async def test_the_same_request_twice_under_one_key_is_one_referral(department) -> None:
    form, key = department.form("C1"), {"Idempotency-Key": "the school's first try"}
    first = await department.school.post("/v1/referrals", json=form, headers=key)
    again = await department.school.post("/v1/referrals", json=form, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert len(await department.rows(Referral)) == 1
    assert len(await department.said_of(first.json()["referrals"][0]["child_id"])) == 1


async def test_a_key_that_came_with_another_request_is_refused(department) -> None:
    key = {"Idempotency-Key": "used twice"}
    await department.school.post("/v1/referrals", json=department.form("C1"), headers=key)
    answer = await department.school.post("/v1/referrals", json=department.form("C2"), headers=key)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:dwc:problem:key-used-for-something-else")
    assert [child.la_child_id for child in await department.rows(Child)] == ["C1"]


async def test_a_key_names_the_request_of_whoever_sent_it_only(department) -> None:
    key = {"Idempotency-Key": "1"}
    school = await department.school.post("/v1/referrals", json=department.form("C1"), headers=key)
    hospital = department.token("source_system", id="hospital")
    other = await hospital.post("/v1/referrals", json=department.form("C2"), headers=key)
    assert (school.status_code, other.status_code) == (201, 201)
    assert len(await department.rows(Referral)) == 2


async def test_the_same_form_again_without_a_key_is_answered_with_the_first(department) -> None:
    form = department.form("C1", "C2")
    first = await department.school.post("/v1/referrals", json=form)
    for seed in range(3):
        shuffled = list(form.items())
        random.Random(seed).shuffle(shuffled)
        again = await department.school.post("/v1/referrals", json=dict(shuffled))
        assert (again.status_code, again.json()) == (200, first.json())
    assert len(await department.rows(ReferralForm)) == 1
    assert len(await department.rows(Referral)) == 2


async def test_siblings_named_in_another_order_are_the_same_form(department) -> None:
    form = department.form("C1", "C2", "C3")
    first = await department.school.post("/v1/referrals", json=form)
    again = await department.school.post("/v1/referrals", json=form | {"children": form["children"][::-1]})
    assert (again.status_code, again.json()) == (200, first.json())


@pytest.mark.parametrize(
    "changes", [{"concern": "something else"}, {"received_on": "2026-05-12"}, {"source": "6"}, {"concern": None}]
)
async def test_another_form_under_a_used_reference_is_refused_and_changes_nothing(department, changes) -> None:
    form = department.form("C1")
    await department.school.post("/v1/referrals", json=form)
    answer = await department.school.post("/v1/referrals", json=form | changes)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:dwc:problem:reference-used-for-something-else")
    assert "new source_reference" in answer.json()["detail"]
    assert len(await department.rows(Referral)) == 1


async def test_two_senders_may_use_the_same_reference(department) -> None:
    form = department.form("C1")
    hospital = department.token("source_system", id="hospital")
    mine = await department.school.post("/v1/referrals", json=form)
    theirs = await hospital.post("/v1/referrals", json=form)
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] != theirs.json()["id"]


async def test_siblings_on_one_form_become_a_referral_each(department) -> None:
    referrals = await department.referred("C1", "C2", "C3")
    (form,) = await department.rows(ReferralForm)
    rows = await department.rows(Referral)
    assert len({referral["child_id"] for referral in referrals}) == 3
    assert {row.form_id for row in rows} == {form.id}
    assert {str(row.id) for row in rows} == {referral["id"] for referral in referrals}


async def test_a_child_already_known_is_recognised_and_only_blanks_are_filled(department) -> None:
    await department.referred(children=[{"la_child_id": "C1", "forename": "Robin"}])
    await department.referred(children=[{"la_child_id": "C1", "forename": "Rob", "sex": "F", "born_on": "2019-05-02"}])
    (child,) = await department.rows(Child)
    assert (child.forename, child.sex, str(child.born_on)) == ("Robin", "F", "2019-05-02")
    assert len(await department.rows(Referral)) == 2


async def test_a_referral_from_tomorrow_is_refused_whole(department) -> None:
    answer = await department.school.post("/v1/referrals", json=department.form("C1", received_on="2026-05-15"))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:dwc:problem:received-in-the-future")
    assert await department.rows(ReferralForm) == await department.rows(Child) == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"children": []}, "/children"),
        ({"children": [{"la_child_id": f"C{n}"} for n in range(21)]}, "/children"),
        ({"children": [{"la_child_id": "C1"}, {"la_child_id": "C1"}]}, "/children"),
        ({"children": [{"la_child_id": "C-1"}]}, "/children/0/la_child_id"),
        ({"children": [{"la_child_id": "C" * 21}]}, "/children/0/la_child_id"),
        ({"children": [{"la_child_id": "C1", "forename": "Rob\x00in"}]}, "/children/0/forename"),
        ({"children": [{"la_child_id": "C1", "born_on": "2019-02-30"}]}, "/children/0/born_on"),
        ({"children": [{"la_child_id": "C1", "born_on": "2200-01-01"}]}, "/children"),
        ({"children": [{"la_child_id": "C1", "expected_on": "2200-01-01"}]}, "/children"),
        ({"received_on": "0001-01-01"}, "/received_on"),
        ({"source": "11"}, "/source"),
        ({"primary_need": "neglect"}, "/primary_need"),
        ({"concern": ""}, "/concern"),
        ({"source_reference": "has spaces"}, "/source_reference"),
        ({"family": "Example"}, "/family"),
    ],
)
async def test_a_form_of_the_wrong_shape_is_refused_and_told_where_but_never_what(department, changes, pointer) -> None:
    form = department.form(children=[{"la_child_id": "C1", "forename": "Robin"}]) | changes
    answer = await department.school.post("/v1/referrals", json=form)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert pointer in {fault["pointer"] for fault in answer.json()["errors"]}
    assert "Robin" not in answer.text
    assert "Example" not in answer.text
    assert await department.rows(ReferralForm) == []


async def test_duty_pages_through_the_undecided_referrals_oldest_first(department) -> None:
    waiting = [(await department.referred())[0] for _ in range(4)]
    await department.decided(waiting.pop(1), "no_further_action")
    first = (await department.duty.get("/v1/referrals?undecided=true&limit=2")).json()
    rest = (await department.duty.get(f"/v1/referrals?undecided=true&limit=2&after={first['next']}")).json()
    assert first["items"] + rest["items"] == waiting
    assert rest["next"] is None
    assert len((await department.duty.get("/v1/referrals")).json()["items"]) == 4


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "after=1", "undecided=perhaps"])
async def test_a_page_that_cannot_be_is_refused(department, query) -> None:
    assert (await department.duty.get(f"/v1/referrals?{query}")).status_code == 422


async def test_a_referral_that_is_not_there_is_a_404(department) -> None:
    answer = await department.duty.get(f"/v1/referrals/{uuid4()}")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:dwc:problem:not-found")


async def test_a_school_reads_what_came_of_its_form_and_another_sender_finds_nothing(department) -> None:
    sent = await department.school.post("/v1/referrals", json=department.form("C1", "C2"))
    path = f"/v1/referrals/forms/{sent.json()['id']}"
    assert (await department.school.get(path)).json() == sent.json()
    decided = await department.decided(sent.json()["referrals"][1], "assessment")
    assert (await department.school.get(path)).json()["referrals"] == [sent.json()["referrals"][0], decided]
    hospital = department.token("source_system", id="hospital")
    theirs, missing = await hospital.get(path), await hospital.get(f"/v1/referrals/forms/{uuid4()}")
    assert theirs.status_code == missing.status_code == 404
    assert theirs.json() | {"request_id": ""} == missing.json() | {"request_id": ""}


async def test_whoever_reads_a_form_is_written_down_with_every_child_it_named(department) -> None:
    sent = (await department.school.post("/v1/referrals", json=department.form("C1", "C2"))).json()
    await department.duty.get(f"/v1/referrals/forms/{sent['id']}")
    read = (await department.audited())[-1]
    assert read.actor == "duty"
    assert set(read.subjects) == {each[name] for each in sent["referrals"] for name in ("id", "child_id")}
