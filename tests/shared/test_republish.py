"""Saying everything again: it brings up a new hearer, is harmless to an old one, and puts right what a restore undid."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from services.host import Installation
from services.observation.people import models as observing
from services.reporting.histories.models import ChildHistory
from services.reporting.people import models as reporting
from shared.clock import held_at
from shared.leader import StillRunning
from shared.messaging import outbox
from shared.messaging import republish as republishing
from shared.messaging.dead_letters import Kind, SetAside, Unreadable, dead_letters, set_aside
from shared.messaging.inbox import inbox_table
from shared.messaging.relay import drain
from shared.messaging.republish import NothingToResume, begin, how_many, say_again, unfinished
from tests.borough import WORKERS, Department


async def test_a_reporting_database_made_anew_has_the_figures_of_the_one_before(borough) -> None:
    async with borough.open() as department:
        await department.staffed()
        for child in ("C1", "C2", "C3"):
            await department.lives(child)
        await department.refer("C4")
        before = await department.cells()
    assert before
    borough.take_away("reporting")
    async with borough.open() as department:
        assert await department.cells() == {}
        assert await department.republish("intake") == len(WORKERS) + 4
        assert await department.republish("observation") == 3
        assert await department.cells() == before
        assert {row.reference for row in await department.rows("reporting", reporting.KnownWorker)} == set(WORKERS)


async def test_saying_everything_again_changes_nothing_where_it_is_known(borough) -> None:
    async with borough.open() as department:
        await department.staffed()
        await department.lives("C1")
        before, versions = await department.cells(), await department.versions()
        for _ in range(2):
            for name in ("intake", "observation"):
                await department.republish(name)
        assert (await department.cells(), await department.versions()) == (before, versions)
        async with department.databases["reporting"].reading() as session:
            assert await dead_letters(session) == []


async def test_a_restored_intake_is_believed_and_what_it_forgot_is_forgotten(borough) -> None:
    """After the backup a case moves on and a child and a worker come, all heard of; then the backup is put back."""
    async with borough.open() as department:
        await department.staffed()
        await department.lives("C1")
        referral = await department.refer("C2")
        at_the_backup = await department.cells()
    borough.keep("intake")
    async with borough.open() as department:
        await department.allocate(await department.decide(referral), "ben")
        await department.refer("LOST")
        post = {"name": "dee", "role": "coach", "team": "north", "team_name": "North", "member_from": "2024-01-01"}
        await department.signed_in_as("service_manager").intake.put("/v1/workers/dee", json=post)
        assert await department.cells() != at_the_backup
        unread = Unreadable.found("intake.child", "0/0", 0, [], b"", "said before the restore")
        async with department.databases["reporting"].transaction() as session:
            await set_aside(session, [SetAside(unread, Kind.POISON, unread.reason)])
    borough.put_back("intake")
    async with borough.closed() as department:
        await department.republish("intake", after_restore=True)
        assert await department.cells() == at_the_backup
        (epoch,) = {epoch for epoch, _ in await department.versions()}
        assert epoch == department.databases["intake"].epoch > 1
        assert len(await department.rows("observation", observing.KnownCase)) == 1
        for service, table in (("observation", observing.KnownWorker), ("reporting", reporting.KnownWorker)):
            assert {row.reference for row in await department.rows(service, table)} == {*WORKERS, ""}
        async with department.databases["reporting"].reading() as session:
            assert await dead_letters(session) == []
    async with borough.open() as department:
        await department.refer("LOST")  # its source sends again what was not in the backup
        await department.allocate(await department.decide(referral), "ben")
        assert await department.cells() != at_the_backup
        kept = [row for row in await department.rows("reporting", ChildHistory) if row.state is not None]
        assert len(kept) == 3
        assert len(await department.rows("observation", observing.KnownCase)) == 2


async def test_a_restored_observation_is_believed_and_what_it_forgot_is_forgotten(borough) -> None:
    async with borough.open() as department:
        await department.staffed()
        episode = await department.lives("C1")
        at_the_backup = await department.cells()
    borough.keep("observation")
    async with borough.open() as department:
        await department.observe(episode, "asha")
        assert await department.cells() != at_the_backup
    borough.put_back("observation")
    async with borough.closed() as department:
        await department.republish("observation", after_restore=True)
        assert await department.cells() == at_the_backup


async def test_a_backup_restored_twice_outvotes_what_was_said_after_the_first_time(borough) -> None:
    async with borough.open() as department:
        await department.staffed()
        referral = await department.refer("C1")
        at_the_backup = await department.cells()
    borough.keep("intake")
    for day in (1, 2):
        async with borough.open() as department:
            await department.decide(referral)
            assert await department.cells() != at_the_backup
        borough.put_back("intake")
        with held_at(datetime(2026, 12, day, tzinfo=UTC)):
            async with borough.closed() as department:
                await department.republish("intake", after_restore=True)
                assert await department.cells() == at_the_backup


async def test_what_was_interrupted_goes_on_where_it_stopped(borough, monkeypatch) -> None:
    monkeypatch.setattr(republishing, "BATCH", 2)

    def killed(_count: int) -> None:
        raise KeyboardInterrupt

    async with borough.closed() as department:
        await department.staffed()
        for child in ("C1", "C2", "C3"):
            await department.refer(child)
        await department.settle()
        intake, reporting_database = department.databases["intake"], department.databases["reporting"]
        kinds = department.installation.services["intake"].speaks_of
        async with reporting_database.reading() as session:
            heard = len((await session.execute(select(inbox_table))).all())
        await begin(intake, kinds, after_restore=True)
        with pytest.raises(KeyboardInterrupt):
            await say_again(intake, kinds, by="test", progress=killed)
        async with intake.reading() as session:
            assert await unfinished(session) == ["intake.child", "intake.workforce"]
        assert await how_many(intake, kinds) == len(WORKERS) + 3
        assert await department.republish("intake", resume=True) == len(WORKERS) + 3 - 2
        async with reporting_database.reading() as session:
            heard_again = len((await session.execute(select(inbox_table))).all()) - heard
        assert heard_again == len(WORKERS) + 3 + len(kinds)  # each subject once, and that this was all
        with pytest.raises(NothingToResume):
            await department.republish("intake", resume=True)


async def test_beginning_from_the_start_does_not_forget_that_it_is_after_a_restore(borough) -> None:
    async with borough.closed() as department:
        await department.staffed()
        intake = department.databases["intake"]
        kinds = department.installation.services["intake"].speaks_of
        await begin(intake, kinds, after_restore=True)
        await begin(intake, kinds, after_restore=False)
        await say_again(intake, kinds, by="test", progress=lambda _count: None)
        async with intake.reading() as session:
            said = [envelope.type for _, envelope in await outbox.oldest(session, limit=100)]
        assert {"dwc.intake.workforce.renewed.v1", "dwc.intake.child.renewed.v1"} <= set(said)


async def test_news_does_not_queue_behind_what_is_said_again(borough, monkeypatch) -> None:
    monkeypatch.setattr(republishing, "BATCH", 2)
    monkeypatch.setattr(republishing, "MOST_WAITING", 3)
    monkeypatch.setattr(republishing, "REST_SECONDS", 0)
    most = 0
    async with borough.closed() as department:
        await department.staffed()
        for child in ("C1", "C2", "C3", "C4"):
            await department.refer(child)
        await department.settle()
        intake = department.databases["intake"]
        kinds = department.installation.services["intake"].speaks_of
        await begin(intake, kinds, after_restore=False)
        saying = asyncio.create_task(say_again(intake, kinds, by="test", progress=lambda _count: None))
        while not saying.done():
            async with intake.reading() as session:
                depth = await outbox.depth(session)
            most = max(most, depth)
            if depth > 3:
                await drain(intake, department.installation.transport)
        assert await saying == len(WORKERS) + 4
        assert most <= 3 + 2


async def test_no_new_epoch_begins_while_a_process_would_go_on_in_the_old_one(settings, postgres_urls) -> None:
    installation = Installation(settings, postgres_urls)
    async with installation.running():
        department = Department(installation)
        await department.staffed()
        while not department.databases["intake"].leads:
            await asyncio.sleep(0.01)
        with pytest.raises(StillRunning):
            await department.republish("intake", after_restore=True)
        assert department.databases["intake"].epoch == 1
