"""Which of the DfE's published measures say the same as which of our indicators, and how the one is made of the other."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Per(StrEnum):
    RATE = "per 10,000 children"
    PERCENT = "per cent"


@dataclass(frozen=True)
class Comparable:
    measure: str
    """Table and column of the DfE's children in need data, as `b1.Started_episodes_rate`."""
    indicator: str
    per: Per


COMPARABLE = (
    Comparable("c1.Referrals_rate", "referrals", Per.RATE),
    Comparable("c1.No_Further_Action_percent", "referrals_no_further_action", Per.PERCENT),
    Comparable("c1.Re_referrals_percent", "rereferrals_within_12_months", Per.PERCENT),
    Comparable("b1.Started_episodes_rate", "episodes_started", Per.RATE),
    Comparable("b1.Ended_episodes_rate", "episodes_ended", Per.RATE),
    Comparable("b1.At31_episodes_rate", "episodes_open", Per.RATE),
    Comparable("b5.3_months_or_less_percent", "episodes_ended_within_3_months", Per.PERCENT),
    Comparable("c2.Assessments_completed_rate", "assessments_completed", Per.RATE),
    Comparable("c4.Section47_rate", "section_47_started", Per.RATE),
    Comparable("c4.ICPC_rate", "conferences", Per.RATE),
    Comparable("d1.CPP_start_rate", "protection_plans_started", Per.RATE),
    Comparable("d1.CPP_At31_rate", "protection_plans_open", Per.RATE),
    Comparable("d3.CPP_subsequent_percent", "protection_plans_second_or_subsequent", Per.PERCENT),
)

POPULATION_TABLE, POPULATION_MEASURE = "ons", "population_estimate"
CHILDREN = "0 to 17"


def mid_year(year: int) -> date:
    """The day that a mid-year estimate is of."""
    return date(year, 6, 30)


def population_of(financial_year: int) -> date:
    """The DfE divides a year that ends in March by the estimate of the summer before: 2,411 / 36,944 is its 652.6 of 2015."""
    return mid_year(financial_year - 1)
