"""A retry is always safe: whatever is lost on the way, sending it again under its key does it once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import APIRouter
from sqlalchemy import event, insert, text

from services.host import NAMES
from services.intake.referrals.models import Referral, ReferralForm
from shared.audit import audit_table
from shared.clock import held_at
from shared.settings import Misconfigured
from shared.web.idempotency import (
    KEPT,
    OnceOnly,
    forget_old_keys,
    idempotency_table,
    keep_only_recent,
    refuse_unrepeatable,
)

KEYS = ("monday-1", "monday-2", "monday-3")


async def test_fifty_equal_posts_at_once_under_each_of_three_keys_make_one_referral_each(case_system) -> None:
    for key in KEYS:
        sent = case_system.referral(key)
        same = await asyncio.gather(*(case_system.posts(sent, key) for _ in range(50)))
        assert {answer.status_code for answer in same} == {201}
        assert {answer.json()["source_reference"] for answer in same} == {key}
        assert all(answer.json() == same[0].json() for answer in same)
        assert sum("Idempotency-Replayed" in answer.headers for answer in same) == 49
    assert await case_system.count(ReferralForm) == await case_system.count(Referral) == len(KEYS)
    assert await case_system.count(audit_table) == 50 * len(KEYS)


async def test_an_answer_lost_after_the_commit_is_given_again_with_its_status(case_system) -> None:
    sent = case_system.referral()
    lost = await case_system.posts(sent, "first")
    under_another_key = await case_system.posts(sent, "second")
    assert (lost.status_code, under_another_key.status_code) == (201, 200)
    for key, first in (("first", lost), ("second", under_another_key)):
        again = await case_system.posts(sent, key)
        assert (again.status_code, again.json()) == (first.status_code, first.json())
        assert again.headers["Idempotency-Replayed"] == "true"
        assert "Idempotency-Replayed" not in first.headers
    assert await case_system.count(Referral) == 1


async def test_a_key_is_for_one_request_in_whatever_order_its_fields_are_written(case_system) -> None:
    sent = case_system.referral()
    await case_system.posts(sent, "a")
    shuffled = await case_system.posts(dict(reversed(list(sent.items()))), "a")
    assert (shuffled.status_code, shuffled.headers["Idempotency-Replayed"]) == (201, "true")
    other = await case_system.posts(case_system.referral(), "a")
    assert (other.status_code, other.json()["type"]) == (422, "urn:dwc:problem:key-used-for-something-else")
    assert await case_system.count(Referral) == 1


async def test_a_key_is_its_callers_own(house, case_system) -> None:
    others = house.signed_in_as("source_system", id="the police").intake
    sent = case_system.referral()
    ours = await case_system.posts(sent, "same-key")
    theirs = await others.post("/v1/referrals", json=sent, headers={"Idempotency-Key": "same-key"})
    assert ours.status_code == theirs.status_code == 201
    assert "Idempotency-Replayed" not in theirs.headers
    assert ours.json()["id"] != theirs.json()["id"]


async def test_a_refused_request_leaves_its_key_free(case_system) -> None:
    refused = await case_system.posts(case_system.referral(received_on="2199-01-01"), "a")
    corrected = await case_system.posts(case_system.referral(), "a")
    assert (refused.status_code, corrected.status_code) == (422, 201)
    assert "Idempotency-Replayed" not in corrected.headers


async def test_a_request_that_broke_is_carried_out_when_it_comes_again(case_system) -> None:
    def no_space(_connection, _cursor, statement, *_rest) -> None:
        if statement.startswith("INSERT INTO audit"):
            raise OSError("no space left on device")

    engine, sent = case_system.database.engine.sync_engine, case_system.referral()
    event.listen(engine, "before_cursor_execute", no_space)
    broke = await case_system.posts(sent, "a")
    event.remove(engine, "before_cursor_execute", no_space)
    again = await case_system.posts(sent, "a")
    assert (broke.status_code, again.status_code) == (503, 201)
    assert broke.headers["Retry-After"]
    assert "Idempotency-Replayed" not in again.headers
    assert await case_system.count(Referral) == 1


async def test_a_replay_is_read_with_todays_permissions(house, case_system) -> None:
    """Norma decides a referral; the case then goes to the other team, and with it the sight of the referral."""
    operator = house.signed_in_as("operator").intake
    for reference, team in (("norma", "north"), ("ben", "south")):
        post = {"name": reference, "role": "social_worker", "team": team, "team_name": team}
        await operator.put(f"/v1/workers/{reference}", json=post | {"member_from": "2025-01-01"})
    (referral,) = (await case_system.posts(case_system.referral())).json()["referrals"]
    norma = house.signed_in_as("team_manager", worker="norma").intake
    manager = house.signed_in_as("service_manager").intake

    async def decides(by) -> object:
        path = f"/v1/referrals/{referral['id']}/decision"
        return await by.post(path, json={"outcome": "assessment"}, headers={"Idempotency-Key": "a"})

    first, again = await decides(norma), await decides(norma)
    assert (first.status_code, again.json()) == (200, first.json())
    given = await manager.post(f"/v1/episodes/{first.json()['episode_id']}/allocation", json={"worker": "ben"})
    assert given.status_code == 201, given.text
    assert (await decides(norma)).status_code == 404
    no_longer = house.signed_in_as("social_worker", worker="norma").intake
    assert (await decides(no_longer)).status_code == 403


async def test_who_waits_too_long_for_the_first_is_told_to_come_again(case_system) -> None:
    """The first request under a key has not finished: the second waits for the lock, then says so."""
    engine, sent = case_system.database.engine, case_system.referral()
    if case_system.database.is_sqlite:
        return  # writers queue before they begin: no lock is ever waited for
    mine = {"client": "case-system", "route": "/v1/referrals", "key": "a"}
    async with engine.connect() as first:
        await first.execute(insert(idempotency_table).values(**mine, fingerprint=b"", at=datetime.now(UTC)))

        def impatiently(connection) -> None:
            connection.execute(text("SET LOCAL lock_timeout = '50ms'"))

        event.listen(engine.sync_engine, "begin", impatiently)
        waited = await case_system.posts(sent, "a")
        event.remove(engine.sync_engine, "begin", impatiently)
        assert (waited.status_code, waited.json()["type"]) == (409, "urn:dwc:problem:still-being-answered")
        assert int(waited.headers["Retry-After"]) > 0
        await first.rollback()
    assert (await case_system.posts(sent, "a")).status_code == 201


async def test_a_key_is_kept_for_thirty_days_and_then_forgotten(case_system) -> None:
    sent, noon = case_system.referral(), datetime(2026, 1, 5, 12, tzinfo=UTC)
    with held_at(noon):
        await case_system.posts(sent, "a")
    with held_at(noon + KEPT):
        await keep_only_recent(case_system.database)
        assert (await case_system.posts(sent, "a")).headers["Idempotency-Replayed"] == "true"
    with held_at(noon + KEPT + timedelta(seconds=1)):
        await keep_only_recent(case_system.database)
        again = await case_system.posts(sent, "a")
        assert (again.status_code, "Idempotency-Replayed" in again.headers) == (200, False)
    async with case_system.database.transaction() as session:
        assert await forget_old_keys(session, noon + 2 * KEPT) == 1
        assert await forget_old_keys(session, noon + 2 * KEPT) == 0


async def test_every_post_of_every_service_takes_a_key(house) -> None:
    posts = [
        operation
        for name in NAMES
        for path in house.installation.apps[name].openapi()["paths"].values()
        for method, operation in path.items()
        if method == "post"
    ]
    assert len(posts) >= 6
    for operation in posts:
        assert "idempotency-key" in {parameter["name"].lower() for parameter in operation.get("parameters", [])}


def test_a_post_without_a_key_keeps_the_service_from_starting() -> None:
    safe, unsafe = APIRouter(), APIRouter()

    @safe.post("/safe")
    async def _safe(once: OnceOnly) -> None: ...

    @unsafe.post("/unsafe")
    async def _unsafe() -> None: ...

    refuse_unrepeatable([safe])
    with pytest.raises(Misconfigured, match="POST /unsafe"):
        refuse_unrepeatable([safe, unsafe])
