"""Seals over the audit: whatever is changed, added, taken away or cut off is found, and named."""

import asyncio
import json
import random
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from services.intake.main import SERVICE
from shared import audit, leader
from shared.audit import audit_table
from shared.leader import Duty, lead
from shared.migrations import migrate
from shared.sealing import operations
from shared.sealing.anchors import Anchors
from shared.sealing.findings import Report, Wrong
from shared.sealing.keys import PUBLIC_KEYS, key_in, publish
from shared.sealing.models import SEALED_COLUMNS, digests, seal_table
from shared.sealing.operations import seal
from shared.sealing.queries import unsealed_seconds
from tests.audit.attacks import ATTACKS, Attacker, Done, seal_again
from tests.audit.sealed import BEGAN, ROWS, UNSEALED, Sealed, Undo, undone

SEEDS = range(4)
CHANGES_A_SEED = 125


def rows_named(report: Report) -> set[int]:
    return {
        seq
        for finding in report.findings
        if finding.first is not None and finding.last is not None
        for seq in range(finding.first, min(finding.last, finding.first + 10_000) + 1)
    }


def seals_named(report: Report) -> set[int]:
    return {
        n
        for finding in report.findings
        if finding.seal is not None
        for n in range(finding.seal, (finding.until_seal or finding.seal) + 1)
    }


def assert_named(report: Report, done: Done, what: str) -> None:
    told = [finding.sentence for finding in report.findings]
    assert not report.is_whole, what
    assert done.rows <= rows_named(report), (what, sorted(done.rows - rows_named(report))[:5], told[:5])
    assert done.seals <= seals_named(report), (what, sorted(done.seals - seals_named(report))[:5], told[:5])
    if done.rows and not done.seals:
        assert rows_named(report) == done.rows, (what, told[:5])


@pytest.mark.parametrize("seed", SEEDS)
async def test_of_a_thousand_changes_to_the_audit_each_is_found_and_named(long_sealed, seed):
    print(f"seed {seed}")
    chance = random.Random(seed)
    foreign_key = key_in(long_sealed.folder / "foreign.pem")
    for number in range(CHANGES_A_SEED):
        attack = chance.choice(ATTACKS)
        async with undone(long_sealed.database) as session:
            done = await attack(Attacker(session, chance, SERVICE.name, foreign_key))
            report = await long_sealed.verified(session)
            assert_named(report, done, f"seed {seed}, change {number}: {attack.__name__}")
    assert (await long_sealed.verified()).is_whole


async def test_an_audit_nobody_touched_is_whole(long_sealed):
    report = await long_sealed.verified()
    assert report.is_whole, report.findings
    assert (report.rows >= ROWS, report.unsealed) == (True, UNSEALED)
    assert report.anchored == report.seals == report.heads
    assert await long_sealed.seal() == UNSEALED
    assert (await long_sealed.verified()).unsealed == 0
    assert await long_sealed.seal() == 0


async def test_a_history_made_anew_with_the_stolen_key_differs_from_the_heads_kept_outside(long_sealed):
    async with undone(long_sealed.database) as session:
        attacker = Attacker(session, random.Random(1), SERVICE.name, long_sealed.key)
        seq = (await attacker.seqs())[20]
        await attacker.change(seq, actor="nobody")
        again = await seal_again(attacker, long_sealed.key, seq)
        report = await long_sealed.verified(session)
    assert {finding.wrong for finding in report.findings} == {Wrong.SEAL_REPLACED}
    assert seals_named(report) == set(again)


async def test_without_the_heads_kept_outside_a_cut_tail_would_leave_a_whole_audit(long_sealed):
    """This is why there are anchors, and why a verification without them fails."""
    async with undone(long_sealed.database) as session:
        await session.execute(seal_table.delete().where(seal_table.c.n > 5))
        last = (await session.execute(select(seal_table.c.last).where(seal_table.c.n == 5))).scalar_one()
        await session.execute(audit_table.delete().where(audit_table.c.seq > last))
        with_them = await long_sealed.verified(session)
        long_sealed.anchors.path.unlink()
        without = await long_sealed.verified(session)
    assert [finding.wrong for finding in with_them.findings] == [Wrong.TAIL_CUT]
    assert [finding.wrong for finding in without.findings] == [Wrong.NOTHING_ANCHORED]


