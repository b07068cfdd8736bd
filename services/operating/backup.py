"""Back up and restore an installation on SQLite. PostgreSQL has `pg_dump` and `pg_restore`: see docs/operating.md.

A backup is a folder: each database copied whole while the services may be running, the public files beside them, and a list
of both with their digests. Private keys are left out: whoever has a backup must not be able to sign.
"""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from sqlalchemy.engine import make_url

from services.host import NAMES, only_process
from shared import clock
from shared.problems import Problem
from shared.settings import Settings, database_url

LIST = "backup.json"
PUBLIC = ("*.jsonl", "jwks.json")
"""What lies beside the databases and is part of the record: the heads and public keys of the audit."""
STAMP = "%Y%m%dT%H%M%SZ"


class NoBackup(Problem):
    title = "This cannot be backed up or restored so"


def back_up(settings: Settings, into: Path) -> Path:
    """Write a backup into a new folder under `into`, and return it. It is there whole or not at all."""
    databases = _files(settings)
    if missing := [name for name, file in databases.items() if not file.exists()]:
        raise NoBackup(
            f"there is nothing yet of {', '.join(missing)}: has `dwc serve all` ever run with this data folder?"
        )
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    done = into / f"dwc-{clock.now():{STAMP}}"
    if done.exists():
        raise NoBackup("there is a backup of this very second; try again")
    partial = into / f".{done.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    for name, file in databases.items():
        _copy_whole(file, partial / f"{name}.sqlite")
    for pattern in PUBLIC:
        for file in settings.data_dir.glob(pattern):
            shutil.copyfile(file, partial / file.name)
    listed = {
        "made_at": clock.now().isoformat(),
        "version": version("doing-what-counts"),
        "authority": settings.authority,
        "files": {file.name: _digest(file) for file in sorted(partial.iterdir())},
    }
    (partial / LIST).write_text(json.dumps(listed, indent=1))
    for file in partial.iterdir():
        file.chmod(0o600)
        _flush(file)
    partial.rename(done)
    _flush(into)
    return done


def restore(settings: Settings, backup: Path) -> Path | None:
    """Put a backup in place of what is in the data folder; returns where what was there has been moved, if anything was.

    Everything is checked before anything is touched. The services must not be running. Heads and public keys of the audit
    that are there stay: they know more than the backup does.
    """
    listed = _checked(backup, settings)
    _files(settings)
    with only_process(settings.data_dir):
        moved = _moved_aside(settings.data_dir, [*_belonging(settings.data_dir)])
        for name in (each for each in listed if not (settings.data_dir / each).exists()):
            shutil.copyfile(backup / name, settings.data_dir / name)
            (settings.data_dir / name).chmod(0o600)
            _flush(settings.data_dir / name)
        _flush(settings.data_dir)
    return moved


def _files(settings: Settings) -> dict[str, Path]:
    """The SQLite file of each service. Raises `NoBackup` where one is on PostgreSQL."""
    urls = {name: make_url(database_url(name, settings)) for name in NAMES}
    if any(url.get_backend_name() != "sqlite" for url in urls.values()):
        raise NoBackup("PostgreSQL is backed up with pg_dump, each database by itself: see docs/operating.md")
    return {name: Path(url.database or "") for name, url in urls.items()}


def _copy_whole(database: Path, copy: Path) -> None:
    """One moment of a database, defragmented. Readers and writers go on; what they do later is not in it."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    if (said := _integrity(copy)) != "ok":
        raise NoBackup(f"the copy of {database.name} is not whole ({said}); is the disk sound?")


def _integrity(file: Path) -> str:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as connection:
            return str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as damage:
        return type(damage).__name__


def _checked(backup: Path, settings: Settings) -> list[str]:
    """The files of a backup. Raises `NoBackup` unless each is there, as it was written, and whole."""
    try:
        listed = json.loads((backup / LIST).read_text())
        files: dict[str, str] = listed["files"]
    except (OSError, ValueError, KeyError, TypeError):
        raise NoBackup(f"there is no backup in this folder: {LIST} is missing or not readable") from None
    if listed.get("authority") != settings.authority:
        raise NoBackup("the backup is of another authority than DWC_AUTHORITY")
    for name, digest in files.items():
        file = backup / name
        if Path(name).name != name or not file.exists() or _digest(file) != digest:
            raise NoBackup(f"{name} is missing, or is not what was backed up")
        if file.suffix == ".sqlite" and _integrity(file) != "ok":
            raise NoBackup(f"{name} is damaged")
    if missing := [name for name in NAMES if f"{name}.sqlite" not in files]:
        raise NoBackup(f"the backup holds nothing of {', '.join(missing)}")
    return list(files)


def _belonging(folder: Path) -> Iterator[Path]:
    """What a backup replaces: the databases with their journals. All else stays."""
    for pattern in ("*.sqlite", "*.sqlite-wal", "*.sqlite-shm"):
        yield from folder.glob(pattern)


def _moved_aside(folder: Path, files: list[Path]) -> Path | None:
    if not files:
        return None
    aside = folder / f"before-restore-{clock.now():{STAMP}}"
    aside.mkdir(mode=0o700)
    for file in files:
        file.rename(aside / file.name)
    return aside


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Onto the disk, a folder's list of names as well as a file's content."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
