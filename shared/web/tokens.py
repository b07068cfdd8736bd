"""Tokens: JWTs signed by the council's identity provider, or by a trial key on this machine. Never HS*, never `none`."""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any, Protocol

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from shared.problems import NotAuthenticated
from shared.settings import Misconfigured, Settings
from shared.web.roles import Principal, Role

ALGORITHMS = ["ES256", "RS256", "EdDSA"]
LEEWAY_SECONDS = 60
SERVICES = ["intake", "observation", "reporting"]


class KeySource(Protocol):
    """Where the public keys come from."""

    async def keys(self, *, kid: str) -> KeySet: ...


class StaticKeys:
    """Keys that do not change while the process runs: the trial key, or a file."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    async def keys(self, *, kid: str) -> KeySet:
        return self._keys


class FetchedKeys:
    """Keys of an identity provider: kept five minutes, fetched early for an unknown key but never more than twice a minute,
    and kept for an hour when the provider cannot be reached.
    """

    KEPT_SECONDS, PAUSE_SECONDS, STALE_SECONDS = 300, 30, 3600

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: KeySet | None = None
        self._fetched = self._tried = float("-inf")
        self._fetching = asyncio.Lock()

    async def keys(self, *, kid: str) -> KeySet:
        if self._is_due(kid):
            async with self._fetching:
                if self._is_due(kid):
                    await self._fetch()
        if self._keys is None or time.monotonic() - self._fetched > self.STALE_SECONDS:
            raise NotAuthenticated("tokens cannot be checked: the identity provider's keys are out of reach")
        return self._keys

    def _is_due(self, kid: str) -> bool:
        now = time.monotonic()
        wanted = now - self._fetched > self.KEPT_SECONDS or (self._keys is not None and kid not in _kids(self._keys))
        return wanted and now - self._tried > self.PAUSE_SECONDS

    async def _fetch(self) -> None:
        self._tried = time.monotonic()
        try:
            async with httpx.AsyncClient(timeout=3) as client:
                answer = await client.get(self._url)
                answer.raise_for_status()
                self._keys = KeySet.import_key_set(answer.json())
                self._fetched = time.monotonic()
        except (httpx.HTTPError, ValueError, JoseError):
            return  # the keys we have go on serving until they are an hour old


def _kids(keys: KeySet) -> set[str]:
    return {key.kid for key in keys.keys if key.kid}


class TokenReader:
    """Turns a token into whoever holds it, for one service. Raises `NotAuthenticated`, with one message for every fault."""

    def __init__(self, source: KeySource, *, issuer: str, audience: str) -> None:
        self._source = source
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def read(self, token: str) -> Principal:
        try:
            kid = _kid(token)
            decoded = jwt.decode(token, await self._source.keys(kid=kid), algorithms=ALGORITHMS)
            claims: dict[str, Any] = decoded.claims
            self._claims.validate(claims)
            return Principal(
                id=str(claims["sub"]),
                role=Role(claims["role"]),
                worker=str(claims.get("worker", "")),
                team=str(claims.get("team", "")),
            )
        except NotAuthenticated:
            raise
        except Exception as fault:  # a forged token may break a parser anywhere; whatever breaks, it is no token
            raise NotAuthenticated("the token is missing, expired, or not for this service") from fault


def _kid(token: str) -> str:
    header, _, _ = token.partition(".")
    return str(jwt_header(header).get("kid", ""))


def jwt_header(segment: str) -> dict[str, Any]:
    from base64 import urlsafe_b64decode

    parsed = json.loads(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    return parsed if isinstance(parsed, dict) else {}


def key_source(settings: Settings) -> KeySource:
    """The keys these settings name: an https URL, a file, or the trial key."""
    if settings.jwks.startswith("https://"):
        return FetchedKeys(settings.jwks)
    if settings.jwks:
        return StaticKeys(KeySet.import_key_set(json.loads(Path(settings.jwks).read_text())))
    return StaticKeys(KeySet([trial_key(settings.data_dir)]))


def trial_key(folder: Path) -> ECKey:
    """The key that signs tokens on this machine, made at first use in a file only its owner may read."""
    path = folder / "trial-issuer.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(ECKey.generate_key("P-256").as_pem(private=True))
    if path.stat().st_mode & 0o077:
        raise Misconfigured("the trial key may be read by others on this machine: chmod 600 it, or delete it")
    key = ECKey.import_key(path.read_bytes())
    key.ensure_kid()
    return key


def publish_keys(folder: Path) -> Path:
    """Write the trial key's public half as a key set, for services that must not hold the private one."""
    path = folder / "jwks.json"
    path.write_text(json.dumps(KeySet([trial_key(folder)]).as_dict(private=False)))
    return path


def sign_token(key: ECKey, principal: Principal, *, issuer: str, minutes: int) -> str:
    """A token for trying things out, good for all three services."""
    now = int(time.time())
    claims = {
        "iss": issuer,
        "aud": SERVICES,
        "sub": principal.id,
        "role": principal.role.value,
        "iat": now,
        "nbf": now,
        "exp": now + 60 * minutes,
    }
    claims |= {name: value for name, value in (("worker", principal.worker), ("team", principal.team)) if value}
    return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "JWT"}, claims, key)
