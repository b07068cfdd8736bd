"""Cases by hand of what follows a referral: who holds it, plans, reviews, visits, steps to protection, and care."""

from typing import Any

from shared.contracts import intake as said
from shared.contracts.intake import ChildState
from tests.reporting.indicator_cases import Case, Told, child, day, held, id_


def case(on: str = "2025-01-01", *, closed: str | None = None, source: str | None = None, **parts: Any) -> ChildState:
    """One child with one case in which this was done."""
    told = child(Told(on, closed=closed))
    referral = told.referrals[0].model_copy(update={"source": source})
    episode = told.episodes[0].model_copy(update={name: tuple(items) for name, items in parts.items()})
    return told.model_copy(update={"referrals": (referral,), "episodes": (episode,)})


def by(*periods: dict[str, Any], workers: str = "") -> list[said.Allocation]:
    """Allocations to workers 1, 2, 3 in turn, or to those named by their digits."""
    digits = workers or "123456789"[: len(periods)]
    return [said.Allocation(id=id_(n), **(each | {"worker_id": id_(int(digits[n]))})) for n, each in enumerate(periods)]


def cin(start: str, end: str | None = None) -> list[said.CINPlan]:
    return [said.CINPlan(id=id_(1), started_on=day(start), ended_on=day(end))]


def protection(start: str, end: str | None = None, reviews: tuple[str, ...] = ()) -> list[said.ProtectionPlan]:
    days = tuple(map(day, reviews))
    return [said.ProtectionPlan(id=id_(1), started_on=day(start), ended_on=day(end), reviewed_on=days)]


def met(kind: str, *days: str) -> list[said.Meeting]:
    return [said.Meeting(id=id_(n), kind=kind, held_on=day(each)) for n, each in enumerate(days)]


def visits(kind: str, *days: str, seen: bool = True, alone: bool = False) -> list[said.Visit]:
    return [
        said.Visit(id=id_(n), kind=kind, visited_on=day(each), child_seen=seen, seen_alone=alone)
        for n, each in enumerate(days)
    ]


def care(
    start: str,
    end: str | None = None,
    *,
    reason: str | None = None,
    begun: str = "S",
    status: str = "C2",
    at_18: bool | None = None,
) -> said.CareEpisode:
    return said.CareEpisode(
        id=id_(int(start.replace("-", ""))),
        started_on=day(start),
        start_reason=begun,
        legal_status=status,
        placement="U1",
        ended_on=day(end),
        ceased_reason=reason,
        ceased_at_18=at_18,
    )


def offered(offer: str, since: str | None, until: str | None = None) -> said.Offer:
    return said.Offer(id=id_(1), offer=offer, stage="given", given_from=day(since), given_until=day(until))


def enquiry(start: str, conference: str | None = None, **more: Any) -> list[said.Section47]:
    return [said.Section47(id=id_(1), started_on=day(start), conference_on=day(conference), **more)]


def assessed(start: str, end: str | None, *factors: str) -> list[said.Assessment]:
    return [said.Assessment(id=id_(1), started_on=day(start), authorised_on=day(end), factors=factors)]


MOVES = (held("North", "2025-01-02", "2025-03-01"), held("South", "2025-03-01", "2025-06-01"))
W1, W2 = str(id_(1)), str(id_(2))
HOLDING = by(held("North", "2025-01-01"))


def contacted(*told: tuple[str, str | None, str | None]) -> ChildState:
    """Contacts: when they came, when they were decided, and how."""
    contacts = (
        said.Contact(id=id_(n), received_on=day(came), decided_on=day(decided), outcome=outcome)
        for n, (came, decided, outcome) in enumerate(told)
    )
    return child().model_copy(update={"contacts": tuple(contacts)})


