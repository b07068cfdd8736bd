"""Assessments: completed, and within 45 working days; those still open past it; what they found."""

from collections.abc import Iterable
from datetime import date

from services.reporting.indicators.attribution import FIRST_HELD_BY, STANDS_WITH, first_team
from services.reporting.indicators.episodes import EXCLUSIONS, episodes_of_need
from services.reporting.indicators.indicator import Contribution, Indicator, Kind, Polarity, done
from services.reporting.indicators.standing import day_after, earlier, standing
from services.reporting.indicators.timeliness import within_working_days, working_days_on
from shared.calendar import month_of
from shared.contracts.codes import ClosureReason
from shared.contracts.intake import Assessment, ChildState, Episode

ASSESSMENT_WORKING_DAYS = 45
NOT_IN_NEED = (ClosureReason.AFTER_ASSESSMENT_NO_FURTHER_ACTION, ClosureReason.AFTER_ASSESSMENT_EARLY_HELP)
EXTRA_FAMILIAL = frozenset({"11A", "12A", "13A", "24A"})
"""Child sexual exploitation, trafficking, gangs, child criminal exploitation."""
ASSESSED, FACTORS = ("assessments",), ("factors",)


def _authorised(child: ChildState) -> Iterable[tuple[Episode, Assessment, date]]:
    for episode in child.episodes:
        for assessment in episode.assessments:
            if assessment.authorised_on is not None:
                yield episode, assessment, assessment.authorised_on


def completed(child: ChildState) -> Iterable[Contribution]:
    for episode, _, authorised_on in _authorised(child):
        yield done(episode, authorised_on)


def within_45_working_days(child: ChildState) -> Iterable[Contribution]:
    for episode, assessment, authorised_on in _authorised(child):
        in_time = within_working_days(assessment.started_on, authorised_on, ASSESSMENT_WORKING_DAYS)
        yield done(episode, authorised_on, counts=in_time)


def open_over_45_working_days(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for assessment in episode.assessments:
            late_from = day_after(working_days_on(assessment.started_on, ASSESSMENT_WORKING_DAYS))
            yield from standing(episode, late_from, earlier(assessment.authorised_on, episode.closed_on))


def not_in_need(child: ChildState) -> Iterable[Contribution]:
    """Numerator and denominator fall into different months, as in the DfE's table c1."""
    for referral in child.referrals:
        if not referral.joined_open_episode:
            teams = [first_team(each.allocations) for each in child.episodes if each.referral_id == referral.id]
            month, team = month_of(referral.received_on), teams[0] if teams else ""
            yield Contribution(month, team, denominator=1, case=referral.id)
    for episode in episodes_of_need(child):
        closed_on = episode.closed_on
        if closed_on is not None and closed_on >= episode.started_on and episode.closure_reason in NOT_IN_NEED:
            team = first_team(episode.allocations)
            yield Contribution(month_of(closed_on), team, numerator=1, case=episode.referral_id)


def by_factor(child: ChildState) -> Iterable[Contribution]:
    for episode, assessment, authorised_on in _authorised(child):
        for factor in sorted(set(assessment.factors)):
            yield done(episode, authorised_on, band=factor)


def extra_familial(child: ChildState) -> Iterable[Contribution]:
    for episode, assessment, authorised_on in _authorised(child):
        if assessment.factors:
            yield done(episode, authorised_on, counts=not EXTRA_FAMILIAL.isdisjoint(assessment.factors))


ASSESSMENTS = (
    Indicator(
        id="assessments_completed",
        title="Assessments completed",
        sentence="Assessments authorised in the month.",
        kind=Kind.FLOW,
        numerator="assessments with an authorisation date in the month",
        needs=ASSESSED,
        benchmark="c2.Assessments_completed_rate",
        contribute=completed,
    ),
    Indicator(
        id="assessments_within_45_working_days",
        title="Assessments within 45 working days",
        sentence=(
            "The share of the assessments authorised in the month that were authorised within 45 working days of the "
            "assessment's own start (the census' measure; the practice clock runs from the referral)."
        ),
        kind=Kind.FLOW,
        numerator="assessments authorised at most 45 working days after they started; the start is day 0",
        denominator="assessments with an authorisation date in the month",
        exclusions="from the numerator, assessments authorised before they started",
        polarity=Polarity.HIGH_IS_GOOD,
        needs=ASSESSED,
        contribute=within_45_working_days,
    ),
    Indicator(
        id="assessments_open_over_45_working_days",
        title="Assessments open over 45 working days",
        sentence="Assessments not authorised at the end of the month's last day, more than 45 working days after their start.",
        kind=Kind.STOCK,
        numerator="assessments past the 45th working day and neither authorised nor closed with their case",
        attribution=STANDS_WITH,
        polarity=Polarity.LOW_IS_GOOD,
        needs=ASSESSED,
        contribute=open_over_45_working_days,
    ),
    Indicator(
        id="assessed_not_in_need",
        title="Assessed as not in need",
        sentence="Cases closed in the month after assessment as not in need, against the month's referrals.",
        kind=Kind.FLOW,
        numerator="episodes closed in the month for reason RC8 or RC9",
        denominator="referrals received in the month",
        exclusions=EXCLUSIONS + "; a month may close more than were referred in it",
        attribution=FIRST_HELD_BY,
        needs=("referrals", "closures"),
        benchmark="c1.Not_in_Need_percent",
        contribute=not_in_need,
    ),
    Indicator(
        id="assessment_factors",
        title="Factors at assessment",
        sentence="Assessments authorised in the month, by each factor found at their end.",
        kind=Kind.FLOW,
        numerator="assessments with the factor; one with several counts under each",
        bands="the DfE's factors, 1A to 24A",
        needs=FACTORS,
        contribute=by_factor,
    ),
    Indicator(
        id="assessments_with_extra_familial_harm",
        title="Assessments that found harm outside the home",
        sentence="The share of the month's assessments with factors that found exploitation, trafficking or gangs among them.",
        kind=Kind.FLOW,
        numerator="assessments with factor 11A, 12A, 13A or 24A",
        denominator="assessments authorised in the month with any factor",
        needs=FACTORS,
        contribute=extra_familial,
    ),
)
