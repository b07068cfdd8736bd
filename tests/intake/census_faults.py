"""Kinds of faults in a census: how a source states each, and what comes of trying it at our own doors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from services.intake.episodes import models as shapes
from services.intake.episodes import operations
from services.intake.returns import census_writing
from services.intake.sources.document import (
    ChildDocument,
    StatedAssessment,
    StatedCase,
    StatedCINPlan,
    StatedProtectionPlan,
    StatedSection47,
)

WHOLE = StatedCase(
    referred_on=date(2025, 4, 7),
    source="6",
    primary_need="N1",
    no_further_action=False,
    closed_on=date(2026, 2, 16),
    closure_reason="RC7",
    assessments=(StatedAssessment(started_on=date(2025, 4, 8), authorised_on=date(2025, 5, 12), factors=("1A", "3B")),),
    cin_plans=(StatedCINPlan(started_on=date(2025, 12, 1), ended_on=date(2026, 2, 2)),),
    section_47_enquiries=(StatedSection47(started_on=date(2025, 5, 13), conference_on=date(2025, 5, 27)),),
    protection_plans=(
        StatedProtectionPlan(
            started_on=date(2025, 5, 27),
            ended_on=date(2025, 12, 1),
            initial_category="NEG",
            latest_category="NEG",
            previous_plans=0,
            reviewed_on=(date(2025, 8, 20),),
        ),
    ),
)
"""A case in which everything was done, and nothing is wrong."""


def clean(la_child_id: str) -> str:
    """A child with such a case, as a census states it on one line."""
    child = ChildDocument(
        la_child_id=la_child_id,
        upn_unknown="UN2",
        born_on=date(2016, 5, 2),
        sex="F",
        ethnicity="WBRI",
        disabilities=("NONE",),
        cases=(WHOLE,),
    )
    return "".join(line.strip() for line in census_writing.child(child).decode().splitlines())


Act: TypeAlias = tuple[Any, type[Any], dict[str, Any]]


def on(day: str, does: Any, shape: type[Any] = shapes.DoneIn, **how: Any) -> Act:
    return does, shape, {"closed_on" if shape is shapes.ClosureIn else "on": day, **how}


def assess(day: str) -> Act:
    return on(day, operations.start_assessment)


def authorise(day: str, *factors: str) -> Act:
    return on(day, operations.authorise_assessment, shapes.AuthorisationIn, factors=list(factors or ("1A",)))


def enquire(day: str) -> Act:
    return on(day, operations.start_section_47)


def end_enquiry(day: str) -> Act:
    return on(day, operations.end_section_47)


def confer(day: str, **how: Any) -> Act:
    return on(day, operations.hold_conference, shapes.ConferenceIn, **how)


def plan(day: str) -> Act:
    return on(day, operations.start_cin_plan)


def end_plan(day: str) -> Act:
    return on(day, operations.end_cin_plan)


def end_protection(day: str) -> Act:
    return on(day, operations.end_protection_plan, shapes.PlanEndIn)


def review(day: str) -> Act:
    return on(day, operations.hold_meeting, shapes.MeetingIn, kind="protection_review")


def close(day: str, **how: Any) -> Act:
    return on(day, operations.close, shapes.ClosureIn, **{"reason": "RC7", **how})


PROTECTED = (enquire("2025-05-13"), confer("2025-05-27", category="NEG"))
ASSESSED = (assess("2025-04-08"), authorise("2025-05-12"))
PLANNED = (*ASSESSED, plan("2025-05-13"))


@dataclass(frozen=True)
class Fault:
    """One kind of fault: the DfE's rule, the clean text and what a source states in its place."""

    rule: str
    was: str
    stated: str
    here: Sequence[Act] | dict[str, Any] | str
    """Acts in an episode that began on 7 April 2025, of which the last is refused; or what a referral says, which is
    refused; or why nobody can do it here.
    """


ITS_OWN_YEAR = "the return of a year states an end that falls into it; any other is in another year's return, or none"
NO_DOOR = "no door takes it: only a source states it"
ON_THE_LIST = "a referrer may leave it out; it stands on the list of what is to be put right until it is stated"
LEFT_OUT = "the return does without it, and says so on the list of what is to be put right"
COUNTED = "nobody states it: it is counted from the record"

AUTHORISED = "<AssessmentAuthorisationDate>2025-05-12</AssessmentAuthorisationDate>"

