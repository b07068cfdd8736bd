"""What of a child belongs in a census year's return: everyone referred in the year and every case open in it.

All of it as it stood at the end of the year's last day: what was done later is not stated, what ended later is stated as
going on. What cannot be stated, because the census knows no way or would refuse the file, is left out with a finding.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from services.intake.returns.findings import Done, Finding
from services.intake.returns.rules_of_the_case import Year, within
from services.intake.sources.document import (
    ChildDocument,
    StatedAssessment,
    StatedCase,
    StatedCINPlan,
    StatedConference,
    StatedProtectionPlan,
    StatedSection47,
)
from shared.calendar import add_months
from shared.contracts.codes import Sex

Part = TypeVar("Part", StatedAssessment, StatedCINPlan, StatedProtectionPlan)

UNDATED_MONTHS = 3
"""No census states when it was decided that an enquiry leads to no conference. It is taken to have been decided within this
time; enquiries are counted by the day they began, so that to state one again changes no figure.
"""


@dataclass(frozen=True)
class Returned:
    """A child as the return states it, and what is left out of it; no child where none of its cases belongs there."""

    child: ChildDocument | None
    left_out: Sequence[tuple[StatedCase, Finding]]
    """Each with the case it is left out of."""


@dataclass
class _Cut:
    """One child being cut to a year."""

    of: ChildDocument
    year: Year
    left_out: list[tuple[StatedCase, Finding]] = field(default_factory=list)

    def leave_out(self, case: StatedCase, element: str, rule: str | None, sentence: str) -> None:
        self.left_out.append((case, Finding(self.of.la_child_id, element, rule, sentence, Done.LEFT_OUT)))


def as_returned(child: ChildDocument, year: Year) -> Returned:
    """A child as the return of a year states it: the first day of the year, and the last."""
    cut = _Cut(child, year)
    cases = tuple(_case(cut, case) for case in child.cases if _belongs(cut, case))
    if not cases:
        return Returned(None, cut.left_out)
    return Returned(child.model_copy(update={**_identifiers(child, year), "cases": cases}), cut.left_out)


def _identifiers(child: ChildDocument, year: Year) -> dict[str, Any]:
    """Who the child was by the end of the year: one born since was not born."""
    died_on = child.died_on if child.died_on and child.died_on <= year[1] else None
    if child.born_on is None:
        return {"died_on": died_on}
    if child.born_on > year[1]:
        expected = child.expected_on or child.born_on
        return {"born_on": None, "expected_on": expected, "sex": Sex.UNKNOWN, "died_on": None}
    return {"expected_on": None, "died_on": died_on}


def _belongs(cut: _Cut, case: StatedCase) -> bool:
    begins, ends = cut.year
    if case.referred_on > ends:
        return False
    if case.no_further_action is True:
        return case.referred_on >= begins and not _joined_another(cut.of, case)
    if case.referred_on < begins and case.closed_on is not None and case.closed_on < begins:
        return False
    if case.no_further_action is None and not case.has_parts and case.closed_on is None:
        cut.leave_out(case, "ReferralNFA", "8568", "the referral awaits a decision")
        return False
    return True


def _joined_another(child: ChildDocument, concern: StatedCase) -> bool:
    """A concern about a child whose case is open is a contact on that case, and no second referral (rule 8816)."""
    return not concern.has_parts and any(
        case.no_further_action is not True
        and case.referred_on <= concern.referred_on
        and (case.closed_on is None or concern.referred_on < case.closed_on)
        for case in child.cases
    )


def _case(cut: _Cut, case: StatedCase) -> StatedCase:
    ends = cut.year[1]
    has_closed = case.closed_on is None or case.closed_on <= ends
    return case.model_copy(
        update={
            "closed_on": case.closed_on if has_closed else None,
            "closure_reason": case.closure_reason if has_closed else None,
            "assessments": tuple(_assessments(cut, case)),
            "cin_plans": tuple(_under_way(case.cin_plans, cut.year, "ended_on", _cin_plan)),
            "section_47_enquiries": tuple(_enquiries(cut, case)),
            "conferences": _conferences(cut, case),
            "protection_plans": tuple(_under_way(case.protection_plans, cut.year, "ended_on", _protection_plan)),
        }
    )


def _under_way(
    parts: Iterable[Part], year: Year, ends: str, as_at: Callable[[Part, date], dict[str, Any]]
) -> Iterator[Part]:
    """The parts that were under way in the year, each as it stood on its last day. One that begins in it belongs in any case:
    an end before the beginning is for the rules to find.
    """
    for part in parts:
        ended: date | None = getattr(part, ends)
        if part.started_on <= year[1] and (ended is None or ended >= year[0] or part.started_on >= year[0]):
            yield part.model_copy(update=as_at(part, year[1]))


def _by(day: date | None, last: date) -> date | None:
    return day if day is not None and day <= last else None


def _cin_plan(plan: StatedCINPlan, last: date) -> dict[str, Any]:
    return {"ended_on": _by(plan.ended_on, last)}


def _protection_plan(plan: StatedProtectionPlan, last: date) -> dict[str, Any]:
    """With all its reviews since it began: whether one was in time depends on the one before."""
    reviewed_on = tuple(day for day in plan.reviewed_on if day <= last)
    return {"ended_on": _by(plan.ended_on, last), "reviewed_on": reviewed_on}


def _assessment(assessment: StatedAssessment, last: date) -> dict[str, Any]:
    authorised_on = _by(assessment.authorised_on, last)
    withdrawn = assessment.authorised_on is not None and authorised_on is None
    return {
        "authorised_on": authorised_on,
        "internal_review_on": _by(assessment.internal_review_on, last),
        "factors": () if withdrawn else assessment.factors,
    }


def _assessments(cut: _Cut, case: StatedCase) -> Iterator[StatedAssessment]:
    for assessment in _under_way(case.assessments, cut.year, "authorised_on", _assessment):
        if assessment.authorised_on is None and assessment.started_on < cut.year[0]:
            sentence = "an assessment that has been open since before the census year is left out: authorise it"
            cut.leave_out(case, "AssessmentAuthorisationDate", "8736", sentence)
        else:
            yield assessment


def _enquiries(cut: _Cut, case: StatedCase) -> Iterator[StatedSection47]:
    begins, ends = cut.year
    for enquiry in case.section_47_enquiries:
        if enquiry.started_on > ends:
            continue
        conference_on, not_required = _by(enquiry.conference_on, ends), _was_not_required(enquiry, ends)
        is_open = conference_on is None and not not_required
        if is_open and enquiry.started_on < begins:
            sentence = "an enquiry that has been open since before the census year is left out: say what came of it"
            cut.leave_out(case, "DateOfInitialCPC", "8740", sentence)
        elif is_open or enquiry.started_on >= begins or (conference_on or _decided_on(enquiry)) >= begins:
            yield enquiry.model_copy(update={"conference_on": conference_on, "conference_not_required": not_required})


def _was_not_required(enquiry: StatedSection47, ends: date) -> bool:
    return enquiry.conference_not_required is True and (enquiry.ended_on is None or enquiry.ended_on <= ends)


def _decided_on(enquiry: StatedSection47) -> date:
    """The day by which it had been decided that no conference is required."""
    return enquiry.ended_on or add_months(enquiry.started_on, UNDATED_MONTHS)


def _conferences(cut: _Cut, case: StatedCase) -> tuple[StatedConference, ...]:
    """The one that a case can state: that on which a protection plan began, or the latest."""
    plans = {plan.started_on for plan in case.protection_plans}
    held = sorted(
        (each for each in case.conferences if within(each.held_on, cut.year)),
        key=lambda each: (each.held_on in plans, each.held_on),
    )
    for _ in held[:-1]:
        sentence = "a case states one conference that no enquiry led to; another is left out"
        cut.leave_out(case, "DateOfInitialCPC", None, sentence)
    return tuple(held[-1:])
