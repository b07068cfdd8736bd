"""Findings about this machine: Python, the data folder, keys, space on the disk."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from services.operating.configuration import unknown
from services.operating.findings import Finding, fail, ok, warn
from shared.settings import Misconfigured, Settings
from shared.web.keys import FetchedKeys, KeysOutOfReach
from shared.web.tokens import TRIAL_KEY, key_source

LEAST_PYTHON = (3, 11)
LITTLE_SPACE, NO_SPACE = 2 * 1024**3, 200 * 1024**2


def python() -> Finding:
    version = sys.version.split()[0]
    if sys.version_info < LEAST_PYTHON:
        return fail("Python", version, "install Python 3.11 or later")
    return ok("Python", version)


def settings_agree(settings: Settings) -> Finding:
    try:
        settings.check()
    except Misconfigured as why:
        return fail("settings", why.detail, "`dwc config show` tells what is set, and where")
    return ok("settings", "production" if settings.production else "for trying out: DWC_PRODUCTION is not set")


def known_settings() -> Iterator[Finding]:
    """Something set that nobody reads, as DWC_PROT."""
    if slips := unknown():
        yield warn("settings", f"{', '.join(slips)}: no such setting", "correct the name: docs/settings.md lists them")


def data_folder(settings: Settings) -> Iterator[Finding]:
    """Whether it can be written, is nobody else's, and has room."""
    folder = settings.data_dir
    if not folder.exists():
        yield _yet_to_be_made(folder)
        return
    if not os.access(folder, os.W_OK):
        yield fail("data folder", f"{folder} cannot be written", "run as the user it belongs to")
    elif others_may_read(folder):
        yield warn("data folder", f"{folder} may be read by others on this machine", f"chmod 700 {folder}")
    else:
        yield ok("data folder", f"{folder} is private")
    open_keys = [each.name for each in sorted(folder.glob("*.pem")) if others_may_read(each)]
    if open_keys:
        yield fail(
            "keys", f"{', '.join(open_keys)} may be read by others", "chmod 600 them, or delete them and start anew"
        )
    else:
        yield ok("keys", "readable by their owner alone")
    free = shutil.disk_usage(folder).free
    says = f"{free / 1024**3:.1f} GiB free"
    if free < NO_SPACE:
        yield fail("disk", says, "make space: writes are about to be refused")
    elif free < LITTLE_SPACE:
        yield warn("disk", says, "make space soon")
    else:
        yield ok("disk", says)


def _yet_to_be_made(folder: Path) -> Finding:
    """Whether the first start can make it: tried beside where it is to be, and taken away again."""
    parent = next(each for each in folder.absolute().parents if each.exists())
    try:
        TemporaryDirectory(dir=parent).cleanup()
    except OSError as failure:
        says = f"{folder} is not there, and cannot be made in {parent}: {failure.strerror}"
        return fail("data folder", says, "set DWC_DATA_DIR to a folder that can be")
    return warn("data folder", f"{folder} is not there yet", "the first start makes it")


def others_may_read(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


async def token_keys(settings: Settings) -> Finding:
    """Whether the keys that tokens are checked against can be had."""
    if not settings.jwks and not (settings.data_dir / TRIAL_KEY).exists():
        return warn("token keys", "there is no trial key yet", "the first start makes it")
    try:
        source = key_source(settings)
        keys = await source.keys(kid="")
    except Misconfigured as why:
        return fail("token keys", why.detail, "set DWC_JWKS to the address or file of your identity provider's keys")
    except KeysOutOfReach:
        return fail(
            "token keys", "the identity provider's keys cannot be fetched", "open the way to the address in DWC_JWKS"
        )
    where = "fetched" if isinstance(source, FetchedKeys) else "from a file" if settings.jwks else "the trial key"
    return ok("token keys", f"{len(keys.keys)} ({where})")
