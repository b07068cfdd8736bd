"""The DfE's rules on section 47 enquiries, conferences, protection plans and child in need plans (census 2025 to 2026)."""

from dataclasses import dataclass
from datetime import date

from services.intake.returns.rules_of_the_case import CaseOfChild, Rule, open_count, overlap, within
from services.intake.sources.document import StatedCase, StatedCINPlan, StatedProtectionPlan, StatedSection47
from shared.calendar import working_days_between


def _conferences(case: StatedCase) -> list[date]:
    return [each.held_on for each in case.conferences] + [
        each.conference_on for each in case.section_47_enquiries if each.conference_on
    ]


def _is_done(enquiry: StatedSection47) -> bool:
    return enquiry.conference_on is not None or enquiry.conference_not_required is True


def _open_enquiries(case: StatedCase) -> int:
    return sum(not _is_done(enquiry) for enquiry in case.section_47_enquiries)


def _weekend(day: date | None) -> bool:
    return day is not None and day.weekday() >= 5


def _together(cin_plan: StatedCINPlan, plan: StatedProtectionPlan) -> bool:
    """Whether the two run at once; a child in need plan may begin on the day a protection plan ends, and the reverse."""
    return cin_plan.started_on < (plan.ended_on or date.max) and plan.started_on < (cin_plan.ended_on or date.max)


def _run_together(case: StatedCase) -> bool:
    return any(_together(cin_plan, plan) for cin_plan in case.cin_plans for plan in case.protection_plans)


def _reviewed_during_cin_plan(case: StatedCase) -> bool:
    reviews = [day for plan in case.protection_plans for day in plan.reviewed_on]
    return any(
        each.started_on < day and (each.ended_on is None or day < each.ended_on)
        for each in case.cin_plans
        for day in reviews
    )


PROTECTION_OF_THE_CASE: tuple[Rule[CaseOfChild], ...] = (
    Rule("1104", "DateOfInitialCPC", "a conference is held before the referral", lambda o, y: any(day < o.case.referred_on for day in _conferences(o.case))),
    Rule("2884", "DateOfInitialCPC", "a conference is stated on the enquiry and on the case", lambda o, y: {each.held_on for each in o.case.conferences} & {each.conference_on for each in o.case.section_47_enquiries}),
    Rule("2885", "CPPstartDate", "a plan starts on a day without a conference", lambda o, y: any(within(plan.started_on, y) and plan.started_on not in _conferences(o.case) for plan in o.case.protection_plans)),
    Rule("2991Q", "Section47", "an enquiry without an assessment", lambda o, y: o.case.section_47_enquiries and not o.case.assessments),
    Rule("8715", "DateOfInitialCPC", "a conference is held outside the census year", lambda o, y: any(not within(day, y) for day in _conferences(o.case))),
    Rule("8839", "DateOfInitialCPC", "more than one enquiry is open", lambda o, y: _open_enquiries(o.case) > 1),
    Rule("8868", "ICPCnotRequired", "the case is closed and an enquiry is not", lambda o, y: o.case.closed_on and _open_enquiries(o.case)),
    Rule("8875", "DateOfInitialCPC", "a conference is held at a weekend", lambda o, y: any(_weekend(day) for day in _conferences(o.case))),
    Rule("8890", "S47ActualStartDate", "an enquiry starts while another goes on", lambda o, y: overlap((each.started_on, each.conference_on or each.started_on) for each in o.case.section_47_enquiries)),
    Rule("8915", "CPPstartDate", "a plan starts after the child's death", lambda o, y: o.child.died_on and any(plan.started_on > o.child.died_on for plan in o.case.protection_plans)),
    Rule("8920", "CPPendDate", "a plan ends after the child's death", lambda o, y: o.child.died_on and any(plan.ended_on and plan.ended_on > o.child.died_on for plan in o.case.protection_plans)),
    Rule("8935", "CPPendDate", "more than one protection plan is open", lambda o, y: open_count(o.case.protection_plans, "ended_on") > 1),
    Rule("8940", "CPPstartDate", "protection plans overlap", lambda o, y: overlap((plan.started_on, plan.ended_on) for plan in o.case.protection_plans)),
    Rule("4001", "CINPlanStartDate", "a child in need plan runs at the same time as a protection plan", lambda o, y: _run_together(o.case)),
    Rule("4003", "CPPreviewDate", "a protection plan was reviewed while a child in need plan ran", lambda o, y: _reviewed_during_cin_plan(o.case)),
    Rule("4004", "CINPlanEndDate", "more than one child in need plan is open", lambda o, y: open_count(o.case.cin_plans, "ended_on") > 1),
    Rule("4008", "CINPlanStartDate", "a child in need plan starts after the child's death", lambda o, y: o.child.died_on and any(each.started_on > o.child.died_on for each in o.case.cin_plans)),
    Rule("4009Q", "CINPlanEndDate", "a child in need plan ends after the child's death", lambda o, y: o.child.died_on and any(each.ended_on and each.ended_on > o.child.died_on for each in o.case.cin_plans)),
    Rule("4014", "CINPlanStartDate", "child in need plans overlap", lambda o, y: overlap((each.started_on, each.ended_on) for each in o.case.cin_plans)),
)  # fmt: skip


