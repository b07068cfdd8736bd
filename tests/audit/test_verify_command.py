"""`dwc audit verify`: exit status 0 when the audit is whole, 1 when it is not, 2 when it cannot be told."""

import asyncio
import json

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from services.cli import app
from services.intake.main import SERVICE
from shared import audit
from shared.migrations import migrate
from shared.sealing.anchors import Anchors
from shared.sealing.keys import publish, signing_key
from shared.sealing.operations import seal
from shared.settings import Settings, database_url


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data folder with intake's audit in it: five rows under one seal."""
    monkeypatch.setenv("DWC_DATA_DIR", str(tmp_path))
    asyncio.run(_five_rows(Settings()))
    return tmp_path


async def _five_rows(settings: Settings) -> None:
    database = SERVICE.open(database_url("intake", settings), authority="206")
    await migrate(database, SERVICE.migrations)
    async with database.transaction() as session:
        for _ in range(5):
            await audit.record(session, actor="asha", role="social_worker", act="read referrals", outcome=200)
    key, anchors = signing_key(settings), Anchors(settings.anchors_folder, "intake")
    publish(key, anchors.folder)
    await seal(database, key, anchors)
    await database.close()


async def _changed(statements: list[str]) -> None:
    database = SERVICE.open(database_url("intake", Settings()), authority="206")
    async with database.transaction() as session:
        for statement in statements:
            await session.execute(text(statement))
    await database.close()


def verified(*arguments: str) -> tuple[int, str]:
    ended = CliRunner().invoke(app, ["audit", "verify", *arguments])
    return ended.exit_code, ended.output


def test_a_whole_audit_ends_with_0_and_says_how_much_was_compared(folder):
    status, told = verified("intake")
    assert status == 0, told
    assert "5 rows under 1 seals" in " ".join(told.split())
    assert "whole: every row is as it was sealed" in told


def test_a_changed_row_is_named_and_ends_with_1(folder):
    asyncio.run(_changed(["DROP TRIGGER audit_no_UPDATE", "UPDATE audit SET actor = 'ben' WHERE seq = 3"]))
    status, told = verified("intake")
    assert (status, "row 3: not as it was when it was sealed (seal 1)" in told) == (1, True), told
    status, told = verified("intake", "--json")
    (finding,) = json.loads(told)["findings"]
    assert (status, finding["wrong"], finding["first"], finding["last"]) == (1, "row_changed", 3, 3)


def test_an_auditor_verifies_with_a_copy_of_the_heads(folder, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("audit-heads-intake.jsonl", "audit-keys.jsonl"):
        (folder / name).rename(copy / name)
    assert verified("intake")[0] == 2
    assert verified("intake", "--anchors", str(copy))[0] == 0


def test_what_cannot_be_verified_ends_with_2(folder):
    assert verified("observation")[0] == 2
    assert verified("nobody")[0] == 2


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    file = tmp_path / "audit.pem"
    made, again = (CliRunner().invoke(app, ["audit", "key", str(file)]) for _ in range(2))
    assert made.output == again.output != ""
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("mode", "status"), [(0o600, 0), (0o640, 0), (0o644, 2), (0o660, 2)])
def test_a_key_that_everybody_may_read_or_a_group_may_change_is_refused(folder, mode, status):
    (folder / "audit-key.pem").chmod(mode)
    assert CliRunner().invoke(app, ["audit", "key", str(folder / "audit-key.pem")]).exit_code == status


def test_a_restore_is_answered_for_by_command_and_every_verification_repeats_it(folder):
    asyncio.run(_five_rows(Settings()))
    asyncio.run(_changed(["DROP TRIGGER audit_no_DELETE", "DROP TRIGGER audit_seal_no_DELETE"]))
    asyncio.run(_changed(["DELETE FROM audit_seal WHERE n = 2", "DELETE FROM audit WHERE seq > 5"]))
    assert verified("intake")[0] == 1
    says = ["audit", "restored", "intake", "--by", "olga", "--reason", "the disk died; backup of Sunday"]
    stated = CliRunner().invoke(app, says)
    assert (stated.exit_code, "seals 2 to 2 were lost" in " ".join(stated.output.split())) == (0, True), stated.output
    status, told = verified("intake")
    assert (status, "says olga" in told, "backup of Sunday" in told) == (0, True, True), told
    assert CliRunner().invoke(app, says).exit_code == 2, "there is nothing more to answer for"
