"""Three real processes on Kafka and PostgreSQL after the worst: what the operator does, and that everything agrees again."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from services.host import service_named
from tests.borough import figures
from tests.processes import Department, Process, running_department
from tests.verification.test_broker_faults import started
from tests.verification.test_killed_processes import acknowledged, staffed

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("kafka"), pytest.mark.timeout(300)]

DAY = "2026-11-20"


class Run:
    """A department, what has been referred in it, and the commands its operator gives."""

    def __init__(self, department: Department, server) -> None:
        self.department, self.server = department, server
        self.referrals: dict[str, str] = {}

    async def refer(self, child: str) -> None:
        async with self.department.client("intake", "source_system", id="case-system") as source:
            form = {"source_reference": f"R-{child}", "received_on": DAY, "source": "6"}
            answer = await acknowledged(source, "POST", "/v1/referrals", form | {"children": [{"la_child_id": child}]})
        assert answer.is_success, answer.text
        self.referrals[child] = answer.json()["referrals"][0]["id"]

    async def decide(self, child: str) -> None:
        async with self.department.client("intake", "service_manager") as manager:
            path = f"/v1/referrals/{self.referrals[child]}/decision"
            answer = await acknowledged(manager, "POST", path, {"outcome": "assessment"})
        assert answer.is_success, answer.text

    async def agree(self) -> None:
        """Reporting counts exactly the referrals and episodes that intake has, and a recount finds nothing wrong."""
        await self.department.until(self._same, seconds=90, what="reporting to agree with intake")

    async def _same(self) -> bool:
        try:
            intake = await self._ask("intake", "SELECT (SELECT count(*) FROM referral), (SELECT count(*) FROM episode)")
            told = await self._ask(
                "reporting",
                "SELECT coalesce(sum(numerator) FILTER (WHERE indicator = 'referrals'), 0)::int,"
                " coalesce(sum(numerator) FILTER (WHERE indicator = 'episodes_started'), 0)::int FROM cell",
            )
            waiting = await self._ask("intake", "SELECT count(*) FROM outbox")
        except OSError:
            return False
        return intake == told and waiting == (0,)

    async def counted_right(self) -> dict[tuple[str, ...], tuple[int, int]]:
        reporting = self.open("reporting")
        try:
            return await figures(reporting)
        finally:
            await reporting.close()

    def open(self, name: str):
        return service_named(name).open(self.department.database_urls[name], authority="206")

    async def _ask(self, name: str, question: str) -> tuple[int, ...]:
        database = self.open(name)
        try:
            async with database.reading() as session:
                return tuple((await session.execute(text(question))).one())
        finally:
            await database.close()

    async def dwc(self, *arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-c", "from services.cli import app; app()", *arguments]
        environment = self.department.processes["intake"]._environment
        ended = await asyncio.to_thread(
            subprocess.run, command, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        return ended.returncode, ended.stdout + ended.stderr

    async def again(self, name: str) -> None:
        process: Process = self.department.processes[name]
        await asyncio.to_thread(process.start)
        await asyncio.to_thread(process.wait_until_ready)


@pytest.fixture
def run(tmp_path, kafka_server, postgres_server, postgres_urls) -> Iterator[Run]:
    with running_department(tmp_path, kafka_server.bootstrap, postgres_urls) as department:
        yield Run(department, postgres_server)


async def test_a_broker_that_lost_everything_is_made_good_by_saying_everything_again(run, kafka_server) -> None:
    await staffed(run.department)
    for child in ("C1", "C2", "C3"):
        await run.refer(child)
    await run.decide("C1")
    await run.agree()
    # Said and taken by the broker, but not heard: reporting is away when the broker loses its data.
    await asyncio.to_thread(run.department.processes["reporting"].kill)
    await run.decide("C2")
    await run.department.until(lambda: _is_empty(run), seconds=60, what="the broker to have taken it")
    await asyncio.to_thread(kafka_server.wipe)
    await run.refer("C4")  # while it is away
    await started(kafka_server)
    await run.again("reporting")
    status, told = await run.dwc("republish", "intake")
    assert (status, "subjects said again, and delivered" in told) == (0, True), told
    await run.agree()
    await run.counted_right()


async def _is_empty(run: Run) -> bool:
    return await run._ask("intake", "SELECT count(*) FROM outbox") == (0,)


async def test_a_reporting_database_made_anew_is_filled_while_the_others_go_on(run) -> None:
    await staffed(run.department)
    for child in ("C1", "C2", "C3"):
        await run.refer(child)
        await run.decide(child)
    await run.agree()
    before = await run.counted_right()
    await asyncio.to_thread(run.department.processes["reporting"].stop)
    name = run.department.database_urls["reporting"].rpartition("/")[2]
    run.server.drop(name)
    run.server.url(name, template="template_reporting")
    await run.again("reporting")
    status, told = await run.dwc("republish", "intake")
    assert status == 0, told
    await run.agree()
    assert await run.counted_right() == before


async def test_an_older_backup_of_intake_is_believed_once_it_was_said_again(run) -> None:
    await staffed(run.department)
    await run.refer("C1")
    await run.refer("C2")
    await run.agree()
    name = run.department.database_urls["intake"].rpartition("/")[2]
    intake = run.department.processes["intake"]
    await asyncio.to_thread(intake.stop)
    run.server.url(f"kept_{name}", template=name)
    await run.again("intake")
    await run.decide("C1")
    await run.refer("LOST")
    await run.agree()
    assert (await run.dwc("republish", "intake", "--after-restore"))[0] == 2  # it still runs
    await asyncio.to_thread(intake.stop)
    run.server.drop(name)
    run.server.url(name, template=f"kept_{name}")
    run.server.drop(f"kept_{name}")
    status, told = await run.dwc("republish", "intake", "--after-restore")
    assert status == 0, told
    await run.again("intake")
    await run.agree()
    await run.decide("C2")  # its versions are lower than those heard before, and outvote them
    await run.refer("LOST")  # its source sends again what was not in the backup
    await run.agree()
    await run.counted_right()


async def test_when_the_leader_of_two_processes_is_killed_the_other_relays_within_seconds(run, tmp_path) -> None:
    first = run.department.processes["intake"]
    second = Process("intake", first._environment, tmp_path)
    await asyncio.to_thread(second.start)
    try:
        await asyncio.to_thread(second.wait_until_ready)
        await staffed(run.department)
        await run.refer("C1")
        await run.agree()
        await asyncio.to_thread(first.kill)  # it led: it was there first
        run.department.processes["intake"] = second
        await run.refer("C2")
        await run.department.until(lambda: _is_empty(run), seconds=15, what="the second process to relay")
        await run.agree()
    finally:
        run.department.processes["intake"] = first
        await asyncio.to_thread(second.stop)
