"""The first screen is true: the demo prints what the README shows, and its snippets run as they stand."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.reference.published import ROOT

README = (ROOT / "README.md").read_text()
START_SECONDS = 120
DWC = str(Path(sys.executable).with_name("dwc"))

pytestmark = pytest.mark.xdist_group("readme")


def snippets(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Demo:
    """`dwc demo` as it serves, and the environment of somebody at the same machine."""

    printed: str
    port: int
    environment: dict[str, str]

    def run(self, snippet: str, *command: str) -> str:
        """What a snippet prints, with the demo's own port in place of the usual one."""
        here = snippet.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}").replace(".venv/bin/dwc", DWC)
        done = subprocess.run(
            [*command, here], env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DWC_")}
    environment |= {"DWC_DATA_DIR": str(folder / "data"), "DWC_PORT": str(port), "COLUMNS": "500"}
    output = folder / "printed.txt"
    with output.open("wb") as printed:
        process = subprocess.Popen([DWC, "demo"], env=environment, cwd=folder, stdout=printed, stderr=printed)
    try:
        deadline = time.monotonic() + START_SECONDS
        while "Ctrl-C stops" not in output.read_text():
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.1)
        told = output.read_text()
        (token,) = re.findall(r"^export TOKEN=(\S+)$", told, re.MULTILINE)
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)/intake/docs", told)[1])
        while not answers(port):
            assert time.monotonic() < deadline, told
            time.sleep(0.1)
        yield Demo(told, port, environment | {"TOKEN": token})
    finally:
        process.terminate()
        process.wait(30)


def outline(printed: str) -> list[str]:
    """What stays the same whoever prints it and when: the label of each line of the story, and the lines around it."""
    story = re.findall(r"^ (\d)  (\w[\w ]*?)  +", printed, re.MULTILINE)
    around = [line.split("  ")[0] for line in printed.splitlines() if re.match(r"[A-Z]", line)]
    return [*(f"{number} {label}" for number, label in story), *around]


def test_the_demo_prints_what_the_readme_shows(demo):
    (shown,) = [block for block in snippets("") if "One child's case:" in block]
    printed = outline(demo.printed)
    assert len(printed) > 8
    assert [line for line in outline(shown) if line not in printed] == []
    assert [line for line in printed if line not in outline(shown)] in ([], ["Try"])


def test_the_figures_are_there_for_curl_and_a_referral_sent_again_is_stored_once(demo):
    (snippet,) = snippets("sh")
    first, again = demo.run(snippet, "bash", "-ec"), demo.run(snippet, "bash", "-ec")
    header, *rows = first[: first.index("{")].splitlines()
    assert header.startswith("time_period,time_identifier,geographic_level,")
    assert any(",referrals," in row for row in rows)
    assert '"source_reference":"M-1001"' in first
    assert first[first.index("{") :] == again[again.index("{") :]


def test_the_whole_way_of_one_case_as_whoever_connects_a_system_is_shown_it(demo):
    page = (ROOT / "docs/integrating.md").read_text()
    (example,) = [each for each in re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL) if "COACH" in each]
    here = f"PATH={Path(DWC).parent}:$PATH\n{example}"
    answers = demo.run(here, "bash", "-euo", "pipefail", "-c")
    assert '"worker":' in answers
    assert '"all7_mean":3.17' in answers
    assert '"goal":"Name one concern' in answers


def test_the_figures_are_there_for_pandas(demo):
    (snippet,) = snippets("python")
    printed = demo.run(snippet, sys.executable, "-c")
    assert re.search(r"^month +2026-04", printed, re.MULTILINE)
    assert re.search(r"^referrals +\d", printed, re.MULTILINE)


def test_what_was_not_tried_says_so():
    (snippet,) = [block for block in snippets("") if "Web.Contents" in block]
    before = README[: README.index(snippet)].rstrip("`\n").rsplit("\n\n", 1)[1]
    assert "Power Query" in before
    assert "not tested here" in before


def test_every_make_target_that_is_written_of_is_there():
    makefile = (ROOT / "Makefile").read_text()
    pages = [
        README,
        *(path.read_text() for path in (ROOT / "docs").glob("*.md")),
        (ROOT / "CONTRIBUTING.md").read_text(),
    ]
    named = {target for page in pages for target in re.findall(r"(?:`|^)make ([a-z]+)", page, re.MULTILINE)}
    assert {"demo", "test"} <= named
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)
