"""One `Child` element becomes a document of what was understood, with a finding for everything that was not."""

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import TypeVar
from xml.etree.ElementTree import Element

from services.intake.returns.findings import Done, Finding
from services.intake.sources.document import (
    ChildDocument,
    StatedAssessment,
    StatedCase,
    StatedCINPlan,
    StatedConference,
    StatedProtectionPlan,
    StatedSection47,
)
from shared.contracts.codes import (
    ASSESSMENT_FACTORS,
    UPN_UNKNOWN,
    CategoryOfAbuse,
    ClosureReason,
    Disability,
    Ethnicity,
    PrimaryNeed,
    ReferralSource,
    Sex,
)

Code = TypeVar("Code", bound=StrEnum)

LA_CHILD_ID = re.compile(r"[A-Za-z0-9]{1,20}")
GENDER_CURRENT = {"1": Sex.MALE, "2": Sex.FEMALE, "0": Sex.UNKNOWN, "9": Sex.UNKNOWN}
"""How files up to 2023/24 stated sex."""
TRUTHS = {"1": True, "true": True, "0": False, "false": False}

DATE_RULES = {
    "PersonBirthDate": "8525Q",
    "CINreferralDate": "8600",
    "S47ActualStartDate": "8615",
    "CPPstartDate": "8720",
    "CINPlanStartDate": "4010",
}
"""The rule under which a missing or unreadable date falls, where the DfE has one."""


class _Reader:
    """Reads values of one child and gathers what is wrong with them."""

    def __init__(self, la_child_id: str) -> None:
        self.la_child_id = la_child_id
        self.findings: list[Finding] = []

    def found(self, element: str, rule: str | None, sentence: str, done: Done = Done.STORED) -> None:
        self.findings.append(Finding(self.la_child_id, element, rule, sentence, done))

    def text(self, parent: Element | None, name: str) -> str:
        return (parent.findtext(name) or "").strip() if parent is not None else ""

    def day(self, parent: Element | None, name: str) -> date | None:
        return self.as_day(self.text(parent, name), name)

    def as_day(self, stated: str, name: str) -> date | None:
        if not stated:
            return None
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", stated):
                day = date.fromisoformat(stated)
                if 1900 <= day.year <= 2200:
                    return day
        except ValueError:
            pass
        self.found(
            name, DATE_RULES.get(name), "this is not a date as the census writes them (YYYY-MM-DD)", Done.SET_ASIDE
        )
        return None

    def code(self, parent: Element | None, name: str, codes: type[Code], rule: str | None) -> Code | None:
        return self.as_code(self.text(parent, name), name, codes, rule)

    def as_code(self, stated: str, name: str, codes: type[Code], rule: str | None) -> Code | None:
        if not stated:
            return None
        try:
            return codes(stated)
        except ValueError:
            self.found(name, rule, "this is not one of the census' codes", Done.SET_ASIDE)
            return None

    def truth(self, parent: Element, name: str, rule: str | None) -> bool | None:
        stated = self.text(parent, name).lower()
        if stated and stated not in TRUTHS:
            self.found(name, rule, "this is neither true nor false", Done.SET_ASIDE)
        return TRUTHS.get(stated)

    def number(self, parent: Element, name: str, rule: str | None) -> int | None:
        stated = self.text(parent, name)
        if not stated:
            return None
        if stated.isascii() and stated.isdigit() and int(stated) < 100:
            return int(stated)
        self.found(name, rule, "this is not a number a child could have", Done.SET_ASIDE)
        return None


def read_child(element: Element) -> tuple[ChildDocument | None, list[Finding]]:
    """What one `Child` states, and what is wrong with how it states it."""
    identifiers = element.find("ChildIdentifiers")
    la_child_id = (identifiers.findtext("LAchildID") or "").strip() if identifiers is not None else ""
    if not la_child_id:
        sentence = "the child has no LAchildID, so that nothing can be filed under it"
        return None, [Finding("", "LAchildID", "8500", sentence, Done.SET_ASIDE)]
    if not LA_CHILD_ID.fullmatch(la_child_id):
        rule = "1580" if len(la_child_id) <= 20 else "1570"
        sentence = "an LAchildID is up to 20 letters and digits; this child is set aside"
        return None, [Finding("", "LAchildID", rule, sentence, Done.SET_ASIDE)]
    reader = _Reader(la_child_id)
    characteristics = element.find("ChildCharacteristics")
    document = ChildDocument(
        la_child_id=la_child_id,
        upn=reader.text(identifiers, "UPN") or None,
        former_upn=reader.text(identifiers, "FormerUPN") or None,
        upn_unknown=_upn_unknown(reader, identifiers),
        born_on=reader.day(identifiers, "PersonBirthDate"),
        expected_on=reader.day(identifiers, "ExpectedPersonBirthDate"),
        died_on=reader.day(identifiers, "PersonDeathDate"),
        sex=_sex(reader, identifiers),
        ethnicity=reader.code(characteristics, "Ethnicity", Ethnicity, "4220"),
        disabilities=_disabilities(reader, characteristics),
        cases=tuple(_cases(reader, element)),
    )
    return document, reader.findings


def _upn_unknown(reader: _Reader, identifiers: Element | None) -> str | None:
    stated = reader.text(identifiers, "UPNunknown")
    if stated and stated not in UPN_UNKNOWN:
        reader.found("UPNunknown", None, "this is not one of the census' codes", Done.SET_ASIDE)
        return None
    return stated or None


