"""Forged, confused, stale and oversized tokens: each is one step from an honest one, and each is refused in the same words."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from services.observation.main import SERVICE
from shared.messaging.transports.embedded import EmbeddedTransport
from shared.problems import NotAuthenticated
from shared.settings import Misconfigured, Settings
from shared.web.app import build_app
from shared.web.keys import StaticKeys
from shared.web.roles import Principal, Role
from shared.web.tokens import LONGEST_SECONDS, TokenReader, publish_keys, sign_token, trial_key

ISSUER = "https://login.council.example"
DAY = 24 * 3600


class Provider:
    """The council's identity provider, which signs whatever a test asks of it."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "in-force"})
        self.other = ECKey.generate_key("P-256", {"kid": "somebody-elses"})
        self.public = KeySet([self.key]).as_dict(private=False)

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        honest = {
            "iss": ISSUER,
            "aud": "observation",
            "sub": "asha",
            "role": "social_worker",
            "worker": "asha",
            "iat": now,
            "nbf": now,
            "exp": now + 600,
        }
        return {name: value for name, value in (honest | changes).items() if value is not ...}

    def signed(self, header: dict[str, Any] | None = None, /, *, key: Any = None, **changes: Any) -> str:
        """An honest token, but for these changes; `...` leaves a claim out."""
        return self.sealed(header or {}, json.dumps(self.claims(**changes)), key=key)

    def sealed(self, header: dict[str, Any] | str, payload: str, *, key: Any = None) -> str:
        """Any text at all, truly signed: what only a broken or hostile provider could make."""
        if isinstance(header, dict):
            whole = {"alg": "ES256", "kid": "in-force", "typ": "JWT"} | header
            header = json.dumps({name: value for name, value in whole.items() if value is not ...})
        signing = f"{_encoded(header.encode())}.{_encoded(payload.encode('utf-8', 'surrogatepass'))}"
        model = jwt.JWSRegistry.algorithms["ES256"]
        return f"{signing}.{_encoded(model.sign(signing.encode(), key or self.key))}"

    def twice(self, name: str, value: Any) -> str:
        """A payload that says one thing twice."""
        return json.dumps(self.claims())[:-1] + f", {json.dumps(name)}: {json.dumps(value)}}}"


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _unsigned(provider: Provider) -> str:
    head = _encoded(b'{"alg":"none","kid":"in-force"}')
    return f"{head}.{_encoded(json.dumps(provider.claims()).encode())}."


def _signed_with_the_public_key(provider: Provider) -> str:
    """Algorithm confusion: the public key, which everybody has, taken for a shared secret."""
    head = _encoded(b'{"alg":"HS256","kid":"in-force","typ":"JWT"}')
    signing = f"{head}.{_encoded(json.dumps(provider.claims()).encode())}"
    secret = provider.key.as_pem(private=False)
    return f"{signing}.{_encoded(hmac.new(secret, signing.encode(), hashlib.sha256).digest())}"


def _changed_after_signing(provider: Provider) -> str:
    head, _, signature = provider.signed().split(".")
    return f"{head}.{_encoded(json.dumps(provider.claims(role='service_manager')).encode())}.{signature}"


def _now(seconds: float) -> int:
    return int(time.time() + seconds)