async def test_a_tail_that_was_cut_and_grew_again_is_found(long_sealed):
    """The service goes on, and its new seals take the numbers of those that were cut off."""
    async with long_sealed.database.transaction() as session:
        await session.execute(seal_table.delete().where(seal_table.c.n > 5))
        last = (await session.execute(select(seal_table.c.last).where(seal_table.c.n == 5))).scalar_one()
        await session.execute(audit_table.delete().where(audit_table.c.seq > last))
    for _ in range(3):
        await long_sealed.record(2)
        await long_sealed.seal()
    report = await long_sealed.verified()
    assert {6, 7, 8} <= {finding.seal for finding in report.findings if finding.wrong is Wrong.SEAL_REPLACED}
    assert Wrong.TAIL_CUT in {finding.wrong for finding in report.findings}


async def test_a_seal_without_its_anchor_gets_it_in_the_next_round(sealed):
    """The process may end between the two."""
    await sealed.record(5)
    await seal(sealed.database, sealed.key, Anchors(sealed.folder / "lost", SERVICE.name))
    assert [finding.wrong for finding in (await sealed.verified()).findings] == [Wrong.NOTHING_ANCHORED]
    assert await sealed.seal() == 0
    assert (await sealed.verified()).is_whole


async def test_after_the_key_is_changed_the_old_seals_are_verified_with_the_old_key(sealed):
    await sealed.record(5)
    await sealed.seal()
    before = sealed.key
    sealed.key = key_in(sealed.folder / "next.pem")
    publish(sealed.key, sealed.folder)
    await sealed.record(5)
    await sealed.seal()
    assert (await sealed.verified()).is_whole
    keys = sealed.folder / PUBLIC_KEYS
    keys.write_text(
        "".join(line for line in keys.read_text().splitlines(True) if json.loads(line)["kid"] != before.kid)
    )
    report = await sealed.verified()
    assert [(finding.wrong, finding.seal) for finding in report.findings] == [(Wrong.SEAL_CHANGED, 1)]


