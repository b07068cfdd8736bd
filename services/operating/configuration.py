"""Every setting as it stands: its value, and where it comes from. Secrets are masked."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from sqlalchemy.engine import make_url

from services.host import NAMES
from shared.settings import ServiceSettings, Settings

MASKED = "***"


@dataclass(frozen=True)
class Set:
    """One setting."""

    variable: str
    value: str
    origin: str
    """`default`, `environment`, or the file that `…_FILE` names."""


def configuration() -> Iterator[Set]:
    """The settings of the installation, then those of each service. Raises `Misconfigured`, or pydantic's complaint."""
    for prefix, settings in (
        ("DWC_", Settings()),
        *((f"DWC_{name.upper()}_", ServiceSettings.of(name)) for name in NAMES),
    ):
        for field in type(settings).model_fields:
            variable = prefix + field.upper()
            yield Set(variable, _shown(field, getattr(settings, field)), _origin(variable))


def _shown(field: str, value: Any) -> str:
    if isinstance(value, SecretStr):
        return MASKED if value.get_secret_value() else ""
    if field == "database_url" and value:
        return make_url(value).render_as_string(hide_password=True)
    return str(value).lower() if isinstance(value, bool) else str(value if value is not None else "")


def _origin(variable: str) -> str:
    given = {name.upper(): value for name, value in os.environ.items()}
    if variable in given:
        return "environment"
    return given.get(f"{variable}_FILE", "default")


def unknown() -> list[str]:
    """Variables that begin with `DWC_` and are no setting: a slip in a name would pass unremarked."""
    known = {each.variable for each in configuration()}
    named = {name.upper().removesuffix("_FILE") for name in os.environ if name.upper().startswith("DWC_")}
    return sorted(name for name in named - known if not name.startswith("DWC_TEST_"))