Forger = Callable[[Provider], str]
FORGED: dict[str, Forger] = {
    # Who signed it
    "not signed": _unsigned,
    "signed with the public key as a secret": _signed_with_the_public_key,
    "signed by somebody else under our key's name": lambda p: p.signed(key=p.other),
    "signed with a key nobody knows": lambda p: p.signed({"kid": "somebody-elses"}, key=p.other),
    "names no key": lambda p: p.signed({"kid": ...}),
    "names its key with a number": lambda p: p.signed({"kid": 7}),
    "changed after it was signed": _changed_after_signing,
    "says ES256K": lambda p: p.signed({"alg": "ES256K"}),
    "says RS256 of an elliptic key": lambda p: p.signed({"alg": "RS256"}),
    "says EdDSA of an elliptic key": lambda p: p.signed({"alg": "EdDSA"}),
    "says none, signed": lambda p: p.signed({"alg": "none"}),
    "says nOnE": lambda p: p.signed({"alg": "nOnE"}),
    "names two algorithms": lambda p: p.signed({"alg": ["none", "ES256"]}),
    "without a signature": lambda p: p.signed().rpartition(".")[0] + ".",
    # Headers that would have us fetch, trust or skip something
    "says where its key is to be fetched (jku)": lambda p: p.signed({"jku": "https://evil.example/keys"}),
    "says where its certificate is to be fetched (x5u)": lambda p: p.signed({"x5u": "https://evil.example/x"}),
    "brings its own key (jwk)": lambda p: p.signed({"jwk": p.other.as_dict(private=False)}, key=p.other),
    "brings its own certificate (x5c)": lambda p: p.signed({"x5c": ["MIIB"]}),
    "has a critical header we do not know": lambda p: p.signed({"crit": ["exp2"], "exp2": 1}),
    "has its payload unencoded (b64)": lambda p: p.signed({"crit": ["b64"], "b64": False}),
    "is a logout token": lambda p: p.signed({"typ": "logout+jwt"}),
    "is a proof of possession": lambda p: p.signed({"typ": "dpop+jwt"}),
    # For whom and from whom
    "from another issuer": lambda p: p.signed(iss="https://login.other.example"),
    "from our issuer, with a slash": lambda p: p.signed(iss=ISSUER + "/"),
    "from two issuers": lambda p: p.signed(iss=[ISSUER]),
    "from nobody": lambda p: p.signed(iss=...),
    "for another service": lambda p: p.signed(aud="intake"),
    "for two other services": lambda p: p.signed(aud=["intake", "reporting"]),
    "for a service whose name begins like ours": lambda p: p.signed(aud="observations"),
    "for nobody": lambda p: p.signed(aud=...),
    "for an empty list": lambda p: p.signed(aud=[]),
    # When
    "expired": lambda p: p.signed(iat=_now(-700), nbf=_now(-700), exp=_now(-61)),
    "without an end": lambda p: p.signed(exp=...),
    "without a beginning": lambda p: p.signed(nbf=...),
    "without the time it was issued": lambda p: p.signed(iat=...),
    "from the future (nbf)": lambda p: p.signed(nbf=_now(120)),
    "from the future (iat)": lambda p: p.signed(iat=_now(120)),
    "good for a month": lambda p: p.signed(exp=_now(30 * DAY)),
    "ends at no number": lambda p: p.sealed({}, json.dumps(p.claims(exp=float("nan")))),
    "never ends": lambda p: p.sealed({}, json.dumps(p.claims(exp=float("inf")))),
    "ends in a text": lambda p: p.signed(exp=str(_now(600))),
    "ends in a truth": lambda p: p.signed(exp=True),
    "ends in the year 10000000": lambda p: p.signed(exp=10**400),
    # Who it is
    "about nobody": lambda p: p.signed(sub=...),
    "about an empty name": lambda p: p.signed(sub=""),
    "about a number": lambda p: p.signed(sub=7),
    "about a name with a line end": lambda p: p.signed(sub="asha\nrole=auditor"),
    "about a lone surrogate": lambda p: p.sealed({}, json.dumps(p.claims(sub="\ud800"))),
    "without a role": lambda p: p.signed(role=...),
    "in a role nobody knows": lambda p: p.signed(role="superuser"),
    "in a role in capitals": lambda p: p.signed(role="SOCIAL_WORKER"),
    "in several roles": lambda p: p.signed(role=["social_worker", "service_manager"]),
    "in two roles, said twice": lambda p: p.sealed({}, p.twice("role", "service_manager")),
    "a worker that is an object": lambda p: p.signed(worker={"reference": "asha"}),
    "a team that is a list": lambda p: p.signed(team=["north", "south"]),
    # What is no token at all
    "two parts": lambda p: p.signed().rpartition(".")[0],
    "four parts": lambda p: p.signed() + ".e30",
    "five parts, as if encrypted": lambda p: p.signed() + ".e30.e30",
    "nothing but dots": lambda p: "..",
    "one word": lambda p: "asha",
    "not base64": lambda p: "é." + p.signed().partition(".")[2],
    "a header that is no JSON": lambda p: p.sealed("{", json.dumps(p.claims())),
    "a header that is a list": lambda p: p.sealed('["ES256"]', json.dumps(p.claims())),
    "a header a hundred deep": lambda p: p.sealed('{"kid":' * 100 + "1" + "}" * 100, json.dumps(p.claims())),
    "a header a thousand deep": lambda p: p.sealed("[" * 1000 + "]" * 1000, json.dumps(p.claims())),
    "a header that says its algorithm twice": lambda p: p.sealed(
        '{"alg":"none","kid":"in-force","alg":"ES256"}', json.dumps(p.claims())
    ),
    "claims that are a list": lambda p: p.sealed({}, json.dumps([p.claims()])),
    "claims that are no JSON": lambda p: p.sealed({}, "asha"),
    "claims that are not UTF-8": lambda p: p.sealed({}, json.dumps(p.claims())[:-1] + ', "x": "\udcff"}'),
    "9 KB": lambda p: p.signed(padding="x" * 9_000),
    "a header of 3 KB": lambda p: p.signed({"x5t": "x" * 3_000}),
}
HONEST: dict[str, Forger] = {
    "as it comes": lambda p: p.signed(),
    "for all three services": lambda p: p.signed(aud=["intake", "observation", "reporting"]),
    "an access token by its type (RFC 9068)": lambda p: p.signed({"typ": "at+jwt"}),
    "without a type": lambda p: p.signed({"typ": ...}),
    "with a certificate's thumbprint, as Entra ID writes": lambda p: p.signed({"x5t": "abc", "x5t#S256": "def"}),
    "with claims we do not know": lambda p: p.signed(scp="x", tid="y"),
    "from a clock 50 s fast": lambda p: p.signed(iat=_now(50), nbf=_now(50)),
    "ended 50 s ago": lambda p: p.signed(iat=_now(-600), nbf=_now(-600), exp=_now(-50)),
    "good for 90 minutes": lambda p: p.signed(exp=_now(90 * 60)),
}


