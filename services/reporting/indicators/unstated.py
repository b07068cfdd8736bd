"""Indicators whose facts reach this service from nowhere yet: defined, and blank until somebody states them."""

from collections.abc import Iterable

from services.reporting.indicators.indicator import CARE_RETURN, DATASET, Contribution, Indicator, Kind, Polarity, Unit
from shared.contracts.intake import ChildState


def nothing(_child: ChildState) -> Iterable[Contribution]:
    return ()


UNSTATED = (
    Indicator(
        id="assessments_with_child_seen",
        title="Assessments at which the child was seen",
        sentence="The share of the month's assessments in the course of which the child was seen.",
        kind=Kind.FLOW,
        numerator="assessments authorised in the month in which the child was seen",
        denominator="assessments authorised in the month",
        polarity=Polarity.HIGH_IS_GOOD,
        needs=("child_seen",),
        source=DATASET,
        contribute=nothing,
    ),
    Indicator(
        id="long_term_stability",
        title="Long-term stability of placements",
        sentence="Of the children under 16 looked after for two and a half years, the share with the same carer for two.",
        kind=Kind.STOCK,
        numerator="those with the same carer, or placed for adoption, for two years or more",
        denominator="children under 16 looked after for two and a half years or more",
        polarity=Polarity.HIGH_IS_GOOD,
        needs=("ages_in_care",),
        source=CARE_RETURN,
        contribute=nothing,
    ),
    Indicator(
        id="parent_engagement",
        title="Engagement of parents",
        sentence="How engaged parents were, from 1 to 7, as they and as observers said; first and follow-up interviews.",
        kind=Kind.DISTRIBUTION,
        numerator="interviews with that score",
        denominator="interviews in the month",
        polarity=Polarity.HIGH_IS_GOOD,
        measured_in=Unit.SCORE,
        needs=("interviews",),
        source="interviews with families",
        contribute=nothing,
    ),
    Indicator(
        id="followed_up",
        title="Families interviewed again",
        sentence="Of the families in the cohort, the share interviewed at first, and again after three months.",
        kind=Kind.FLOW,
        numerator="families with an interview of that wave",
        denominator="families in the cohort",
        polarity=Polarity.HIGH_IS_GOOD,
        needs=("waves",),
        source="the cohort of the evaluation",
        contribute=nothing,
    ),
)
