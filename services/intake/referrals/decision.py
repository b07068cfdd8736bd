"""What may be decided on a referral, by when, and what follows. Outcomes are those of the sector's standard dataset."""

from datetime import date
from enum import StrEnum

from shared.calendar import add_working_days

DECISION_WORKING_DAYS = 1
"""Working Together to Safeguard Children: a decision on a referral within one working day."""


class Outcome(StrEnum):
    NO_FURTHER_ACTION = "no_further_action"
    INFORMATION_AND_ADVICE = "information_and_advice"
    EARLY_HELP = "early_help"
    ASSESSMENT = "assessment"
    STRATEGY_DISCUSSION = "strategy_discussion"
    OPEN_EPISODE = "open_episode"
    """The concern belongs to an episode that is already open; it is a contact on it, not another referral."""


OPENS_AN_EPISODE = frozenset({Outcome.ASSESSMENT, Outcome.STRATEGY_DISCUSSION})
NO_FURTHER_ACTION = frozenset({Outcome.NO_FURTHER_ACTION, Outcome.INFORMATION_AND_ADVICE, Outcome.EARLY_HELP})
"""All three are `ReferralNFA` in the census: no further action by children's social care."""


def due_on(received_on: date) -> date:
    """The last day on which the decision is in time."""
    return add_working_days(received_on, DECISION_WORKING_DAYS)
