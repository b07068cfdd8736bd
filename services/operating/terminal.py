"""Where commands print, and how they end: whatever becomes of one, with a sentence and a status, never with a traceback.

0 done; 1 done, and something is not as it should be, or nobody reads on; 2 refused, or not possible just now; 70 a fault of
ours; 130 interrupted.
"""

import sys
from traceback import extract_tb
from typing import Any, NoReturn

import typer
from rich.console import Console
from typer.core import TyperGroup

from shared.failures import is_transient
from shared.problems import Problem

LINE = 240
"""Characters to a line where the output is no terminal."""

console = Console(highlight=False, width=None if sys.stdout.isatty() else LINE)
aside = Console(stderr=True, highlight=False)

REFUSED, FAULT, INTERRUPTED = 2, 70, 130


class Commands(TyperGroup):
    """All commands, which end alike."""

    def invoke(self, ctx: Any) -> Any:
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()  # whoever read it may have gone, which is a quiet end here and a noisy one at exit
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        return done

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except Exception as failure:
            _end(failure)


def _end(failure: Exception) -> NoReturn:
    aside.print(in_a_sentence(failure), style="red", markup=False, soft_wrap=True)
    sys.exit(REFUSED if isinstance(failure, Problem) or is_transient(failure) else FAULT)


def in_a_sentence(failure: Exception) -> str:
    """What went wrong and what to do. Of a fault only its kind and place: its message may hold what somebody wrote."""
    if isinstance(failure, Problem):
        return f"{failure.title}: {failure.detail}"
    if isinstance(failure, OSError) and failure.filename:
        return f"{failure.filename} cannot be used: {failure.strerror}"
    if is_transient(failure):
        return "A database or the broker is busy or out of reach: `dwc doctor` says which; then try again"
    place = extract_tb(failure.__traceback__)[-1]
    where = f"{place.filename.rpartition('/')[2]}:{place.lineno}"
    return f"A fault of this program, {type(failure).__name__} at {where}: please report it, with what `dwc --version` says"
