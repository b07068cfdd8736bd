"""Judges what a source states by the census' rules, as if the census year ended on the day the document speaks of last.

Judging refuses nothing: every finding is stored beside what it is about. It says where that stands in the document.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from services.intake.returns.rules_of_protection import (
    OF_THE_CIN_PLAN,
    OF_THE_ENQUIRY,
    OF_THE_PROTECTION_PLAN,
    PROTECTION_OF_THE_CASE,
    CINPlanOfCase,
    EnquiryOfCase,
    PlanOfCase,
)
from services.intake.returns.rules_of_the_case import (
    OF_THE_ASSESSMENT,
    OF_THE_CASE,
    OF_THE_CHILD,
    AssessmentOfCase,
    CaseOfChild,
    Rule,
)
from services.intake.sources.document import ChildDocument, StatedCase
from services.intake.sources.findings import Finding
from services.intake.sources.merge import NAMED_BY, numbered

SINCE_EVER = date(1900, 4, 1)
OF_ONE_YEAR = frozenset({"8530Q", "8569Q", "8590", "8770Q"})
"""Rules that ask something of a return of one year, which a child's record is not."""

FIELDS = {
    "UPN": "upn",
    "FormerUPN": "former_upn",
    "UPNunknown": "upn_unknown",
    "PersonBirthDate": "born_on",
    "PersonDeathDate": "died_on",
    "Sex": "sex",
    "Ethnicity": "ethnicity",
    "Disability": "disabilities",
    "CINreferralDate": "referred_on",
    "ReferralSource": "source",
    "PrimaryNeedCode": "primary_need",
    "ReferralNFA": "no_further_action",
    "CINclosureDate": "closed_on",
    "ReasonForClosure": "closure_reason",
    "AssessmentActualStartDate": "started_on",
    "AssessmentAuthorisationDate": "authorised_on",
    "AssessmentFactors": "factors",
    "S47ActualStartDate": "started_on",
    "InitialCPCtarget": "conference_target_on",
    "DateOfInitialCPC": "conference_on",
    "ICPCnotRequired": "conference_not_required",
    "CPPstartDate": "started_on",
    "CPPendDate": "ended_on",
    "InitialCategoryOfAbuse": "initial_category",
    "LatestCategoryOfAbuse": "latest_category",
    "NumberOfPreviousCPP": "previous_plans",
    "CPPreviewDate": "reviewed_on",
    "CINPlanStartDate": "started_on",
    "CINPlanEndDate": "ended_on",
}
"""The field of the document that holds what an element of the census does."""


def judge(record: ChildDocument, sent: ChildDocument, *, on: date) -> list[Finding]:
    """What the census' rules find, on a day, in everything a source has said of a child, once it has `sent` this.

    A finding points at the place in what was sent; where that does not speak of it, at the nearest that does.
    """
    until = min(record.until or on, on)
    found = [*_broken(OF_THE_CHILD, record, until, at="/child", fields=ChildDocument)]
    places = {case.referred_on: number for number, case in reversed([*enumerate(sent.cases)])}
    for case in record.cases:
        number = places.get(case.referred_on)
        told = sent.cases[number] if number is not None else None
        found += _judge_case(record, case, until, told=told, at="/cases" if number is None else f"/cases/{number}")
    return found


def _judge_case(
    child: ChildDocument, case: StatedCase, until: date, *, told: StatedCase | None, at: str
) -> Iterator[Finding]:
    every = (*OF_THE_CASE, *PROTECTION_OF_THE_CASE)
    yield from _broken(every, CaseOfChild(child, case), until, at=at, fields=StatedCase)
    for name, rules, subject in OF_ITS_PARTS:
        sent = numbered(getattr(told, name), NAMED_BY[name]) if told else {}
        places = {key: f"{at}/{name}/{number}" for number, key in enumerate(sent)}
        for key, part in numbered(getattr(case, name), NAMED_BY[name]).items():
            yield from _broken(rules, subject(case, part), until, at=places.get(key, at), fields=type(part))


OF_ITS_PARTS: tuple[tuple[str, Iterable[Rule[Any]], Any], ...] = (
    ("assessments", OF_THE_ASSESSMENT, AssessmentOfCase),
    ("section_47_enquiries", OF_THE_ENQUIRY, EnquiryOfCase),
    ("protection_plans", OF_THE_PROTECTION_PLAN, PlanOfCase),
    ("cin_plans", OF_THE_CIN_PLAN, CINPlanOfCase),
)


def _broken(rules: Iterable[Rule[Any]], subject: Any, until: date, *, at: str, fields: Any) -> Iterator[Finding]:
    for rule in rules:
        if rule.code not in OF_ONE_YEAR and rule.breaks(subject, (SINCE_EVER, until)):
            field = FIELDS.get(rule.element)
            yield Finding(f"{at}/{field}" if field in fields.model_fields else at, rule.sentence, rule.code)
