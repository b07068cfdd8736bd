"""The doctor finds what is wrong, says what to do, names no secret and changes nothing."""

import asyncio
import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.host import Installation, only_process, service_named
from services.operating import databases, machine
from services.operating.broker import broker_findings
from services.operating.doctor import examine
from services.operating.findings import Finding, State
from shared import audit, clock
from shared.leader import lead
from shared.messaging.transports.embedded import EmbeddedTransport
from shared.settings import Settings
from shared.web.app import build_app
from shared.web.tokens import trial_key
from tests.shared.test_metrics import FORM, Role, signed_in


async def of(name: str, settings: Settings) -> dict[str, Finding]:
    return {each.about: each async for each in databases.database_findings(name, settings)}


async def test_a_machine_on_which_nothing_has_run_yet_is_told_so_and_left_as_it_is(tmp_path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    found = [each async for each in examine(settings)]
    assert {each.state for each in found} == {State.OK, State.WARN}
    assert not (tmp_path / "data").exists()


async def test_a_running_installation_is_well(settings, database_urls, monkeypatch) -> None:
    for name in ("intake", "observation", "reporting"):
        monkeypatch.setenv(f"DWC_{name.upper()}_DATABASE_URL", database_urls(name))
    installation = Installation(settings, database_urls)
    async with installation.running():
        async with asyncio.timeout(30):
            while not all(each.leads for each in installation.databases.values()):
                await asyncio.sleep(0.05)
        found = [each async for each in examine(settings)]
    assert [each for each in found if each.state is not State.OK] == []


async def test_tables_that_are_behind_are_to_be_migrated(settings, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("DWC_INTAKE_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/empty.sqlite")
    (tmp_path / "empty.sqlite").touch()
    found = await of("intake", settings)
    assert (found["intake: database"].state, found["intake: database"].cure) == (State.FAIL, "dwc migrate intake")


async def test_events_that_wait_too_long_a_missing_leader_and_a_clock_that_is_off(
    postgres_urls, settings, monkeypatch
) -> None:
    service, url = service_named("intake"), postgres_urls("intake")
    monkeypatch.setenv("DWC_INTAKE_DATABASE_URL", url)
    database = service.open(url, authority="206")
    await database.read_epoch()
    application = build_app(service, settings, database, EmbeddedTransport([]))
    with clock.held_at(clock.now() - timedelta(minutes=10)):
        assert (await signed_in(application, settings, Role.SOURCE_SYSTEM).post("/v1/referrals", json=FORM)).is_success
    monkeypatch.setattr(databases, "CLOCK_FAILS_SECONDS", -1.0)
    found = await of("intake", settings)
    assert found["intake: leader"].state is State.WARN
    assert (found["intake: events"].state, found["intake: events"].says) == (
        State.FAIL,
        "1 wait, the oldest for 10 minutes",
    )
    assert found["intake: clock"].state is State.FAIL
    assert (found["intake: audit"].state, found["intake: dead letters"].state) == (State.FAIL, State.OK)
    leading = asyncio.create_task(lead(database, ()))
    async with asyncio.timeout(30):
        while (await of("intake", settings))["intake: leader"].state is not State.OK:
            await asyncio.sleep(0.05)
    leading.cancel()
    await asyncio.gather(leading, return_exceptions=True)
    await database.close()


async def test_rows_that_wait_for_the_next_start_to_be_sealed_are_no_failure(settings, monkeypatch) -> None:
    monkeypatch.setattr(databases, "UNSEALED_SECONDS", -1.0)
    installation = Installation(settings)
    async with installation.opened(), installation.databases["intake"].transaction() as session:
        await audit.record(session, actor="a test", role="operator", act="look", outcome=200)
    found = await of("intake", settings)
    assert (found["intake: audit"].state, found["intake: audit"].says) == (
        State.OK, "nothing runs: the newest rows wait for the next start to be sealed",
    )  # fmt: skip
    with only_process(settings.data_dir):
        assert (await of("intake", settings))["intake: audit"].state is State.FAIL


def test_a_setting_that_there_is_not_is_named(monkeypatch) -> None:
    assert list(machine.known_settings()) == []
    monkeypatch.setenv("DWC_PROT", "kanari")
    (found,) = machine.known_settings()
    assert (found.state, found.says) == (State.WARN, "DWC_PROT: no such setting")


def test_a_folder_that_cannot_be_made_fails_and_one_that_can_leaves_nothing_behind(tmp_path) -> None:
    (tmp_path / "a_file").touch()
    (found,) = machine.data_folder(Settings(data_dir=tmp_path / "a_file" / "data"))
    assert (found.state, "cannot be made in" in found.says) == (State.FAIL, True)
    (found,) = machine.data_folder(Settings(data_dir=tmp_path / "new" / "data"))
    assert found.state is State.WARN
    assert [each.name for each in tmp_path.iterdir()] == ["a_file"]


def test_a_folder_and_keys_that_others_may_read(tmp_path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    trial_key(settings.data_dir)
    assert {each.about: each.state for each in machine.data_folder(settings)} == {
        "data folder": State.OK,
        "keys": State.OK,
        "disk": State.OK,
    }
    settings.data_dir.chmod(0o755)
    (settings.data_dir / "trial-issuer.pem").chmod(0o644)
    found = {each.about: each for each in machine.data_folder(settings)}
    assert found["data folder"].state is State.WARN
    assert found["data folder"].cure.startswith("chmod 700")
    assert found["keys"].state is State.FAIL


@pytest.mark.parametrize(("free", "state"), [(10**9 * 5, State.OK), (10**9, State.WARN), (10**8, State.FAIL)])
def test_space_on_the_disk(tmp_path, monkeypatch, free, state) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: type("Usage", (), {"free": free}))
    found = {each.about: each.state for each in machine.data_folder(Settings(data_dir=tmp_path))}
    assert found["disk"] is state


async def test_token_keys_that_are_not_there(tmp_path) -> None:
    absent = await machine.token_keys(Settings(jwks=str(tmp_path / "nonesuch.json")))
    away = await machine.token_keys(Settings(jwks="https://127.0.0.1:1/keys"))
    assert (absent.state, away.state) == (State.FAIL, State.FAIL)


async def test_a_broker_that_is_away_fails_and_says_that_writes_go_on() -> None:
    (found,) = [each async for each in broker_findings(Settings(kafka_bootstrap="127.0.0.1:1"))]
    assert found.state is State.FAIL
    assert "Writes go on" in found.cure


@pytest.mark.servers
@pytest.mark.xdist_group("kafka")
async def test_topics_that_are_not_there_or_kept_too_short(kafka_server) -> None:
    from aiokafka.admin import AIOKafkaAdminClient, NewTopic

    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_server.bootstrap)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        if "intake.workforce" not in there:
            await admin.create_topics([NewTopic("intake.workforce", 1, 1, topic_configs={"retention.ms": "86400000"})])
        found = {each.about: each async for each in broker_findings(Settings(kafka_bootstrap=kafka_server.bootstrap))}
    finally:
        await admin.close()
    assert found["broker"].state is State.OK
    kept = found["topic intake.workforce"]
    assert kept.says in {"kept for 1 days", "kept for 28 days"}
    assert (kept.state is State.OK) is (kept.says == "kept for 28 days")


def test_the_command_ends_with_1_when_something_fails_and_never_shows_a_secret(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DWC_DATA_DIR", str(tmp_path / "data"))
    well = CliRunner().invoke(app, ["doctor"])
    assert well.exit_code == 0, well.output
    monkeypatch.setenv("DWC_INTAKE_DATABASE_URL", "postgresql+asyncpg://dwc:kanari-secret@127.0.0.1:1/intake")
    ill = CliRunner().invoke(app, ["doctor", "--json"])
    assert ill.exit_code == 1
    failed = [each for each in json.loads(ill.output) if each["state"] == "fail"]
    assert [each["about"] for each in failed] == ["intake: database"]
    assert failed[0]["cure"]
    assert "kanari" not in ill.output


async def test_every_finding_that_is_not_well_says_what_to_do(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DWC_REPORTING_DATABASE_URL", "postgresql+asyncpg://dwc@127.0.0.1:1/reporting")
    settings = Settings(data_dir=tmp_path, transport="kafka", kafka_bootstrap="127.0.0.1:1", production=True)
    found = [each async for each in examine(settings)]
    assert {each.state for each in found} == {State.OK, State.WARN, State.FAIL}
    assert all(each.cure for each in found if each.state is not State.OK)
    assert not list(tmp_path.iterdir()), "the doctor makes no file"