CONTACT_CASES: list[Case] = [
    ("contacts", "two", contacted(("2025-01-31", None, None), ("2025-02-01", None, None)), {"2025-01": 1, "2025-02": 1}),
    ("children_with_contact", "twice in a month, once more, and in the next year", contacted(("2025-02-01", None, None), ("2025-02-28", None, None), ("2025-03-31", None, None), ("2025-04-01", None, None)), {"2025-02 of the month": 1, "2025-03 of the month": 1, "2025-04 of the month": 1, "2025-02 for the first time in the year": 1, "2025-04 for the first time in the year": 1}),
    ("contacts_decided_within_1_working_day", "the next working day", contacted(("2025-04-17", "2025-04-22", None)), {"2025-04": (1, 1)}),
    ("contacts_decided_within_1_working_day", "the one after", contacted(("2025-04-17", "2025-04-23", None)), {"2025-04": (0, 1)}),
    ("contacts_decided_within_1_working_day", "not yet, and before it came", contacted(("2025-04-17", None, None), ("2025-04-17", "2025-04-16", None)), {"2025-04": (0, 2)}),
    ("contacts_to_referral", "it was, and was not", contacted(("2025-04-17", None, "referral"), ("2025-05-17", None, "early_help")), {"2025-04": (1, 1), "2025-05": (0, 1)}),
]  # fmt: skip

ALLOCATION_CASES: list[Case] = [
    ("referrals_by_source", "a school", case(source="2A"), {"2025-01 2": 1}),
    ("referrals_by_source", "none stated, and one without letter", case(source="10"), {"2025-01 10": 1}),
    ("days_to_allocation", "the same day", case(allocations=by(held("North", "2025-01-01"))), {"2025-01 North 0": (1, 1)}),
    ("days_to_allocation", "over New Year and a weekend", case("2024-12-31", allocations=by(held("North", "2025-01-06"))), {"2025-01 North 3": (1, 1)}),
    ("days_to_allocation", "held before it was referred", case(allocations=by(held("North", "2024-12-31"))), {}),
    ("days_to_allocation", "held by nobody", case(), {}),
    ("days_to_allocation", "the first of two", case(allocations=by(*MOVES)), {"2025-01 North 1": (1, 1)}),
    ("days_to_allocation", "sixty", case("2025-01-02", allocations=by(held("North", "2025-03-27"))), {"2025-03 North 60": (1, 1)}),
    ("days_to_allocation", "a year", case(allocations=by(held("North", "2026-01-01"))), {"2026-01 North 61": (1, 1)}),
    ("days_to_allocation", "of history", case("0001-01-01", allocations=by(held("North", "9999-01-01"))), {"9999-01 North 61": (1, 1)}),
    ("allocated_within_1_working_day", "the next working day", case("2025-04-17", allocations=by(held("North", "2025-04-22"))), {"2025-04 North": (1, 1)}),
    ("allocated_within_1_working_day", "the one after", case("2025-04-17", allocations=by(held("North", "2025-04-23"))), {"2025-04 North": (0, 1)}),
    ("caseloads", "one after another", case(closed="2025-05-31", allocations=by(*MOVES)), {f"2025-01 North {W1}": 1, f"2025-03 North {W1}": -1, f"2025-03 South {W2}": 1, f"2025-05 South {W2}": -1}),
    ("caseloads", "for no time at all, and after the end", case(closed="2025-02-01", allocations=by(held("North", "2025-01-31", "2025-01-31"), held("North", "2025-02-01"))), {}),
    ("caseloads", "from before the referral", case("2025-02-01", allocations=by(held("North", "2025-01-01"))), {f"2025-02 North {W1}": 1}),
    ("workers_in_12_months", "two, then one again a year on", case(allocations=by(held("North", "2025-01-01", "2025-02-28"), held("North", "2025-02-28"))), {"2025-01 North 1": 1, "2025-02 North 1": -1, "2025-02 North 2": 1, "2026-02 North 2": -1, "2026-02 North 1": 1}),
    ("workers_in_12_months", "the same worker twice", case(allocations=by(held("North", "2025-01-01", "2025-02-28"), held("North", "2025-02-28"), workers="11")), {"2025-01 North 1": 1}),
    ("workers_in_12_months", "forgotten after a year", case(allocations=by(held("North", "2025-01-01", "2025-02-28"))), {"2025-01 North 1": 1, "2025-02 North 1": -1, "2025-02 1": 1, "2026-02 1": -1}),
    ("workers_in_12_months", "until the case closes", case(closed="2025-02-01", allocations=by(held("North", "2025-01-01"))), {"2025-01 North 1": 1, "2025-02 North 1": -1}),
    ("workers_in_12_months", "held before the referral", case("2025-02-01", allocations=by(held("North", "2025-01-01"))), {"2025-02 North 1": 1}),
    ("workers_in_12_months", "to the last day there is", case(allocations=by(held("North", "2025-01-01", "9999-12-31"))), {"2025-01 North 1": 1}),
]  # fmt: skip

