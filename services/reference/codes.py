"""`docs/codes.md`: every code that may be sent or is answered, with what it means."""

from collections.abc import Iterator
from enum import StrEnum
from inspect import getdoc

from shared.contracts import codes

HEAD = """# Codes

Drawn from `shared/contracts/codes.py` by `make docs`. Codes of letters and digits are those of the DfE's children in need census and
children looked after return; words are ours. A column, field or filter that takes a code takes one of these, as it is written here.
"""


def page() -> str:
    return "\n".join([HEAD, *(line for kind in code_sets() for line in _section(kind))])


def code_sets() -> list[type[StrEnum]]:
    """Every code set, in the order of the page they are declared on."""
    return [
        each for each in vars(codes).values() if isinstance(each, type) and issubclass(each, StrEnum) and list(each)
    ]


def _section(kind: type[StrEnum]) -> Iterator[str]:
    yield f"## {_words(kind.__name__)}\n"
    if kind.__doc__ and not kind.__doc__.startswith(("str(", "Enum")):
        yield f"{getdoc(kind)}\n"
    if all(each.value == each.name.lower() for each in kind):
        yield f"{', '.join(f'`{each.value}`' for each in kind)}\n"
        return
    yield "| Code | Means |\n|---|---|"
    for each in kind:
        yield f"| `{each.value}` | {each.name.lower().replace('_', ' ')} |"
    yield ""


def _words(name: str) -> str:
    """`ReferralSource` as `Referral source`."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return spaced.strip().capitalize()
