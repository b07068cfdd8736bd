"""What of a child belongs in a census year's return, and how it stood at the end of it; a truth table without a database."""

from datetime import date
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from services.intake.returns import census_writing
from services.intake.returns.census_scope import as_returned
from services.intake.sources.document import (
    ChildDocument,
    StatedAssessment,
    StatedCase,
    StatedCINPlan,
    StatedConference,
    StatedProtectionPlan,
    StatedSection47,
)
from shared.contracts.codes import Disability

YEAR = (date(2025, 4, 1), date(2026, 3, 31))
BEFORE, FIRST, IN, LAST, AFTER = (
    date(2025, 3, 31),
    date(2025, 4, 1),
    date(2025, 9, 9),
    date(2026, 3, 31),
    date(2026, 4, 1),
)


def child(*cases: StatedCase, **about: Any) -> ChildDocument:
    return ChildDocument(la_child_id="C1", cases=cases, **{"born_on": date(2019, 5, 2), **about})


def case(on: date = IN, **of: Any) -> StatedCase:
    return StatedCase(referred_on=on, **{"no_further_action": False, **of})


def returned(*cases: StatedCase, **about: Any) -> ChildDocument | None:
    return as_returned(child(*cases, **about), YEAR).child


def left_out(*cases: StatedCase) -> list[str | None]:
    return [finding.rule for _, finding in as_returned(child(*cases), YEAR).left_out]


@pytest.mark.parametrize(
    ("stated", "belongs"),
    [
        (case(date(2019, 6, 3)), True),
        (case(date(2019, 6, 3), closed_on=FIRST), True),
        (case(date(2019, 6, 3), closed_on=BEFORE), False),
        (case(date(2019, 6, 3), closed_on=AFTER), True),
        (case(LAST), True),
        (case(AFTER), False),
        (case(IN, closed_on=IN), True),
        (case(IN, closed_on=BEFORE), True),  # an end before the beginning is for the rules to find
        (case(FIRST, no_further_action=True), True),
        (case(BEFORE, no_further_action=True), False),
        (case(IN, no_further_action=None), False),
        (case(IN, no_further_action=None, cin_plans=(StatedCINPlan(started_on=IN),)), True),
    ],
)
def test_everyone_referred_in_the_year_and_every_case_open_in_it_belongs(stated, belongs):
    assert (returned(stated) is not None) is belongs


def test_a_referral_that_awaits_its_decision_is_left_out_and_said_to_be():
    assert left_out(case(IN, no_further_action=None)) == ["8568"]


@pytest.mark.parametrize(("on", "is_contact"), [(date(2025, 9, 8), False), (IN, True), (LAST, True)])
def test_a_concern_about_a_child_whose_case_is_open_is_a_contact_on_it_and_no_second_referral(on, is_contact):
    found = returned(case(IN, closed_on=None), case(on, no_further_action=True))
    assert len(found.cases) == 2 - is_contact


def test_a_closure_after_the_year_is_not_stated():
    (stated,) = returned(case(IN, closed_on=AFTER, closure_reason="RC7")).cases
    assert (stated.closed_on, stated.closure_reason) == (None, None)
    (stated,) = returned(case(IN, closed_on=LAST, closure_reason="RC7")).cases
    assert (stated.closed_on, stated.closure_reason) == (LAST, "RC7")


@pytest.mark.parametrize(
    ("started", "authorised", "stated", "found"),
    [
        (BEFORE, FIRST, [FIRST], []),
        (BEFORE, BEFORE, [], []),
        (BEFORE, None, [], ["8736"]),
        (BEFORE, AFTER, [], ["8736"]),
        (FIRST, AFTER, [None], []),
        (LAST, None, [None], []),
        (AFTER, None, [], []),
    ],
)
def test_an_assessment_is_stated_in_the_year_in_which_it_ends_or_goes_on_from_its_beginning(
    started, authorised, stated, found
):
    of = case(date(2024, 1, 8), assessments=(StatedAssessment(started_on=started, authorised_on=authorised),))
    assert [each.authorised_on for each in returned(of).cases[0].assessments] == stated
    assert left_out(of) == found


def test_factors_of_an_assessment_that_ended_after_the_year_are_not_known_in_it():
    assessment = StatedAssessment(started_on=IN, authorised_on=AFTER, internal_review_on=AFTER, factors=("1A",))
    (stated,) = returned(case(assessments=(assessment,))).cases[0].assessments
    assert (stated.authorised_on, stated.internal_review_on, stated.factors) == (None, None, ())


@pytest.mark.parametrize(
    ("of", "stated", "found"),
    [
        ({"conference_on": FIRST}, [(FIRST, False)], []),
        ({"conference_on": BEFORE}, [], []),
        ({"conference_on": AFTER}, [], ["8740"]),
        ({}, [], ["8740"]),
        ({"conference_not_required": True, "ended_on": FIRST}, [(None, True)], []),
        ({"conference_not_required": True, "ended_on": BEFORE}, [], []),
        ({"conference_not_required": True, "ended_on": AFTER}, [], ["8740"]),
        ({"conference_not_required": True}, [(None, True)], []),
        ({"conference_not_required": True, "started_on": date(2024, 12, 31)}, [], []),
        ({"started_on": IN, "conference_on": AFTER}, [(None, False)], []),
        ({"started_on": IN, "conference_not_required": True, "ended_on": AFTER}, [(None, False)], []),
        ({"started_on": LAST, "conference_not_required": True}, [(None, True)], []),
        ({"started_on": AFTER}, [], []),
    ],
)
def test_an_enquiry_is_stated_in_the_year_in_which_it_ends_or_goes_on_from_its_beginning(of, stated, found):
    enquiry = StatedSection47(**{"started_on": date(2025, 2, 3), **of})
    in_a_case = case(date(2024, 1, 8), section_47_enquiries=(enquiry,))
    enquiries = returned(in_a_case).cases[0].section_47_enquiries
    assert [(each.conference_on, each.conference_not_required) for each in enquiries] == stated
    assert left_out(in_a_case) == found


