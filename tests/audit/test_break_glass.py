"""Ben of South, at eleven at night, with a child of North's at his desk: he says why, sees for an hour, and all is told."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.intake.break_glass.models import BrokenGlass
from shared.clock import held_at
from shared.sealing.anchors import Anchors
from shared.sealing.keys import key_in, public_keys, publish
from shared.sealing.operations import seal
from shared.sealing.verification import verify
from tests.audit.conftest import NOON

REASON = "Robin is at the station and a foster carer must be found tonight"
ASKED = {"la_child_id": "ROBIN1", "reason": REASON}
DOOR = "/v1/break-glass"


@pytest.fixture
def watching(intake):
    """Those who are told."""
    return intake.enter("service_manager"), intake.enter("auditor")


async def broken_by(person, **changes) -> dict:
    answer = await person.post(DOOR, json=ASKED | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def kept(intake) -> list[BrokenGlass]:
    async with intake.database.reading() as session:
        return list((await session.exec(select(BrokenGlass))).scalars())


def rows_of(intake) -> list[str]:
    return [f"/v1/referrals/{intake.referral}", f"/v1/episodes/{intake.episode}"]


async def test_ben_says_why_and_reads_robins_referral_and_episode_for_an_hour(intake):
    assert [(await intake.ben.get(path)).status_code for path in rows_of(intake)] == [404, 404]
    sight = await broken_by(intake.ben)
    assert (sight["child_id"], sight["referrals"]) == (intake.robin, [intake.referral])
    assert [(await intake.ben.get(path)).status_code for path in rows_of(intake)] == [200, 200]
    assert (await intake.ben.get(f"{rows_of(intake)[1]}/clocks")).status_code == 200
    for minutes, status in ((59, 200), (60, 404), (60 * 24, 404)):
        with held_at(NOON + timedelta(minutes=minutes)):
            assert [(await intake.ben.get(path)).status_code for path in rows_of(intake)] == [status, status], minutes


async def test_fewer_minutes_may_be_asked_for_and_never_more(intake):
    await broken_by(intake.ben, minutes=5)
    with held_at(NOON + timedelta(minutes=5)):
        assert (await intake.ben.get(rows_of(intake)[0])).status_code == 404
    for minutes in (0, 61, -5, "60", None):
        assert (await intake.ben.post(DOOR, json=ASKED | {"minutes": minutes})).status_code == 422


@pytest.mark.parametrize("reason", ["", "urgent", "x" * 19, " " * 40, "urgent" + " " * 40, None])
async def test_without_a_reason_worth_the_name_the_glass_stays_whole(intake, reason):
    answer = await intake.ben.post(DOOR, json=ASKED | {"reason": reason})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert (await intake.ben.get(rows_of(intake)[0])).status_code == 404
    assert await kept(intake) == []


async def test_every_read_under_it_says_so_in_the_audit_and_no_other_does(intake):
    await intake.asha.get(rows_of(intake)[0])
    sight = await broken_by(intake.ben)
    for path in rows_of(intake):
        await intake.ben.get(path)
    await intake.ben.get("/v1/referrals")
    await intake.asha.get(rows_of(intake)[0])
    under = [(row.actor, row.act, row.break_glass) for row in await intake.audited() if row.break_glass]
    assert under == [("ben", "read referrals", sight["id"]), ("ben", "read episodes", sight["id"])]
    broken = next(row for row in await intake.audited() if row.act == "break the glass")
    assert (broken.actor, broken.outcome) == ("ben", 201)
    assert set(broken.subjects) == {sight["id"], intake.robin}


async def test_the_service_manager_and_the_auditor_are_told_at_once_who_when_whom_why_and_what_was_read(
    intake, watching
):
    sight = await broken_by(intake.ben)
    for told in watching:
        (item,) = (await told.get(DOOR)).json()["items"]
        assert {name: item[name] for name in ("id", "child_id", "actor", "role", "worker", "reason")} == {
            "id": sight["id"],
            "child_id": intake.robin,
            "actor": "ben",
            "role": "social_worker",
            "worker": "ben",
            "reason": REASON,
        }
        assert (item["broken_at"], item["until"]) == ("2026-05-14T11:00:00Z", "2026-05-14T12:00:00Z")
        assert (item["reads"], item["last_read_at"]) == (0, None)
    with held_at(NOON + timedelta(minutes=7)):
        for path in rows_of(intake):
            await intake.ben.get(path)
    for told in watching:
        (item,) = (await told.get(DOOR)).json()["items"]
        assert (item["reads"], item["last_read_at"]) == (2, "2026-05-14T11:07:00Z")
        reads = (await told.get(f"{DOOR}/{sight['id']}/reads", params={"limit": 1})).json()
        assert [read["act"] for read in reads["items"]] == ["read referrals"]
        reads = (await told.get(f"{DOOR}/{sight['id']}/reads", params={"after": reads["next"]})).json()
        assert [(read["act"], reads["next"]) for read in reads["items"]] == [("read episodes", None)]
        assert (await told.get(f"{DOOR}/{uuid4()}/reads")).status_code == 404
    found = (await watching[1].get("/v1/audit", params={"break_glass": sight["id"]})).json()["items"]
    assert [row["act"] for row in found] == ["read referrals", "read episodes"]


async def test_what_is_new_and_what_still_stands_can_be_asked_for(intake):
    await broken_by(intake.ben)
    with held_at(NOON + timedelta(minutes=30)):
        second = await broken_by(intake.sid)
        new = (await intake.enter("service_manager").get(DOOR, params={"since": "2026-05-14T11:01:00Z"})).json()[
            "items"
        ]
        assert [each["id"] for each in new] == [second["id"]]
    with held_at(NOON + timedelta(minutes=70)):
        standing = (await intake.enter("service_manager").get(DOOR, params={"standing": "true"})).json()["items"]
        assert [each["id"] for each in standing] == [second["id"]]
    assert len((await intake.enter("service_manager").get(DOOR, params={"limit": 1})).json()["items"]) == 1


async def test_the_same_request_again_is_the_same_glass_with_a_key_and_without(intake):
    headers = {"Idempotency-Key": "tonight"}
    first = await intake.ben.post(DOOR, json=ASKED, headers=headers)
    again = await intake.ben.post(DOOR, json=ASKED, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await intake.ben.post(DOOR, json=ASKED | {"reason": REASON + " please"}, headers=headers)
    assert other.status_code == 422
    without = await intake.ben.post(DOOR, json=ASKED)
    assert (without.status_code, without.json()) == (200, first.json())
    with held_at(NOON + timedelta(minutes=61)):  # an old key opens nothing anew
        replayed = await intake.ben.post(DOOR, json=ASKED, headers=headers)
        assert (replayed.status_code, replayed.json()["until"]) == (201, "2026-05-14T12:00:00Z")
        assert (await intake.ben.get(rows_of(intake)[0])).status_code == 404
    assert len(await kept(intake)) == 1


async def test_ten_requests_at_once_break_it_once(intake):
    answers = await asyncio.gather(*(intake.ben.post(DOOR, json=ASKED) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.text for answer in answers}) == len(await kept(intake)) == 1


async def test_it_opens_one_child_to_one_person_in_one_role_for_reading_and_nothing_else(intake):
    form = {"source_reference": "SCHOOL-2", "received_on": "2026-05-13", "source": "2A"}
    posted = await intake.enter("source_system").post(
        "/v1/referrals", json=form | {"children": [{"la_child_id": "WREN1"}]}
    )
    (other,) = posted.json()["referrals"]
    await broken_by(intake.sid)
    sid, referral, episode = intake.sid, *rows_of(intake)
    assert (await sid.get(referral)).status_code == 200
    assert (await intake.ben.get(referral)).status_code == 404
    assert (await intake.ben.get(f"/v1/referrals/{other['id']}")).status_code == 404
    as_a_worker = intake.enter("social_worker", worker="sid")
    assert (await as_a_worker.get(referral)).status_code == 404
    assert intake.robin not in (await sid.get("/v1/referrals")).text
    for path, body in (
        (f"{episode}/closure", {"closed_on": "2026-05-14", "reason": "RC7"}),
        (f"{episode}/allocation", {"worker": "ben"}),
        (f"{referral}/decision", {"outcome": "assessment"}),
    ):
        assert (await sid.post(path, json=body)).status_code == 404, path
    assert (await sid.get(f"{referral}/recommended-workers")).status_code == 404


async def test_where_there_is_no_glass_none_is_broken(intake):
    for sees in (intake.asha, intake.norma, intake.enter("duty"), intake.enter("service_manager")):
        answer = await sees.post(DOOR, json=ASKED)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:dwc:problem:already-yours-to-see")
    unheard_of = await intake.ben.post(DOOR, json=ASKED | {"la_child_id": "NOBODY1"})
    assert unheard_of.status_code == 404
    assert await kept(intake) == []


async def test_roles_that_hold_no_child_are_refused_and_the_refusal_is_in_the_audit(intake):
    for role in (
        "evaluator",
        "coach",
        "performance_analyst",
        "auditor",
        "operator",
        "source_system",
        "outside_analyst",
    ):
        assert (await intake.enter(role).post(DOOR, json=ASKED)).status_code == 403
        row = (await intake.audited())[-1]
        assert (row.role, row.act, row.outcome) == (role, "break the glass", 403)
    assert await kept(intake) == []


async def test_nobody_else_reads_who_broke_it_not_even_whoever_did(intake):
    sight = await broken_by(intake.ben)
    for asking in (intake.ben, intake.norma, intake.enter("duty"), intake.enter("operator")):
        assert (await asking.get(DOOR)).status_code == 403
        assert (await asking.get(f"{DOOR}/{sight['id']}/reads")).status_code == 403


async def test_a_line_in_the_log_tells_at_once_and_the_reason_is_in_neither_log_nor_audit(intake, logged):
    before = len(await intake.audited())
    sight = await broken_by(intake.ben)
    (line,) = [each for each in logged() if each["event"] == "glass.broken"]
    assert (line["level"], line["glass"], line["role"]) == ("warning", sight["id"], "social_worker")
    written = f"{logged()}{(await intake.audited())[before:]}"
    assert "station" not in written
    assert "ROBIN1" not in written


async def test_what_was_read_under_it_is_sealed_like_all_else(intake, tmp_path):
    await broken_by(intake.ben)
    await intake.ben.get(rows_of(intake)[0])
    key, anchors = key_in(tmp_path / "key.pem"), Anchors(tmp_path, "intake")
    publish(key, tmp_path)
    await seal(intake.database, key, anchors)
    async with intake.database.reading() as session:
        report = await verify(session, keys=public_keys(tmp_path), anchors=anchors)
    assert (report.is_whole, report.unsealed) == (True, 0)
