"""What became of a case since a day: each outcome has happened, has not, or cannot be known yet.

An outcome is only known when its time is up, also where it happened at once: otherwise cases observed lately would count
when it happened and not when it did not.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.reporting.indicators.timeliness import months_on
from services.reporting.outcomes.ratings import course
from shared.contracts.codes import RAG
from shared.contracts.intake import ChildState, Episode


@dataclass(frozen=True)
class Outcome:
    """One thing that may have become of a case, in words and as the function that tells."""

    id: str
    title: str
    sentence: str
    high_is_good: bool | None
    """None where neither is the good one by itself: a case may close soon because it is well, or too soon."""
    became: Callable[[ChildState, Episode, date, date], bool | None]
    """Of a child's episode, since the day practice was observed, as known on a day."""


def _closed_within_6_months(_child: ChildState, episode: Episode, since: date, today: date) -> bool | None:
    if episode.closed_on is not None and episode.closed_on < since:
        return None
    return _within(6, since, today, [episode.closed_on] if episode.closed_on else [])


def _referred_again(months: int) -> Callable[[ChildState, Episode, date, date], bool | None]:
    def became(child: ChildState, episode: Episode, since: date, today: date) -> bool | None:
        if episode.closed_on is None or episode.closed_on < since:
            return None
        again = [each.received_on for each in child.referrals if not each.joined_open_episode]
        return _within(months, episode.closed_on, today, [day for day in again if day > episode.started_on])

    return became


def _escalated_within_12_months(child: ChildState, _episode: Episode, since: date, today: date) -> bool | None:
    if any(begun <= since and (ended is None or ended > since) for begun, ended in _protected_or_in_care(child)):
        return None
    return _within(12, since, today, [begun for begun, _ in _protected_or_in_care(child) if begun > since])


def _less_risk_within_6_months(rater: str) -> Callable[[ChildState, Episode, date, date], bool | None]:
    def became(_child: ChildState, episode: Episode, since: date, today: date) -> bool | None:
        limit = months_on(since, 6)
        rated = course(episode, rater, until=limit) if limit < today else None
        if rated is None or rated.latest_on < since or rated.first is RAG.GREEN:
            return None
        return rated.is_better

    return became


def _protected_or_in_care(child: ChildState) -> Iterator[tuple[date, date | None]]:
    for episode in child.episodes:
        yield from ((plan.started_on, plan.ended_on) for plan in episode.protection_plans)
        yield from ((care.started_on, care.ended_on) for care in episode.care_episodes)


def _within(months: int, since: date, today: date, days: list[date]) -> bool | None:
    limit = months_on(since, months)
    return None if today <= limit else any(since <= day <= limit for day in days)


OUTCOMES = (
    Outcome(
        "closed_within_6_months",
        "Closed within six months",
        "The case closed on or before the same day six months after practice was first observed in it.",
        None,
        _closed_within_6_months,
    ),
    Outcome(
        "referred_again_within_12_months",
        "Referred again within 12 months",
        "The child was referred again on or before the same day 12 months after the case closed.",
        False,
        _referred_again(12),
    ),
    Outcome(
        "referred_again_within_24_months",
        "Referred again within 24 months",
        "The child was referred again on or before the same day 24 months after the case closed.",
        False,
        _referred_again(24),
    ),
    Outcome(
        "escalated_within_12_months",
        "Protection plan or care within 12 months",
        "A child protection plan or care began in the 12 months after practice was first observed; of children who were "
        "under neither then.",
        False,
        _escalated_within_12_months,
    ),
    Outcome(
        "less_risk_by_the_worker_within_6_months",
        "Less risk within six months, in the worker's word",
        "At the latest rating in the six months after practice was first observed the worst of the case's goals was of a better "
        "colour than at its first rating, in the worker's word; of cases first rated red or amber, and rated again since.",
        True,
        _less_risk_within_6_months("worker"),
    ),
    Outcome(
        "less_risk_by_the_parent_within_6_months",
        "Less risk within six months, in the parent's word",
        "The same in the parent's word.",
        True,
        _less_risk_within_6_months("parent"),
    ),
)


def what_became(child: ChildState, episode: Episode, since: date, today: date) -> Mapping[str, bool | None]:
    """Each outcome by its id; None while it cannot be known, and of a case it does not apply to."""
    return {outcome.id: outcome.became(child, episode, since, today) for outcome in OUTCOMES}


def known_before(child: ChildState, episode: Episode, since: date) -> tuple[float, float, float]:
    """What was known of the case when practice was observed, and is held still: how often it had been referred, months open,
    and whether a plan or care stood.
    """
    earlier = sum(each.received_on < episode.started_on for each in child.referrals if not each.joined_open_episode)
    stood = any(begun <= since and (ended is None or ended > since) for begun, ended in _protected_or_in_care(child))
    return float(earlier), (since - episode.started_on).days / 30.4, float(stood)


HELD = ("earlier referrals of the child", "months the case had been open", "a protection plan or care at the time")
