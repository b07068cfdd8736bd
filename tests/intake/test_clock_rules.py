"""The clocks of an episode on both sides of each limit. 1 May 2026 is a Friday; the 4th and the 25th are bank holidays."""

from datetime import date, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest

from services.intake.episodes.clocks import (
    DRIFT_MONTHS,
    LIMITS,
    Clock,
    Limit,
    Span,
    Unit,
    Urgency,
    drifts,
    due_on,
    limit_on,
    running,
    urgency,
)
from services.intake.episodes.facts import Case, Fact, Kind
from shared.contracts.codes import MeetingKind, VisitKind


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def fact(kind: Kind, began: str, ended: str | None = None, code: str | None = None, status: str | None = None) -> Fact:
    return Fact(
        uuid5(NAMESPACE_OID, f"{kind} {began} {code}"), kind, day(began), day(ended) if ended else None, code, status
    )


def done(kind: MeetingKind | VisitKind, on: str) -> Fact:
    return fact(Kind.MEETING if isinstance(kind, MeetingKind) else Kind.VISIT, on, on, kind)


def clocks(*facts: Fact, started: str = "05-01") -> dict[str, str]:
    """The clocks that run in a case, and when each is due."""
    case = Case(UUID(int=1), day(started), facts=tuple(sorted(facts, key=lambda each: each.began_on)))
    return {each.clock.value: each.due_on.isoformat()[5:] for each in running(case)}


PLAN = fact(Kind.PROTECTION_PLAN, "05-15")
CIN = fact(Kind.CIN_PLAN, "05-15")
CARE = fact(Kind.CARE, "05-01", code="S", status="C1")
ASSESSED = fact(Kind.ASSESSMENT, "05-05", "05-20")


def test_every_clock_has_a_limit_and_every_limit_its_source() -> None:
    assert {limit.clock for limit in LIMITS} == set(Clock)
    assert all(limit.source and limit.runs_from and limit.spans for limit in LIMITS)


@pytest.mark.parametrize(
    ("facts", "due"),
    [
        ((), {"assessment": "07-07"}),
        ((fact(Kind.ASSESSMENT, "05-08"),), {"assessment": "07-07", "assessment_in_the_census": "07-13"}),
        ((ASSESSED, fact(Kind.ASSESSMENT, "06-01")), {"assessment": "08-03", "assessment_in_the_census": "08-03"}),
        ((ASSESSED,), {}),
        ((ASSESSED, fact(Kind.SECTION_47, "05-05")), {"conference": "05-27"}),
        ((fact(Kind.SECTION_47, "05-05", "05-15"),), {"assessment": "07-07"}),
        ((PLAN,), {"core_group": "06-01", "protection_review": "08-15", "protection_visit": "06-01"}),
        ((PLAN, done(MeetingKind.CORE_GROUP, "05-20")), {"protection_review": "08-15", "protection_visit": "06-01"}),
        ((PLAN, done(MeetingKind.CORE_GROUP, "05-20"), done(MeetingKind.PROTECTION_REVIEW, "08-03"), done(VisitKind.PROTECTION, "05-26")), {"protection_review": "02-03", "protection_visit": "06-09"}),
        ((ASSESSED, CIN), {"cin_review": "08-15", "cin_visit": "06-15"}),
        ((ASSESSED, CIN, done(VisitKind.CIN, "05-18"), done(MeetingKind.CIN_REVIEW, "06-01")), {"cin_review": "12-01", "cin_visit": "06-16"}),
        ((ASSESSED, fact(Kind.CIN_PLAN, "05-15", "05-30")), {}),
        ((ASSESSED, fact(Kind.PRE_PROCEEDINGS, "05-11")), {"pre_proceedings": "08-31"}),
        ((CARE,), {"care_review": "06-02", "care_visit": "05-08", "permanence_plan": "09-01"}),
        ((CARE, done(MeetingKind.CARE_REVIEW, "05-22")), {"care_review": "08-22", "care_visit": "05-08", "permanence_plan": "09-01"}),
        ((CARE, done(MeetingKind.CARE_REVIEW, "05-22"), done(MeetingKind.CARE_REVIEW, "06-30"), done(VisitKind.CARE, "05-07"), fact(Kind.PERMANENCE_PLAN, "06-30", "06-30", "adoption")), {"care_review": "12-30", "care_visit": "06-18"}),
        ((fact(Kind.CARE, "05-01", "05-20", "S", "V2"), fact(Kind.CARE, "05-20", None, "P", "V2"), done(VisitKind.CARE, "05-07")), {"care_review": "06-02", "care_visit": "05-27", "permanence_plan": "09-01"}),
        ((fact(Kind.CARE, "05-01", "05-20", "S", "V2"), fact(Kind.CARE, "05-20", None, "L", "C1"), done(VisitKind.CARE, "05-07")), {"care_review": "06-02", "care_visit": "06-18", "permanence_plan": "09-01"}),
        ((fact(Kind.CARE, "05-01", "05-10", "S", "V2"), fact(Kind.CARE, "05-20", None, "S", "V2")), {"care_review": "06-18", "care_visit": "05-27", "permanence_plan": "09-20"}),
        ((fact(Kind.CARE, "05-01", None, "S", "V4"),), {}),
    ],
)  # fmt: skip
def test_what_runs_and_when_it_is_due(facts, due) -> None:
    assert clocks(*facts) == due


def test_in_a_closed_case_no_clock_runs_and_nothing_drifts() -> None:
    case = Case(UUID(int=1), day("01-01"), day("02-01"), facts=(PLAN,))
    assert [*running(case)] == [*drifts(case, on=date(2030, 1, 1))] == []


@pytest.mark.parametrize(
    ("due", "then"),
    [
        ("05-13", Urgency.OVERDUE),
        ("05-14", Urgency.DUE),
        ("05-15", Urgency.SOON),
        ("05-21", Urgency.SOON),
        ("05-22", Urgency.LATER),
    ],
)
def test_it_is_soon_for_five_working_days_then_due_then_overdue(due, then) -> None:
    assert urgency(day(due), on=day("05-14")) is then


@pytest.mark.parametrize("months", DRIFT_MONTHS)
def test_an_episode_and_its_plan_drift_from_the_day_that_ends_so_many_months(months) -> None:
    case = Case(UUID(int=1), day("01-31"), facts=(fact(Kind.CIN_PLAN, "02-10"),))
    passed = {12: date(2027, 1, 31), 18: date(2027, 7, 31), 24: date(2028, 1, 31)}[months]
    before = {each.kind: each.months for each in drifts(case, on=passed - timedelta(days=1))}
    assert before.get("episode") == {12: None, 18: 12, 24: 18}[months]
    assert {each.kind: each.months for each in drifts(case, on=passed)}["episode"] == months
    assert {each.kind: each.months for each in drifts(case, on=passed + timedelta(days=11))}["cin_plan"] == months


def test_a_new_limit_holds_for_clocks_that_start_from_its_day_on(monkeypatch) -> None:
    stricter = Limit(Clock.CIN_VISIT, "the same", (Span(2, Unit.WEEKS),), "a new policy", date(2026, 6, 1))
    monkeypatch.setattr("services.intake.episodes.clocks.LIMITS", (*LIMITS, stricter))
    assert limit_on(Clock.CIN_VISIT, date(1990, 1, 1)) is limit_on(Clock.CIN_VISIT, day("05-31"))
    assert due_on(Clock.CIN_VISIT, day("05-31")) == day("06-26")
    assert due_on(Clock.CIN_VISIT, day("06-01")) == day("06-15")