@dataclass(frozen=True)
class EnquiryOfCase:
    case: StatedCase
    enquiry: StatedSection47


OF_THE_ENQUIRY: tuple[Rule[EnquiryOfCase], ...] = (
    Rule("2889", "S47ActualStartDate", "the enquiry starts before the referral", lambda o, y: o.enquiry.started_on < o.case.referred_on),
    Rule("8615", "S47ActualStartDate", "the enquiry starts after its conference", lambda o, y: o.enquiry.conference_on and o.enquiry.started_on > o.enquiry.conference_on),
    Rule("8675Q", "DateOfInitialCPC", "the enquiry has waited more than 15 working days for its conference at the year's end", lambda o, y: not _is_done(o.enquiry) and working_days_between(o.enquiry.started_on, y[1]) > 15),
    Rule("8740", "S47ActualStartDate", "an enquiry without its conference started outside the census year", lambda o, y: not _is_done(o.enquiry) and not within(o.enquiry.started_on, y)),
    Rule("8870Q", "InitialCPCtarget", "the conference's target date is at a weekend", lambda o, y: _weekend(o.enquiry.conference_target_on)),
)  # fmt: skip


@dataclass(frozen=True)
class PlanOfCase:
    case: StatedCase
    plan: StatedProtectionPlan


OF_THE_PROTECTION_PLAN: tuple[Rule[PlanOfCase], ...] = (
    Rule("1105", "CPPstartDate", "the plan starts before the referral", lambda o, y: o.plan.started_on < o.case.referred_on),
    Rule("8720", "CPPstartDate", "the plan starts after the census year", lambda o, y: o.plan.started_on > y[1]),
    Rule("8730", "NumberOfPreviousCPP", "how many plans there were before is missing", lambda o, y: o.plan.previous_plans is None),
    Rule("8840", "CPPendDate", "the plan starts and ends on the same day", lambda o, y: o.plan.ended_on == o.plan.started_on),
    Rule("8841", "CPPreviewDate", "a review on or before the day the plan starts", lambda o, y: any(day <= o.plan.started_on for day in o.plan.reviewed_on)),
    Rule("8905", "InitialCategoryOfAbuse", "the initial category of abuse is missing", lambda o, y: o.plan.initial_category is None),
    Rule("8910", "LatestCategoryOfAbuse", "the latest category of abuse is missing", lambda o, y: o.plan.latest_category is None),
    Rule("8925", "CPPendDate", "the plan ends before it starts", lambda o, y: o.plan.ended_on and o.plan.ended_on < o.plan.started_on),
    Rule("8930", "CPPendDate", "the plan ends outside the census year", lambda o, y: o.plan.ended_on and not within(o.plan.ended_on, y)),
)  # fmt: skip


@dataclass(frozen=True)
class CINPlanOfCase:
    case: StatedCase
    plan: StatedCINPlan


OF_THE_CIN_PLAN: tuple[Rule[CINPlanOfCase], ...] = (
    Rule("4010", "CINPlanStartDate", "the child in need plan starts after the census year", lambda o, y: o.plan.started_on > y[1]),
    Rule("4011", "CINPlanEndDate", "the child in need plan ends before it starts", lambda o, y: o.plan.ended_on and o.plan.ended_on < o.plan.started_on),
    Rule("4012Q", "CINPlanEndDate", "the child in need plan starts and ends on the same day", lambda o, y: o.plan.ended_on == o.plan.started_on),
    Rule("4013", "CINPlanEndDate", "the child in need plan ends outside the census year", lambda o, y: o.plan.ended_on and not within(o.plan.ended_on, y)),
    Rule("4015", "CINPlanStartDate", "the child in need plan starts before the referral", lambda o, y: o.plan.started_on < o.case.referred_on),
)  # fmt: skip
