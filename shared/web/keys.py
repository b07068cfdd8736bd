"""The public keys that tokens are checked against: a file's, or an identity provider's, fetched and kept for a while."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

import httpx
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from shared.problems import TryAgain
from shared.telemetry import log

FETCH_SECONDS = 3


class KeysOutOfReach(TryAgain):
    """Nothing is wrong with the token; whoever sent it need not fetch another."""

    title = "Tokens cannot be checked just now"


class KeySource(Protocol):
    """Where the public keys come from."""

    async def keys(self, *, kid: str) -> KeySet:
        """The keys in force; `kid` is the one wanted. A new object whenever they may have changed."""


class StaticKeys:
    """Keys that do not change while the process runs: the trial key, or a file."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    async def keys(self, *, kid: str) -> KeySet:
        return self._keys


class FetchedKeys:
    """Keys of an identity provider. Fetched again after five minutes, so that a revoked key is refused within them; early
    for a key not seen before, but at most once in 30 s, so that made-up key ids cannot flood the provider; and kept for an
    hour when the provider cannot be reached.
    """

    KEPT_SECONDS, PAUSE_SECONDS, STALE_SECONDS = 300, 30, 3600

    def __init__(
        self,
        url: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._transport = transport
        self._now = now
        self._keys: KeySet | None = None
        self._fetched = self._tried = float("-inf")
        self._fetching = asyncio.Lock()

    async def keys(self, *, kid: str) -> KeySet:
        """Raises `KeysOutOfReach` when there have been none for an hour."""
        if self._is_due(kid):
            async with self._fetching:
                if self._is_due(kid):
                    await self._fetch()
        if self._keys is None or self._now() - self._fetched > self.STALE_SECONDS:
            raise KeysOutOfReach("the identity provider's keys are out of reach; send the same request again")
        return self._keys

    def _is_due(self, kid: str) -> bool:
        now = self._now()
        wanted = now - self._fetched >= self.KEPT_SECONDS or (self._keys is not None and kid not in kids(self._keys))
        return wanted and now - self._tried >= self.PAUSE_SECONDS

    async def _fetch(self) -> None:
        self._tried = self._now()
        try:
            async with httpx.AsyncClient(timeout=FETCH_SECONDS, transport=self._transport) as client:
                answer = await client.get(self._url)
                answer.raise_for_status()
                self._keys = public_keys(answer.json())
                self._fetched = self._now()
        except Exception as failure:  # whatever the provider answers, the keys we have go on serving for their hour
            log.warning("keys.not_fetched", error=type(failure).__name__)


def public_keys(published: Any) -> KeySet:
    """A published key set as far as it signs tokens. Raises ValueError when it holds no such key, or a private one."""
    found = [
        key
        for key in KeySet.import_key_set(published)
        if isinstance(key, ECKey | RSAKey | OKPKey) and key.get("use", "sig") == "sig"
    ]
    if not found:
        raise ValueError("the key set holds no key that signs tokens")
    if any(key.is_private for key in found):
        raise ValueError("the key set holds private keys: publish their public halves alone")
    return KeySet([*found])


def kids(keys: KeySet) -> set[str]:
    return {key.kid for key in keys if key.kid}
