"""`docs/stages.md`: the stages of each workflow, drawn from the dictionary that decides its legal moves."""

from collections.abc import Collection, Iterator, Mapping
from types import ModuleType

from services.reference.everything import modules

HEAD = """# Stages

Drawn by `make docs` from the `LEGAL_MOVES` of each workflow: the very dictionaries that decide what may come next.
"""


def page() -> str:
    return "\n".join([HEAD, *(line for module in workflows() for line in _workflow(module))])


def workflows() -> list[ModuleType]:
    """The modules that hold a workflow."""
    return [module for module in modules() if isinstance(getattr(module, "LEGAL_MOVES", None), Mapping)]


def _workflow(module: ModuleType) -> Iterator[str]:
    moves: Mapping[str, Collection[str]] = module.LEGAL_MOVES
    reached = set().union(*moves.values())
    yield f"## {' '.join((module.__doc__ or '').split()).partition('. ')[0]}\n"
    yield f"`{module.__name__.replace('.', '/')}.py`\n"
    yield "```mermaid\nstateDiagram-v2"
    yield from (f"  [*] --> {stage}" for stage in moves if stage not in reached)
    yield from (f"  {stage} --> {after}" for stage, legal in moves.items() for after in sorted(legal))
    yield from (f"  {stage} --> [*]" for stage, legal in moves.items() if not legal)
    yield "```\n"
    awaited: Mapping[str, str] = getattr(module, "AWAITED", {})
    yield from (f"- `{stage}` awaits {what}" for stage, what in awaited.items())
    yield ""
    yield from _made_by(moves)


def _made_by(moves: Mapping[str, Collection[str]]) -> Iterator[str]:
    """What makes each move, where the dictionary says so."""
    told = {stage: legal for stage, legal in moves.items() if isinstance(legal, Mapping)}
    if told:
        yield "| From | To | When |\n|---|---|---|"
        yield from (f"| `{stage}` | `{after}` | {what} |" for stage in told for after, what in told[stage].items())
        yield ""
