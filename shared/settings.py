"""What an operator may set. Everything is read once, from the environment, and is frozen thereafter."""

from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.problems import Problem

TRIAL_ISSUER = "urn:dwc:trial"


class TransportKind(StrEnum):
    EMBEDDED = "embedded"
    KAFKA = "kafka"


class Misconfigured(Problem):
    """The settings contradict one another; the process refuses to start."""

    status = 500
    title = "The settings contradict one another"


class Settings(BaseSettings):
    """Settings of the whole installation: environment variables that begin with `DWC_`."""

    model_config = SettingsConfigDict(env_prefix="DWC_", frozen=True, extra="ignore")

    authority: str = Field("206", pattern=r"^\d{3}$", description="DfE code of the local authority")
    production: bool = Field(False, description="refuse everything that is only fit for trying out")
    data_dir: Path = Field(Path("data"), description="folder of the SQLite files and of the trial signing key")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    transport: TransportKind = Field(
        TransportKind.EMBEDDED, description="how events travel: `embedded` (one process) or `kafka`"
    )
    kafka_bootstrap: str = Field("127.0.0.1:9092", description="Kafka bootstrap servers, `host:port,…`")
    jwks: str = Field(
        "", description="public keys that tokens are checked against: an https URL or a file; empty: the trial key"
    )
    issuer: str = Field(TRIAL_ISSUER, description="the `iss` a token must carry")

    @property
    def on_loopback(self) -> bool:
        return self.host == "localhost" or ip_address(self.host).is_loopback

    def check(self) -> None:
        """Refuse settings that would leave a door open. Raises `Misconfigured`."""
        if not self.jwks and not self.on_loopback:
            raise Misconfigured(
                "the trial key signs tokens for anybody on this machine: set DWC_JWKS, or listen on 127.0.0.1"
            )
        if "://" in self.jwks and not self.jwks.startswith("https://"):
            raise Misconfigured("DWC_JWKS is an https URL or a file: keys fetched in the clear are anybody's")
        if self.production and not self.jwks:
            raise Misconfigured("production needs DWC_JWKS, the public keys of your identity provider")
        if self.production and self.issuer == TRIAL_ISSUER:
            raise Misconfigured("production needs DWC_ISSUER, the `iss` your identity provider writes into its tokens")
        if self.production and self.transport is TransportKind.EMBEDDED:
            raise Misconfigured("production needs DWC_TRANSPORT=kafka: the embedded transport is for one machine")


class ServiceSettings(BaseSettings):
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
