"""Assessments: completed, and within 45 working days."""

from collections.abc import Iterable

from services.reporting.indicators.indicator import Contribution, Indicator, Kind, Polarity, once, team_on
from services.reporting.indicators.timeliness import within_working_days
from shared.contracts.intake import ChildState

ASSESSMENT_WORKING_DAYS = 45


def completed(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for assessment in episode.assessments:
            if assessment.authorised_on is not None:
                yield once(assessment.authorised_on, team_on(episode.allocations, assessment.authorised_on))


def within_45_working_days(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for assessment in episode.assessments:
            if assessment.authorised_on is not None:
                in_time = within_working_days(assessment.started_on, assessment.authorised_on, ASSESSMENT_WORKING_DAYS)
                team = team_on(episode.allocations, assessment.authorised_on)
                yield once(assessment.authorised_on, team, counts=in_time)


ASSESSMENTS = (
    Indicator(
        id="assessments_completed",
        title="Assessments completed",
        sentence="Assessments authorised in the month.",
        kind=Kind.FLOW,
        numerator="assessments with an authorisation date in the month",
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
        contribute=within_45_working_days,
    ),
)