FINDING_CASES: list[Case] = [
    ("assessments_open_over_45_working_days", "from the 46th", case("2025-03-03", assessments=assessed("2025-03-03", "2025-06-30"), allocations=HOLDING), {"2025-05 North": 1, "2025-06 North": -1}),
    ("assessments_open_over_45_working_days", "the 45th is the month's last day", case(assessments=assessed("2025-02-21", None)), {"2025-04": 1}),
    ("assessments_open_over_45_working_days", "the 45th is the day before", case(assessments=assessed("2025-02-24", None)), {"2025-05": 1}),
    ("assessments_open_over_45_working_days", "authorised that day", case("2025-03-03", assessments=assessed("2025-03-03", "2025-05-09")), {}),
    ("assessments_open_over_45_working_days", "closed with its case", case("2025-03-03", closed="2025-06-02", assessments=assessed("2025-03-03", None)), {"2025-05": 1, "2025-06": -1}),
    ("assessments_open_over_45_working_days", "at the end of the calendar", case(assessments=assessed("9999-12-01", None)), {}),
    ("assessed_not_in_need", "closed after assessment", child(Told("2025-01-15", closed="2025-03-01", reason="RC8")), {"2025-01": (0, 1), "2025-03": (1, 0)}),
    ("assessed_not_in_need", "early help, on the day", child(Told("2025-01-15", closed="2025-01-15", reason="RC9", held=(held("North", "2025-01-15"),))), {"2025-01 North": (1, 1)}),
    ("assessed_not_in_need", "another reason, and before it began", child(Told("2025-01-15", closed="2025-03-01", reason="RC7"), Told("2025-02-15", closed="2025-02-14", reason="RC8")), {"2025-01": (0, 1), "2025-02": (0, 1)}),
    ("assessed_not_in_need", "joined, and no action", child(Told("2025-01-15", joined=True, closed="2025-03-01", reason="RC8"), Told("2025-02-15", nfa=True, closed="2025-03-01", reason="RC8")), {"2025-02": (0, 1)}),
    ("assessment_factors", "each once", case(assessments=assessed("2025-01-02", "2025-01-31", "3A", "1A", "3A"), allocations=HOLDING), {"2025-01 North 1A": 1, "2025-01 North 3A": 1}),
    ("assessment_factors", "not authorised", case(assessments=assessed("2025-01-02", None, "3A")), {}),
    ("assessments_with_extra_familial_harm", "exploited", case(assessments=assessed("2025-01-02", "2025-01-31", "3A", "24A"), allocations=HOLDING), {"2025-01 North": (1, 1)}),
    ("assessments_with_extra_familial_harm", "at home", case(assessments=assessed("2025-01-02", "2025-01-31", "3A")), {"2025-01": (0, 1)}),
    ("assessments_with_extra_familial_harm", "no factor", case(assessments=assessed("2025-01-02", "2025-01-31")), {}),
    *(("assessments_with_extra_familial_harm", factor, case(assessments=assessed("2025-01-02", "2025-01-31", factor)), {"2025-01": (1, 1)}) for factor in ("11A", "12A", "13A")),
]  # fmt: skip

