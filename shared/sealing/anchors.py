"""Heads kept outside the database, in a file that is only ever added to: what finds a tail that was cut off.

The file is worth as much as the place it is in. In the data folder it finds whoever has the database's password; on
storage that cannot be written twice, or in a log kept by somebody else, also whoever has the machine.
"""

import asyncio
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from shared.sealing.statement import Head
from shared.telemetry import log


class Anchors:
    """Where one service's heads are kept."""

    def __init__(self, folder: Path, service: str) -> None:
        self.folder = folder
        self.path = folder / f"audit-heads-{service}.jsonl"
        self.restores = folder / f"audit-restores-{service}.jsonl"
        """Backups that were restored, as an operator stated and the service signed it."""
        self.service = service
        self._kept: Head | None = None

    async def keep(self, head: Head) -> None:
        """Keep a head, here and in the log. Safe to do twice."""
        if head == self._kept:
            return
        await asyncio.to_thread(self._append, json.dumps(asdict(head)))
        log.info("audit.sealed", service=self.service, **asdict(head))
        self._kept = head

    def _append(self, line: str) -> None:
        append(self.path, line)

    def sha256(self, heads: int) -> str:
        """SHA-256 of the first so many lines."""
        digest = hashlib.sha256()
        if not self.path.exists():
            return digest.hexdigest()
        with self.path.open("rb") as lines:
            for line in islice(lines, heads):
                digest.update(line)
        return digest.hexdigest()

    def __iter__(self) -> Iterator[Head | None]:
        """Everything kept, in the order it was; None for a line that is none of ours."""
        if not self.path.exists():
            return
        with self.path.open("rb") as lines:
            for line in lines:
                yield _read(line)


def append(path: Path, line: str) -> None:
    """Add a line to a file that is only ever added to, and have it on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(descriptor, line.encode() + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(line: bytes) -> Head | None:
    try:
        said = json.loads(line)
        head = Head(seal=int(said["seal"]), last=int(said["last"]), sha256=str(said["sha256"]))
    except (ValueError, KeyError, TypeError):
        return None
    return head if 0 < head.seal < 2**63 else None