@pytest.fixture(scope="module")
def provider() -> Provider:
    return Provider()


@pytest.fixture
async def door(provider: Provider, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    """Observation in production, which trusts the council's identity provider."""
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps(provider.public))
    sealing = {"audit_key": tmp_path / "audit.pem", "audit_anchors": tmp_path}
    settings = Settings(production=True, transport="kafka", jwks=str(jwks), issuer=ISSUER, data_dir=tmp_path, **sealing)
    database = SERVICE.open(f"sqlite+aiosqlite:///{tmp_path}/observation.sqlite", authority="206")
    app = build_app(SERVICE, settings, database, EmbeddedTransport([]))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://observation") as client:
        yield client
    await database.close()


def _bearing(token: str) -> dict[str, str]:
    return {"Authorization": b"Bearer " + token.encode("latin-1")}  # type: ignore[dict-item]


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("kind", FORGED)
async def test_a_forged_token_is_refused_in_the_words_for_no_token(door, provider, kind) -> None:
    without = await door.get("/v1/rubric")
    forged = await door.get("/v1/rubric", headers=_bearing(FORGED[kind](provider)))
    assert (forged.status_code, without.status_code) == (401, 401), kind
    assert forged.headers["www-authenticate"] == without.headers["www-authenticate"] == "Bearer"
    assert forged.json() | {"request_id": ""} == without.json() | {"request_id": ""}


