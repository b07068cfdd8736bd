"""Episodes of need: started, ended, how soon and why, and how many stand open, some for years.

An episode is counted when its referral was decided as needing action. A referral nobody has decided on, one without
further action, and one that joined an episode already open, is not an episode of need, whatever else its record holds.
"""

from collections.abc import Iterable
from datetime import date

from services.reporting.indicators.attribution import FIRST_HELD_BY, STANDS_WITH, first_team
from services.reporting.indicators.indicator import Contribution, Indicator, Kind, Polarity, done, once
from services.reporting.indicators.standing import DENOMINATOR, day_after, earlier, standing
from services.reporting.indicators.timeliness import months_on
from shared.contracts.codes import ClosureReason
from shared.contracts.intake import ChildState, Episode

CLOSURES = ("closures",)
SOON_MONTHS, SOONER_MONTHS = 6, 3
LONG_MONTHS = 24
DURATIONS = (("3 months or less", 3), ("3 to 6 months", 6), ("6 months to 1 year", 12), ("1 to 2 years", LONG_MONTHS))
LONGEST = "2 years or more"
"""How long a case has been open, in the bands of the DfE's table b4: three and six months are in the lower band, a year and
two in the higher.
"""
EXCLUSIONS = "referrals without further action, those not yet decided, and those that joined an episode already open"
ENDED_EXCLUSIONS = EXCLUSIONS + "; closures dated before the referral"


def episodes_of_need(child: ChildState) -> Iterable[Episode]:
    needing_action = {
        referral.id
        for referral in child.referrals
        if referral.no_further_action is False and not referral.joined_open_episode
    }
    return (episode for episode in child.episodes if episode.referral_id in needing_action)


def _ended(child: ChildState) -> Iterable[tuple[Episode, date]]:
    """Closed episodes with the day. A closure before the referral is no ending."""
    for episode in episodes_of_need(child):
        if episode.closed_on is not None and episode.closed_on >= episode.started_on:
            yield episode, episode.closed_on


def started(child: ChildState) -> Iterable[Contribution]:
    for episode in episodes_of_need(child):
        yield once(episode.started_on, first_team(episode.allocations), case=episode.referral_id)


def ended(child: ChildState) -> Iterable[Contribution]:
    for episode, closed_on in _ended(child):
        yield done(episode, closed_on)


def ended_within(months: int, child: ChildState) -> Iterable[Contribution]:
    for episode, closed_on in _ended(child):
        yield done(episode, closed_on, counts=closed_on <= months_on(episode.started_on, months))


def ended_within_6_months(child: ChildState) -> Iterable[Contribution]:
    return ended_within(SOON_MONTHS, child)


def ended_within_3_months(child: ChildState) -> Iterable[Contribution]:
    return ended_within(SOONER_MONTHS, child)


def closures_by_reason(child: ChildState) -> Iterable[Contribution]:
    for episode, closed_on in _ended(child):
        yield done(episode, closed_on, band=str(episode.closure_reason or "not stated"))


def open_episodes(child: ChildState) -> Iterable[Contribution]:
    for episode in episodes_of_need(child):
        yield from standing(episode, episode.started_on, episode.closed_on)


def open_2_years(child: ChildState) -> Iterable[Contribution]:
    for episode in episodes_of_need(child):
        yield from standing(episode, episode.started_on, episode.closed_on, counts=DENOMINATOR)
        yield from standing(episode, months_on(episode.started_on, LONG_MONTHS), episode.closed_on)


def open_by_duration(child: ChildState) -> Iterable[Contribution]:
    for episode in episodes_of_need(child):
        begins = episode.started_on
        for band, months in DURATIONS:
            crossed = months_on(episode.started_on, months)
            ends = day_after(crossed) if months <= SOON_MONTHS else crossed
            yield from standing(episode, begins, earlier(ends, episode.closed_on), band=band)
            begins = ends
        yield from standing(episode, begins, episode.closed_on, band=LONGEST)


EPISODES = (
    Indicator(
        id="episodes_started",
        title="Episodes of need started",
        sentence="Episodes of need whose referral was received in the month.",
        kind=Kind.FLOW,
        needs=("referrals",),
        benchmark="b1.Started_episodes_rate",
        numerator="episodes with a referral date in the month",
        exclusions=EXCLUSIONS,
        attribution=FIRST_HELD_BY,
        contribute=started,
    ),
    Indicator(
        id="episodes_ended",
        title="Episodes of need ended",
        sentence="Episodes of need closed in the month.",
        kind=Kind.FLOW,
        numerator="episodes with a closure date in the month",
        needs=CLOSURES,
        benchmark="b1.Ended_episodes_rate",
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
        needs=CLOSURES,
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
        needs=CLOSURES,
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
        always=tuple(ClosureReason),
        needs=CLOSURES,
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
        needs=("referrals",),
        benchmark="b1.At31_episodes_rate",
        contribute=open_episodes,
    ),
    Indicator(
        id="episodes_open_2_years",
        title="Open two years or more",
        sentence="The share of the episodes of need open at the end of the month's last day that have been so for 24 months.",
        kind=Kind.STOCK,
        numerator="open episodes whose referral was 24 months before or earlier",
        denominator="episodes begun by then and not closed by the end of that day",
        exclusions=ENDED_EXCLUSIONS,
        attribution=STANDS_WITH,
        polarity=Polarity.LOW_IS_GOOD,
        needs=("referrals",),
        contribute=open_2_years,
    ),
    Indicator(
        id="episodes_open_by_duration",
        title="Open by duration",
        sentence="Episodes of need open at the end of the month's last day, by how long they have been.",
        kind=Kind.STOCK,
        numerator="open episodes of the duration",
        exclusions=ENDED_EXCLUSIONS,
        attribution=STANDS_WITH,
        bands="calendar months since the referral, as in the DfE's table b4",
        always=(*(band for band, _ in DURATIONS), LONGEST),
        needs=("referrals",),
        contribute=open_by_duration,
    ),
)