STEP_CASES: list[Case] = [
    ("protection_plans_again_within_2_years", "24 months to the day", case(protection_plans=[*protection("2022-01-01", "2023-01-31"), said.ProtectionPlan(id=id_(2), started_on=day("2025-01-31"))]), {"2022-01": (0, 1), "2025-01": (1, 1)}),
    ("protection_plans_again_within_2_years", "a day more", case(protection_plans=[*protection("2022-01-01", "2023-01-30"), said.ProtectionPlan(id=id_(2), started_on=day("2025-01-31"))]), {"2022-01": (0, 1), "2025-01": (0, 1)}),
    ("protection_plans_again_within_2_years", "on the day it ended, and on the day before", case(protection_plans=[*protection("2024-01-01", "2025-01-31"), said.ProtectionPlan(id=id_(2), started_on=day("2025-01-31")), said.ProtectionPlan(id=id_(3), started_on=day("2025-01-30"))]), {"2024-01": (0, 1), "2025-01": (1, 2)}),
    ("protection_plans_again_within_2_years", "ended the day it began", case(protection_plans=protection("2025-01-31", "2025-01-31")), {"2025-01": (0, 1)}),
    ("protection_plans_ended_after_2_years", "two years to the day", case(protection_plans=protection("2023-01-31", "2025-01-31"), allocations=HOLDING), {"2025-01 North": (1, 1)}),
    ("protection_plans_ended_after_2_years", "a day less", case(protection_plans=protection("2023-01-31", "2025-01-30")), {"2025-01": (0, 1)}),
    ("protection_plans_ended_after_2_years", "the day it began", case(protection_plans=protection("2025-01-31", "2025-01-31")), {"2025-01": (0, 1)}),
    ("protection_plans_ended_after_2_years", "before it began, and not ended", case(protection_plans=[*protection("2025-01-31", "2025-01-30"), *protection("2025-01-31")]), {}),
    ("enquiries_to_conference", "60 days", case(section_47_enquiries=enquiry("2025-01-01", "2025-03-02"), allocations=HOLDING), {"2025-03 North": (1, 1)}),
    ("enquiries_to_conference", "61 days", case(section_47_enquiries=enquiry("2025-01-01", "2025-03-03")), {"2025-03": (0, 1)}),
    ("enquiries_to_conference", "the same day", case(section_47_enquiries=enquiry("2025-01-01", "2025-01-01")), {"2025-01": (1, 1)}),
    ("enquiries_to_conference", "the day before", case(section_47_enquiries=enquiry("2025-01-01", "2024-12-31")), {"2025-03": (0, 1)}),
    ("enquiries_to_conference", "none needed", case(section_47_enquiries=enquiry("2025-01-01", conference_not_required=True, ended_on=day("2025-01-15"))), {"2025-01": (0, 1)}),
    ("enquiries_to_conference", "none needed, said after the window", case(section_47_enquiries=enquiry("2025-01-01", conference_not_required=True, ended_on=day("2025-05-15"))), {"2025-03": (0, 1)}),
    ("enquiries_to_conference", "ended, and not said why", case(section_47_enquiries=enquiry("2025-01-01", ended_on=day("2025-01-15"))), {"2025-03": (0, 1)}),
    ("enquiries_to_conference", "said to need none, and held late", case(section_47_enquiries=enquiry("2025-01-01", "2025-04-01", conference_not_required=True, ended_on=day("2025-01-15"))), {"2025-03": (0, 1)}),
    ("enquiries_to_conference", "where the calendar ends", case(section_47_enquiries=enquiry("9999-11-15")), {"9999-12": (0, 1)}),
    ("conferences_to_plan", "45 days", case(conferences=[said.Conference(id=id_(1), held_on=day("2025-01-15"))], protection_plans=protection("2025-03-01"), allocations=HOLDING), {"2025-03 North": (1, 1)}),
    ("conferences_to_plan", "46 days", case(conferences=[said.Conference(id=id_(1), held_on=day("2025-01-15"))], protection_plans=protection("2025-03-02")), {"2025-03": (0, 1)}),
    ("conferences_to_plan", "that day", case(section_47_enquiries=enquiry("2025-01-01", "2025-01-15"), protection_plans=protection("2025-01-15")), {"2025-01": (1, 1)}),
    ("conferences_to_plan", "the day before", case(section_47_enquiries=enquiry("2025-01-01", "2025-01-15"), protection_plans=protection("2025-01-14")), {"2025-03": (0, 1)}),
    ("conferences_to_plan", "the first of two plans", case(section_47_enquiries=enquiry("2025-01-01", "2025-01-15"), protection_plans=[*protection("2025-02-15"), *protection("2025-01-20")]), {"2025-01": (1, 1)}),
]  # fmt: skip

