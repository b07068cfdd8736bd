"""Referrals: how many, how many led nowhere, how many came back within the year."""

from collections.abc import Iterable

from services.reporting.indicators.attribution import FIRST_HELD_BY, first_team
from services.reporting.indicators.breakdowns import source_group
from services.reporting.indicators.indicator import Contribution, Indicator, Kind, Polarity, once
from services.reporting.indicators.timeliness import months_on
from shared.contracts.intake import ChildState, Referral

REREFERRAL_MONTHS = 12
NOT_COUNTED = "referrals that turned out to be contacts on an episode already open"


def _counted(child: ChildState) -> list[tuple[Referral, str]]:
    """The child's referrals in order, each with the team it is counted under."""
    teams = {episode.referral_id: first_team(episode.allocations) for episode in child.episodes}
    in_order = sorted(child.referrals, key=lambda referral: (referral.received_on, referral.id))
    return [(each, teams.get(each.id, "")) for each in in_order if not each.joined_open_episode]


def referrals(child: ChildState) -> Iterable[Contribution]:
    for referral, team in _counted(child):
        yield once(referral.received_on, team, case=referral.id)


def by_source(child: ChildState) -> Iterable[Contribution]:
    for referral, team in _counted(child):
        yield once(referral.received_on, team, band=source_group(referral), case=referral.id)


def no_further_action(child: ChildState) -> Iterable[Contribution]:
    for referral, team in _counted(child):
        yield once(referral.received_on, team, counts=referral.no_further_action is True, case=referral.id)


def rereferrals(child: ChildState) -> Iterable[Contribution]:
    previous = None
    for referral, team in _counted(child):
        again = previous is not None and referral.received_on <= months_on(previous, REREFERRAL_MONTHS)
        yield once(referral.received_on, team, counts=again, case=referral.id)
        previous = referral.received_on


REFERRALS = (
    Indicator(
        id="referrals",
        title="Referrals",
        sentence="Requests for a service received in the month, one for each child.",
        kind=Kind.FLOW,
        numerator="referrals received in the month",
        exclusions=NOT_COUNTED,
        attribution=FIRST_HELD_BY,
        needs=("referrals",),
        benchmark="c1.Referrals_rate",
        contribute=referrals,
    ),
    Indicator(
        id="referrals_by_source",
        title="Referrals by source",
        sentence="Requests for a service received in the month, by who made them.",
        kind=Kind.FLOW,
        numerator="referrals received in the month from the source",
        exclusions=NOT_COUNTED,
        attribution=FIRST_HELD_BY,
        bands="group of the DfE's code of the source, 1 to 10",
        needs=("referrals",),
        contribute=by_source,
    ),
    Indicator(
        id="referrals_no_further_action",
        title="Referrals without further action",
        sentence="The share of the month's referrals on which children's social care took no further action.",
        kind=Kind.FLOW,
        numerator="referrals received in the month that were decided as no further action",
        denominator="referrals received in the month",
        exclusions=NOT_COUNTED,
        attribution=FIRST_HELD_BY,
        needs=("referrals",),
        benchmark="c1.No_Further_Action_percent",
        contribute=no_further_action,
    ),
    Indicator(
        id="rereferrals_within_12_months",
        title="Re-referrals within 12 months",
        sentence=(
            "The share of the month's referrals that came up to and including the day 12 months after the same child's "
            "previous referral, whatever was decided on that one."
        ),
        kind=Kind.FLOW,
        numerator="referrals with a previous referral of the same child in the 12 months before",
        denominator="referrals received in the month",
        exclusions=NOT_COUNTED + "; previous referrals that no source has stated",
        attribution=FIRST_HELD_BY,
        polarity=Polarity.LOW_IS_GOOD,
        needs=("referrals",),
        benchmark="c1.Re_referrals_percent",
        contribute=rereferrals,
    ),
)
