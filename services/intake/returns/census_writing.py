"""A census return as XML: elements in the order of the DfE's schema, codes as they are stored, the same bytes every time.

Shape of 2024/25 and later (`Sex`, booleans as 0 and 1). Children come one at a time, so that a return of any size is written
in constant memory.
"""

from collections.abc import Callable, Iterable
from datetime import date
from enum import Enum
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from services.intake.sources.document import (
    ChildDocument,
    StatedAssessment,
    StatedCase,
    StatedCINPlan,
    StatedProtectionPlan,
    StatedSection47,
)

FIRST_YEAR = 2025
"""The first census of this shape."""
SOFTWARE = "DoingWhatCounts"
FOOT = b"</Children>\n</Message>\n"


def head(*, year: int, authority: str, release: str, serial: int = 1) -> bytes:
    """Everything before the first child. It is dated by what it describes, the last moment of the census year: a return
    made again from the same records is the same file.
    """
    header = Element("Header")
    details = SubElement(header, "CollectionDetails")
    _add(details, "Collection", "CIN")
    _add(details, "Year", str(year))
    _add(details, "ReferenceDate", date(year, 3, 31))
    source = SubElement(header, "Source")
    _add(source, "SourceLevel", "L")
    _add(source, "LEA", authority)
    _add(source, "SoftwareCode", SOFTWARE)
    _add(source, "Release", release)
    _add(source, "SerialNo", f"{serial:03d}")
    _add(source, "DateTime", f"{year}-03-31T23:59:59")
    return b'<?xml version="1.0" encoding="utf-8"?>\n<Message>\n' + _bytes(header) + b"<Children>\n"


def child(document: ChildDocument) -> bytes:
    """One `Child`."""
    element = Element("Child")
    _identifiers(SubElement(element, "ChildIdentifiers"), document)
    characteristics = SubElement(element, "ChildCharacteristics")
    _add(characteristics, "Ethnicity", document.ethnicity)
    _list(characteristics, "Disabilities", "Disability", sorted(document.disabilities))
    for case in document.cases:
        _case(SubElement(element, "CINdetails"), case)
    return _bytes(element)


def _identifiers(parent: Element, document: ChildDocument) -> None:
    _add(parent, "LAchildID", document.la_child_id)
    _add(parent, "UPN", document.upn)
    _add(parent, "FormerUPN", document.former_upn)
    _add(parent, "UPNunknown", document.upn_unknown)
    _add(parent, "PersonBirthDate", document.born_on)
    _add(parent, "ExpectedPersonBirthDate", document.expected_on)
    _add(parent, "Sex", document.sex)
    _add(parent, "PersonDeathDate", document.died_on)


def _case(parent: Element, case: StatedCase) -> None:
    _add(parent, "CINreferralDate", case.referred_on)
    _add(parent, "ReferralSource", case.source)
    _add(parent, "PrimaryNeedCode", case.primary_need)
    _add(parent, "CINclosureDate", case.closed_on)
    _add(parent, "ReasonForClosure", case.closure_reason)
    _add(parent, "DateOfInitialCPC", next((each.held_on for each in case.conferences), None))
    _each(parent, "Assessments", case.assessments, _assessment)
    _each(parent, "CINPlanDates", case.cin_plans, _cin_plan)
    _each(parent, "Section47", case.section_47_enquiries, _section_47)
    _add(parent, "ReferralNFA", case.no_further_action)
    _each(parent, "ChildProtectionPlans", case.protection_plans, _protection_plan)


def _assessment(parent: Element, assessment: StatedAssessment) -> None:
    _add(parent, "AssessmentActualStartDate", assessment.started_on)
    _add(parent, "AssessmentInternalReviewDate", assessment.internal_review_on)
    _add(parent, "AssessmentAuthorisationDate", assessment.authorised_on)
    _list(parent, "FactorsIdentifiedAtAssessment", "AssessmentFactors", sorted(assessment.factors))


def _cin_plan(parent: Element, plan: StatedCINPlan) -> None:
    _add(parent, "CINPlanStartDate", plan.started_on)
    _add(parent, "CINPlanEndDate", plan.ended_on)


def _section_47(parent: Element, enquiry: StatedSection47) -> None:
    _add(parent, "S47ActualStartDate", enquiry.started_on)
    _add(parent, "InitialCPCtarget", enquiry.conference_target_on)
    _add(parent, "DateOfInitialCPC", enquiry.conference_on)
    _add(parent, "ICPCnotRequired", bool(enquiry.conference_not_required))


def _protection_plan(parent: Element, plan: StatedProtectionPlan) -> None:
    _add(parent, "CPPstartDate", plan.started_on)
    _add(parent, "CPPendDate", plan.ended_on)
    _add(parent, "InitialCategoryOfAbuse", plan.initial_category)
    _add(parent, "LatestCategoryOfAbuse", plan.latest_category)
    _add(parent, "NumberOfPreviousCPP", None if plan.previous_plans is None else str(plan.previous_plans))
    _list(parent, "Reviews", "CPPreviewDate", sorted(plan.reviewed_on))


def _each(parent: Element, name: str, parts: Iterable[Any], write: Callable[[Element, Any], None]) -> None:
    for part in parts:
        write(SubElement(parent, name), part)


def _list(parent: Element, block: str, name: str, values: Iterable[Any]) -> None:
    """A block of values, left out where there are none."""
    if listed := list(values):
        element = SubElement(parent, block)
        for value in listed:
            _add(element, name, value)


def _add(parent: Element, name: str, value: str | date | Enum | bool | None) -> None:
    """An element with its value; left out where nothing is known."""
    match value:
        case None:
            return
        case bool():
            text = "1" if value else "0"
        case Enum():
            text = str(value.value)
        case date():
            text = value.isoformat()
        case _:
            text = value
    SubElement(parent, name).text = text


def _bytes(element: Element) -> bytes:
    indent(element)
    text: str = tostring(element, encoding="unicode")
    return f"{text}\n".encode()
