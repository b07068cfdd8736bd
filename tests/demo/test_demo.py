"""`dwc demo` as a newcomer meets it: made once, told, kept, served, and safe to break off at any moment."""

import asyncio
import io
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from services.demo import run
from services.demo.mark import NotTheDemosFolder, clear_the_ground, holds_demo, whole_demo_in
from services.host import NAMES, DataFolderInUse, Installation
from shared.settings import Misconfigured, Settings
from tests.demo.boroughs import SMALL, count_rows

START_SECONDS = 120
LABELS = ["referral", "decided", "allocated", "observed", "fed back", "coached", "report", "LPIR"]
SMALL_DEMO = f"""
import signal
from functools import partial
from services.cli import app
from services.demo import run

signal.signal(signal.SIGINT, signal.default_int_handler)
run.demo = partial(run.demo, scale={SMALL})
app(["demo"])
"""
"""As at a terminal: what a shell runs in the background begins with Ctrl-C ignored, and these tests may be such."""
pytestmark = pytest.mark.xdist_group("small demo")


@pytest.fixture(scope="module")
def small_demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A small demo that was run once, and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, asyncio.run(shown(folder))


async def shown(folder: Path, *, scale: float = SMALL) -> str:
    """What a small demo prints that does not go on serving."""
    printed = io.StringIO()
    await run.demo(Settings(data_dir=folder), serve=False, console=Console(file=printed), scale=scale)
    return printed.getvalue()


async def rows_in(folder: Path) -> dict[str, int]:
    house = Installation(Settings(data_dir=folder))
    async with house.opened():
        return await count_rows(house)


def unaudited(rows: dict[str, int]) -> dict[str, int]:
    """Asking is audited, and what is audited is sealed; it changes nothing else."""
    return {name: count for name, count in rows.items() if ".audit" not in name}


def story_of(printed: str) -> list[tuple[str, str]]:
    return re.findall(r"^ (\d  \w[\w ]*?)  +(\S.*?) *$", printed, re.MULTILINE)


def test_it_tells_a_story_in_which_every_line_is_the_answer_of_a_door(small_demo: tuple[Path, str]):
    _, printed = small_demo
    told = story_of(printed)
    assert [label for label, _ in told] == [f"{number}  {label}" for number, label in enumerate(LABELS, start=1)]
    lines = dict(zip(LABELS, (line for _, line in told), strict=True))
    assert "sent twice, stored once" in lines["referral"]
    assert re.search(r"of team T1, first of \d+: holds \d+ of at most \d+", lines["allocated"])
    assert "sent twice (201, then 200); mean of seven skills 3.29" in lines["observed"]
    before, now = re.search(r"(\d+) before, (\d+) now", lines["LPIR"]).groups()
    assert int(now) == int(before) + 1


def test_it_says_that_nothing_in_it_is_real_and_shows_no_progress_where_nobody_watches(small_demo: tuple[Path, str]):
    _, printed = small_demo
    assert "Synthetic data" in printed.splitlines()[0]
    assert "\x1b" not in printed
    assert "━" not in printed


async def test_a_second_run_keeps_the_borough_and_the_story(small_demo: tuple[Path, str]):
    folder, first = small_demo
    rows = await rows_in(folder)
    again = await shown(folder)
    assert story_of(first) == story_of(again)
    assert "Kept" in again
    assert re.search(r"^One child's case, as told on \d+ \w+ \d{4}: each line is", again, re.MULTILINE)
    assert "as told on" not in first
    assert "Made" not in again
    assert unaudited(await rows_in(folder)) == unaudited(rows)


