"""Brings in every module there is, so that whatever is declared anywhere can be listed."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import TypeVar

import services
import shared

T = TypeVar("T")


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module of the project but the migrations and what only runs."""
    names = [
        found.name
        for package in (services, shared)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if "migrations" not in found.name and not found.name.endswith("__main__")
    ]
    return tuple(importlib.import_module(name) for name in sorted(names))


def kinds_of(base: type[T]) -> Iterator[type[T]]:
    """Every class of the project that derives from this one; tests may have made others."""
    ours = {module.__name__ for module in modules()}
    waiting = list(base.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__ in ours:
            yield kind


def sentence(text: str | None) -> str:
    """The first sentence of a docstring, on one line, fit for a cell of a table."""
    flat = " ".join((text or "").split()).replace("|", "\\|")
    return flat.partition(". ")[0].rstrip(".") + "." if flat else ""
