"""What is published of the code: each file by its path, with what it ought to hold."""

from collections.abc import Iterator
from pathlib import Path

from services.operating import schedule
from services.reference import (
    asyncapi,
    clocks,
    codes,
    events,
    indicators,
    limits,
    problems,
    routes,
    sample,
    settings,
    stages,
)
from services.reference.contracts import schema_text, states

ROOT = Path(__file__).parents[2]
SCHEMAS = Path("shared/contracts/schemas")

PAGES = {
    Path("docs/events.md"): events.page,
    Path("docs/settings.md"): settings.page,
    Path("docs/routes.md"): routes.page,
    Path("docs/limits.md"): limits.page,
    Path("docs/problems.md"): problems.page,
    Path("docs/stages.md"): stages.page,
    Path("docs/clocks.md"): clocks.page,
    Path("docs/codes.md"): codes.page,
    Path("docs/retention.md"): schedule.page,
    Path("docs/indicators.md"): indicators.page,
    Path("docs/asyncapi.json"): asyncapi.page,
    Path("deploy/samples/cin-census-2026.xml"): sample.page,
}


def published() -> Iterator[tuple[Path, str]]:
    """Every file, relative to the root of the repository, and its text."""
    for path, page in PAGES.items():
        yield path, page()
    for state in states():
        yield SCHEMAS / f"{state.topic}.v1.json", schema_text(state)
