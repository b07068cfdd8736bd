"""One case, from the referral to whatever came of it, future included; and what its record says on a day."""

from datetime import date, timedelta
from random import Random

from services.demo.calibration import (
    ASSESSMENT_DAYS,
    CONFERENCE_DAYS,
    CONFERENCE_OF_ENQUIRY,
    ENQUIRY_IF_LONG,
    ENQUIRY_IF_SHORT,
    FACTORS,
    LATE_ASSESSMENT_DAYS,
    PLAN_OF_CONFERENCE,
    PREVIOUS_PLANS,
    SOURCES,
)
from services.demo.chances import one_of, within_bands
from services.intake.sources.document import (
    ChildDocument,
    StatedAssessment,
    StatedCase,
    StatedCINPlan,
    StatedProtectionPlan,
    StatedSection47,
)
from shared.calendar import add_months, add_working_days, is_working_day
from shared.contracts.codes import CategoryOfAbuse, ClosureReason, PrimaryNeed

LONG_DAYS, SHORT_DAYS = 120, 20
SHORTEST_PLAN_DAYS, PLAN_DAYS = 90, 450
"""The shortest protection plan, and how much longer the mean one would last if its case did."""
ONLY_ASSESSED_DAYS = 100
"""An episode without an enquiry that closes by then was assessed, and nothing more was needed."""
AFTER_ASSESSMENT = {ClosureReason.AFTER_ASSESSMENT_NO_FURTHER_ACTION: 7, ClosureReason.AFTER_ASSESSMENT_EARLY_HELP: 3}
AFTER_SERVICES = {
    ClosureReason.ANY_OTHER_REASON: 88,
    ClosureReason.TRANSFERRED_TO_ANOTHER_LA: 5,
    ClosureReason.SPECIAL_GUARDIANSHIP_ORDER: 2,
    ClosureReason.CHILD_ARRANGEMENTS_ORDER: 2,
    ClosureReason.TRANSFERRED_TO_ADULT_SOCIAL_CARE: 2,
    ClosureReason.ADOPTED: 1,
}


def without_further_action(referred_on: date, need: PrimaryNeed, chance: Random) -> StatedCase:
    return StatedCase(
        referred_on=referred_on, source=one_of(chance, SOURCES), primary_need=need, no_further_action=True
    )


def full_case(referred_on: date, closed_on: date, need: PrimaryNeed, chance: Random) -> StatedCase:
    """Everything that happens in a case, as one who knew the future would state it."""
    days = (closed_on - referred_on).days
    enquiry, plan = _protection(referred_on, closed_on, chance) if _is_asked_into(days, chance) else (None, None)
    only_assessed = days <= ONLY_ASSESSED_DAYS and enquiry is None
    return StatedCase(
        referred_on=referred_on,
        source=one_of(chance, SOURCES),
        primary_need=need,
        no_further_action=False,
        closed_on=closed_on,
        closure_reason=one_of(chance, AFTER_ASSESSMENT if only_assessed else AFTER_SERVICES),
        assessments=(_assessment(referred_on, closed_on, chance),),
        cin_plans=() if only_assessed or plan else _cin_plan(referred_on, closed_on, chance),
        section_47_enquiries=(enquiry,) if enquiry else (),
        protection_plans=(plan,) if plan else (),
    )


def _assessment(referred_on: date, closed_on: date, chance: Random) -> StatedAssessment:
    authorised_on = add_working_days(referred_on, within_bands(chance, ASSESSMENT_DAYS + LATE_ASSESSMENT_DAYS))
    while authorised_on > closed_on or not (is_working_day(authorised_on) or authorised_on == referred_on):
        authorised_on -= timedelta(days=1)
    factors = tuple(factor for factor, percent in FACTORS if chance.random() * 100 < percent)
    return StatedAssessment(started_on=referred_on, authorised_on=authorised_on, factors=factors or ("21",))


