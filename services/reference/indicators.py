"""`docs/indicators.md`: every indicator as it is defined, and by what figures are broken down."""

from collections.abc import Iterator

from services.reporting.indicators.breakdowns import BREAKDOWNS
from services.reporting.indicators.catalogue import EVERY, breakdowns_of

HEAD = """# Indicators

Drawn from `services/reporting/indicators/` by `make docs`. `GET /v1/indicators` says the same, with what no source has
stated here yet: a figure of that is a blank, and never a zero. A definition holds from its year until another version
does; the version rises when what is counted changes, and everything is then counted again.

A flow counts what happened in a month, and a year to date adds the months up, numerators and denominators apart. A stock
counts what stands at the end of the month's last day. A distribution and a spread are of values: their median and
quartiles are told. A load tells the same of how many each holds. Percentages round half up to one decimal.
"""

BY = """
## By what figures are broken down

One thing at a time, of all teams together: `GET /v1/indicators/{indicator}/by/{breakdown}`.

| Breakdown | What it goes by |
|---|---|"""


def page() -> str:
    return "\n".join([HEAD, *_definitions(), BY, *_breakdowns(), ""])


def _definitions() -> Iterator[str]:
    for each in EVERY:
        of = f" ÷ {each.denominator}" if each.denominator else ""
        told = {
            "Counts": f"{each.numerator}{of}",
            "Leaves out": each.exclusions,
            "Bands": each.bands,
            "Team": each.attribution,
            "Broken down by": ", ".join(breakdowns_of(each)),
            "Published as": f"`{each.benchmark}`" if each.benchmark else "",
            "Source": each.source,
        }
        yield f"## {each.title}\n\n`{each.id}`, version {each.version} since {each.since}: {each.kind}, {each.unit}, {each.polarity}.\n"
        yield f"{each.sentence}\n"
        yield "\n".join(f"- {name}: {text}" for name, text in told.items() if text) + "\n"


def _breakdowns() -> Iterator[str]:
    for each in BREAKDOWNS:
        yet = "" if each.category else " Not yet stated by any source."
        yield f"| {each.title} (`{each.id}`) | {each.sentence}{yet} |"