def _sex(reader: _Reader, identifiers: Element | None) -> Sex | None:
    if stated := reader.text(identifiers, "GenderCurrent"):
        if stated in GENDER_CURRENT:
            return GENDER_CURRENT[stated]
        reader.found("GenderCurrent", "4180", "this is not one of the census' codes", Done.SET_ASIDE)
    return reader.code(identifiers, "Sex", Sex, "4180")


def _disabilities(reader: _Reader, characteristics: Element | None) -> tuple[Disability, ...]:
    stated = characteristics.findall("Disabilities/Disability") if characteristics is not None else []
    texts = [(each.text or "").strip() for each in stated]
    if len(set(texts)) < len(texts):
        reader.found("Disability", "8794", "the same disability is stated twice")
    codes = [reader.as_code(text, "Disability", Disability, "8540") for text in dict.fromkeys(texts)]
    return tuple(code for code in codes if code is not None)


def _cases(reader: _Reader, child: Element) -> Iterator[StatedCase]:
    for element in child.findall("CINdetails"):
        referred_on = reader.day(element, "CINreferralDate")
        if referred_on is None:
            sentence = "a case without a referral date cannot be told from another; it is set aside"
            reader.found("CINreferralDate", "8600", sentence, Done.SET_ASIDE)
            continue
        conference = reader.day(element, "DateOfInitialCPC")
        yield StatedCase(
            referred_on=referred_on,
            source=reader.code(element, "ReferralSource", ReferralSource, "8866"),
            primary_need=reader.code(element, "PrimaryNeedCode", PrimaryNeed, "8650"),
            no_further_action=reader.truth(element, "ReferralNFA", "8568"),
            closed_on=reader.day(element, "CINclosureDate"),
            closure_reason=reader.code(element, "ReasonForClosure", ClosureReason, "8640"),
            assessments=tuple(_assessments(reader, element)),
            cin_plans=tuple(_cin_plans(reader, element)),
            section_47_enquiries=tuple(_section_47_enquiries(reader, element)),
            conferences=(StatedConference(held_on=conference),) if conference else (),
            protection_plans=tuple(_protection_plans(reader, element)),
        )


def _begun(reader: _Reader, case: Element, block: str, begins: str) -> Iterator[tuple[Element, date]]:
    """The blocks of one kind that have a beginning; one without cannot be told from another, nor dated."""
    for element in case.findall(block):
        day = reader.day(element, begins)
        if day is not None:
            yield element, day
        elif not reader.text(element, begins):
            reader.found(
                begins, DATE_RULES.get(begins), f"this {block} has no start date and is set aside", Done.SET_ASIDE
            )


def _assessments(reader: _Reader, case: Element) -> Iterator[StatedAssessment]:
    for element, started_on in _begun(reader, case, "Assessments", "AssessmentActualStartDate"):
        stated = [
            (each.text or "").strip() for each in element.findall("FactorsIdentifiedAtAssessment/AssessmentFactors")
        ]
        factors = [factor for factor in stated if factor in ASSESSMENT_FACTORS]
        if len(factors) < len([factor for factor in stated if factor]):
            reader.found("AssessmentFactors", "8897Q", "this is not one of the census' codes", Done.SET_ASIDE)
        if len(set(factors)) < len(factors):
            reader.found("AssessmentFactors", "8898", "the same factor is stated twice for one assessment")
        yield StatedAssessment(
            started_on=started_on,
            internal_review_on=reader.day(element, "AssessmentInternalReviewDate"),
            authorised_on=reader.day(element, "AssessmentAuthorisationDate"),
            factors=tuple(dict.fromkeys(factors)),
        )


def _cin_plans(reader: _Reader, case: Element) -> Iterator[StatedCINPlan]:
    for element, started_on in _begun(reader, case, "CINPlanDates", "CINPlanStartDate"):
        yield StatedCINPlan(started_on=started_on, ended_on=reader.day(element, "CINPlanEndDate"))


def _section_47_enquiries(reader: _Reader, case: Element) -> Iterator[StatedSection47]:
    for element, started_on in _begun(reader, case, "Section47", "S47ActualStartDate"):
        yield StatedSection47(
            started_on=started_on,
            conference_target_on=reader.day(element, "InitialCPCtarget"),
            conference_on=reader.day(element, "DateOfInitialCPC"),
            conference_not_required=reader.truth(element, "ICPCnotRequired", None),
        )


def _protection_plans(reader: _Reader, case: Element) -> Iterator[StatedProtectionPlan]:
    for element, started_on in _begun(reader, case, "ChildProtectionPlans", "CPPstartDate"):
        reviews = [
            reader.as_day((each.text or "").strip(), "CPPreviewDate")
            for each in element.findall("Reviews/CPPreviewDate")
        ]
        yield StatedProtectionPlan(
            started_on=started_on,
            ended_on=reader.day(element, "CPPendDate"),
            initial_category=reader.code(element, "InitialCategoryOfAbuse", CategoryOfAbuse, "8905"),
            latest_category=reader.code(element, "LatestCategoryOfAbuse", CategoryOfAbuse, "8910"),
            previous_plans=reader.number(element, "NumberOfPreviousCPP", "8730"),
            reviewed_on=tuple(sorted({day for day in reviews if day})),
        )
