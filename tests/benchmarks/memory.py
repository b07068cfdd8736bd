"""What the processes take when nobody asks for anything."""

from collections.abc import Callable
from pathlib import Path

from tests.processes import running_department


def at_rest(folder: Path, bootstrap: str, urls: Callable[[str], str]) -> dict[str, float]:
    """Resident MiB of each service, started, joined to Kafka and idle."""
    with running_department(folder, bootstrap, urls) as department:
        return {name: _resident(process.pid) for name, process in department.processes.items()}


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this machine does not say how much memory a process holds")
