"""A backup taken while people work is whole, is checked before it replaces anything, and brings back every acknowledged row."""

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.host import NAMES, DataFolderInUse, Installation
from services.operating.backup import LIST, NoBackup, back_up, restore
from shared.settings import Settings
from tests.conftest import House


def form(number: int) -> dict[str, Any]:
    child = {"la_child_id": f"C{number}"}
    return {"source_reference": f"R{number}", "received_on": "2026-05-11", "source": "6", "children": [child]}


async def post(house: House, numbers: range) -> list[str]:
    """Referrals posted side by side; returns the ids of those acknowledged."""
    source = house.signed_in_as("source_system", id="case-system").intake

    async def one(number: int) -> str:
        answer = await source.post("/v1/referrals", json=form(number), headers={"Idempotency-Key": f"k{number}"})
        assert answer.status_code == 201
        return str(answer.json()["referrals"][0]["id"])

    return [id for start in numbers[::10] for id in await asyncio.gather(*map(one, range(start, start + 10)))]


def rows(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def test_a_backup_is_taken_while_people_work_and_brings_back_what_was_there(settings, tmp_path) -> None:
    installation = Installation(settings)
    async with installation.running():
        house = House(installation)
        acknowledged = await post(house, range(50))
        async with asyncio.timeout(60):  # the first seal is anchored within a second or so
            while not (settings.data_dir / "audit-heads-intake.jsonl").exists():
                await asyncio.sleep(0.05)
        working = asyncio.create_task(post(house, range(50, 100)))
        made = await asyncio.to_thread(back_up, settings, tmp_path / "backups")
        await working
    kept = rows(made / "intake.sqlite", "referral")
    assert 50 <= kept <= 100
    databases = {"intake.sqlite", "observation.sqlite", "reporting.sqlite"}
    assert {file.name for file in made.iterdir()} >= databases | {"audit-heads-intake.jsonl", "audit-keys.jsonl", LIST}
    heads = (settings.data_dir / "audit-heads-intake.jsonl").read_bytes()
    assert {file.stat().st_mode & 0o777 for file in made.iterdir()} == {0o600}
    moved = restore(settings, made)
    assert moved is not None
    assert rows(moved / "intake.sqlite", "referral") == 100
    assert (settings.data_dir / "audit-heads-intake.jsonl").read_bytes() == heads, "what was anchored stays anchored"
    again = Installation(settings)
    async with again.running():
        source = House(again).signed_in_as("source_system", id="case-system").intake
        for id in acknowledged:
            assert (await source.get(f"/v1/referrals/{id}")).status_code == 200
        listed = (await source.get("/v1/referrals?limit=200")).json()["items"]
    assert len(listed) == kept


async def test_a_restore_on_another_machine_needs_nothing_but_the_backup(settings, tmp_path) -> None:
    installation = Installation(settings)
    async with installation.running():
        await post(House(installation), range(10))
    made = back_up(settings, tmp_path / "backups")
    elsewhere = Settings(data_dir=tmp_path / "elsewhere")
    assert restore(elsewhere, made) is None
    for name in NAMES:
        assert rows(elsewhere.data_dir / f"{name}.sqlite", "audit") == rows(
            settings.data_dir / f"{name}.sqlite", "audit"
        )


@pytest.fixture
async def made(settings, tmp_path) -> Path:
    """A backup, and the data folder as it was when it was taken."""
    async with Installation(settings).running():
        pass
    return back_up(settings, tmp_path / "backups")


def _flip_a_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


DAMAGE = {
    "a byte changed": lambda made: _flip_a_byte(made / "reporting.sqlite"),
    "a file cut short": lambda made: (made / "intake.sqlite").write_bytes(b"SQLite format 3\x00"),
    "a file missing": lambda made: (made / "observation.sqlite").unlink(),
    "the list missing": lambda made: (made / LIST).unlink(),
    "the list no list": lambda made: (made / LIST).write_text("[]"),
    "the list emptied": lambda made: _listed(made, files={}),
    "of another authority": lambda made: _listed(made, authority="301"),
    "a name that leads elsewhere": lambda made: _listed(made, files={"../../etc/passwd": ""}),
}


def _listed(made: Path, **changes: Any) -> None:
    (made / LIST).write_text(json.dumps(json.loads((made / LIST).read_text()) | changes))


@pytest.mark.parametrize("damage", DAMAGE)
async def test_a_damaged_backup_is_refused_and_what_is_there_stays(settings, made, damage) -> None:
    before = {file.name: file.read_bytes() for file in settings.data_dir.iterdir() if file.is_file()}
    DAMAGE[damage](made)
    with pytest.raises(NoBackup):
        restore(settings, made)
    assert {file.name: file.read_bytes() for file in settings.data_dir.iterdir() if file.is_file()} == before


async def test_nothing_is_restored_under_a_running_process(settings, made) -> None:
    async with Installation(settings).running():
        with pytest.raises(DataFolderInUse, match="another process is using"):
            restore(settings, made)


def test_a_backup_of_nothing_and_of_postgresql_is_refused_with_what_to_do(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DWC_DATA_DIR", str(tmp_path / "data"))
    nothing = CliRunner().invoke(app, ["backup", str(tmp_path / "backups")])
    assert nothing.exit_code == 2
    assert "has `dwc serve all` ever run" in nothing.output.replace("\n", " ")
    monkeypatch.setenv("DWC_INTAKE_DATABASE_URL", "postgresql+asyncpg://dwc@127.0.0.1/intake")
    elsewhere = CliRunner().invoke(app, ["backup", str(tmp_path / "backups")])
    assert elsewhere.exit_code == 2
    assert "pg_dump" in elsewhere.output
    assert not (tmp_path / "backups").exists()


def test_a_restore_lists_what_to_do_next_and_each_of_it_can_be_done(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DWC_DATA_DIR", str(tmp_path / "data"))
    dwc = CliRunner().invoke
    for name in NAMES:
        dwc(app, ["migrate", name])
    made = dwc(app, ["backup", str(tmp_path / "backups")]).output.strip()
    told = dwc(app, ["restore", made]).output
    steps = re.findall(r"^  \d\. dwc (.*)$", told, flags=re.MULTILINE)
    assert steps == ["republish intake --after-restore", "republish observation --after-restore"]
    for step in steps:
        assert dwc(app, step.split()).exit_code == 0


async def test_private_keys_are_in_no_backup_and_survive_a_restore(settings, made) -> None:
    assert not list(made.glob("*.pem"))
    key = (settings.data_dir / "trial-issuer.pem").read_bytes()
    restore(settings, made)
    assert (settings.data_dir / "trial-issuer.pem").read_bytes() == key
