"""Private keys in files that not everybody on the machine may read."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from joserfc.jwk import ECKey, OKPKey

from shared.settings import Misconfigured

K = TypeVar("K", ECKey, OKPKey)


def private_key(path: Path, kind: type[K], *, make: Callable[[], K]) -> K:
    """The key in a PEM file, made at first use for its owner alone. Raises `Misconfigured` when others may read it, or the
    group may change it; the group may read it, since that is how an administrator hands a key to a service.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make().as_pem(private=True))
    if path.stat().st_mode & 0o027:
        raise Misconfigured(f"the key in {path.name} may be read by others on this machine: chmod 600 it, or delete it")
    key = kind.import_key(path.read_bytes())
    key.ensure_kid()
    return key
