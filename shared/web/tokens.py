"""Tokens: JWTs signed by the council's identity provider, or by a trial key on this machine. Never HS*, never `none`."""

import hashlib
import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from shared.private_keys import private_key
from shared.problems import NotAuthenticated
from shared.settings import Misconfigured, Settings
from shared.telemetry import log
from shared.web.keys import FetchedKeys, KeySource, KeysOutOfReach, StaticKeys, public_keys
from shared.web.roles import Principal, Role

ALGORITHMS = ["ES256", "RS256", "Ed25519", "EdDSA"]  # the last is the older name of the third (RFC 9864)
SERVICES = ["intake", "observation", "reporting"]
TRIAL_KEY = "trial-issuer.pem"
LEEWAY_SECONDS = 60
LONGEST_SECONDS = 2 * 3600
"""In production. Entra ID's access tokens live 60 to 90 minutes; a stolen one is good until it ends."""
LONGEST_TRIAL_SECONDS = 24 * 3600
LONGEST_TOKEN = 8192
CHECKED_SECONDS = 60
MOST_CHECKED = 10_000
SAME_FOR_EVERY_FAULT = "the token is missing, expired, or not for this service"


class Header(BaseModel):
    """What a token's header may say. Nothing in it is fetched or trusted: not `jku`, `x5u`, `jwk`, nor a `crit` we do not know."""

    model_config = ConfigDict(extra="forbid", strict=True)

    alg: str
    kid: str = Field(min_length=1)
    typ: str = Field("JWT", pattern=r"(?i)^(application/)?(at\+)?jwt$")
    """A logout token or a DPoP proof is signed by the same key and is no access token (RFC 8725, 3.11)."""
    x5t: str = ""
    x5t_sha256: str = Field("", alias="x5t#S256")


Seconds = Annotated[int | float, Field(ge=0, lt=2**40, allow_inf_nan=False)]
Reference = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Claims(BaseModel):
    """What a token must say, and no other way of saying it."""

    model_config = ConfigDict(extra="ignore", strict=True)

    iss: str
    aud: str | list[str]
    sub: Annotated[Reference, StringConstraints(min_length=1)]
    role: Role = Field(strict=False)
    iat: Seconds
    nbf: Seconds
    exp: Seconds
    worker: Reference = ""
    team: Reference = ""
    only_reads: bool = False


class TokenReader:
    """Turns a token into whoever holds it, for one service.

    A signature already checked is remembered for a minute beside the keys it was checked with: new keys, and with them a
    revoked one, are a new set, and everything is checked again.
    """

    def __init__(
        self,
        source: KeySource,
        *,
        issuer: str,
        audience: str,
        longest_seconds: int = LONGEST_TRIAL_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._source = source
        self._issuer = issuer
        self._audience = audience
        self._longest = longest_seconds
        # The system's clock, not `shared.clock`: an identity provider does not follow a rehearsal into another year.
        self._now = now
        self._checked: dict[bytes, tuple[KeySet, float, Claims]] = {}

    async def read(self, token: str) -> Principal:
        """Whoever holds it. Raises `NotAuthenticated`, in one sentence for every fault, or `KeysOutOfReach`."""
        try:
            claims = await self._signed(token)
            self._check(claims)
            return Principal(claims.sub, claims.role, claims.worker, claims.team, only_reads=claims.only_reads)
        except KeysOutOfReach:
            raise
        except Exception as fault:  # a forged token may break a parser anywhere; whatever breaks, it is no token
            log.info("token.refused", reason=_why(fault))
            raise NotAuthenticated(SAME_FOR_EVERY_FAULT) from fault

    async def _signed(self, token: str) -> Claims:
        """What the token says, once its signature has been checked."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise Refused("too long, or not ASCII")
        header = Header.model_validate(_json(_decoded(token.partition(".")[0])))
        keys = await self._source.keys(kid=header.kid)
        digest = hashlib.sha256(token.encode()).digest()
        if (known := self._checked.get(digest)) and known[0] is keys and self._now() < known[1]:
            return known[2]
        payload = jws.deserialize_compact(token, keys, algorithms=ALGORITHMS).payload
        claims = Claims.model_validate(_json(payload))
        if len(self._checked) >= MOST_CHECKED:
            self._checked.clear()
        self._checked[digest] = (keys, self._now() + CHECKED_SECONDS, claims)
        return claims

    def _check(self, claims: Claims) -> None:
        audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        now = self._now()
        for true, otherwise in (
            (claims.iss == self._issuer, "another issuer"),
            (self._audience in audiences, "another audience"),
            (now < claims.exp + LEEWAY_SECONDS, "expired"),
            (claims.nbf <= now + LEEWAY_SECONDS, "not valid yet"),
            (claims.iat <= now + LEEWAY_SECONDS, "issued in the future"),
            (claims.exp - min(claims.iat, claims.nbf) <= self._longest, "valid for too long"),
        ):
            if not true:
                raise Refused(otherwise)


class Refused(Exception):
    """Why a token was refused, in words for the log that hold nothing of the token."""


def _why(fault: Exception) -> str:
    """For whoever connects an identity provider; it names what we ask for and never what was sent."""
    if isinstance(fault, Refused):
        return str(fault)
    if isinstance(fault, ValidationError):
        wrong = fault.errors(include_input=False, include_context=False)
        known = sorted({str(error["loc"][0]) for error in wrong if error["loc"] and error["type"] != "extra_forbidden"})
        return f"missing or wrong: {', '.join(known)}" if known else "a header field we do not take"
    return type(fault).__name__


def _decoded(segment: str) -> bytes:
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def _json(text: bytes) -> Any:
    """JSON in which nothing is said twice: two readers must not disagree on which of two roles counts."""
    return json.loads(text.decode("utf-8"), object_pairs_hook=_said_once)


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise Refused("says something twice")
    return said


def token_reader(settings: Settings, *, audience: str) -> TokenReader:
    """What reads the tokens of one service under these settings."""
    longest = LONGEST_SECONDS if settings.production else LONGEST_TRIAL_SECONDS
    return TokenReader(key_source(settings), issuer=settings.issuer, audience=audience, longest_seconds=longest)


def key_source(settings: Settings) -> KeySource:
    """The keys these settings name: an https URL, a file, or the trial key. Raises `Misconfigured` when the file has none."""
    if settings.jwks.startswith("https://"):
        return FetchedKeys(settings.jwks)
    if settings.jwks:
        try:
            return StaticKeys(public_keys(json.loads(Path(settings.jwks).read_bytes())))
        except Exception as failure:
            raise Misconfigured("DWC_JWKS names no readable file with a set of public keys") from failure
    return StaticKeys(KeySet([trial_key(settings.data_dir)]))


def trial_key(folder: Path) -> ECKey:
    """The key that signs tokens on this machine, made at first use in a file only its owner may read."""
    return private_key(folder / TRIAL_KEY, ECKey, make=lambda: ECKey.generate_key("P-256"))


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
    further = {"worker": principal.worker, "team": principal.team, "only_reads": principal.only_reads}
    claims |= {name: value for name, value in further.items() if value}
    return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "JWT"}, claims, key)