@pytest.mark.parametrize("kind", HONEST)
async def test_an_honest_token_is_taken(door, provider, kind) -> None:
    assert (await door.get("/v1/rubric", headers=_bearing(HONEST[kind](provider)))).status_code == 200, kind


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("algorithm", ["RS256", "Ed25519", "EdDSA"])
async def test_a_provider_may_sign_with_rsa_or_ed25519(provider, algorithm) -> None:
    key = RSAKey.generate_key(2048) if algorithm == "RS256" else OKPKey.generate_key("Ed25519")
    keys = StaticKeys(KeySet([key]))
    token = jwt.encode({"alg": algorithm, "kid": key.kid}, provider.claims(), key, algorithms=[algorithm])
    reader = TokenReader(keys, issuer=ISSUER, audience="observation")
    assert (await reader.read(token)).worker == "asha"


async def test_a_token_is_good_until_it_ends_even_when_it_was_checked_before(provider) -> None:
    began = clock = time.time()
    keys = StaticKeys(KeySet([provider.key]))
    reader = TokenReader(keys, issuer=ISSUER, audience="observation", now=lambda: clock)
    token = provider.signed(exp=int(began) + 30)
    for ahead in (0, 20, 88):
        clock = began + ahead
        assert (await reader.read(token)).role is Role.SOCIAL_WORKER
    clock = began + 91
    with pytest.raises(NotAuthenticated):
        await reader.read(token)


def test_production_wants_a_providers_keys_its_issuer_and_never_in_the_clear(tmp_path) -> None:
    whole = {"production": True, "transport": "kafka", "jwks": "https://login/keys", "issuer": ISSUER}
    whole |= {"audit_key": tmp_path / "audit.pem", "audit_anchors": tmp_path}
    Settings(**whole).check()
    for change in ({"jwks": ""}, {"jwks": "http://login/keys"}, {"issuer": "urn:dwc:trial"}, {"transport": "embedded"}):
        with pytest.raises(Misconfigured):
            Settings(**(whole | change)).check()
    with pytest.raises(Misconfigured):
        Settings(host="0.0.0.0", data_dir=tmp_path).check()


@pytest.mark.parametrize("content", ["", "{}", '{"keys": []}', '{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}', None])
def test_a_key_file_without_public_keys_keeps_the_service_from_starting(tmp_path, content) -> None:
    jwks = tmp_path / "jwks.json"
    if content is not None:
        jwks.write_text(content)
    _does_not_start(Settings(jwks=str(jwks), data_dir=tmp_path), tmp_path)


def test_a_key_file_with_the_private_half_keeps_the_service_from_starting(tmp_path, provider) -> None:
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps(KeySet([provider.key]).as_dict(private=True)))
    _does_not_start(Settings(jwks=str(jwks), data_dir=tmp_path), tmp_path)


def test_a_trial_key_that_others_may_read_keeps_the_service_from_starting(tmp_path) -> None:
    trial_key(tmp_path)
    (tmp_path / "trial-issuer.pem").chmod(0o644)
    _does_not_start(Settings(data_dir=tmp_path), tmp_path)


async def test_the_trial_key_signs_for_every_service_of_this_machine(tmp_path) -> None:
    key = trial_key(tmp_path)
    published = json.loads(publish_keys(tmp_path).read_text())
    assert "d" not in published["keys"][0]
    token = sign_token(key, Principal(id="asha", role=Role.AUDITOR), issuer=ISSUER, minutes=24 * 60)
    for service in ("intake", "observation", "reporting"):
        reader = TokenReader(StaticKeys(KeySet([key])), issuer=ISSUER, audience=service)
        assert (await reader.read(token)).role is Role.AUDITOR
    assert LONGEST_SECONDS < DAY


def _does_not_start(settings: Settings, folder: Path) -> None:
    database = SERVICE.open(f"sqlite+aiosqlite:///{folder}/observation.sqlite", authority="206")
    with pytest.raises(Misconfigured):
        build_app(SERVICE, settings, database, EmbeddedTransport([]))
