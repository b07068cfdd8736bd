"""Child protection: section 47 enquiries, initial conferences and how soon, plans begun, ended and standing.

These are counted by their own dates whatever the referral's outcome says: an enquiry that was made was made.
"""

from collections.abc import Iterable
from datetime import date

from services.reporting.indicators.attribution import STANDS_WITH
from services.reporting.indicators.indicator import Contribution, Indicator, Kind, Polarity, done
from services.reporting.indicators.standing import standing
from services.reporting.indicators.timeliness import months_on, within_working_days
from shared.contracts.intake import ChildState, Episode, ProtectionPlan

CONFERENCE_WORKING_DAYS = 15
AGAIN_MONTHS = LONG_MONTHS = 24
ENQUIRIES, PLANS = ("section_47_enquiries",), ("protection_plans",)


def enquiries_started(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for enquiry in episode.section_47_enquiries:
            yield done(episode, enquiry.started_on)


def conferences_of(episode: Episode) -> Iterable[date]:
    """Every initial conference of an episode. One recorded on the enquiry and on the episode was held once (rule 2884)."""
    of_enquiries = [each.conference_on for each in episode.section_47_enquiries if each.conference_on]
    yield from of_enquiries
    yield from (each.held_on for each in episode.conferences if each.held_on not in of_enquiries)


def conferences(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for held_on in conferences_of(episode):
            yield done(episode, held_on)


def conferences_within_15_working_days(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for enquiry in episode.section_47_enquiries:
            held_on = enquiry.conference_on
            if held_on is not None and held_on >= enquiry.started_on:
                in_time = within_working_days(enquiry.started_on, held_on, CONFERENCE_WORKING_DAYS)
                yield done(episode, held_on, counts=in_time)


def _plans(child: ChildState) -> Iterable[tuple[Episode, ProtectionPlan]]:
    return ((episode, plan) for episode in child.episodes for plan in episode.protection_plans)


def plans_started(child: ChildState) -> Iterable[Contribution]:
    for episode, plan in _plans(child):
        yield done(episode, plan.started_on)


def second_or_subsequent(child: ChildState) -> Iterable[Contribution]:
    for episode, plan in _plans(child):
        again = (plan.previous_plans or 0) >= 1
        yield done(episode, plan.started_on, counts=again)


def again_within_2_years(child: ChildState) -> Iterable[Contribution]:
    plans = list(_plans(child))
    for episode, plan in plans:
        ended = [other.ended_on for _, other in plans if other is not plan and other.ended_on is not None]
        again = any(day <= plan.started_on <= months_on(day, AGAIN_MONTHS) for day in ended)
        yield done(episode, plan.started_on, counts=again)


def ended_after_2_years(child: ChildState) -> Iterable[Contribution]:
    for episode, plan in _plans(child):
        if plan.ended_on is not None and plan.ended_on >= plan.started_on:
            yield done(episode, plan.ended_on, counts=plan.ended_on >= months_on(plan.started_on, LONG_MONTHS))


def plans_ended(child: ChildState) -> Iterable[Contribution]:
    for episode, plan in _plans(child):
        if plan.ended_on is not None:
            yield done(episode, plan.ended_on)


def plans_open(child: ChildState) -> Iterable[Contribution]:
    for episode, plan in _plans(child):
        yield from standing(episode, plan.started_on, plan.ended_on)


PROTECTION = (
    Indicator(
        id="section_47_started",
        title="Section 47 enquiries started",
        sentence="Enquiries under section 47 of the Children Act 1989 started in the month.",
        kind=Kind.FLOW,
        numerator="section 47 enquiries with a start date in the month",
        needs=ENQUIRIES,
        benchmark="c4.Section47_rate",
        contribute=enquiries_started,
    ),
    Indicator(
        id="conferences",
        title="Initial child protection conferences",
        sentence="Initial child protection conferences held in the month, also those recorded on the episode.",
        kind=Kind.FLOW,
        numerator="conferences with a date in the month",
        exclusions="a conference recorded twice, on the enquiry and on the episode, is counted once",
        needs=("conferences",),
        benchmark="c4.ICPC_rate",
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
        needs=(*ENQUIRIES, "conferences"),
        contribute=conferences_within_15_working_days,
    ),
    Indicator(
        id="protection_plans_started",
        title="Child protection plans started",
        sentence="Child protection plans started in the month.",
        kind=Kind.FLOW,
        numerator="plans with a start date in the month",
        needs=PLANS,
        benchmark="d1.CPP_start_rate",
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
        needs=PLANS,
        benchmark="d3.CPP_subsequent_percent",
        contribute=second_or_subsequent,
    ),
    Indicator(
        id="protection_plans_again_within_2_years",
        title="Plans again within two years",
        sentence="The share of the plans started in the month for children whose plan before it ended in the two years before.",
        kind=Kind.FLOW,
        numerator="plans started on or before the same day 24 months after another plan of the child ended",
        denominator="plans with a start date in the month",
        exclusions="plans before it that no source has stated",
        polarity=Polarity.LOW_IS_GOOD,
        needs=PLANS,
        contribute=again_within_2_years,
    ),
    Indicator(
        id="protection_plans_ended_after_2_years",
        title="Plans ended after two years or more",
        sentence="The share of the child protection plans ended in the month that had lasted for two years or more.",
        kind=Kind.FLOW,
        numerator="plans ended on or after the same day 24 months after they started",
        denominator="plans with an end date in the month",
        exclusions="plans dated as ended before they started",
        polarity=Polarity.LOW_IS_GOOD,
        needs=PLANS,
        benchmark="d7.CPP_2_years_or_more_percent",
        contribute=ended_after_2_years,
    ),
    Indicator(
        id="protection_plans_ended",
        title="Child protection plans ended",
        sentence="Child protection plans ended in the month.",
        kind=Kind.FLOW,
        numerator="plans with an end date in the month",
        needs=PLANS,
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
        needs=PLANS,
        benchmark="d1.CPP_At31_rate",
        contribute=plans_open,
    ),
)
