"""`docs/settings.md`: every environment variable, its default and what it is for."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from pydantic.fields import FieldInfo

from services.host import NAMES
from shared.settings import ServiceSettings, Settings

HEAD = """# Settings

Drawn from `shared/settings.py` by `make docs`. Environment variables, read once when a process starts; settings that
contradict one another keep it from starting. `…_FILE` in place of any of them names a file that holds the value.

| Variable | Unless set | What it is |
|---|---|---|"""


def page() -> str:
    return "\n".join([HEAD, *_rows(), ""])


def variables() -> dict[str, FieldInfo]:
    """Every environment variable there is, with the field it sets."""
    whole = {f"DWC_{name.upper()}": field for name, field in Settings.model_fields.items()}
    each = {
        f"DWC_{service.upper()}_{name.upper()}": field
        for service in NAMES
        for name, field in ServiceSettings.model_fields.items()
    }
    return whole | each


def _rows() -> Iterator[str]:
    for name, field in variables().items():
        yield f"| `{name}` | {_shown(field.default)} | {field.description or ''} |"


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    value = str(default.value if isinstance(default, Enum) else default)
    return f"`{value}`" if value else ""
