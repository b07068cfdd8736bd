"""Judges what a source states of a child by the census' rules. Judging refuses nothing: every finding is stored beside it."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from services.intake.returns.findings import Finding
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
    Year,
)
from services.intake.sources.document import ChildDocument, StatedCase

Subject = TypeVar("Subject")

CODES = frozenset(
    rule.code
    for rules in (
        OF_THE_CHILD,
        OF_THE_CASE,
        OF_THE_ASSESSMENT,
        PROTECTION_OF_THE_CASE,
        OF_THE_ENQUIRY,
        OF_THE_PROTECTION_PLAN,
        OF_THE_CIN_PLAN,
    )
    for rule in rules
)
"""Every rule that is judged here; 100, 1520, 8500 and 8510 are found while a file is read."""


def judge(child: ChildDocument, year: Year) -> list[Finding]:
    """What the census' rules find in one child's document, for the year it describes."""
    return [finding for _, finding in judged(child, year)]


def judged(child: ChildDocument, year: Year) -> Iterator[tuple[StatedCase | None, Finding]]:
    """What the rules find, each with the case in which they find it; none where it is in the child itself."""
    for rule in _broken(OF_THE_CHILD, child, year):
        yield None, Finding(child.la_child_id, rule.element, rule.code, rule.sentence)
    for case in child.cases:
        for found in _judge_case(child, case, year):
            yield case, Finding(child.la_child_id, found.element, found.code, found.sentence)


def _judge_case(child: ChildDocument, case: StatedCase, year: Year) -> Iterator["Rule[object]"]:
    yield from _broken((*OF_THE_CASE, *PROTECTION_OF_THE_CASE), CaseOfChild(child, case), year)
    for assessment in case.assessments:
        yield from _broken(OF_THE_ASSESSMENT, AssessmentOfCase(case, assessment), year)
    for enquiry in case.section_47_enquiries:
        yield from _broken(OF_THE_ENQUIRY, EnquiryOfCase(case, enquiry), year)
    for plan in case.protection_plans:
        yield from _broken(OF_THE_PROTECTION_PLAN, PlanOfCase(case, plan), year)
    for cin_plan in case.cin_plans:
        yield from _broken(OF_THE_CIN_PLAN, CINPlanOfCase(case, cin_plan), year)


def _broken(rules: Iterable["Rule[Subject]"], subject: Subject, year: Year) -> Iterator["Rule[object]"]:
    return (rule for rule in rules if rule.breaks(subject, year))  # type: ignore[misc]
