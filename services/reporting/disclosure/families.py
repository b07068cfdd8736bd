"""Which figures hang together: what is a part of what, and which figures no reader may set against one another.

Whoever reads the tables knows all of this from the definitions of the indicators, so the guard must know it too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from services.reporting.indicators.catalogue import BY_ID
from services.reporting.indicators.indicator import Kind
from shared.contracts.codes import ClosureReason

Measure: TypeAlias = str
"""What a count is of: an indicator's numerator, or one band of it (`closures_by_reason/RC1`)."""

OF_ENQUIRY = "conferences_of_an_enquiry"
"""The denominator of conferences in time: some conferences are of no enquiry."""
REASONS = {f"closures_by_reason/{reason}": (place,) for place, reason in enumerate(ClosureReason)}


@dataclass(frozen=True)
class Split:
    """One way of dividing all that is counted into parts, of which each measure takes some."""

    parts: int
    measures: Mapping[Measure, tuple[int, ...]]
    of_whole_service: bool = False
    """Printed for the whole service alone."""


@dataclass(frozen=True)
class Family:
    """A count, and the ways in which it is divided."""

    total: Measure
    splits: tuple[Split, ...] = ()

    @property
    def is_stock(self) -> bool:
        return BY_ID[self.total].kind is Kind.STOCK

    @property
    def measures(self) -> Iterator[Measure]:
        yield self.total
        for split in self.splits:
            yield from split.measures


def shared_out(measure: Measure) -> Split:
    """Those of whom it is true, and the others."""
    return Split(2, {measure: (0,)})


@dataclass(frozen=True)
class Group:
    """Families that are worked out together, for their figures bound one another."""

    families: tuple[Family, ...]
    stocks: tuple[tuple[Measure, Measure, Measure], ...] = ()
    """A stock, what is added to it within a month, and what is taken from it."""
    within: tuple[tuple[tuple[Measure, ...], Measure], ...] = ()
    """Measures that together are at most another."""


GROUPS = (
    Group(
        (
            Family(
                "referrals", (shared_out("referrals_no_further_action"), shared_out("rereferrals_within_12_months"))
            ),
            Family("episodes_started"),
            Family(
                "episodes_ended",
                (
                    Split(3, {"episodes_ended_within_3_months": (0,), "episodes_ended_within_6_months": (0, 1)}),
                    Split(len(REASONS) + 1, REASONS, of_whole_service=True),
                ),
            ),
            Family("episodes_open", (shared_out("episodes_open_2_years"),)),
        ),
        stocks=(("episodes_open", "episodes_started", "episodes_ended"),),
        within=((("episodes_started", "referrals_no_further_action"), "referrals"),),
    ),
    Group((Family("assessments_completed", (shared_out("assessments_within_45_working_days"),)),)),
    Group((Family("section_47_started"),)),
    Group(
        (Family("conferences", (Split(3, {"conferences_within_15_working_days": (0,), OF_ENQUIRY: (0, 1)}),)),),
    ),
    Group(
        (
            Family("protection_plans_started", (shared_out("protection_plans_second_or_subsequent"),)),
            Family("protection_plans_ended"),
            Family("protection_plans_open"),
        ),
        stocks=(("protection_plans_open", "protection_plans_started", "protection_plans_ended"),),
    ),
)

FAMILIES = tuple(family for group in GROUPS for family in group.families)
OUT_OF: Mapping[Measure, Measure] = {
    measure: family.total for family in FAMILIES for split in family.splits for measure in split.measures
} | {"conferences_within_15_working_days": OF_ENQUIRY}
"""What each measure is a share of."""