REVIEW_CASES: list[Case] = [
    ("cin_plans_open", "from one month to another", case(cin_plans=cin("2025-01-31", "2025-02-28"), allocations=HOLDING), {"2025-01 North": 1, "2025-02 North": -1}),
    ("cin_plans_reviewed_in_time", "never", case(cin_plans=cin("2025-01-30")), {"2025-04": (1, 1), "2025-05": (-1, 0)}),
    ("cin_plans_reviewed_in_time", "on the last day, then not", case(cin_plans=cin("2025-01-15"), meetings=met("cin_review", "2025-04-15"), allocations=HOLDING), {"2025-04 North": (1, 1), "2025-10 North": (-1, 0)}),
    ("cin_plans_reviewed_in_time", "a day late, and again", case(cin_plans=cin("2025-01-30"), meetings=met("cin_review", "2025-05-01", "2025-06-01")), {"2025-04": (1, 1), "2025-05": (-1, 0)}),
    ("cin_plans_reviewed_in_time", "told out of order, one before the plan", case(cin_plans=cin("2025-01-15"), meetings=met("cin_review", "2025-07-15", "2025-04-01", "2025-01-14")), {"2025-04": (1, 1), "2026-01": (-1, 0)}),
    ("cin_plans_reviewed_in_time", "another meeting", case(cin_plans=cin("2025-01-15"), meetings=met("core_group", "2025-03-01")), {"2025-04": (0, 1)}),
    ("cin_plans_reviewed_in_time", "ended before the first was due, and on that day", case(cin_plans=[*cin("2025-01-15", "2025-04-14"), *cin("2025-01-15", "2025-04-15")]), {}),
    ("cin_plans_reviewed_in_time", "ended in time", case(cin_plans=cin("2025-01-15", "2025-05-01"), meetings=met("cin_review", "2025-03-01")), {"2025-04": (1, 1), "2025-05": (-1, -1)}),
    ("cin_plans_reviewed_in_time", "on the first day", case(cin_plans=cin("2025-01-15"), meetings=met("cin_review", "2025-01-15")), {"2025-04": (1, 1), "2025-07": (-1, 0)}),
    ("protection_plans_reviewed_in_time", "twice", case(protection_plans=protection("2025-01-15", reviews=("2025-04-15", "2025-10-15")), allocations=HOLDING), {"2025-04 North": (1, 1), "2026-04 North": (-1, 0)}),
    ("cin_visits_in_time", "until the 20th working day", case(cin_plans=cin("2025-01-03"), allocations=HOLDING), {"2025-01 North": (1, 1), "2025-02 North": (-1, 0)}),
    ("cin_visits_in_time", "the 20th is the month's last day", case(cin_plans=cin("2025-01-31")), {"2025-01": (1, 1), "2025-03": (-1, 0)}),
    ("cin_visits_in_time", "the 20th is the day before the month's last", case(cin_plans=cin("2025-01-02")), {"2025-01": (0, 1)}),
    ("cin_visits_in_time", "seen in time, then a gap", case(cin_plans=cin("2025-01-03"), visits=visits("cin", "2025-01-31", "2025-04-01")), {"2025-01": (1, 1), "2025-03": (-1, 0), "2025-04": (1, 0), "2025-05": (-1, 0)}),
    ("cin_visits_in_time", "seen the day after the limit", case(cin_plans=cin("2025-01-03", "2025-02-10"), visits=visits("cin", "2025-02-01")), {"2025-01": (1, 1), "2025-02": (-1, -1)}),
    ("cin_visits_in_time", "not seen, or under another plan", case(cin_plans=cin("2025-01-03"), visits=[*visits("cin", "2025-01-31", seen=False), *visits("protection", "2025-01-31")]), {"2025-01": (1, 1), "2025-02": (-1, 0)}),
    ("cin_visits_in_time", "before the plan, and on its first day", case(cin_plans=cin("2025-01-03"), visits=visits("cin", "2024-12-30", "2025-01-03")), {"2025-01": (1, 1), "2025-02": (-1, 0)}),
    ("cin_visits_in_time", "at the end of the calendar", case(cin_plans=cin("9999-12-15")), {"9999-12": (1, 1)}),
    ("protection_visits_in_time", "until the 10th working day", case(protection_plans=protection("2025-01-17"), allocations=HOLDING), {"2025-01 North": (1, 1), "2025-02 North": (-1, 0)}),
    ("protection_visits_in_time", "the 10th is the day before the month's last", case(protection_plans=protection("2025-01-16")), {"2025-01": (0, 1)}),
    ("protection_visits_seen_alone", "alone", case(visits=visits("protection", "2025-01-31", alone=True), allocations=HOLDING), {"2025-01 North": (1, 1)}),
    ("protection_visits_seen_alone", "not alone", case(visits=visits("protection", "2025-01-31")), {"2025-01": (0, 1)}),
    ("protection_visits_seen_alone", "under another plan", case(visits=visits("cin", "2025-01-31", alone=True)), {}),
]  # fmt: skip

