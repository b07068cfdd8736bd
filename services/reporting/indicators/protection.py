"""Child protection: section 47 enquiries, initial conferences and how soon, plans begun, ended and standing.

These are counted by their own dates whatever the referral's outcome says: an enquiry that was made was made.
"""

from collections.abc import Iterable
from datetime import date

from services.reporting.indicators.indicator import (
    STANDS_WITH,
    Contribution,
    Indicator,
    Kind,
    Polarity,
    once,
    standing,
    team_on,
)
from services.reporting.indicators.timeliness import within_working_days
from shared.contracts.intake import ChildState, Episode, ProtectionPlan

CONFERENCE_WORKING_DAYS = 15


def enquiries_started(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for enquiry in episode.section_47_enquiries:
            yield once(enquiry.started_on, team_on(episode.allocations, enquiry.started_on))


def _conferences(episode: Episode) -> Iterable[date]:
    """Every initial conference of an episode. One recorded on the enquiry and on the episode was held once (rule 2884)."""
    of_enquiries = [each.conference_on for each in episode.section_47_enquiries if each.conference_on]
    yield from of_enquiries
    yield from (each.held_on for each in episode.conferences if each.held_on not in of_enquiries)


def conferences(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for held_on in _conferences(episode):
            yield once(held_on, team_on(episode.allocations, held_on))


def conferences_within_15_working_days(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for enquiry in episode.section_47_enquiries:
            held_on = enquiry.conference_on
            if held_on is not None and held_on >= enquiry.started_on:
                in_time = within_working_days(enquiry.started_on, held_on, CONFERENCE_WORKING_DAYS)
                yield once(held_on, team_on(episode.allocations, held_on), counts=in_time)


def _plans(child: ChildState) -> Iterable[tuple[Episode, ProtectionPlan]]:
    return ((episode, plan) for episode in child.episodes for plan in episode.protection_plans)


def plans_started(child: ChildState) -> Iterable[Contribution]:
    for episode, plan in _plans(child):
        yield once(plan.started_on, team_on(episode.allocations, plan.started_on))


def second_or_subsequent(child: ChildState) -> Iterable[Contribution]:
    for episode, plan in _plans(child):
        again = (plan.previous_plans or 0) >= 1
        yield once(plan.started_on, team_on(episode.allocations, plan.started_on), counts=again)


def plans_ended(child: ChildState) -> Iterable[Contribution]:
    for episode, plan in _plans(child):
        if plan.ended_on is not None:
            yield once(plan.ended_on, team_on(episode.allocations, plan.ended_on))


def plans_open(child: ChildState) -> Iterable[Contribution]:
    for episode, plan in _plans(child):
        yield from standing(plan.started_on, plan.ended_on, episode.allocations)


PROTECTION = (
    Indicator(
        id="section_47_started",
        title="Section 47 enquiries started",
        sentence="Enquiries under section 47 of the Children Act 1989 started in the month.",
        kind=Kind.FLOW,
        numerator="section 47 enquiries with a start date in the month",
        contribute=enquiries_started,
    ),
    Indicator(
        id="conferences",
        title="Initial child protection conferences",
        sentence="Initial child protection conferences held in the month, also those recorded on the episode.",
        kind=Kind.FLOW,
        numerator="conferences with a date in the month",
        exclusions="a conference recorded twice, on the enquiry and on the episode, is counted once",
        contribute=conferences,
    ),
    Indicator(
        id="conferences_within_15_working_days",
        title="Conferences within 15 working days",
        sentence=(
            "The share of the month's conferences of a section 47 enquiry that were held within 15 working days of the "
            "enquiry's start."
        ),
        kind=Kind.FLOW,
        numerator="conferences at most 15 working days after their enquiry started; the start is day 0",
        denominator="conferences of a section 47 enquiry held in the month",
        exclusions="conferences recorded on the episode only, or dated before their enquiry",
        polarity=Polarity.HIGH_IS_GOOD,
        contribute=conferences_within_15_working_days,
    ),
    Indicator(
        id="protection_plans_started",
        title="Child protection plans started",
        sentence="Child protection plans started in the month.",
        kind=Kind.FLOW,
        numerator="plans with a start date in the month",
        contribute=plans_started,
    ),
    Indicator(
        id="protection_plans_second_or_subsequent",
        title="Second or subsequent plans",
        sentence="The share of the plans started in the month for children who had been on a plan before, at any time.",
        kind=Kind.FLOW,
        numerator="plans started in the month with one or more previous plans",
        denominator="plans with a start date in the month",
        polarity=Polarity.LOW_IS_GOOD,
        contribute=second_or_subsequent,
    ),
    Indicator(
        id="protection_plans_ended",
        title="Child protection plans ended",
        sentence="Child protection plans ended in the month.",
        kind=Kind.FLOW,
        numerator="plans with an end date in the month",
        contribute=plans_ended,
    ),
    Indicator(
        id="protection_plans_open",
        title="Child protection plans open",
        sentence="Child protection plans in force at the end of the month's last day.",
        kind=Kind.STOCK,
        numerator="plans begun by then and not ended by the end of that day",
        exclusions="plans dated as ended before they started",
        attribution=STANDS_WITH,
        contribute=plans_open,
    ),
)
