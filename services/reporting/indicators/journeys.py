"""What leads to what in child protection. A step counts in the month in which it is known to have been taken, or not."""

from collections.abc import Iterable
from datetime import date, timedelta

from services.reporting.indicators.indicator import Contribution, Indicator, Kind, done
from services.reporting.indicators.protection import conferences_of
from services.reporting.indicators.standing import earlier
from shared.contracts.intake import ChildState

CONFERENCE_DAYS, PLAN_DAYS = 60, 45
"""Calendar days a step may take: the windows of the London analysis of children's journeys."""


def _days_on(day: date, days: int) -> date:
    return date.max if (date.max - day).days <= days else day + timedelta(days=days)


def enquiries_to_conference(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for enquiry in episode.section_47_enquiries:
            held_on, limit = enquiry.conference_on, _days_on(enquiry.started_on, CONFERENCE_DAYS)
            if held_on is not None and enquiry.started_on <= held_on <= limit:
                yield done(episode, held_on)
            else:
                decided_on = enquiry.ended_on if enquiry.conference_not_required and held_on is None else None
                yield done(episode, earlier(decided_on, limit) or limit, counts=False)


def conferences_to_plan(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for held_on in conferences_of(episode):
            limit = _days_on(held_on, PLAN_DAYS)
            begun = [each.started_on for each in episode.protection_plans if held_on <= each.started_on <= limit]
            yield done(episode, min(begun, default=limit), counts=bool(begun))


JOURNEYS = (
    Indicator(
        id="enquiries_to_conference",
        title="Section 47 enquiries that led to a conference",
        sentence="Of the enquiries of which it became known in the month, the share that led to an initial conference.",
        kind=Kind.FLOW,
        numerator="enquiries with a conference at most 60 days after their start",
        denominator="enquiries with such a conference, those it was decided need none, and those 60 days old without either",
        exclusions="enquiries younger than 60 days of which neither is known yet",
        needs=("section_47_enquiries", "conferences"),
        contribute=enquiries_to_conference,
    ),
    Indicator(
        id="conferences_to_plan",
        title="Conferences that led to a plan",
        sentence="Of the initial conferences of which it became known in the month, the share that led to a protection plan.",
        kind=Kind.FLOW,
        numerator="conferences with a plan begun on that day or at most 45 days later",
        denominator="conferences with such a plan, and those 45 days old without one",
        exclusions="conferences younger than 45 days without a plan so far",
        needs=("conferences", "protection_plans"),
        contribute=conferences_to_plan,
    ),
)
