"""The key that signs seals, and the public keys they are verified with. The private one is never in the database."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from pydantic import BaseModel, ValidationError

from shared.private_keys import private_key
from shared.settings import Misconfigured, Settings

ALGORITHM: Final = "Ed25519"
TRIAL_KEY = "audit-key.pem"
PUBLIC_KEYS = "audit-keys.jsonl"


def signing_key(settings: Settings) -> OKPKey:
    """The key these settings name, or the trial key in the data folder, made at first use. Raises `Misconfigured`."""
    if settings.audit_key is None:
        return key_in(settings.data_dir / TRIAL_KEY)
    if not settings.audit_key.exists():
        raise Misconfigured("DWC_AUDIT_KEY names no file: `dwc audit key FILE` makes one")
    return key_in(settings.audit_key)


def key_in(path: Path) -> OKPKey:
    """The key in a file, made if there is none."""
    return private_key(path, OKPKey, make=lambda: OKPKey.generate_key(ALGORITHM))


def sign(statement: BaseModel, key: OKPKey) -> str:
    """The statement as a JWS in compact form, which any JOSE library can verify."""
    header = {"alg": ALGORITHM, "kid": key.kid}
    return jws.serialize_compact(header, statement.model_dump_json(), key, algorithms=[ALGORITHM])


class NotSigned(Exception):
    """The signature is none of a key that is known; the message says what is wrong with it."""


Stated = TypeVar("Stated", bound=BaseModel)


def opened(signed: str, keys: KeySet, kind: type[Stated]) -> Stated:
    """What was signed. Raises `NotSigned`."""
    try:
        return kind.model_validate_json(jws.deserialize_compact(signed, keys, algorithms=[ALGORITHM]).payload)
    except (JoseError, ValidationError, ValueError) as fault:
        raise NotSigned("its signature does not fit, or is of a key that is not known") from fault


def publish(key: OKPKey, folder: Path) -> None:
    """Add the public half to those that seals are verified with; the ones before it stay, for the seals they signed."""
    if key.kid not in {known.kid for known in _public_keys(folder)}:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / PUBLIC_KEYS).open("a") as file:
            file.write(json.dumps(key.as_dict(private=False)) + "\n")


def public_keys(folder: Path) -> KeySet:
    """Every key that has signed. Raises `Misconfigured` when there is none."""
    keys = KeySet([*_public_keys(folder)])
    if not keys.keys:
        raise Misconfigured(f"{folder} has no {PUBLIC_KEYS}: name the folder with the heads and keys of the audit")
    return keys


def _public_keys(folder: Path) -> Iterator[OKPKey]:
    path = folder / PUBLIC_KEYS
    for line in path.read_text().splitlines() if path.exists() else ():
        yield OKPKey.import_key(json.loads(line))