S20, HOME = "V2", "E4A"
CARE_CASES: list[Case] = [
    ("looked_after", "from one month to another", case(care_episodes=[care("2025-01-31", "2025-02-28", reason="E8")], allocations=HOLDING), {"2025-01 North": 1, "2025-02 North": -1}),
    ("looked_after", "short breaks", case(care_episodes=[care("2025-01-31", status="V3"), care("2025-02-01", status="V4")]), {}),
    ("care_started_by_route", "each route", case(care_episodes=[care("2025-01-01", status="C1"), care("2025-01-02"), care("2025-01-03", status=S20), care("2025-01-04", status="E1")]), {"2025-01 care order": 2, "2025-01 accommodated": 1, "2025-01 other": 1}),
    ("care_started_by_route", "a change, and a short break", case(care_episodes=[care("2025-01-01", begun="P"), care("2025-01-02", status="V3")], allocations=HOLDING), {}),
    ("care_ceased_by_reason", "the last of the year", case(care_episodes=[care("2025-04-01", "2025-05-01", reason="E41"), care("2025-06-01", "2026-03-31", reason=HOME)], allocations=HOLDING), {"2026-03 North returned home": 1}),
    ("care_ceased_by_reason", "one in each of two years", case(care_episodes=[care("2025-01-01", "2025-03-31", reason="E11"), care("2025-03-31", "2025-04-01", reason="E48")]), {"2025-03 adopted": 1, "2025-04 special guardianship": 1}),
    ("care_ceased_by_reason", "goes on, no reason, not ended, a short break", case(care_episodes=[care("2025-01-01", "2025-01-02", reason="X1"), care("2025-01-02", "2025-01-03"), care("2025-01-03", reason="E8"), care("2025-01-04", "2025-01-05", reason="E8", status="V3")]), {}),
    ("care_ceased_by_reason", "two on one day, the one begun later", case(care_episodes=[care("2025-01-02", "2025-01-31", reason="E5"), care("2025-01-01", "2025-01-31", reason="E9")]), {"2025-01 independent": 1}),
    ("care_ceased_by_reason", "the one begun later ended sooner", case(care_episodes=[care("2025-01-02", "2025-01-30", reason="E5"), care("2025-01-01", "2025-01-31", reason="E9")]), {"2025-01 other": 1}),
    ("care_ceased_at_18", "on the birthday, and not", case(care_episodes=[care("2024-01-01", "2025-01-31", reason="E8", at_18=True), care("2025-04-01", "2025-04-02", reason="E8", at_18=False)]), {"2025-01": (1, 1), "2025-04": (0, 1)}),
    ("care_ceased_at_18", "not known", case(care_episodes=[care("2024-01-01", "2025-01-31", reason="E8")]), {}),
    ("returned_home", "as planned, and not home", case(care_episodes=[care("2024-01-01", "2025-01-31", reason="E4B"), care("2025-04-01", "2025-04-02", reason="E8")]), {"2025-01": (1, 1), "2025-04": (0, 1)}),
    ("stayed_home_6_months", "so far as is known six months on", case(care_episodes=[care("2024-01-01", "2025-08-31", reason=HOME)], allocations=HOLDING), {"2026-02 North": (1, 1)}),
    ("stayed_home_6_months", "back on the last day", case(care_episodes=[care("2024-01-01", "2025-01-31", reason=HOME), care("2025-07-31")]), {"2025-07": (0, 1)}),
    ("stayed_home_6_months", "back a day later", case(care_episodes=[care("2024-01-01", "2025-01-31", reason=HOME), care("2025-08-01")]), {"2025-07": (1, 1)}),
    ("stayed_home_6_months", "back the same day, for a day", case(care_episodes=[care("2025-01-31", "2025-01-31", reason=HOME), care("2024-01-31", begun="P")]), {"2025-07": (1, 1)}),
    ("stayed_home_6_months", "back on the day of leaving", case(care_episodes=[care("2025-01-30", "2025-01-31", reason=HOME), care("2025-01-31")]), {"2025-07": (0, 1)}),
    ("stayed_home_6_months", "a change is no coming back; another reason is no home", case(care_episodes=[care("2024-01-01", "2025-01-31", reason=HOME), care("2025-02-01", "2025-04-30", begun="L", reason="E8")]), {"2025-07": (1, 1)}),
    ("stayed_home_12_months", "back after twelve", case(care_episodes=[care("2024-01-01", "2025-01-31", reason=HOME), care("2026-01-31")]), {"2026-01": (0, 1)}),
    ("three_placements_in_12_months", "the third, until the first is a year old", case(care_episodes=[care("2025-01-10", "2025-02-10", reason="X1"), care("2025-02-10", "2025-03-10", reason="X1", begun="P"), care("2025-03-10", begun="T")], allocations=HOLDING), {"2025-01 North": (0, 1), "2025-03 North": (1, 0), "2026-02 North": (-1, 0)}),
    ("three_placements_in_12_months", "a legal status is no placement", case(care_episodes=[care("2025-01-10", "2025-02-10", reason="X1"), care("2025-02-10", "2025-03-10", reason="X1", begun="L"), care("2025-03-10", begun="P")]), {"2025-01": (0, 1)}),
    ("three_placements_in_12_months", "two moves after a long stay", case(care_episodes=[care("2023-01-10", "2025-02-10", reason="X1"), care("2025-02-10", "2025-03-10", reason="X1", begun="P"), care("2025-03-10", begun="P")]), {"2023-01": (0, 1), "2025-03": (1, 0), "2026-02": (-1, 0)}),
    ("three_placements_in_12_months", "the long stay ended before the moves", case(care_episodes=[care("2023-01-10", "2025-02-10", reason="E8"), care("2025-03-05", "2025-03-10", reason="X1"), care("2025-03-10", begun="P")]), {"2023-01": (0, 1), "2025-02": (0, -1), "2025-03": (1, 1), "2026-02": (-1, 0)}),
    ("three_placements_in_12_months", "two moves, and the first is still open", case(care_episodes=[care("2023-01-10"), care("2025-02-10", "2025-03-10", begun="P"), care("2025-03-10", "2025-04-10", begun="P")]), {"2023-01": (0, 1), "2025-02": (0, 1), "2025-03": (2, 0), "2025-04": (-1, -1), "2026-02": (-1, 0)}),
    ("three_placements_in_12_months", "only two", case(care_episodes=[care("2025-01-10", "2025-02-10", reason="X1"), care("2025-02-10", begun="P")]), {"2025-01": (0, 1)}),
    ("cases_by_offer", "core, then enhanced, until the case closes", case(closed="2025-04-01", offers=[offered("core", "2025-01-31", "2025-02-01"), offered("enhanced", "2025-03-01")], allocations=HOLDING), {"2025-01 North core": 1, "2025-02 North core": -1, "2025-03 North enhanced": 1, "2025-04 North enhanced": -1}),
    ("cases_by_offer", "asked for, and not given", case(offers=[offered("enhanced", None)]), {}),
    ("legal_planning_meetings", "held", case(meetings=met("legal_planning", "2025-01-31"), allocations=HOLDING), {"2025-01 North": 1}),
    ("legal_planning_meetings", "another meeting", case(meetings=met("core_group", "2025-01-31")), {}),
]  # fmt: skip

HELP_CASES = CONTACT_CASES + ALLOCATION_CASES + FINDING_CASES + STEP_CASES + REVIEW_CASES + CARE_CASES
