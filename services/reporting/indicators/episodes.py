"""Episodes of need: started, ended, how soon and why, and how many stand open, some for years.

An episode is counted when its referral was decided as needing action. A referral nobody has decided on, one without
further action, and one that joined an episode already open, is not an episode of need, whatever else its record holds.
"""

from collections.abc import Iterable
from datetime import date

from services.reporting.indicators.indicator import (
    STANDS_WITH,
    Contribution,
    Indicator,
    Kind,
    Polarity,
    first_team,
    once,
    standing,
    team_on,
)
from services.reporting.indicators.timeliness import months_on
from shared.contracts.intake import ChildState, Episode

SOON_MONTHS, SOONER_MONTHS = 6, 3
LONG_MONTHS = 24
EXCLUSIONS = "referrals without further action, those not yet decided, and those that joined an episode already open"
ENDED_EXCLUSIONS = EXCLUSIONS + "; closures dated before the referral"


def _episodes(child: ChildState) -> Iterable[Episode]:
    needing_action = {
        referral.id
        for referral in child.referrals
        if referral.no_further_action is False and not referral.joined_open_episode
    }
    return (episode for episode in child.episodes if episode.referral_id in needing_action)


def _ended(child: ChildState) -> Iterable[tuple[Episode, date, str]]:
    """Closed episodes with the day and the team that closed them. A closure before the referral is no ending."""
    for episode in _episodes(child):
        if episode.closed_on is not None and episode.closed_on >= episode.started_on:
            yield episode, episode.closed_on, team_on(episode.allocations, episode.closed_on)


def started(child: ChildState) -> Iterable[Contribution]:
    for episode in _episodes(child):
        yield once(episode.started_on, first_team(episode.allocations))


def ended(child: ChildState) -> Iterable[Contribution]:
    for _, closed_on, team in _ended(child):
        yield once(closed_on, team)


def ended_within(months: int, child: ChildState) -> Iterable[Contribution]:
    for episode, closed_on, team in _ended(child):
        yield once(closed_on, team, counts=closed_on <= months_on(episode.started_on, months))


def ended_within_6_months(child: ChildState) -> Iterable[Contribution]:
    return ended_within(SOON_MONTHS, child)


def ended_within_3_months(child: ChildState) -> Iterable[Contribution]:
    return ended_within(SOONER_MONTHS, child)


def closures_by_reason(child: ChildState) -> Iterable[Contribution]:
    for episode, closed_on, team in _ended(child):
        yield once(closed_on, team, band=str(episode.closure_reason or "not stated"))


def open_episodes(child: ChildState) -> Iterable[Contribution]:
    for episode in _episodes(child):
        yield from standing(episode.started_on, episode.closed_on, episode.allocations)


def open_2_years(child: ChildState) -> Iterable[Contribution]:
    for episode in _episodes(child):
        crossed = months_on(episode.started_on, LONG_MONTHS)
        if crossed != date.max:
            yield from standing(crossed, episode.closed_on, episode.allocations)


EPISODES = (
    Indicator(
        id="episodes_started",
        title="Episodes of need started",
        sentence="Episodes of need whose referral was received in the month.",
        kind=Kind.FLOW,
        numerator="episodes with a referral date in the month",
        exclusions=EXCLUSIONS,
        attribution="the team the case was first allocated to; otherwise not allocated",
        contribute=started,
    ),
    Indicator(
        id="episodes_ended",
        title="Episodes of need ended",
        sentence="Episodes of need closed in the month.",
        kind=Kind.FLOW,
        numerator="episodes with a closure date in the month",
        exclusions=ENDED_EXCLUSIONS,
        contribute=ended,
    ),
    Indicator(
        id="episodes_ended_within_6_months",
        title="Ended within six months",
        sentence="The share of the episodes closed in the month that closed on or before the same day six months on.",
        kind=Kind.FLOW,
        numerator="episodes closed in the month, on or before the same day six months after the referral",
        denominator="episodes closed in the month",
        exclusions=ENDED_EXCLUSIONS,
        contribute=ended_within_6_months,
    ),
    Indicator(
        id="episodes_ended_within_3_months",
        title="Ended within three months",
        sentence="The share of the episodes closed in the month that closed on or before the same day three months on.",
        kind=Kind.FLOW,
        numerator="episodes closed in the month, on or before the same day three months after the referral",
        denominator="episodes closed in the month",
        exclusions=ENDED_EXCLUSIONS,
        contribute=ended_within_3_months,
    ),
    Indicator(
        id="closures_by_reason",
        title="Closures by reason",
        sentence="Episodes of need closed in the month, by the DfE's reason for closure.",
        kind=Kind.FLOW,
        numerator="episodes closed in the month for the reason",
        exclusions=ENDED_EXCLUSIONS,
        bands="reason for closure, RC1 to RC9",
        contribute=closures_by_reason,
    ),
    Indicator(
        id="episodes_open",
        title="Episodes of need open",
        sentence="Episodes of need open at the end of the month's last day.",
        kind=Kind.STOCK,
        numerator="episodes begun by then and not closed by the end of that day",
        exclusions=ENDED_EXCLUSIONS,
        attribution=STANDS_WITH,
        contribute=open_episodes,
    ),
    Indicator(
        id="episodes_open_2_years",
        title="Open two years or more",
        sentence="Episodes of need that have been open for 24 months or more at the end of the month's last day.",
        kind=Kind.STOCK,
        numerator="open episodes whose referral was 24 months before or earlier",
        exclusions=ENDED_EXCLUSIONS,
        attribution=STANDS_WITH,
        polarity=Polarity.LOW_IS_GOOD,
        contribute=open_2_years,
    ),
)
