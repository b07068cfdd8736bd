"""`docs/limits.md`: what one request may be, and how long it may take."""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise

from shared.web import limits

HEAD = """# Limits

Drawn from `shared/web/limits.py` by `make docs`. They are the same at every door; a refusal names the limit. A proxy in
front may set lower ones.

| Limit | At most | What it is |
|---|---|---|"""


def page() -> str:
    return "\n".join([HEAD, *_rows(), ""])


def _rows() -> Iterator[str]:
    for statement, after in pairwise(ast.parse(inspect.getsource(limits)).body):
        match statement, after:
            case (
                ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(sentence))),
            ):
                yield f"| {name.lower().replace('_', ' ')} | {getattr(limits, name):,} | {' '.join(sentence.split())} |"