def _cin_plan(referred_on: date, closed_on: date, chance: Random) -> tuple[StatedCINPlan, ...]:
    begins = referred_on + timedelta(days=chance.randint(45, 70))
    return (StatedCINPlan(started_on=begins, ended_on=closed_on),) if begins < closed_on else ()


def _is_asked_into(days: int, chance: Random) -> bool:
    """Whether there is a section 47 enquiry."""
    if days < SHORT_DAYS:
        return False
    return chance.random() < (ENQUIRY_IF_LONG if days >= LONG_DAYS else ENQUIRY_IF_SHORT)


def _protection(
    referred_on: date, closed_on: date, chance: Random
) -> tuple[StatedSection47, StatedProtectionPlan | None]:
    asked_on = add_working_days(referred_on, chance.randint(1, 12))
    if (closed_on - referred_on).days < LONG_DAYS or chance.random() > CONFERENCE_OF_ENQUIRY:
        return StatedSection47(started_on=asked_on, conference_not_required=True), None
    held_on = add_working_days(asked_on, within_bands(chance, CONFERENCE_DAYS))
    enquiry = StatedSection47(started_on=asked_on, conference_on=held_on, conference_not_required=False)
    if chance.random() > PLAN_OF_CONFERENCE:
        return enquiry, None
    ended_on = min(held_on + timedelta(days=SHORTEST_PLAN_DAYS + round(chance.expovariate(1 / PLAN_DAYS))), closed_on)
    category = chance.choice(tuple(CategoryOfAbuse))
    return enquiry, StatedProtectionPlan(
        started_on=held_on,
        ended_on=ended_on,
        initial_category=category,
        latest_category=category,
        previous_plans=chance.choices([n for n, _ in PREVIOUS_PLANS], [count for _, count in PREVIOUS_PLANS])[0],
        reviewed_on=_reviews(held_on, ended_on),
    )


def _reviews(held_on: date, ended_on: date) -> tuple[date, ...]:
    """A plan is reviewed after three months, and then every six."""
    days = (add_months(held_on, months) for months in range(3, 150, 6))
    return tuple(day for day in days if day <= ended_on)


def as_on(full: ChildDocument, day: date) -> ChildDocument:
    """What the child's record says on a day: nothing that is yet to happen."""
    return full.model_copy(
        update={"cases": tuple(_case_on(each, day) for each in full.cases if each.referred_on <= day)}
    )


def _case_on(case: StatedCase, day: date) -> StatedCase:
    is_closed = case.closed_on is not None and case.closed_on <= day
    return case.model_copy(
        update={
            "closed_on": case.closed_on if is_closed else None,
            "closure_reason": case.closure_reason if is_closed else None,
            "assessments": tuple(_assessment_on(each, day) for each in case.assessments if each.started_on <= day),
            "cin_plans": tuple(
                each.model_copy(update={"ended_on": _by(each.ended_on, day)})
                for each in case.cin_plans
                if each.started_on <= day
            ),
            "section_47_enquiries": tuple(
                _enquiry_on(each, day) for each in case.section_47_enquiries if each.started_on <= day
            ),
            "protection_plans": tuple(
                each.model_copy(
                    update={
                        "ended_on": _by(each.ended_on, day),
                        "reviewed_on": tuple(review for review in each.reviewed_on if review <= day),
                    }
                )
                for each in case.protection_plans
                if each.started_on <= day
            ),
        }
    )


def _assessment_on(assessment: StatedAssessment, day: date) -> StatedAssessment:
    if _by(assessment.authorised_on, day):
        return assessment
    return assessment.model_copy(update={"authorised_on": None, "factors": ()})


def _enquiry_on(enquiry: StatedSection47, day: date) -> StatedSection47:
    """Whether a conference is needed is not known before it is held."""
    if enquiry.conference_not_required or _by(enquiry.conference_on, day):
        return enquiry
    return enquiry.model_copy(update={"conference_on": None, "conference_not_required": None})


def _by(happened_on: date | None, day: date) -> date | None:
    return happened_on if happened_on is not None and happened_on <= day else None
