"""`docs/clocks.md`: how long each clock of an episode runs, from when, and on whose word."""

from collections.abc import Iterator

from services.intake.episodes.clocks import DRIFT_MONTHS, LIMITS, SOON_WORKING_DAYS, Span

HEAD = """# Clocks

Drawn from `services/intake/episodes/clocks.py` by `make docs`. The day on which a clock starts is day 0, working days are
England's, and a month ends on the same day of the next, or on its last. A limit that changes is another row with the day
from which it holds; clocks that started before keep the old one.

| Clock | Runs from | In time within | From | On whose word |
|---|---|---|---|---|"""


def page() -> str:
    drift = ", ".join(map(str, DRIFT_MONTHS[:-1])) + f" and {DRIFT_MONTHS[-1]} months"
    return "\n".join(
        [
            HEAD,
            *_rows(),
            "",
            f"`GET /v1/tasks` lists what is overdue, due today, or due soon, which is within {SOON_WORKING_DAYS} working days.",
            f"`GET /v1/drift` lists episodes and plans that have gone on for {drift}: no limit is broken, but somebody asks why.",
            "",
        ]
    )


def _rows() -> Iterator[str]:
    for limit in LIMITS:
        spans = ", then ".join(map(_words, limit.spans))
        yield f"| `{limit.clock}` | {limit.runs_from} | {spans} | {limit.effective_from} | {limit.source} |"


def _words(span: Span) -> str:
    return f"{span.count} {span.unit}"
