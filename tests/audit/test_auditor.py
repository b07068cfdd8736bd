"""The auditor asks who did or saw what, is told nothing of any case, and is recorded in turn."""

import csv
import io

import pytest

from services.host import NAMES, service_named
from shared import audit
from shared.sealing.anchors import Anchors
from shared.sealing.keys import key_in
from shared.sealing.operations import seal
from shared.web.app import doors_of
from shared.web.guard import act_of


@pytest.fixture
def auditor(intake):
    return intake.enter("auditor")


async def told(auditor, **asked) -> list[dict]:
    answer = await auditor.get("/v1/audit", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_who_has_seen_robin_is_answered_by_subject_and_nobody_else_comes_along(intake, auditor):
    await intake.asha.get(f"/v1/referrals/{intake.referral}")
    await intake.ben.get(f"/v1/referrals/{intake.referral}")
    await intake.norma.get("/v1/workers")
    rows = await told(auditor, subject=intake.robin)
    assert [(row["actor"], row["act"], row["outcome"]) for row in rows] == [
        ("a source_system", "post referrals", 201),
        ("norma", "decide on referrals", 200),
        ("norma", "allocate cases", 201),
        ("asha", "read referrals", 200),
    ]
    refused = await told(auditor, subject=intake.referral, outcome=404)
    assert [row["actor"] for row in refused] == ["ben"]


async def test_rows_are_found_by_actor_act_and_time(intake, auditor):
    assert {row["act"] for row in await told(auditor, actor="norma")} == {"decide on referrals", "allocate cases"}
    assert [row["actor"] for row in await told(auditor, act="post referrals")] == ["a source_system"]
    assert len(await told(auditor, **{"from": "2026-05-14T11:00:00Z", "to": "2026-05-14T11:00:01Z"})) >= 7
    assert await told(auditor, to="2026-05-14T11:00:00Z") == []
    assert await told(auditor, **{"from": "2026-05-14T12:00:01+01:00"}) == []


async def test_every_act_there_is_can_be_asked_for(auditor):
    acts = {
        act.name
        for name in NAMES
        for router in doors_of(service_named(name))
        for act in map(act_of, router.routes)
        if act
    }
    assert len(acts) > 20
    for act in acts:
        await told(auditor, act=act, limit=1)


async def test_pages_follow_one_another_without_a_gap_or_a_double(intake, auditor):
    before = [row.seq for row in await intake.audited()]
    paged, following = [], "/v1/audit?limit=3"
    while following and len(paged) < len(before):
        answer = await auditor.get(following)
        paged += [row["seq"] for row in answer.json()["items"]]
        following = answer.links.get("next", {}).get("url")
    assert paged[: len(before)] == before


async def test_reading_the_audit_is_in_the_audit_with_the_child_that_was_asked_about(intake, auditor):
    await told(auditor, subject=intake.robin)
    row = (await intake.audited())[-1]
    assert (row.actor, row.role, row.act, row.subjects) == ("a auditor", "auditor", "read the audit", [intake.robin])


async def test_nobody_but_the_auditor_reads_the_audit_and_the_auditor_reads_no_case(intake, auditor):
    for path in ("/v1/audit", "/v1/audit/export", "/v1/audit/seals"):
        for role in ("service_manager", "operator", "performance_analyst"):
            assert (await intake.enter(role).get(path)).status_code == 403
        assert (await intake.stranger.get(path)).status_code == 401
    assert (await auditor.get(f"/v1/referrals/{intake.referral}")).status_code == 403


async def test_of_robins_case_the_auditor_is_told_ids_and_not_a_word(intake, auditor):
    form = {"source_reference": "SCHOOL-2", "received_on": "2026-05-13", "source": "2A", "concern": "Canary concern"}
    child = {"la_child_id": "CANARY2", "forename": "Canaryfore", "surname": "Canarysur", "born_on": "2011-02-27"}
    posted = await intake.enter("source_system").post("/v1/referrals", json=form | {"children": [child]})
    (referral,) = posted.json()["referrals"]
    assert (await intake.norma.get(f"/v1/referrals/{referral['id']}")).status_code == 200
    told_all = [(await auditor.get(f"/v1/audit{path}")).text for path in ("", "/export", "/seals")]
    assert referral["child_id"] in told_all[0]
    for word in ("canary", "2011-02-27", "SCHOOL-2", "robin", "north"):
        assert word.lower() not in "".join(told_all).lower(), word


async def test_the_export_holds_every_row_asked_for_and_starts_no_formula(intake, auditor):
    async with intake.database.transaction() as session:
        await audit.record(session, actor="=cmd|' /C calc'!A0", role="duty", act="read referrals", outcome=200)
    answer = await auditor.get("/v1/audit/export")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    kept = await intake.audited()
    assert [int(row["seq"]) for row in rows] == [row.seq for row in kept[:-1]]
    assert kept[-1].act == "read the audit"
    assert rows[-1]["actor"] == "'=cmd|' /C calc'!A0"
    only = list(csv.DictReader(io.StringIO((await auditor.get("/v1/audit/export?actor=norma")).text)))
    assert {row["actor"] for row in only} == {"norma"}


@pytest.mark.parametrize("asked", [{"from": "yesterday"}, {"outcome": "1"}, {"subject": "robin"}, {"limit": "0"}])
async def test_what_cannot_be_asked_is_refused(auditor, asked):
    assert (await auditor.get("/v1/audit", params=asked)).status_code == 422


async def test_the_seals_are_shown_with_their_heads_as_they_are_kept_outside(intake, auditor, tmp_path):
    anchors = Anchors(tmp_path, "intake")
    await seal(intake.database, key_in(tmp_path / "key.pem"), anchors)
    page = (await auditor.get("/v1/audit/seals")).json()
    assert [(each["seal"], each["last"], each["sha256"]) for each in page["items"]] == [
        (head.seal, head.last, head.sha256) for head in anchors
    ]
    assert (page["next"], page["unsealed_seconds"]) == (None, 0)
