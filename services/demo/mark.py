"""The note in a data folder that says a demo lives there, and whether it was made to the end.

It is written before anything is made up: a borough that was broken off is thus never taken for a whole one, and a folder
that holds somebody's own records is never filled with invented ones.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from shared.problems import Conflict

SYNTHETIC = "Synthetic data: a made-up borough, in which nobody exists."
NAME = "demo.json"
RECORDS = ("*.sqlite", "*.sqlite-wal", "*.sqlite-shm", "audit-heads-*.jsonl")
"""The databases, and the heads of their audit, which would contradict those made in their place."""


class NotTheDemosFolder(Conflict):
    title = "The data folder holds records that the demo did not make"


@dataclass(frozen=True)
class Mark:
    """What is noted of a demo: the day it was made on, whether it is whole, and the story as it was told."""

    made_on: date
    is_whole: bool = False
    story: tuple[tuple[str, str], ...] = ()
    """What happened, and how; by line."""
    told_on: date | None = None


def holds_demo(folder: Path) -> bool:
    """Whether what is in this folder was made up."""
    return (folder / NAME).exists()


def whole_demo_in(folder: Path) -> Mark | None:
    """The demo in this folder; None while there is none, or only the half of one."""
    try:
        noted = json.loads((folder / NAME).read_text())
        told_on = noted.get("told_on")
        mark = Mark(
            date.fromisoformat(noted["made_on"]),
            noted["is_whole"],
            tuple(map(tuple, noted["story"])),
            date.fromisoformat(told_on) if told_on else None,
        )
    except (FileNotFoundError, ValueError, KeyError):
        return None
    return mark if mark.is_whole else None


def clear_the_ground(folder: Path, today: date) -> None:
    """Make the folder ready for a borough that is to be made today, unless it holds a whole one.

    What an interrupted run left is thrown away. Raises `NotTheDemosFolder` rather than touch anything else.
    """
    records = [file for pattern in RECORDS for file in folder.glob(pattern)]
    if records and whole_demo_in(folder):
        return
    if records and not holds_demo(folder):
        raise NotTheDemosFolder(f"{folder} is left as it is: set DWC_DATA_DIR to another folder and try again")
    for file in records:
        file.unlink()
    note(folder, Mark(today))


def note(folder: Path, mark: Mark) -> None:
    """Write the mark in place of the one before it; whoever reads meanwhile finds one or the other."""
    fresh = folder / f"{NAME}.new"
    fresh.write_text(json.dumps(asdict(mark), indent=1, default=str))
    fresh.replace(folder / NAME)
