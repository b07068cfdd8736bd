"""Practice as observed: each skill's scores, the mean of all seven, of how many workers, and whether feedback came in time."""

from collections.abc import Callable, Iterable

from services.reporting.indicators.indicator import Contribution, Indicator, Kind, Polarity, Unit, once
from shared.contracts.codes import PracticeSkill
from shared.contracts.observation import PracticeState

ALL_SEVEN_NEEDS = 6
"""The mean of all seven is given when at least six were observed."""
RELATIONSHIP = (PracticeSkill.EMPATHY, PracticeSkill.COLLABORATION, PracticeSkill.AUTONOMY)
GOOD_AUTHORITY = (PracticeSkill.PURPOSEFULNESS, PracticeSkill.CLARITY_ABOUT_CONCERNS, PracticeSkill.CHILD_FOCUS)
"""The two groups that factor analysis of 127 visits found; evocation stands alone."""
MOTIVATIONAL_FOUR = (
    PracticeSkill.EVOCATION,
    PracticeSkill.COLLABORATION,
    PracticeSkill.AUTONOMY,
    PracticeSkill.EMPATHY,
)
"""The four that come from motivational interviewing."""
SOURCE = "observations of practice, seven skills from 1 to 5"
ATTRIBUTION = "the observed worker's team on the day of the observation"


def _scores(observation: PracticeState) -> dict[PracticeSkill, int]:
    return {each.skill: each.score for each in observation.reported}


def _scores_of(skill: PracticeSkill) -> Callable[[PracticeState], Iterable[Contribution]]:
    def scores(observation: PracticeState) -> Iterable[Contribution]:
        if (score := _scores(observation).get(skill)) is not None:
            yield once(observation.observed_on, observation.team, band=str(score))

    return scores


def all_seven(observation: PracticeState) -> Iterable[Contribution]:
    """The band is the exact mean as `sum/count`: cells hold whole numbers only."""
    given = _scores(observation).values()
    if len(given) >= ALL_SEVEN_NEEDS:
        yield once(observation.observed_on, observation.team, band=f"{sum(given)}/{len(given)}")


def profiles(observation: PracticeState) -> Iterable[Contribution]:
    """One band for each worker and set of scores: whatever shares a worker must be weighed together (`evidence/clusters`)."""
    given = _scores(observation)
    scores = ",".join(str(given.get(skill, "")) for skill in PracticeSkill)
    yield once(observation.observed_on, observation.team, band=f"{observation.worker_id}/{scores}")


def observations(observation: PracticeState) -> Iterable[Contribution]:
    yield once(observation.observed_on, observation.team)


def feedback_within_a_week(observation: PracticeState) -> Iterable[Contribution]:
    """Feedback still owed stands under the day it is due: whoever reads leaves out what is not overdue yet."""
    given_on, due_on = observation.feedback_given_on, observation.feedback_due_on
    if given_on is None:
        yield once(observation.observed_on, observation.team, band=due_on.isoformat(), counts=False)
    else:
        in_time = observation.observed_on <= given_on <= due_on
        yield once(observation.observed_on, observation.team, counts=in_time)


def coaching_held(observation: PracticeState) -> Iterable[Contribution]:
    yield once(observation.observed_on, observation.team, counts=observation.coaching_held_on is not None)


PRACTICE: tuple[Indicator[PracticeState], ...] = (
    Indicator(
        id="observations",
        title="Observations of practice",
        sentence="Observations of practice made in the month.",
        kind=Kind.FLOW,
        numerator="observations made in the month",
        attribution=ATTRIBUTION,
        source=SOURCE,
        contribute=observations,
    ),
    Indicator(
        id="feedback_within_seven_days",
        title="Feedback within seven days",
        sentence="The share of the month's observations on which the worker had feedback within seven days.",
        kind=Kind.FLOW,
        numerator="observations of the month with feedback on or before the day it was due",
        denominator="observations made in the month with feedback, or with feedback overdue",
        exclusions="observations whose feedback is still owed on a day that is not over; from the numerator, feedback "
        "dated before its observation",
        attribution=ATTRIBUTION,
        polarity=Polarity.HIGH_IS_GOOD,
        bands="the day on which feedback still owed is due",
        source=SOURCE,
        contribute=feedback_within_a_week,
    ),
    Indicator(
        id="coaching_held",
        title="Coaching held",
        sentence="The share of the month's observations that coaching has followed so far.",
        kind=Kind.FLOW,
        numerator="observations of the month that coaching has followed",
        denominator="observations made in the month",
        attribution=ATTRIBUTION,
        polarity=Polarity.HIGH_IS_GOOD,
        source=SOURCE,
        contribute=coaching_held,
    ),
    Indicator(
        id="practice_profiles",
        title="Practice as observed, whole",
        sentence="The scores of each of the month's observations together, and whose practice it was.",
        kind=Kind.DISTINCT,
        numerator="observations of that worker with those scores",
        attribution=ATTRIBUTION,
        bands="worker / the seven scores in the order of the rubric, empty where a skill was not observed",
        source=SOURCE,
        contribute=profiles,
    ),
    Indicator(
        id="practice_all_seven",
        title="Practice skill, all seven",
        sentence="The mean of the seven skills of each observation in the month.",
        kind=Kind.DISTRIBUTION,
        numerator="observations with that mean",
        denominator="observations in which at least six of the seven skills were observed",
        attribution=ATTRIBUTION,
        polarity=Polarity.HIGH_IS_GOOD,
        bands="exact mean, as sum of scores / number of scores",
        measured_in=Unit.SCORE,
        source=SOURCE,
        contribute=all_seven,
    ),
    *(
        Indicator(
            id=f"practice_{skill}",
            title=f"Practice skill: {skill.replace('_', ' ')}",
            sentence=f"The scores given for {skill.replace('_', ' ')} in the month's observations.",
            kind=Kind.DISTRIBUTION,
            numerator="observations with that score",
            denominator="observations in which the skill was observed",
            attribution=ATTRIBUTION,
            polarity=Polarity.HIGH_IS_GOOD,
            bands="score from 1 to 5",
            measured_in=Unit.SCORE,
            source=SOURCE,
            contribute=_scores_of(skill),
        )
        for skill in PracticeSkill
    ),
)
