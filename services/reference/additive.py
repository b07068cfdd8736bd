"""A contract only grows: what may change in the schema of an event without breaking whoever hears it.

Events of both ages are about: topics keep four weeks, and hearers deploy before speakers. So a new field has to be
optional, and a list of codes may gain some; nothing else may change but words.
"""

from collections.abc import Iterator
from typing import Any

WORDS = frozenset({"$id", "title", "description", "examples"})
"""Said to people; no hearer acts on them."""


def breaks(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Why the later schema is not the earlier one with something added: a sentence each; empty when it is."""
    return list(_breaks(before, after, ""))


def _breaks(before: Any, after: Any, at: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted((before.keys() | after.keys()) - WORDS):
            yield from _part(key, before, after, at)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (was, is_now) in enumerate(zip(before, after, strict=True)):
            yield from _breaks(was, is_now, f"{at}/{number}")
    elif before != after:
        yield f"{at} has changed"


def _part(key: str, before: dict[str, Any], after: dict[str, Any], at: str) -> Iterator[str]:
    was, is_now = before.get(key), after.get(key)
    here = f"{at}/{key}"
    if key in {"properties", "$defs"}:
        yield from _members(was or {}, is_now or {}, here)
    elif key == "enum":
        yield from (f"{here} has lost {code}" for code in was or () if code not in (is_now or ()))
        if was is None:
            yield f"{here} now limits what could be anything"
    elif key == "required":
        yield from (f"{at}/{name} may now be absent" for name in was or () if name not in (is_now or ()))
        yield from (f"{at}/{name} must now be there" for name in is_now or () if name not in (was or ()))
    elif (key in before) != (key in after):
        yield f"{here} has {'gone' if key in before else 'come'}"
    else:
        yield from _breaks(was, is_now, here)


def _members(before: dict[str, Any], after: dict[str, Any], at: str) -> Iterator[str]:
    """Fields, or the shapes they refer to, by name: there may be more of them, and each must be as it was."""
    for name, was in before.items():
        if name in after:
            yield from _breaks(was, after[name], f"{at}/{name}")
        else:
            yield f"{at}/{name} has gone"