def test_of_two_conferences_without_an_enquiry_the_one_on_which_a_plan_began_is_stated():
    held = (date(2025, 6, 2), date(2025, 9, 1))
    conferences = tuple(StatedConference(held_on=day) for day in held)
    plan = StatedProtectionPlan(started_on=held[0])
    both = case(date(2025, 5, 1), conferences=conferences, protection_plans=(plan,))
    assert [each.held_on for each in returned(both).cases[0].conferences] == [held[0]]
    assert left_out(both) == [None]


def test_a_plan_is_stated_with_every_review_since_it_began_and_none_after_the_year():
    reviews = (date(2024, 6, 3), date(2024, 11, 4), date(2025, 5, 5), date(2026, 4, 20))
    plan = StatedProtectionPlan(started_on=date(2024, 3, 4), ended_on=AFTER, reviewed_on=reviews)
    ended = StatedProtectionPlan(started_on=date(2023, 3, 6), ended_on=BEFORE)
    (stated,) = returned(case(date(2023, 1, 9), protection_plans=(ended, plan))).cases[0].protection_plans
    assert (stated.started_on, stated.ended_on, stated.reviewed_on) == (plan.started_on, None, reviews[:3])


def test_a_child_born_after_the_year_was_expected_and_of_no_sex_yet_and_one_who_died_after_it_lived():
    unborn = returned(case(), born_on=date(2026, 5, 4), sex="F", died_on=date(2026, 5, 5))
    assert (unborn.born_on, unborn.expected_on, unborn.sex, unborn.died_on) == (None, date(2026, 5, 4), "U", None)
    assert returned(case(), died_on=AFTER).died_on is None
    born = returned(case(), expected_on=date(2019, 5, 9))
    assert (born.born_on, born.expected_on) == (date(2019, 5, 2), None)


EVERYTHING = child(
    StatedCase(
        referred_on=IN,
        source="6",
        primary_need="N1",
        no_further_action=False,
        closed_on=LAST,
        closure_reason="RC7",
        conferences=(StatedConference(held_on=IN),),
        assessments=(
            StatedAssessment(started_on=IN, internal_review_on=IN, authorised_on=LAST, factors=("3B", "24A", "1A")),
        ),
        cin_plans=(StatedCINPlan(started_on=IN, ended_on=LAST),),
        section_47_enquiries=(StatedSection47(started_on=IN, conference_target_on=LAST, conference_on=LAST),),
        protection_plans=(
            StatedProtectionPlan(
                started_on=IN,
                ended_on=LAST,
                initial_category="NEG",
                latest_category="EMO",
                previous_plans=0,
                reviewed_on=(LAST, IN),
            ),
        ),
    ),
    upn="A",
    former_upn="B",
    upn_unknown="UN2",
    expected_on=IN,
    died_on=LAST,
    sex="F",
    ethnicity="WBRI",
    disabilities=(Disability.LEARNING, Disability.AUTISM),
)

ORDER = [
    "LAchildID",
    "UPN",
    "FormerUPN",
    "UPNunknown",
    "PersonBirthDate",
    "ExpectedPersonBirthDate",
    "Sex",
    "PersonDeathDate",
    "Ethnicity",
    "Disability",
    "Disability",
    "CINreferralDate",
    "ReferralSource",
    "PrimaryNeedCode",
    "CINclosureDate",
    "ReasonForClosure",
    "DateOfInitialCPC",
    "AssessmentActualStartDate",
    "AssessmentInternalReviewDate",
    "AssessmentAuthorisationDate",
    "AssessmentFactors",
    "AssessmentFactors",
    "AssessmentFactors",
    "CINPlanStartDate",
    "CINPlanEndDate",
    "S47ActualStartDate",
    "InitialCPCtarget",
    "DateOfInitialCPC",
    "ICPCnotRequired",
    "ReferralNFA",
    "CPPstartDate",
    "CPPendDate",
    "InitialCategoryOfAbuse",
    "LatestCategoryOfAbuse",
    "NumberOfPreviousCPP",
    "CPPreviewDate",
    "CPPreviewDate",
]


def test_elements_come_in_the_order_of_the_schema_and_lists_always_in_the_same():
    written = census_writing.child(EVERYTHING)
    element = fromstring(written)
    assert [each.tag for each in element.iter() if len(each) == 0] == ORDER
    assert [each.text for each in element.iter("AssessmentFactors")] == ["1A", "24A", "3B"]
    assert [each.text for each in element.iter("Disability")] == ["AUT", "LD"]
    assert (element.findtext(".//ReferralNFA"), element.findtext(".//NumberOfPreviousCPP")) == ("0", "0")
    other_way_round = EVERYTHING.model_copy(update={"disabilities": EVERYTHING.disabilities[::-1]})
    assert census_writing.child(other_way_round) == written


def test_a_list_of_nothing_is_left_out_rather_than_empty():
    element = fromstring(census_writing.child(child(case())))
    assert [each.tag for each in element.iter() if len(each) == 0 and not each.text] == ["ChildCharacteristics"]


def test_a_return_is_dated_by_what_it_describes():
    header = census_writing.head(year=2026, authority="206", release="1.2.3", serial=7).decode()
    assert "<ReferenceDate>2026-03-31</ReferenceDate>" in header
    assert "<SerialNo>007</SerialNo>" in header
    assert "<DateTime>2026-03-31T23:59:59</DateTime>" in header
