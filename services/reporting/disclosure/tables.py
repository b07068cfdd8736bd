"""The named tables: which figures each prints, on a grid that no reader can choose, in what words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.reporting.disclosure.families import FAMILIES, OF_ENQUIRY, OUT_OF, REASONS, Measure
from services.reporting.disclosure.rounding import FEWEST, TO, rounded, share
from services.reporting.disclosure.suppression import SERVICE, Decided, Figure
from services.reporting.formats.table import SYMBOLS_IN_WORDS, Column, Kind, Row, Symbol, Table, Value
from services.reporting.indicators.catalogue import BY_ID
from shared.calendar import Month

COLUMNS = (
    Column("coverage", "The month, or April to the end of it"),
    Column("team", "Team; Total is the whole service"),
    Column("measure", "What is counted"),
    Column("reason", "Reason for closure (CIN census codes)"),
    Column("count", "How many, to the nearest five", Kind.INDICATOR, places=0),
    Column("out_of", "Of how many, to the nearest five", Kind.INDICATOR, places=0),
    Column("percent", "Percentage, of the two as printed", Kind.INDICATOR, "%", 1),
)
NOTES = (
    f"Counts of 1 to {FEWEST - 1} are not printed, and others are not where they would give one of these away. Nought is printed.",
    f"Every count is rounded to the nearest {TO} by itself, so that parts may not come to their total.",
    "Percentages are worked out of the rounded counts.",
    "The figures are those recorded when the release was prepared, and are never changed. April to date adds up the months as released.",
    "What stands (open episodes and plans) stands as at the last day of the month, and has no April to date.",
    *(f"{symbol}: {words}" for symbol, words in SYMBOLS_IN_WORDS.items()),
)


@dataclass(frozen=True)
class Named:
    name: str
    title: str
    measures: tuple[Measure, ...]
    by_team: bool = False


MEASURES = tuple(measure for family in FAMILIES for measure in family.measures if measure not in REASONS)
TABLES = (
    Named("service", "Local performance indicators, whole service", MEASURES),
    Named("teams", "Local performance indicators by team", MEASURES, by_team=True),
    Named("closures", "Why episodes ended, whole service", ("episodes_ended", *REASONS)),
)
IN_WORDS = {OF_ENQUIRY: "Conferences of a section 47 enquiry"}


def grid(month: Month, units: Sequence[str]) -> Iterator[Figure]:
    """Every figure of a month, whatever the tables it stands in."""
    for family in FAMILIES:
        for measure in family.measures:
            for unit in [SERVICE] if measure in REASONS else [SERVICE, *units]:
                for to_date in (False,) if family.is_stock else (False, True):
                    yield Figure(measure, unit, month, to_date)


def printed(named: Named, decided: Mapping[Figure, Decided], team_names: Mapping[str, str]) -> Table:
    """A named table of one month. `team_names` by code; the empty code is what no team holds."""
    rows = [
        Row(figure.month, _row(figure, decided, team_names))
        for figure in sorted(decided, key=lambda each: (each.to_date, each.unit, ORDER[each.measure]))
        if figure.measure in named.measures and (figure.unit != SERVICE) is named.by_team
    ]
    return Table(named.name, named.title, COLUMNS, rows, NOTES)


ORDER = {measure: place for place, measure in enumerate((*MEASURES, *REASONS))}


def _row(figure: Figure, decided: Mapping[Figure, Decided], team_names: Mapping[str, str]) -> tuple[Value, ...]:
    indicator, _, reason = figure.measure.partition("/")
    title = IN_WORDS.get(figure.measure) or BY_ID[indicator].title
    of = OUT_OF.get(figure.measure)
    count = _shown(decided[figure])
    out_of = _shown(decided[figure._replace(measure=of)]) if of else Symbol.NOT_APPLICABLE
    team = "Total" if figure.unit == SERVICE else team_names.get(figure.unit) or figure.unit or "Not allocated"
    coverage = "April to date" if figure.to_date else "Month"
    return (coverage, team, title, reason or "Total", count, out_of, share(count, out_of))


def _shown(decided: Decided) -> int | Symbol:
    return Symbol.SUPPRESSED if decided.is_hidden else rounded(decided.count)
