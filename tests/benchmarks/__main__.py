"""`make bench`: every figure beside its yardstick in the same run, written to docs/benchmarks.md.

Two shared cores carry the load, the database, the broker and the services, so only ratios are worth reading.
"""

import asyncio
import importlib.util
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from shared import clock
from tests.benchmarks import messaging, posting, visibility
from tests.benchmarks.memory import at_rest
from tests.benchmarks.pairs import Ratio, Rounds

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Line:
    """A ratio as it is printed, with the level it is meant to hold."""

    question: str
    ratio: Ratio
    rounds: Rounds
    goal: str = ""

    def cells(self) -> tuple[str, ...]:
        ours, theirs = self.rounds.typical(self.ratio.what), self.rounds.typical(self.ratio.against)
        return (self.question, str(self.ratio), self.goal, f"{ours:,.0f} and {theirs:,.0f} {self.rounds.unit}")


def servers() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev_servers", ROOT / "deploy/dev/servers.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules["dev_servers"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["dev_servers"])
    return sys.modules["dev_servers"]


def measure(folder: Path, postgres: object, bootstrap: str, step: Callable[[], None]) -> list[Line]:
    urls: Callable[[str], str] = postgres.url  # type: ignore[attr-defined]
    posted = posting.measure(folder / "posting", bootstrap, urls, step)
    heard_on = {"PostgreSQL": urls("hearing"), "SQLite": f"sqlite+aiosqlite:///{folder / 'hearing.sqlite'}"}
    heard = asyncio.run(messaging.hearing_everywhere(heard_on, step))
    relayed = asyncio.run(messaging.relaying(urls("relaying"), bootstrap, step))
    seen = asyncio.run(visibility.measure(folder / "visibility", step))
    single, batch = "posted one by one", "posted in batches of 100"
    return [
        Line("A referral posted, against a bare endpoint", posted.ratio(single, "bare endpoint"), posted),
        Line(
            "against a textbook insert of the same rows",
            posted.ratio(single, "textbook SQLModel"),
            posted,
            "at least 1",
        ),
        Line("against the bare driver", posted.ratio(single, "raw asyncpg"), posted),
        Line("A referral in a batch, against one posted alone", posted.ratio(batch, single), posted, "at least 8"),
        *(_hearing(kind, rounds, alone=alone) for (kind, alone), rounds in heard.items()),
        Line("The relay, against a bare producer", relayed.ratio("outbox to Kafka", "bare producer"), relayed),
        _delay(seen),
    ]


def _hearing(kind: str, heard: Rounds, *, alone: bool) -> Line:
    what = "the inbox alone" if alone else "with histories and cells"
    goal = {"PostgreSQL": "at least 20", "SQLite": "at least 5"}[kind] if alone else ""
    return Line(f"Hearing in batches on {kind}, {what}", heard.ratio("in batches of 500", "one by one"), heard, goal)


def _delay(seen: Rounds) -> "Delay":
    woken, polled = "woken after commit", "polling every 100 ms"
    waits = Ratio("", "", tuple(1 / each for each in seen.ratio(woken, polled).rounds))
    ours, theirs = (1000 / seen.typical(name) for name in (woken, polled))
    return Delay("Posted to visible, against a 100 ms poller", waits, seen, "at most 0.2", ours, theirs)


@dataclass(frozen=True)
class Delay(Line):
    """A ratio of waits, less is better."""

    ours: float = 0
    theirs: float = 0

    def cells(self) -> tuple[str, ...]:
        return (self.question, str(self.ratio), self.goal, f"{self.ours:.1f} and {self.theirs:.1f} ms")


STEPS = (
    5 * posting.ROUNDS + 4 * 2 * messaging.ROUNDS + 2 * messaging.ROUNDS + 2 * visibility.ROUNDS
)  # a step a variant and round


def page(lines: list[Line], memory: dict[str, float]) -> str:
    rows = "\n".join("| " + " | ".join(line.cells()) + " |" for line in lines)
    rest = "\n".join(f"| {name} | {size:.0f} |" for name, size in memory.items())
    machine = f"{os.cpu_count()} shared cores, Python {platform.python_version()}, PostgreSQL and Apache Kafka on the same machine"
    return f"""# Benchmarks

Written by `make bench` on {clock.today():%d %B %Y}: {machine}, fsync on. Load, database, broker and services share the
cores, so read the ratios, not the absolutes. Each ratio is the median of rounds in which every variant ran once, with the
smallest and the largest round. Tokens, audit, idempotency, matching, outbox and relay are on while a referral is posted,
and nobody hears it; the yardsticks write the same rows and do nothing else.

| what | ratio | meant to be | typical |
|---|---|---|---|
{rows}

Memory at rest, resident, in MiB:

| process | MiB |
|---|---|
{rest}
"""


def main() -> None:
    console, dev = Console(), servers()
    for missing in (dev.missing_postgres(), dev.missing_kafka()):
        if missing:
            sys.exit(missing)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with dev.postgres() as postgres, dev.kafka() as kafka, tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("posting", "visibility", "memory"):
            (folder / name).mkdir()
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("rounds", total=STEPS)
            lines = measure(folder, postgres, kafka.bootstrap, lambda: progress.advance(task))
        memory = at_rest(folder / "memory", kafka.bootstrap, lambda name: postgres.url(f"memory_{name}"))
    PAGE.write_text(page(lines, memory))
    console.print(PAGE.read_text(), markup=False, highlight=False)


main()
