"""What it costs to post a referral: authorised, audited, idempotent, spoken of, and durable before the answer."""

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import httpx

from tests.benchmarks.caller import Request, rate
from tests.benchmarks.pairs import Rounds, Variant, paired
from tests.processes import Department, free_port, running_department

CONNECTIONS = 32
POSTS = 480
IN_A_BATCH = 100
ROUNDS = 5
FIRST = count(1)
LETTERS = "abcdefghijklmnoprstuvwyz"


def referral(reference: str) -> dict[str, object]:
    """A referral of an ordinary size, about a child not known before and not like another."""
    chance = random.Random(reference)
    forename, surname = ("".join(chance.choices(LETTERS, k=8)).title() for _ in range(2))
    return {
        "source_reference": reference,
        "received_on": "2026-04-01",
        "source": "2A",
        "primary_need": "N1",
        "concern": "Synthetic: a teacher is worried. " * 20,
        "children": [{"la_child_id": reference, "forename": forename, "surname": surname, "sex": "U"}],
    }


def posts(headers: dict[str, str], first: int) -> Callable[[int], Request]:
    def make(number: int) -> Request:
        reference = f"B{first:05d}N{number:06d}"
        body = json.dumps(referral(reference)).encode()
        return Request("/v1/referrals", headers | {"Idempotency-Key": reference}, body)

    return make


def batches(headers: dict[str, str], first: int) -> Callable[[int], Request]:
    def make(number: int) -> Request:
        items = [referral(f"B{first:05d}N{number:03d}I{item:03d}") for item in range(IN_A_BATCH)]
        key = f"B{first:05d}N{number:06d}"
        return Request(
            "/v1/referrals/batch", headers | {"Idempotency-Key": key}, json.dumps({"referrals": items}).encode()
        )

    return make


@contextmanager
def yardstick(kind: str, url: str = "") -> Iterator[int]:
    """One yardstick as a process; the block is given its port."""
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.yardsticks", kind, str(port), *([url] if url else [])]
    with subprocess.Popen(command) as process:
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the yardstick ended by itself")
        try:
            httpx.get(f"http://127.0.0.1:{port}/openapi.json", timeout=1)
        except httpx.HTTPError:
            continue
        return
    raise RuntimeError("the yardstick did not start")


def _posting(port: int, headers: dict[str, str]) -> Variant:
    async def run() -> float:
        return await rate(port, posts(headers, next(FIRST)), count=POSTS, connections=CONNECTIONS, expect=201)

    return run


def _batching(port: int, headers: dict[str, str]) -> Variant:
    async def run() -> float:
        requests = POSTS * 5 // IN_A_BATCH
        return IN_A_BATCH * await rate(port, batches(headers, next(FIRST)), count=requests, connections=2, expect=200)

    return run


def measure(folder: Path, bootstrap: str, urls: Callable[[str], str], step: Callable[[], None]) -> Rounds:
    """Referrals a second: ours by single posts and by batches, and the three yardsticks."""
    with ExitStack() as stack:
        department: Department = stack.enter_context(running_department(folder, bootstrap, urls))
        for hearer in ("observation", "reporting"):
            department.processes[hearer].stop()  # they have machines of their own; here they would take the door's
        intake = department.processes["intake"].port
        headers = department.headers("source_system", id="case-system")
        table = urls("yardstick")
        ports = {
            "bare endpoint": stack.enter_context(yardstick("bare")),
            "textbook SQLModel": stack.enter_context(yardstick("textbook", table)),
            "raw asyncpg": stack.enter_context(yardstick("raw", table)),
        }
        variants = {name: _posting(port, {}) for name, port in ports.items()}
        variants["posted one by one"] = _posting(intake, headers)
        variants["posted in batches of 100"] = _batching(intake, headers)
        return asyncio.run(_in_turn(variants, step))


async def _in_turn(variants: dict[str, Variant], step: Callable[[], None]) -> Rounds:
    for warm in variants.values():
        await warm()
    return await paired(variants, rounds=ROUNDS, unit="referrals a second", step=step)
