"""Every read of a person, every write and every refusal leaves one row: who, in which role, what, about whom, and how it ended."""

from uuid import uuid4

import pytest

from services.intake.referrals.models import Referral
from shared.web.refusals import Allowance


async def last(intake) -> tuple[str, str, str, int]:
    row = (await intake.audited())[-1]
    return row.actor, row.role, row.act, row.outcome


async def test_each_step_of_robins_case_is_a_row_with_its_real_status(intake):
    rows = [(row.actor, row.act, row.outcome) for row in await intake.audited()]
    assert rows == [
        *[("a operator", "state who works where", 204)] * 4,
        ("a source_system", "post referrals", 201),
        ("norma", "decide on referrals", 200),
        ("norma", "allocate cases", 201),
    ]
    assert {intake.referral, intake.robin} <= set((await intake.audited())[-2].subjects)
    form = {"source_reference": "SCHOOL-1", "received_on": "2026-05-13", "source": "2A"}
    again = await intake.enter("source_system").post(
        "/v1/referrals", json=form | {"children": [{"la_child_id": "ROBIN1", "forename": "Robin"}]}
    )
    assert (again.status_code, (await last(intake))[-1]) == (200, 200)


async def test_reads_of_robin_name_robin_in_lists_too(intake):
    for path in (f"/v1/referrals/{intake.referral}", "/v1/referrals", f"/v1/episodes/{intake.episode}"):
        before = len(await intake.audited())
        assert (await intake.asha.get(path)).status_code == 200
        (row,) = (await intake.audited())[before:]
        assert (row.actor, row.role, row.outcome) == ("asha", "social_worker", 200)
        assert intake.robin in row.subjects


async def test_reading_the_list_of_workers_names_the_workers(intake):
    shown = (await intake.norma.get("/v1/workers")).json()
    row = (await intake.audited())[-1]
    assert (row.act, set(row.subjects)) == ("read teams and workers", {worker["id"] for worker in shown})


@pytest.mark.parametrize(
    ("who", "method", "path", "body", "status", "act"),
    [
        ("asha", "POST", "/v1/referrals/{referral}/decision", {"outcome": "assessment"}, 403, "decide on referrals"),
        ("ben", "GET", "/v1/referrals/{referral}", None, 404, "read referrals"),
        ("norma", "POST", "/v1/episodes/{episode}/allocation", {"worker": "asha"}, 409, "allocate cases"),
        ("norma", "POST", "/v1/episodes/{episode}/allocation", {"worker": 7}, 422, "allocate cases"),
        (
            "norma",
            "POST",
            "/v1/episodes/{episode}/closure",
            {"closed_on": "2026-05-15", "reason": "RC1"},
            422,
            "close episodes",
        ),
    ],
)
async def test_a_refusal_is_a_row_that_names_what_was_asked_for(intake, who, method, path, body, status, act):
    before = len(await intake.audited())
    asked = {"referral": intake.referral, "episode": intake.episode}
    answer = await getattr(intake, who).request(method, path.format(**asked), json=body)
    assert answer.status_code == status, answer.text
    (row,) = (await intake.audited())[before:]
    assert (row.actor, row.act, row.outcome) == (who, act, status)
    assert set(row.subjects) & set(asked.values())
    assert row.request_id == answer.headers["X-Request-ID"]


async def test_a_guess_leaves_the_guessed_id_behind(intake):
    guessed = str(uuid4())
    assert (await intake.ben.get(f"/v1/referrals/{guessed}")).status_code == 404
    assert (await intake.audited())[-1].subjects == [guessed]


async def test_strangers_are_nobody_and_cannot_fill_the_audit(intake):
    intake.app.state.strangers = Allowance(3, now=lambda: 0.0)
    before = len(await intake.audited())
    for _ in range(10):
        assert (await intake.stranger.get(f"/v1/referrals/{intake.referral}")).status_code == 401
    rows = (await intake.audited())[before:]
    assert [(row.actor, row.role, row.act, row.outcome) for row in rows] == [("", "", "read referrals", 401)] * 3


def test_strangers_are_recorded_again_a_minute_later():
    now = [0.0]
    allowance = Allowance(2, now=lambda: now[0])
    assert [allowance.take() for _ in range(3)] == [True, True, False]
    now[0] = 60.0
    assert allowance.take()


async def test_what_nobody_asked_about_anyone_leaves_no_row(intake):
    before = len(await intake.audited())
    assert (await intake.stranger.get("/health/ready")).status_code == 200
    assert (await intake.stranger.get("/v1/nothing-here")).status_code == 404
    assert (await intake.asha.put("/v1/referrals")).status_code == 405
    assert len(await intake.audited()) == before


async def test_a_write_that_fails_at_commit_leaves_neither_a_change_nor_a_row(intake, monkeypatch):
    """The row stands or falls with what it is about."""
    before = len(await intake.audited())

    async def fails(_session):
        raise ValueError

    monkeypatch.setattr(intake.database, "_before_commit", fails)
    form = {"source_reference": "SCHOOL-2", "received_on": "2026-05-13", "source": "2A"}
    answer = await intake.enter("source_system").post(
        "/v1/referrals", json=form | {"children": [{"la_child_id": "ROBIN2"}]}
    )
    assert answer.status_code == 500
    async with intake.database.reading() as session:
        assert len((await session.exec(Referral.__table__.select())).all()) == 1
    assert len(await intake.audited()) == before


async def test_to_be_told_that_robins_record_is_unchanged_is_to_have_read_it(intake):
    path = f"/v1/referrals/{intake.referral}"
    held = (await intake.asha.get(path)).headers["ETag"]
    before = len(await intake.audited())
    assert (await intake.asha.get(path, headers={"If-None-Match": held})).status_code == 304
    (row,) = (await intake.audited())[before:]
    assert (row.actor, row.act) == ("asha", "read referrals")
    assert intake.robin in row.subjects