OF_THE_FILE = (
    Fault("1103", "StartDate>2025-04-08", "StartDate>2025-04-01", (assess("2025-04-06"),)),
    Fault("8794", "<Disability>NONE</Disability>", "<Disability>LD</Disability>" * 2, NO_DOOR),
    Fault("8840", "CPPendDate>2025-12-01", "CPPendDate>2025-05-27", (*PROTECTED, end_protection("2025-05-27"))),
    Fault("4013", "CINPlanEndDate>2026-02-02", "CINPlanEndDate>2026-04-02", ITS_OWN_YEAR),
    Fault(
        "2990", ">RC7<", ">RC8<", (enquire("2025-05-13"), end_enquiry("2025-05-20"), close("2025-06-02", reason="RC8"))
    ),
    Fault("8565", "closureDate>2026-02-16", "closureDate>2026-01-12", (close("2025-06-02"), assess("2025-07-01"))),
    Fault("8869", "Factors>1A<", "Factors>21<", (assess("2025-04-08"), authorise("2025-05-12", "21", "3B"))),
    Fault("8790", "NONE</Disability>", "NONE</Disability><Disability>LD</Disability>", NO_DOOR),
    Fault("8730", "<NumberOfPreviousCPP>0</NumberOfPreviousCPP>", "", COUNTED),
    Fault("8930", "CPPendDate>2025-12-01", "CPPendDate>2026-04-13", ITS_OWN_YEAR),
    Fault(
        "8867",
        AUTHORISED,
        "",
        (assess("2025-04-08"), close("2025-06-02")),
    ),
    Fault("8875", "InitialCPC>2025-05-27", "InitialCPC>2025-05-24", (enquire("2025-05-13"), confer("2025-05-24"))),
    Fault("4015", "CINPlanStartDate>2025-12-01", "CINPlanStartDate>2025-04-02", (*ASSESSED, plan("2025-04-06"))),
    Fault("8620", "closureDate>2026-02-16", "closureDate>2026-04-16", ITS_OWN_YEAR),
    Fault("8772", "UN2", "UN7", NO_DOOR),
    Fault("8696", "AuthorisationDate>2025-05-12", "AuthorisationDate>2026-05-12", ITS_OWN_YEAR),
    Fault("4010", "CINPlanStartDate>2025-12-01", "CINPlanStartDate>2026-12-01", (*ASSESSED, plan("2046-12-01"))),
    Fault("8925", "CPPendDate>2025-12-01", "CPPendDate>2025-05-01", (*PROTECTED, end_protection("2025-05-20"))),
    Fault("8535Q", "<Sex>F</Sex>", "<Sex>F</Sex><PersonDeathDate>2015-05-01</PersonDeathDate>", NO_DOOR),
    Fault("8831", "NFA>0<", "NFA>1<", "a referral without further action leads to no episode in which to do anything"),
    Fault("8910", "<LatestCategoryOfAbuse>NEG", "<LatestCategoryOfAbuse>BAD", (confer("2025-05-27", category="BAD"),)),
    Fault("4180", "<Sex>F</Sex>", "<Sex>X</Sex>", {"sex": "X"}),
    Fault("8898", "Factors>1A<", "Factors>3B<", (assess("2025-04-08"), authorise("2025-05-12", "3B", "3B"))),
    Fault("1580", "<LAchildID>", "<LAchildID>A-", {"la_child_id": "A-1"}),
    Fault("8841", "reviewDate>2025-08-20", "reviewDate>2025-05-27", (*PROTECTED, review("2025-05-27"))),
    Fault("8866", "<ReferralSource>6<", "<ReferralSource>99<", {"source": "99"}),
    Fault("8640", ">RC7<", ">RC0<", (close("2025-06-02", reason="RC0"),)),
    Fault("8540", "<Disabilities><Disability>NONE</Disability></Disabilities>", "", ON_THE_LIST),
    Fault(
        "8905", "<InitialCategoryOfAbuse>NEG", "<InitialCategoryOfAbuse>BAD", (confer("2025-05-27", category="BAD"),)
    ),
    Fault("8630", "closureDate>2026-02-16", "closureDate>2025-04-01", (close("2025-04-01"),)),
)
"""The thirty kinds that the made-up borough's faulty file holds."""

UNKNOWN = "<UPNunknown>UN2</UPNunknown>"
STARTED = "<AssessmentActualStartDate>2025-04-08</AssessmentActualStartDate>"
AGAIN = "</Assessments><Assessments>"
ENQUIRED = "<DateOfInitialCPC>2025-05-27</DateOfInitialCPC><ICPCnotRequired>0</ICPCnotRequired></Section47>"
PLAN_ENDED = "<CINPlanEndDate>2026-02-02</CINPlanEndDate></CINPlanDates>"