@contextmanager
def running(
    folder: Path, *, port: int = 0, command: Sequence[str] = (sys.executable, "-c", SMALL_DEMO)
) -> Iterator["Running"]:
    """A demo, or whatever else is told to serve, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DWC_")}
    environment |= {"DWC_DATA_DIR": str(folder), "DWC_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield Running(process, environment)
    finally:
        process.kill()
        process.communicate()


@dataclass
class Running:
    process: "subprocess.Popen[str]"
    environment: dict[str, str]

    def until(self, line: str) -> str:
        """What it prints up to a line."""
        assert self.process.stdout is not None
        printed = ""
        while line not in printed:
            printed += (more := self.process.stdout.readline())
            assert more, printed + self.process.stderr.read()
        return printed

    def stopped_by(self, sent: signal.Signals) -> tuple[int, str, str]:
        """Its exit status once it has been told to stop, and what it still said."""
        self.process.send_signal(sent)
        out, err = self.process.communicate(timeout=START_SECONDS)
        return self.process.returncode, out, err


def children_in(folder: Path) -> int:
    """How many children the demo has put in so far, looked up behind its back."""
    try:
        with closing(sqlite3.connect(f"file:{folder / 'intake.sqlite'}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM child").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def broken_off(folder: Path, sent: signal.Signals) -> tuple[int, str]:
    """Stop a demo while it puts children in; its exit status and what it complained of."""
    with running(folder) as demo:
        deadline = time.monotonic() + START_SECONDS
        while children_in(folder) == 0:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        status, _, complaint = demo.stopped_by(sent)
    assert children_in(folder) > 0
    assert holds_demo(folder)
    assert whole_demo_in(folder) is None
    return status, complaint


def test_ctrl_c_while_it_is_being_made_ends_it_quietly(tmp_path: Path):
    status, complaint = broken_off(tmp_path, signal.SIGINT)
    assert status == 130
    assert "Traceback" not in complaint  # on a slow machine a line may say that something waited for its turn


async def test_a_borough_broken_off_is_made_again_as_if_nothing_had_been(tmp_path: Path, small_demo: tuple[Path, str]):
    broken_off(tmp_path, signal.SIGKILL)
    assert "Made" in await shown(tmp_path)
    assert whole_demo_in(tmp_path)
    assert unaudited(await rows_in(tmp_path)) == unaudited(await rows_in(small_demo[0]))


def test_a_note_that_cannot_be_read_is_no_whole_borough(tmp_path: Path):
    (tmp_path / "demo.json").write_text('{"made_on": "2026-05-1')
    (tmp_path / "intake.sqlite").write_text("half of one")
    assert whole_demo_in(tmp_path) is None
    clear_the_ground(tmp_path, date(2026, 5, 14))
    assert not (tmp_path / "intake.sqlite").exists()
    assert holds_demo(tmp_path)
    assert whole_demo_in(tmp_path) is None


async def test_a_folder_with_somebodys_own_records_is_left_as_it_is(tmp_path: Path):
    house = Installation(Settings(data_dir=tmp_path))
    async with house.opened():
        before = await count_rows(house)
    with pytest.raises(NotTheDemosFolder):
        await shown(tmp_path)
    assert not holds_demo(tmp_path)
    assert await rows_in(tmp_path) == before


async def test_a_folder_that_another_process_uses_is_refused(tmp_path: Path):
    house = Installation(Settings(data_dir=tmp_path))
    async with house.running():
        with pytest.raises(DataFolderInUse, match="another process is using"):
            await shown(tmp_path)
    assert not holds_demo(tmp_path)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DWC_PRODUCTION", "true"),
        ("DWC_TRANSPORT", "kafka"),
        ("DWC_JWKS", "https://identity.example/keys"),
        ("DWC_INTAKE_DATABASE_URL", "postgresql+asyncpg://somewhere/real"),
    ],
)
async def test_made_up_data_stay_out_of_production_and_of_databases_that_are_not_the_demos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str
):
    monkeypatch.setenv(setting, value)
    with pytest.raises(Misconfigured):
        await run.demo(Settings(data_dir=tmp_path), serve=False, console=Console(file=io.StringIO()), scale=SMALL)
    assert not (tmp_path / "demo.json").exists()
    assert not (tmp_path / "intake.sqlite").exists()


def test_what_it_prints_to_try_works_on_a_port_that_was_free_and_ctrl_c_ends_it_quietly(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken, running(tmp_path, port=taken.getsockname()[1]) as demo:
        printed = demo.until("Ctrl-C stops")
        token = re.search(r"^export TOKEN=(\S+)$", printed, re.MULTILINE)[1]
        curls = re.findall(r"^  (curl .*)$", printed, re.MULTILINE)
        assert len(curls) == 4
        ports = set(re.findall(r"http://127\.0\.0\.1:(\d+)/", printed))
        assert len(ports) == 1
        assert int(ports.pop()) > taken.getsockname()[1]
        answers = [ran(line, demo.environment | {"TOKEN": token}) for line in curls]
        described = {name: httpx.get(f"{address(printed)}/{name}/openapi.json").json()["info"] for name in NAMES}
        status, _, complaint = demo.stopped_by(signal.SIGINT)
    csv, report, indicators, workers = answers
    assert ",referrals," in csv
    assert json.loads(report)["period"].startswith("20")
    assert len(json.loads(indicators)) > 20
    assert {each["team"] for each in json.loads(workers)} == {"T1"}
    assert [name for name, info in described.items() if "Synthetic data" not in info["description"]] == []
    assert (status, complaint) == (0, "")


def ran(line: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-ec", line], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def address(printed: str) -> str:
    return re.search(r"(http://127\.0\.0\.1:\d+)/intake/docs", printed)[1]


async def test_serve_all_afterwards_serves_the_same_borough_and_says_what_it_is(small_demo: tuple[Path, str]):
    folder, printed = small_demo
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    dwc = [sys.executable, "-c", "from services.cli import app; app()"]
    with running(folder, port=port, command=[*dwc, "serve", "all"]) as served:
        token = ran(f"{dwc[0]} -c '{dwc[2]}' token --role performance_analyst", served.environment).strip()
        answer = await answered(f"http://127.0.0.1:{port}/reporting/v1/lpir?from=2000-01&to=2000-01", token)
        assert answer.status_code == 200
        workers = (await answered(f"http://127.0.0.1:{port}/intake/v1/workers", token)).json()
        async with httpx.AsyncClient() as browser:
            hall = await browser.get(f"http://127.0.0.1:{port}/", headers={"Accept": "text/html"})
            leads_to = {link: (await browser.get(f"http://127.0.0.1:{port}{link}")).status_code for link in links(hall)}
        status, _, said = served.stopped_by(signal.SIGINT)
    assert "Synthetic data" in said
    assert status == 0
    made = re.search(r"Made  (\d+) workers", printed)[1]
    assert len(workers) == int(made)
    assert len({(worker["team"], worker["name"]) for worker in workers}) == len(workers), (
        "two of one team are namesakes"
    )
    assert "synthetic data" in hall.text
    assert leads_to == dict.fromkeys(leads_to, 200)
    assert len(leads_to) == 6


def links(page: httpx.Response) -> list[str]:
    return re.findall(r'href="(/[^"]+)"', page.text)


async def answered(url: str, token: str) -> httpx.Response:
    """The answer, once somebody listens."""
    deadline = time.monotonic() + START_SECONDS
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as client:
        while True:
            try:
                return await client.get(url)
            except httpx.ConnectError:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.1)
