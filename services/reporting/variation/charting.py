"""Which chart an indicator is drawn on, by what it counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.reporting.evidence.charts import Chart, p_chart, u_chart, xmr
from services.reporting.indicators.indicator import Indicator, Kind
from shared.contracts.intake import ChildState

RARE = 20
"""Counts below so many a month on average vary as things that happen one by one do (u); larger ones vary by more (XmR)."""


@dataclass(frozen=True)
class Drawn:
    """A chart and what its points are."""

    chart: Chart
    measured: str


def drawn(indicator: Indicator[ChildState], counts: Sequence[tuple[int, int]], afresh_from: Sequence[int]) -> Drawn:
    """The chart of an indicator over some months, each as numerator and denominator.

    What stands from one month to the next resembles itself, and a chart of it would signal without end: it is drawn by
    what was added to it in the month.
    """
    if indicator.kind is Kind.STOCK:
        return Drawn(xmr([float(over) for over, _ in counts], afresh_from=afresh_from), "change within the month")
    if indicator.denominator:
        return Drawn(p_chart(counts, afresh_from=afresh_from), "share of the month")
    if counts and sum(over for over, _ in counts) / len(counts) < RARE:
        return Drawn(u_chart([(over, 1.0) for over, _ in counts], afresh_from=afresh_from), "count of the month")
    return Drawn(xmr([float(over) for over, _ in counts], afresh_from=afresh_from), "count of the month")
