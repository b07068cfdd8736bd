"""What an operator may set. Everything is read once, from the environment, and is frozen thereafter."""

import os
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from shared.problems import Problem

TRIAL_ISSUER = "urn:dwc:trial"


class TransportKind(StrEnum):
    EMBEDDED = "embedded"
    KAFKA = "kafka"


class Misconfigured(Problem):
    """The settings are wrong, incomplete or contradict one another; what was asked for is not begun."""

    status = 500
    title = "This installation is not set up for that"


class FromFiles(EnvSettingsSource):
    """`DWC_X_FILE` names a file that holds what `DWC_X` would: secrets need not stand in an environment."""

    def _load_env_vars(self) -> dict[str, str | None]:
        fields = {f"{self.env_prefix}{name}".lower() for name in self.settings_cls.model_fields}
        found: dict[str, str | None] = {}
        for variable, path in os.environ.items():
            name = variable.lower().removesuffix("_file")
            if name == variable.lower() or name not in fields:
                continue
            if os.environ.get(variable[: -len("_FILE")]):
                raise Misconfigured(f"{variable} and {variable[: -len('_FILE')]} are both set: which counts?")
            try:
                found[name] = Path(path).read_text().strip()
            except OSError:
                raise Misconfigured(f"{variable} names no file that can be read") from None
        return found


class _FromEnvironment(BaseSettings):
    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as invalid:
            prefix = given.get("_env_prefix") or self.model_config["env_prefix"]
            wrong = [f"{prefix}{error['loc'][0]}".upper() for error in invalid.errors(include_input=False)]
            raise Misconfigured(f"{', '.join(wrong)}: not a value it can have; see docs/settings.md") from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        assert isinstance(env_settings, EnvSettingsSource)
        return init_settings, env_settings, FromFiles(settings_cls, env_prefix=env_settings.env_prefix)


class Settings(_FromEnvironment):
    """Settings of the whole installation: environment variables that begin with `DWC_`."""

    model_config = SettingsConfigDict(env_prefix="DWC_", frozen=True, extra="ignore")

    authority: str = Field("206", pattern=r"^\d{3}$", description="DfE code of the local authority")
    authority_name: str = Field("", max_length=100, description="its name, for files of figures")
    authority_gss: str = Field("", pattern=r"^([A-Z]\d{8})?$", description="its GSS code, for files of figures")
    production: bool = Field(False, description="refuse everything that is only fit for trying out")
    data_dir: Path = Field(Path("data"), description="folder of the SQLite files and of the trial signing key")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    transport: TransportKind = Field(
        TransportKind.EMBEDDED, description="how events travel: `embedded` (one process) or `kafka`"
    )
    kafka_bootstrap: str = Field("127.0.0.1:9092", description="Kafka bootstrap servers, `host:port,…`")
    kafka_user: str = Field("", description="user to sign in to Kafka as, over TLS; empty: no password and no TLS")
    kafka_password: SecretStr = Field(SecretStr(""), description="that user's password (SCRAM-SHA-512)")
    kafka_ca: str = Field("", description="file of certificates that Kafka's is checked against; empty: the system's")
    jwks: str = Field(
        "", description="public keys that tokens are checked against: an https URL or a file; empty: the trial key"
    )
    audit_key: Path | None = Field(
        None,
        description="file of the private key (Ed25519, PEM) that seals the audit; empty: a trial key in the data folder",
    )
    audit_anchors: Path | None = Field(
        None,
        description="folder, best on another machine, for the audit's heads and public keys; empty: the data folder",
    )
    issuer: str = Field(TRIAL_ISSUER, description="the `iss` a token must carry")

    own_managers_observe: bool = Field(
        False,
        description="managers may observe their own team's practice; what they score is fed back and not reported",
    )
    keep_cases_years: int | None = Field(
        None,
        ge=0,
        le=100,
        description="years a case record is kept after the later of the 18th birthday and the last closure, as the authority has decided; empty: nothing is disposed of",
    )

    @property
    def on_loopback(self) -> bool:
        return self.host == "localhost" or ip_address(self.host).is_loopback

    @property
    def anchors_folder(self) -> Path:
        return self.audit_anchors or self.data_dir

    def check(self) -> None:
        """Refuse settings that would leave a door open. Raises `Misconfigured`."""
        if not self.jwks and not self.on_loopback:
            raise Misconfigured(
                "the trial key signs tokens for anybody on this machine: set DWC_JWKS, or listen on 127.0.0.1"
            )
        if "://" in self.jwks and not self.jwks.startswith("https://"):
            raise Misconfigured("DWC_JWKS is an https URL or a file: keys fetched in the clear are anybody's")
        if bool(self.kafka_user) != bool(self.kafka_password.get_secret_value()):
            raise Misconfigured("DWC_KAFKA_USER and DWC_KAFKA_PASSWORD go together")
        if self.kafka_ca and not self.kafka_user:
            raise Misconfigured("DWC_KAFKA_CA without DWC_KAFKA_USER checks nothing: Kafka is spoken to in the clear")
        if self.production and not self.jwks:
            raise Misconfigured("production needs DWC_JWKS, the public keys of your identity provider")
        if self.production and self.issuer == TRIAL_ISSUER:
            raise Misconfigured("production needs DWC_ISSUER, the `iss` your identity provider writes into its tokens")
        if self.production and (self.audit_key is None or self.audit_anchors is None):
            raise Misconfigured(
                "production needs DWC_AUDIT_KEY, made by `dwc audit key`, and DWC_AUDIT_ANCHORS, a folder kept apart from the database"
            )
        if self.production and self.transport is TransportKind.EMBEDDED:
            raise Misconfigured("production needs DWC_TRANSPORT=kafka: the embedded transport is for one machine")


class ServiceSettings(_FromEnvironment):
    """Settings of one service: environment variables that begin with `DWC_<SERVICE>_`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: str = Field(
        "", description="SQLAlchemy URL of the service's database; empty: a SQLite file in the data folder"
    )

    @classmethod
    def of(cls, service: str) -> "ServiceSettings":
        return cls(_env_prefix=f"DWC_{service.upper()}_")


def database_url(service: str, settings: Settings) -> str:
    """Where a service keeps its rows: its own PostgreSQL database, or its own SQLite file."""
    url = ServiceSettings.of(service).database_url
    return url or f"sqlite+aiosqlite:///{settings.data_dir / service}.sqlite"
