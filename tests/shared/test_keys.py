"""An identity provider that turns its keys, withdraws one, and goes away; and callers who make key ids up."""

import asyncio
import time
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from shared.problems import NotAuthenticated
from shared.web.keys import FetchedKeys, KeysOutOfReach
from shared.web.tokens import TokenReader

ISSUER = "https://login.council.example"
MINUTE, HOUR = 60, 3600


class Provider:
    """An identity provider on a clock that the test moves, and the intake service that trusts it."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.fetches = 0
        self.answer: Any = None
        """What it answers in place of its keys: a status, or a failure to raise."""
        self._keys: dict[str, ECKey] = {}
        self.source = FetchedKeys(
            f"{ISSUER}/keys", transport=httpx.MockTransport(self._serve), now=lambda: self.elapsed
        )
        began = time.time()
        self._reader = TokenReader(self.source, issuer=ISSUER, audience="intake", now=lambda: began + self.elapsed)

    def publishes(self, *kids: str) -> None:
        self._keys = {kid: self._keys.get(kid) or ECKey.generate_key("P-256", {"kid": kid}) for kid in kids}

    def token(self, kid: str, *, key: ECKey | None = None) -> str:
        now = int(time.time() + self.elapsed)
        claims = {"iss": ISSUER, "aud": "intake", "sub": "a", "role": "duty", "iat": now, "nbf": now, "exp": now + HOUR}
        return jwt.encode({"alg": "ES256", "kid": kid}, claims, key or self._keys[kid])

    async def takes(self, token: str) -> bool:
        try:
            return (await self._reader.read(token)).id == "a"
        except NotAuthenticated:
            return False

    def _serve(self, _request: httpx.Request) -> httpx.Response:
        self.fetches += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or httpx.Response(200, json=KeySet([*self._keys.values()]).as_dict(private=False))


@pytest.fixture
def provider() -> Provider:
    made = Provider()
    made.publishes("first")
    return made


async def test_keys_are_turned_with_overlap_and_nobody_is_turned_away(provider) -> None:
    old = provider.token("first")
    assert await provider.takes(old)
    provider.elapsed += 31
    provider.publishes("first", "second")
    new = provider.token("second")
    assert await provider.takes(new), "an unknown key is looked for at once"
    assert await provider.takes(old)
    assert provider.fetches == 2


async def test_a_withdrawn_key_is_refused_within_five_minutes_even_for_a_token_checked_before(provider) -> None:
    provider.publishes("first", "second")
    stolen = provider.token("first")
    assert await provider.takes(stolen)
    provider.publishes("second")
    for _ in range(10):
        provider.elapsed += 30
        taken = await provider.takes(stolen)
    assert provider.elapsed == 5 * MINUTE
    assert not taken
    assert await provider.takes(provider.token("second"))


@pytest.mark.parametrize(
    "outage",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.Response(500),
        httpx.Response(302, headers={"Location": "http://elsewhere.example/keys"}),
        httpx.Response(200, text="<html>sign in</html>"),
        httpx.Response(200, json=["keys"]),
        httpx.Response(200, json={"keys": []}),
        httpx.Response(200, json={"keys": [{"kty": "EC"}]}),
        httpx.Response(200, json={"keys": [OctKey.generate_key(256).as_dict()]}),
    ],
    ids=lambda outage: type(outage).__name__ if isinstance(outage, Exception) else str(outage.status_code),
)
async def test_while_the_provider_is_away_its_keys_serve_an_hour_and_then_nobody_is_let_in(provider, outage) -> None:
    assert await provider.takes(provider.token("first"))
    key = provider._keys["first"]
    provider.answer = outage
    for _ in range(59):
        provider.elapsed += MINUTE
        assert await provider.takes(provider.token("first", key=key)), provider.elapsed
        assert not await provider.takes(provider.token("unknown", key=key))
    provider.elapsed += MINUTE + 1
    with pytest.raises(KeysOutOfReach):
        await provider.takes(provider.token("first", key=key))
    provider.answer = None
    provider.elapsed += MINUTE
    assert await provider.takes(provider.token("first", key=key)), "and it recovers by itself"


async def test_a_service_starts_while_the_provider_is_away(provider) -> None:
    provider.answer = httpx.ConnectError("refused")
    with pytest.raises(KeysOutOfReach):
        await provider.takes(provider.token("first"))
    provider.answer = None
    provider.elapsed += 30
    assert await provider.takes(provider.token("first"))


async def test_made_up_key_ids_fetch_at_most_once_in_thirty_seconds(provider) -> None:
    honest = provider.token("first")
    assert await provider.takes(honest)
    for second in range(300):
        provider.elapsed += 1
        made_up = provider.token(f"made-up-{second}", key=ECKey.generate_key("P-256"))
        both = await asyncio.gather(*(provider.takes(token) for token in (made_up, made_up, honest)))
        assert both == [False, False, True]
    assert provider.fetches <= 1 + 300 // 30


async def test_callers_who_arrive_together_fetch_once(provider) -> None:
    token = provider.token("first")
    assert all(await asyncio.gather(*(provider.takes(token) for _ in range(50))))
    assert provider.fetches == 1
