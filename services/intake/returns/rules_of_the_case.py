"""The DfE's rules on the child, the referral, the episode, its closure and its assessments (census 2025 to 2026).

A row is a rule: its code, the element it points at, what it finds in our own words, and when. A code that ends in Q is
a query. `year` is the census year's first and last day.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Generic, TypeAlias, TypeVar

from services.intake.sources.document import ChildDocument, StatedAssessment, StatedCase
from shared.calendar import add_months, is_working_day, working_days_between
from shared.contracts.codes import ClosureReason, Disability, Sex

Subject = TypeVar("Subject")
Year: TypeAlias = tuple[date, date]


@dataclass(frozen=True)
class Rule(Generic[Subject]):
    """One rule: `breaks` says whether the subject breaks it, given what it belongs to and the census year."""

    code: str
    element: str
    sentence: str
    breaks: Callable[[Subject, Year], object]


AFTER_ASSESSMENT = {ClosureReason.AFTER_ASSESSMENT_NO_FURTHER_ACTION, ClosureReason.AFTER_ASSESSMENT_EARLY_HELP}
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
FORTY_WEEKS = timedelta(days=280)


def within(day: date | None, year: Year) -> bool:
    return day is not None and year[0] <= day <= year[1]


def overlap(spans: Iterable[tuple[date, date | None]], *, last: date = date.max) -> bool:
    """Whether any two spans share more than the day on which one ends and the next begins."""
    return any(
        begins < (ended or last) for (_, ended), (begins, _) in pairwise(sorted(spans, key=lambda span: span[0]))
    )


def open_count(parts: Sequence[object], ends: str) -> int:
    return sum(getattr(part, ends) is None for part in parts)


def dates_inside(case: StatedCase) -> list[date]:
    """Every date of something done in the case."""
    dates: list[date | None] = []
    for assessment in case.assessments:
        dates += [assessment.started_on, assessment.authorised_on]
    for cin_plan in case.cin_plans:
        dates += [cin_plan.started_on, cin_plan.ended_on]
    for enquiry in case.section_47_enquiries:
        dates += [enquiry.started_on, enquiry.conference_on]
    for plan in case.protection_plans:
        dates += [plan.started_on, plan.ended_on, *plan.reviewed_on]
    dates += [conference.held_on for conference in case.conferences]
    return [day for day in dates if day is not None]


def acted_on(child: ChildDocument) -> list[StatedCase]:
    """The cases that were not without further action."""
    return [case for case in child.cases if case.no_further_action is not True]


def _upn_check_letter(upn: str) -> str:
    return UPN_LETTERS[
        sum(int(digit) * weight for weight, digit in enumerate(upn[1:13], start=2) if digit.isdigit()) % 23
    ]


def _born(child: ChildDocument) -> date | None:
    return child.born_on or child.expected_on


def _is_old_enough_for_school(child: ChildDocument, year: Year) -> bool:
    """Five by the end of the previous August. The DfE asks for the number after school, too."""
    return child.born_on is not None and add_months(child.born_on, 5 * 12) <= date(year[0].year, 8, 31)


OF_THE_CHILD: tuple[Rule[ChildDocument], ...] = (
    Rule("1510", "UPN", "the UPN's check letter is wrong", lambda c, y: c.upn and len(c.upn) == 13 and c.upn[1:12].isdigit() and c.upn[0] != _upn_check_letter(c.upn)),
    Rule("1540", "UPN", "a UPN's characters 5 to 12 are digits", lambda c, y: c.upn and not (len(c.upn) == 13 and c.upn[4:12].isdigit())),
    Rule("1550", "UPN", "the UPN's last character is neither a digit nor a letter in use", lambda c, y: c.upn and len(c.upn) == 13 and not (c.upn[12].isdigit() or c.upn[12] in UPN_LETTERS)),
    Rule("1560Q", "FormerUPN", "the former UPN is wrongly formed", lambda c, y: c.former_upn and not (len(c.former_upn) == 13 and c.former_upn[1:12].isdigit())),
    Rule("4180", "Sex", "sex is missing", lambda c, y: c.sex is None),
    Rule("4220", "Ethnicity", "ethnicity is missing", lambda c, y: c.ethnicity is None),
    Rule("8520", "PersonBirthDate", "the child was born after the census year", lambda c, y: c.born_on and c.born_on > y[1]),
    Rule("8525Q", "PersonBirthDate", "either a date of birth or an expected one is stated, not both", lambda c, y: (c.born_on is None) == (c.expected_on is None)),
    Rule("8530Q", "ExpectedPersonBirthDate", "the expected date of birth is outside March to December", lambda c, y: c.expected_on and not date(y[1].year, 3, 1) <= c.expected_on <= date(y[1].year, 12, 31)),
    Rule("8535Q", "PersonDeathDate", "the child died before being born", lambda c, y: c.died_on and c.born_on and c.died_on < c.born_on),
    Rule("8540", "Disability", "no disability, or none, is stated for a child whose case was acted on", lambda c, y: not c.disabilities and acted_on(c)),
    Rule("8545Q", "PersonDeathDate", "the child died outside the census year", lambda c, y: c.died_on and not within(c.died_on, y)),
    Rule("8590", "CINdetails", "the child has no case", lambda c, y: not c.cases),
    Rule("8750", "Sex", "an unborn child's sex is U", lambda c, y: c.expected_on and not c.born_on and c.sex not in {None, Sex.UNKNOWN}),
    Rule("8770Q", "UPN", "a child of school age has a UPN, or a reason other than UN1 why not", lambda c, y: _is_old_enough_for_school(c, y) and acted_on(c) and not c.upn and c.upn_unknown in {None, "UN1"}),
    Rule("8772", "UPNunknown", "UN7 is for children whose referrals all went without further action", lambda c, y: c.upn_unknown == "UN7" and acted_on(c)),
    Rule("8775Q", "PersonBirthDate", "the child is over 25", lambda c, y: c.born_on and add_months(c.born_on, 26 * 12) <= y[1]),
    Rule("8790", "Disability", "no disability is stated together with one", lambda c, y: Disability.NONE in c.disabilities and len(c.disabilities) > 1),
    Rule("8815", "CINclosureDate", "more than one case is open", lambda c, y: open_count(acted_on(c), "closed_on") > 1),
    Rule("8816", "CINclosureDate", "a case is open that is not the latest", lambda c, y: any(case.closed_on is None and case.referred_on < max(other.referred_on for other in c.cases) for case in acted_on(c))),
    Rule("8820", "CINreferralDate", "two cases overlap", lambda c, y: overlap((case.referred_on, case.closed_on) for case in acted_on(c))),
)  # fmt: skip


@dataclass(frozen=True)
class CaseOfChild:
    """A case together with the child it is of: some rules need a birth or death date."""

    child: ChildDocument
    case: StatedCase


OF_THE_CASE: tuple[Rule[CaseOfChild], ...] = (
    Rule("8555Q", "CINreferralDate", "the referral is after the child's death", lambda o, y: o.child.died_on and o.case.referred_on > o.child.died_on),
    Rule("8565", "CINclosureDate", "something was done after the case closed", lambda o, y: o.case.closed_on and any(day > o.case.closed_on for day in dates_inside(o.case))),
    Rule("8568", "ReferralNFA", "whether there was no further action is not stated", lambda o, y: o.case.no_further_action is None),
    Rule("8569Q", "ReferralNFA", "a referral without further action from before the census year", lambda o, y: o.case.no_further_action and o.case.referred_on < _working_day_before(y[0])),
    Rule("8585Q", "PersonDeathDate", "the case closed because the child died, but no date of death is stated", lambda o, y: o.case.closure_reason == ClosureReason.DIED and o.child.died_on is None),
    Rule("8600", "CINreferralDate", "the referral is after the census year", lambda o, y: o.case.referred_on > y[1]),
    Rule("8606", "CINreferralDate", "the referral is more than 40 weeks before the birth", lambda o, y: (born := _born(o.child)) and o.case.referred_on < born - FORTY_WEEKS),
    Rule("8610", "PrimaryNeedCode", "the primary need of a case that was acted on is missing", lambda o, y: o.case.no_further_action is not True and o.case.primary_need is None),
    Rule("8620", "CINclosureDate", "the closure is outside the census year", lambda o, y: o.case.closed_on and not within(o.case.closed_on, y)),
    Rule("8630", "CINclosureDate", "the case closes before its referral", lambda o, y: o.case.closed_on and o.case.closed_on < o.case.referred_on),
    Rule("8805", "ReasonForClosure", "a closure without its reason", lambda o, y: o.case.closed_on and o.case.closure_reason is None),
    Rule("8810", "CINclosureDate", "a reason for closure without its date", lambda o, y: o.case.closure_reason and o.case.closed_on is None),
    Rule("8825Q", "ReasonForClosure", "the case closed after assessment, but there is none", lambda o, y: o.case.closure_reason in AFTER_ASSESSMENT and not o.case.assessments),
    Rule("2990", "ReasonForClosure", "the case closed after assessment, but more was done than assess", lambda o, y: o.case.closure_reason in AFTER_ASSESSMENT and (o.case.section_47_enquiries or o.case.conferences or o.case.cin_plans or o.case.protection_plans)),
    Rule("8831", "ReferralNFA", "something was done on a referral without further action", lambda o, y: o.case.no_further_action and (o.case.assessments or o.case.section_47_enquiries or o.case.conferences)),
    Rule("8832", "ReferralNFA", "a child protection plan on a referral without further action", lambda o, y: o.case.no_further_action and o.case.protection_plans),
    Rule("4000", "CINPlanStartDate", "a child in need plan on a referral without further action", lambda o, y: o.case.no_further_action and o.case.cin_plans),
    Rule("8866", "ReferralSource", "the source of the referral is missing", lambda o, y: o.case.source is None),
    Rule("8867", "AssessmentAuthorisationDate", "the case is closed and an assessment is not", lambda o, y: o.case.closed_on and open_count(o.case.assessments, "authorised_on")),
    Rule("8863Q", "AssessmentActualStartDate", "an assessment starts while another goes on", lambda o, y: overlap((each.started_on, each.authorised_on) for each in o.case.assessments)),
    Rule("8873Q", "AssessmentFactors", "no factors were found at the only assessment, but the case did not close after it", lambda o, y: [each.factors for each in o.case.assessments] == [("21",)] and o.case.closure_reason not in AFTER_ASSESSMENT),
    Rule("8896", "AssessmentAuthorisationDate", "more than one assessment is open", lambda o, y: open_count(o.case.assessments, "authorised_on") > 1),
)  # fmt: skip


def _working_day_before(day: date) -> date:
    day -= timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


@dataclass(frozen=True)
class AssessmentOfCase:
    case: StatedCase
    assessment: StatedAssessment


OF_THE_ASSESSMENT: tuple[Rule[AssessmentOfCase], ...] = (
    Rule("1103", "AssessmentActualStartDate", "the assessment starts before the referral", lambda o, y: o.assessment.started_on < o.case.referred_on),
    Rule("8608", "AssessmentAuthorisationDate", "the assessment ends before it starts", lambda o, y: o.assessment.authorised_on and o.assessment.authorised_on < o.assessment.started_on),
    Rule("8614", "AssessmentFactors", "factors are stated for an assessment that is not authorised", lambda o, y: o.assessment.factors and o.assessment.authorised_on is None),
    Rule("8670Q", "AssessmentAuthorisationDate", "the assessment has been open for more than 45 working days at the year's end", lambda o, y: o.assessment.authorised_on is None and working_days_between(o.assessment.started_on, y[1]) > 45),
    Rule("8696", "AssessmentAuthorisationDate", "the assessment ends outside the census year", lambda o, y: o.assessment.authorised_on and not within(o.assessment.authorised_on, y)),
    Rule("8736", "AssessmentActualStartDate", "an unfinished assessment started outside the census year", lambda o, y: o.assessment.authorised_on is None and not within(o.assessment.started_on, y)),
    Rule("8869", "AssessmentFactors", "no factors are stated together with some", lambda o, y: "21" in o.assessment.factors and len(o.assessment.factors) > 1),
    Rule("8897Q", "AssessmentFactors", "a completed assessment has no factors", lambda o, y: o.assessment.authorised_on and not o.assessment.factors),
    Rule("8945Q", "AssessmentFactors", "factor 18A is no longer in use", lambda o, y: "18A" in o.assessment.factors),
    Rule("8950Q", "AssessmentFactors", "factor 19A is no longer in use", lambda o, y: "19A" in o.assessment.factors),
)  # fmt: skip