OUR_OWN = (
    Fault("1570", "<LAchildID>", "<LAchildID>ABCDEFGHIJKLMNOPQRST", {"la_child_id": "A" * 21}),
    Fault("1510", UNKNOWN, "<UPN>A206000000017</UPN>", {"upn": "A206000000017"}),
    Fault("1540", UNKNOWN, "<UPN>P206000X00017</UPN>", {"upn": "P206000X00017"}),
    Fault("1550", UNKNOWN, "<UPN>P20600000001S</UPN>", {"upn": "P20600000001S"}),
    Fault("4220", "<Ethnicity>WBRI", "<Ethnicity>XXXX", {"ethnicity": "XXXX"}),
    Fault("8600", "referralDate>2025-04-07", "referralDate>2026-04-07", {"received_on": "2046-04-07"}),
    Fault("8610", "<PrimaryNeedCode>N1</PrimaryNeedCode>", "", ON_THE_LIST),
    Fault("8650", "<PrimaryNeedCode>N1", "<PrimaryNeedCode>N99", {"primary_need": "N99"}),
    Fault("8805", "<ReasonForClosure>RC7</ReasonForClosure>", "", (close("2025-06-02", reason=None),)),
    Fault("8810", "<CINclosureDate>2026-02-16</CINclosureDate>", "", (close("", reason="RC7"),)),
    Fault(
        "8568", "<ReferralNFA>0</ReferralNFA>", "", "a decision says it; what awaits one is left out, and on the list"
    ),
    Fault(
        "8608",
        "AuthorisationDate>2025-05-12",
        "AuthorisationDate>2025-04-07",
        (assess("2025-04-08"), authorise("2025-04-07")),
    ),
    Fault("8736", f"{STARTED}{AUTHORISED}", STARTED.replace("04-08", "03-31"), LEFT_OUT),
    Fault(
        "8897Q",
        "<AssessmentFactors>1A</AssessmentFactors>",
        "<AssessmentFactors>77</AssessmentFactors>",
        (assess("2025-04-08"), authorise("2025-05-12", "77")),
    ),
    Fault("8945Q", "Factors>1A<", "Factors>18A<", (assess("2025-04-08"), authorise("2025-05-12", "18A"))),
    Fault("8950Q", "Factors>1A<", "Factors>19A<", (assess("2025-04-08"), authorise("2025-05-12", "19A"))),
    Fault("8896", STARTED, f"{STARTED}{AGAIN}" * 2 + STARTED, (assess("2025-04-08"), assess("2025-04-09"))),
    Fault("2889", "S47ActualStartDate>2025-05-13", "S47ActualStartDate>2025-04-01", (enquire("2025-04-06"),)),
    Fault(
        "8615",
        "S47ActualStartDate>2025-05-13",
        "S47ActualStartDate>2025-05-28",
        (enquire("2025-05-28"), confer("2025-05-27")),
    ),
    Fault(
        "8839",
        ENQUIRED,
        "<ICPCnotRequired>0</ICPCnotRequired></Section47>"
        "<Section47><S47ActualStartDate>2025-05-20</S47ActualStartDate><ICPCnotRequired>0</ICPCnotRequired></Section47>",
        (enquire("2025-05-13"), enquire("2025-05-20")),
    ),
    Fault(
        "8868",
        ENQUIRED,
        "<ICPCnotRequired>0</ICPCnotRequired></Section47>",
        (enquire("2025-05-13"), close("2025-06-02")),
    ),
    Fault("1104", "InitialCPC>2025-05-27", "InitialCPC>2025-04-01", (confer("2025-04-01"),)),
    Fault(
        "2885",
        "CPPstartDate>2025-05-27",
        "CPPstartDate>2025-06-03",
        "a plan begins at the conference that decides on it",
    ),
    Fault("1105", "CPPstartDate>2025-05-27", "CPPstartDate>2025-04-01", (confer("2025-04-01", category="NEG"),)),
    Fault("4001", "CINPlanStartDate>2025-12-01", "CINPlanStartDate>2025-11-03", (*PROTECTED, plan("2025-11-03"))),
    Fault("4003", "CINPlanStartDate>2025-12-01", "CINPlanStartDate>2025-08-01", (*PROTECTED, plan("2025-08-01"))),
    Fault("4011", "CINPlanEndDate>2026-02-02", "CINPlanEndDate>2025-11-03", (*PLANNED, end_plan("2025-05-12"))),
    Fault("4012Q", "CINPlanEndDate>2026-02-02", "CINPlanEndDate>2025-12-01", (*PLANNED, end_plan("2025-05-13"))),
    Fault(
        "4004",
        PLAN_ENDED,
        "</CINPlanDates><CINPlanDates><CINPlanStartDate>2026-01-05</CINPlanStartDate></CINPlanDates>",
        (*PLANNED, plan("2025-06-02")),
    ),
    Fault(
        "4014",
        PLAN_ENDED,
        f"{PLAN_ENDED}<CINPlanDates><CINPlanStartDate>2026-01-05</CINPlanStartDate>{PLAN_ENDED}",
        (*PLANNED, end_plan("2025-07-01"), plan("2025-06-02")),
    ),
    Fault(
        "8935",
        "<CPPendDate>2025-12-01</CPPendDate>",
        "</ChildProtectionPlans><ChildProtectionPlans><CPPstartDate>2025-06-10</CPPstartDate>",
        (*PROTECTED, confer("2025-06-10", category="NEG")),
    ),
)
"""Thirty and one more that we thought of ourselves."""