@pytest.mark.parametrize("table", ["audit", "audit_seal"])
async def test_the_database_refuses_to_change_what_is_recorded(sealed, table):
    await sealed.record(2)
    await sealed.seal()
    column = "actor" if table == "audit" else "signed"
    statements = [f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"]
    for statement in statements if sealed.database.is_sqlite else [*statements, f"TRUNCATE {table}"]:
        with pytest.raises(DBAPIError, match="only ever added to"):
            async with sealed.database.transaction() as session:
                await session.execute(text(statement))
    assert (await sealed.verified()).is_whole


def test_every_column_of_a_row_is_sealed():
    assert ("seq", *SEALED_COLUMNS) == tuple(column.name for column in audit_table.columns)


async def test_the_same_row_has_the_same_digest_on_either_database(postgres_urls, tmp_path):
    chance = random.Random(7)
    rows = [
        {
            "seq": seq,
            "at": BEGAN
            + timedelta(microseconds=chance.choice([0, 1, 120_000, 999_999]), hours=chance.randint(0, 9999)),
            "request_id": chance.choice(["", "abc-1"]),
            "actor": chance.choice(["Ásta O’Neill", "西村 😀", "a\nb", ""]),
            "role": "auditor",
            "act": "read the audit",
            "subjects": [str(UUID(int=chance.getrandbits(128))) for _ in range(chance.randint(0, 4))],
            "outcome": chance.choice([200, 404]),
            "break_glass": chance.choice([None, "", "x"]),
        }
        for seq in range(1, 200)
    ]
    digested = []
    for url in (f"sqlite+aiosqlite:///{tmp_path}/intake.sqlite", postgres_urls("intake")):
        database = SERVICE.open(url, authority="206")
        await migrate(database, SERVICE.migrations)
        async with database.transaction() as session:
            if not database.is_sqlite:
                await session.execute(text("SET LOCAL TIME ZONE 'Asia/Kathmandu'"))
            await session.execute(audit_table.insert(), rows)
            digested.append(await digests(session, after=0, until=1000, limit=1000))
        await database.close()
    assert digested[0] == digested[1]
    assert len({digest for _, digest in digested[0]}) == len(rows)


async def test_sealing_while_eight_write_leaves_no_row_behind(sealed):
    """A row whose seq was drawn early and committed late must not be passed by."""
    done = asyncio.Event()

    async def writes(number: int) -> None:
        chance = random.Random(number)
        for _ in range(25):
            with suppress(Undo):
                async with sealed.database.transaction() as session:
                    await audit.record(session, actor=str(number), role="", act="write", outcome=200)
                    await asyncio.sleep(chance.choice([0, 0.001, 0.02]))
                    if chance.random() < 0.2:
                        raise Undo

    async def seals() -> None:
        while not done.is_set():
            await sealed.seal()
            await asyncio.sleep(0)

    sealing = asyncio.create_task(seals())
    await asyncio.gather(*map(writes, range(8)))
    done.set()
    await sealing
    await sealed.seal()
    report = await sealed.verified()
    assert report.is_whole, [finding.sentence for finding in report.findings]
    assert (report.unsealed, report.seals > 3) == (0, True)


async def test_the_cut_is_put_off_while_somebody_is_in_the_middle_of_writing(postgres_urls, tmp_path, monkeypatch):
    monkeypatch.setattr(operations, "WAIT_MS", 1)
    database = SERVICE.open(postgres_urls("intake"), authority="206")
    sealed = Sealed(database, tmp_path)
    await sealed.record(3)
    async with database.transaction() as session:
        await audit.record(session, actor="slow", role="", act="write", outcome=200)
        await sealed.record(3)
        assert await sealed.seal() == 0
        async with database.reading() as watching:
            assert await unsealed_seconds(watching) > 0
    assert await sealed.seal() == 7
    assert (await sealed.verified()).is_whole
    await database.close()


async def test_two_leaders_at_once_make_one_chain(postgres_urls, tmp_path):
    """For a moment there may be two: one that has lost the lead and does not know it yet."""
    first, second = (Sealed(SERVICE.open(url, authority="206"), tmp_path) for url in [postgres_urls("intake")] * 2)
    for _ in range(10):
        await first.record(3)
        await asyncio.gather(first.seal(), second.seal(), return_exceptions=True)
    await first.seal()
    report = await first.verified()
    assert report.is_whole, [finding.sentence for finding in report.findings]
    assert (report.rows, report.unsealed) == (30, 0)
    for each in (first, second):
        await each.database.close()


async def test_the_second_process_takes_over_sealing(postgres_urls, tmp_path, monkeypatch):
    monkeypatch.setattr(leader, "RETRY_SECONDS", 0.02)
    url = postgres_urls("intake")
    processes = [Sealed(SERVICE.open(url, authority="206"), tmp_path) for _ in range(2)]

    async def leading(process: Sealed) -> None:
        await lead(process.database, [Duty("seal", lambda _: process.seal(), every=timedelta(milliseconds=5))])

    async def all_sealed() -> None:
        while (await processes[1].verified()).unsealed:
            await asyncio.sleep(0.01)

    first, second = (asyncio.create_task(leading(process)) for process in processes)
    await processes[0].record(5)
    await asyncio.wait_for(all_sealed(), 20)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await processes[1].record(5)
    await asyncio.wait_for(all_sealed(), 20)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    report = await processes[1].verified()
    assert (report.is_whole, report.rows) == (True, 10)
    for process in processes:
        await process.database.close()
