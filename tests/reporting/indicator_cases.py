"""Each indicator on both sides of each of its limits, by hand: a history, and the cells it comes to."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.reporting.indicators.indicator import Indicator
from shared.contracts import intake as said
from shared.contracts.codes import PracticeSkill
from shared.contracts.intake import ChildState
from shared.contracts.observation import PracticeState, Score
from shared.contracts.state import State


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def id_(n: int) -> UUID:
    return UUID(int=n)


def held(team: str, since: str, until: str | None = None) -> dict[str, Any]:
    return {"worker_id": id_(1), "team": team, "held_from": day(since), "held_until": day(until)}


@dataclass(frozen=True)
class Told:
    """One case of a child, told with as few words as may be. Pairs are a start and an end."""

    on: str
    nfa: bool | None = False
    joined: bool = False
    closed: str | None = None
    reason: str | None = None
    assessments: tuple[tuple[str, str | None], ...] = ()
    enquiries: tuple[tuple[str, str | None], ...] = ()
    conferences: tuple[str, ...] = ()
    plans: tuple[tuple[str, str | None, int | None], ...] = ()
    held: tuple[dict[str, Any], ...] = ()


def child(*cases: Told, **said_of_all: Any) -> ChildState:
    return ChildState(
        authority="206",
        epoch=1,
        n=1,
        child_id=id_(1),
        referrals=tuple(
            said.Referral(id=id_(n), received_on=day(c.on), no_further_action=c.nfa, joined_open_episode=c.joined)
            for n, c in enumerate(cases)
        ),
        episodes=tuple(
            said.Episode(
                id=id_(100 + n),
                referral_id=id_(n),
                started_on=day(c.on),
                closed_on=day(c.closed),
                closure_reason=c.reason,
                assessments=tuple(
                    said.Assessment(id=id_(i), started_on=day(a), authorised_on=day(b))
                    for i, (a, b) in enumerate(c.assessments)
                ),
                section_47_enquiries=tuple(
                    said.Section47(id=id_(i), started_on=day(a), conference_on=day(b))
                    for i, (a, b) in enumerate(c.enquiries)
                ),
                conferences=tuple(said.Conference(id=id_(i), held_on=day(d)) for i, d in enumerate(c.conferences)),
                protection_plans=tuple(
                    said.ProtectionPlan(id=id_(i), started_on=day(a), ended_on=day(b), previous_plans=before)
                    for i, (a, b, before) in enumerate(c.plans)
                ),
                allocations=tuple(said.Allocation(id=id_(i), **each) for i, each in enumerate(c.held)),
            )
            for n, c in enumerate(cases)
        ),
        **said_of_all,
    )


def observed(
    on: str = "2026-04-30", *, scores: str = "3333333", given: str | None = None, coached: str | None = None
) -> PracticeState:
    """Scores in the order of the skills; `-` is a skill that was not observed. Feedback is due on 7 May 2026."""
    return PracticeState(
        authority="206",
        epoch=1,
        n=1,
        observation_id=id_(1),
        child_id=id_(2),
        episode_id=id_(3),
        worker_id=id_(4),
        team="North",
        observer_id=id_(5),
        observed_on=day(on),
        rubric="1",
        scores=tuple(
            Score(skill=skill, score=int(score))
            for skill, score in zip(PracticeSkill, scores, strict=True)
            if score != "-"
        ),
        feedback_due_on=day("2026-05-07"),
        feedback_given_on=day(given),
        coaching_held_on=day(coached),
    )


Expected = dict[str, int | tuple[int, int]]
Case = tuple[str, str, State, Expected]
"""Indicator, what is tried, the history, and what it comes to by `month team band`: a count, or a count of a count."""

NORTH_FROM_3_MARCH = (held("North", "2025-03-03"),)
MOVED = (held("North", "2025-02-03", "2025-03-10"), held("South", "2025-03-10"))

REFERRAL_CASES: list[Case] = [
    ("referrals", "last and first day of a month", child(Told("2025-03-31"), Told("2025-04-01")), {"2025-03": 1, "2025-04": 1}),
    ("referrals", "undecided, and no further action", child(Told("2025-03-01", nfa=None), Told("2025-03-02", nfa=True)), {"2025-03": 2}),
    ("referrals", "joined an open episode", child(Told("2025-03-01", joined=True)), {}),
    ("referrals", "twice on one day", child(Told("2025-03-01"), Told("2025-03-01")), {"2025-03": 2}),
    ("referrals", "the first team's, though it moved", child(Told("2025-02-01", held=MOVED)), {"2025-02 North": 1}),
    ("referrals", "the first and the last year there is", child(Told("0001-01-01"), Told("9999-12-31")), {"0001-01": 1, "9999-12": 1}),
    ("referrals_no_further_action", "none was taken", child(Told("2025-03-01", nfa=True)), {"2025-03": (1, 1)}),
    ("referrals_no_further_action", "some was", child(Told("2025-03-01", nfa=False)), {"2025-03": (0, 1)}),
    ("referrals_no_further_action", "undecided", child(Told("2025-03-01", nfa=None)), {"2025-03": (0, 1)}),
    ("referrals_no_further_action", "joined an open episode", child(Told("2025-03-01", nfa=True, joined=True)), {}),
    ("rereferrals_within_12_months", "the first", child(Told("2025-05-10")), {"2025-05": (0, 1)}),
    ("rereferrals_within_12_months", "12 months exactly", child(Told("2024-05-10"), Told("2025-05-10")), {"2024-05": (0, 1), "2025-05": (1, 1)}),
    ("rereferrals_within_12_months", "a day more", child(Told("2024-05-10"), Told("2025-05-11")), {"2024-05": (0, 1), "2025-05": (0, 1)}),
    ("rereferrals_within_12_months", "29 February to 28", child(Told("2024-02-29"), Told("2025-02-28")), {"2024-02": (0, 1), "2025-02": (1, 1)}),
    ("rereferrals_within_12_months", "29 February to 1 March", child(Told("2024-02-29"), Told("2025-03-01")), {"2024-02": (0, 1), "2025-03": (0, 1)}),
    ("rereferrals_within_12_months", "to 29 February", child(Told("2023-02-28"), Told("2024-02-29")), {"2023-02": (0, 1), "2024-02": (0, 1)}),
    ("rereferrals_within_12_months", "the same day", child(Told("2025-05-10"), Told("2025-05-10")), {"2025-05": (1, 2)}),
    ("rereferrals_within_12_months", "told out of order", child(Told("2025-05-10"), Told("2024-05-10")), {"2024-05": (0, 1), "2025-05": (1, 1)}),
    ("rereferrals_within_12_months", "after one without action", child(Told("2025-01-10", nfa=True), Told("2025-05-10")), {"2025-01": (0, 1), "2025-05": (1, 1)}),
    ("rereferrals_within_12_months", "after one that joined", child(Told("2025-01-10", joined=True), Told("2025-05-10")), {"2025-05": (0, 1)}),
    ("rereferrals_within_12_months", "counted from the last", child(Told("2023-05-10"), Told("2024-05-09"), Told("2025-05-09")), {"2023-05": (0, 1), "2024-05": (1, 1), "2025-05": (1, 1)}),
    ("rereferrals_within_12_months", "where the calendar ends", child(Told("9999-06-01"), Told("9999-12-31")), {"9999-06": (0, 1), "9999-12": (1, 1)}),
    ("rereferrals_within_12_months", "where it begins", child(Told("0001-01-01"), Told("0002-01-01")), {"0001-01": (0, 1), "0002-01": (1, 1)}),
]  # fmt: skip

EPISODE_CASES: list[Case] = [
    ("episodes_started", "needing action", child(Told("2025-03-31", held=(held("North", "2025-04-02"),))), {"2025-03 North": 1}),
    ("episodes_started", "undecided, and no action", child(Told("2025-03-01", nfa=None), Told("2025-03-02", nfa=True)), {}),
    ("episodes_started", "joined an open episode", child(Told("2025-03-01", joined=True)), {}),
    ("episodes_started", "closed before the referral", child(Told("2025-03-01", closed="2025-02-28")), {"2025-03": 1}),
    ("episodes_started", "by the first team to hold it", child(Told("2025-02-01", held=MOVED[::-1])), {"2025-02 North": 1}),
    ("episodes_ended", "on the month's last day", child(Told("2025-01-15", closed="2025-03-31")), {"2025-03": 1}),
    ("episodes_ended", "still open", child(Told("2025-01-15")), {}),
    ("episodes_ended", "the day it began", child(Told("2025-01-15", closed="2025-01-15")), {"2025-01": 1}),
    ("episodes_ended", "the day before it began", child(Told("2025-01-15", closed="2025-01-14")), {}),
    ("episodes_ended", "without action", child(Told("2025-01-15", nfa=True, closed="2025-01-16")), {}),
    ("episodes_ended", "by the team that held it until then", child(Told("2025-02-01", closed="2025-04-30", held=(MOVED[0], held("South", "2025-03-10", "2025-04-30")))), {"2025-04 South": 1}),
    ("episodes_ended", "moved and closed on one day", child(Told("2025-02-01", closed="2025-03-10", held=(held("South", "2025-03-10", "2025-03-10"), MOVED[0]))), {"2025-03 South": 1}),
    ("episodes_ended", "still held", child(Told("2025-02-01", closed="2025-03-10", held=MOVED)), {"2025-03 South": 1}),
    ("episodes_ended_within_6_months", "31 August to 28 February", child(Told("2025-08-31", closed="2026-02-28")), {"2026-02": (1, 1)}),
    ("episodes_ended_within_6_months", "31 August to 1 March", child(Told("2025-08-31", closed="2026-03-01")), {"2026-03": (0, 1)}),
    ("episodes_ended_within_6_months", "six months to the day", child(Told("2025-01-15", closed="2025-07-15")), {"2025-07": (1, 1)}),
    ("episodes_ended_within_6_months", "a day more", child(Told("2025-01-15", closed="2025-07-16")), {"2025-07": (0, 1)}),
    ("episodes_ended_within_6_months", "before it began", child(Told("2025-01-15", closed="2025-01-14")), {}),
    ("episodes_ended_within_3_months", "30 November to 28 February", child(Told("2025-11-30", closed="2026-02-28")), {"2026-02": (1, 1)}),
    ("episodes_ended_within_3_months", "30 November to 1 March", child(Told("2025-11-30", closed="2026-03-01")), {"2026-03": (0, 1)}),
    ("closures_by_reason", "a reason", child(Told("2025-01-15", closed="2025-03-31", reason="RC8")), {"2025-03 RC8": 1}),
    ("closures_by_reason", "none stated", child(Told("2025-01-15", closed="2025-03-31")), {"2025-03 not stated": 1}),
    ("episodes_open", "until closed", child(Told("2025-01-31", closed="2025-02-28")), {"2025-01": 1, "2025-02": -1}),
    ("episodes_open", "closed the day it began", child(Told("2025-01-31", closed="2025-01-31")), {}),
    ("episodes_open", "closed a day later", child(Told("2025-01-31", closed="2025-02-01")), {"2025-01": 1, "2025-02": -1}),
    ("episodes_open", "closed before it began", child(Told("2025-01-31", closed="2024-12-30")), {}),
    ("episodes_open", "undecided", child(Told("2025-01-31", nfa=None)), {}),
    ("episodes_open", "moves with the case", child(Told("2025-01-15", closed="2025-04-30", held=(MOVED[0], held("South", "2025-03-10", "2025-04-30")))), {"2025-01": 1, "2025-02": -1, "2025-02 North": 1, "2025-03 North": -1, "2025-03 South": 1, "2025-04 South": -1}),
    ("episodes_open", "held from its first day", child(Told("2025-03-03", held=NORTH_FROM_3_MARCH)), {"2025-03 North": 1}),
    ("episodes_open", "held from the day before", child(Told("2025-03-04", held=NORTH_FROM_3_MARCH)), {"2025-03 North": 1}),
    ("episodes_open", "another worker of the team", child(Told("2025-01-31", held=(held("North", "2025-01-31", "2025-02-20"), held("North", "2025-02-20")))), {"2025-01 North": 1}),
    ("episodes_open", "let go of by everybody", child(Told("2025-01-31", held=(held("North", "2025-01-31", "2025-02-20"),))), {"2025-01 North": 1, "2025-02 North": -1, "2025-02": 1}),
    ("episodes_open", "moved on its last day", child(Told("2025-02-03", closed="2025-03-10", held=MOVED)), {"2025-02 North": 1, "2025-03 North": -1}),
    ("episodes_open", "moved long after it had closed", child(Told("2025-01-15", closed="2025-02-10", held=MOVED)), {"2025-01": 1, "2025-02": -1}),
    ("episodes_open", "held by two, the later one", child(Told("2025-02-03", held=(held("North", "2025-02-03"), held("South", "2025-03-03")))), {"2025-02 North": 1, "2025-03 North": -1, "2025-03 South": 1}),
    ("episodes_open_2_years", "two years to the day", child(Told("2023-03-31", closed="2025-04-01")), {"2023-03": (0, 1), "2025-03": (1, 0), "2025-04": (-1, -1)}),
    ("episodes_open_2_years", "closed on that day", child(Told("2023-03-31", closed="2025-03-31")), {"2023-03": (0, 1), "2025-03": (0, -1)}),
    ("episodes_open_2_years", "closed the day before", child(Told("2023-03-31", closed="2025-03-30")), {"2023-03": (0, 1), "2025-03": (0, -1)}),
    ("episodes_open_2_years", "from 29 February", child(Told("2024-02-29")), {"2024-02": (0, 1), "2026-02": (1, 0)}),
    ("episodes_open_2_years", "from 1 April", child(Told("2023-04-01")), {"2023-04": (0, 1), "2025-04": (1, 0)}),
    ("episodes_open_2_years", "closed before it began", child(Told("2023-03-31", closed="2023-03-30")), {}),
    ("episodes_open_2_years", "with whoever holds it then", child(Told("2023-01-15", held=(held("North", "2023-01-15", "2024-06-01"), held("South", "2024-06-01", "2025-02-01"), held("West", "2025-02-01")))), {"2023-01 North": (0, 1), "2024-06 North": (0, -1), "2024-06 South": (0, 1), "2025-01 South": (1, 0), "2025-02 South": (-1, -1), "2025-02 West": (1, 1)}),
    ("episodes_open_2_years", "beyond the calendar", child(Told("9998-06-01")), {"9998-06": (0, 1)}),
    ("episodes_open_by_duration", "through every band", child(Told("2023-01-31")), {"2023-01 3 months or less": 1, "2023-05 3 months or less": -1, "2023-05 3 to 6 months": 1, "2023-08 3 to 6 months": -1, "2023-08 6 months to 1 year": 1, "2024-01 6 months to 1 year": -1, "2024-01 1 to 2 years": 1, "2025-01 1 to 2 years": -1, "2025-01 2 years or more": 1}),
    ("episodes_open_by_duration", "three months to the day are in the lower band", child(Told("2023-03-30")), {"2023-03 3 months or less": 1, "2023-07 3 months or less": -1, "2023-07 3 to 6 months": 1, "2023-10 3 to 6 months": -1, "2023-10 6 months to 1 year": 1, "2024-03 6 months to 1 year": -1, "2024-03 1 to 2 years": 1, "2025-03 1 to 2 years": -1, "2025-03 2 years or more": 1}),
    ("episodes_open_by_duration", "from the middle of a month", child(Told("2023-01-15", closed="2023-08-20")), {"2023-01 3 months or less": 1, "2023-04 3 months or less": -1, "2023-04 3 to 6 months": 1, "2023-07 3 to 6 months": -1, "2023-07 6 months to 1 year": 1, "2023-08 6 months to 1 year": -1}),
    ("episodes_open_by_duration", "closed in the first", child(Told("2023-01-31", closed="2023-02-01")), {"2023-01 3 months or less": 1, "2023-02 3 months or less": -1}),
    ("episodes_open_by_duration", "beyond the calendar", child(Told("9999-10-15")), {"9999-10 3 months or less": 1}),
]  # fmt: skip

ASSESSMENT_CASES: list[Case] = [
    ("assessments_completed", "authorised", child(Told("2025-01-15", assessments=(("2025-01-20", "2025-03-31"), ("2025-01-20", "2025-03-31")))), {"2025-03": 2}),
    ("assessments_completed", "not yet", child(Told("2025-01-15", assessments=(("2025-01-20", None),))), {}),
    ("assessments_completed", "of a referral without action", child(Told("2025-01-15", nfa=True, assessments=(("2025-01-20", "2025-01-21"),))), {"2025-01": 1}),
    ("assessments_completed", "by the team of that day", child(Told("2025-02-01", assessments=(("2025-02-02", "2025-03-10"),), held=MOVED)), {"2025-03 South": 1}),
    ("assessments_completed", "on the day the case is closed", child(Told("2025-02-01", closed="2025-03-10", assessments=(("2025-02-02", "2025-03-10"),), held=(MOVED[0],))), {"2025-03 North": 1}),
    ("assessments_completed", "after everybody let go", child(Told("2025-02-01", assessments=(("2025-02-02", "2025-03-11"),), held=(MOVED[0],))), {"2025-03": 1}),
    ("assessments_within_45_working_days", "45 across Easter and May Day", child(Told("2025-03-03", assessments=(("2025-03-03", "2025-05-08"),))), {"2025-05": (1, 1)}),
    ("assessments_within_45_working_days", "46 across Easter and May Day", child(Told("2025-03-03", assessments=(("2025-03-03", "2025-05-09"),))), {"2025-05": (0, 1)}),
    ("assessments_within_45_working_days", "45 across Christmas", child(Told("2025-11-19", assessments=(("2025-11-19", "2026-01-26"),))), {"2026-01": (1, 1)}),
    ("assessments_within_45_working_days", "46 across Christmas", child(Told("2025-11-19", assessments=(("2025-11-19", "2026-01-27"),))), {"2026-01": (0, 1)}),
    ("assessments_within_45_working_days", "the same day", child(Told("2025-03-03", assessments=(("2025-03-03", "2025-03-03"),))), {"2025-03": (1, 1)}),
    ("assessments_within_45_working_days", "the day before", child(Told("2025-03-03", assessments=(("2025-03-04", "2025-03-03"),))), {"2025-03": (0, 1)}),
    ("assessments_within_45_working_days", "all of history", child(Told("0001-01-01", assessments=(("0001-01-01", "9999-12-31"),))), {"9999-12": (0, 1)}),
    ("assessments_within_45_working_days", "not yet", child(Told("2025-03-03", assessments=(("2025-03-03", None),))), {}),
    ("assessments_within_45_working_days", "by the team of that day", child(Told("2025-02-01", assessments=(("2025-02-03", "2025-03-10"),), held=MOVED)), {"2025-03 South": (1, 1)}),
]  # fmt: skip

TWO_PLANS = (("2025-02-28", "2025-03-31", 0), ("2025-02-28", None, 0))

PROTECTION_CASES: list[Case] = [
    ("section_47_started", "two on one day", child(Told("2025-03-01", nfa=True, enquiries=(("2025-03-03", None), ("2025-03-03", None)), held=NORTH_FROM_3_MARCH)), {"2025-03 North": 2}),
    ("section_47_started", "before anybody held the case", child(Told("2025-03-01", enquiries=(("2025-03-02", None),), held=NORTH_FROM_3_MARCH)), {"2025-03": 1}),
    ("conferences", "of an enquiry and of the episode", child(Told("2025-03-01", enquiries=(("2025-03-03", "2025-03-20"),), conferences=("2025-04-01",))), {"2025-03": 1, "2025-04": 1}),
    ("conferences", "of two enquiries on one day", child(Told("2025-03-01", enquiries=(("2025-03-03", "2025-03-20"), ("2025-03-04", "2025-03-20")))), {"2025-03": 2}),
    ("conferences", "one recorded in both places", child(Told("2025-03-01", enquiries=(("2025-03-03", "2025-03-20"),), conferences=("2025-03-20",))), {"2025-03": 1}),
    ("conferences", "none was held", child(Told("2025-03-01", enquiries=(("2025-03-03", None),))), {}),
    ("conferences", "by the team of that day", child(Told("2025-02-01", conferences=("2025-03-10",), held=MOVED)), {"2025-03 South": 1}),
    ("conferences_within_15_working_days", "15 across Christmas", child(Told("2025-12-08", enquiries=(("2025-12-08", "2025-12-31"),))), {"2025-12": (1, 1)}),
    ("conferences_within_15_working_days", "15 and New Year's Day", child(Told("2025-12-08", enquiries=(("2025-12-08", "2026-01-01"),))), {"2026-01": (1, 1)}),
    ("conferences_within_15_working_days", "16 across Christmas", child(Told("2025-12-08", enquiries=(("2025-12-08", "2026-01-02"),))), {"2026-01": (0, 1)}),
    ("conferences_within_15_working_days", "15 across Easter", child(Told("2025-04-04", enquiries=(("2025-04-04", "2025-04-29"),))), {"2025-04": (1, 1)}),
    ("conferences_within_15_working_days", "16 across Easter", child(Told("2025-04-04", enquiries=(("2025-04-04", "2025-04-30"),))), {"2025-04": (0, 1)}),
    ("conferences_within_15_working_days", "the same day", child(Told("2025-04-04", enquiries=(("2025-04-04", "2025-04-04"),))), {"2025-04": (1, 1)}),
    ("conferences_within_15_working_days", "the day before", child(Told("2025-04-04", enquiries=(("2025-04-04", "2025-04-03"),))), {}),
    ("conferences_within_15_working_days", "none, or of the episode only", child(Told("2025-04-04", enquiries=(("2025-04-04", None),), conferences=("2025-04-09",))), {}),
    ("conferences_within_15_working_days", "by the team of that day", child(Told("2025-02-01", enquiries=(("2025-03-03", "2025-03-10"),), held=MOVED)), {"2025-03 South": (1, 1)}),
    ("protection_plans_started", "two on one day", child(Told("2025-02-01", plans=TWO_PLANS, held=(MOVED[0],))), {"2025-02 North": 2}),
    ("protection_plans_second_or_subsequent", "never before", child(Told("2025-02-01", plans=(("2025-02-28", None, 0),))), {"2025-02": (0, 1)}),
    ("protection_plans_second_or_subsequent", "once before", child(Told("2025-02-01", plans=(("2025-02-28", None, 1),), held=(MOVED[0],))), {"2025-02 North": (1, 1)}),
    ("protection_plans_second_or_subsequent", "not said", child(Told("2025-02-01", plans=(("2025-02-28", None, None),))), {"2025-02": (0, 1)}),
    ("protection_plans_ended", "one of two", child(Told("2025-02-01", plans=TWO_PLANS, held=MOVED)), {"2025-03 South": 1}),
    ("protection_plans_ended", "before it started", child(Told("2025-02-01", plans=(("2025-03-03", "2025-02-28", 0),))), {"2025-02": 1}),
    ("protection_plans_open", "one of two", child(Told("2025-02-01", plans=TWO_PLANS)), {"2025-02": 2, "2025-03": -1}),
    ("protection_plans_open", "before it started", child(Told("2025-02-01", plans=(("2025-03-03", "2025-02-28", 0),))), {}),
    ("protection_plans_open", "moves with the case", child(Told("2025-02-01", plans=(("2025-02-28", None, 0),), held=MOVED)), {"2025-02 North": 1, "2025-03 North": -1, "2025-03 South": 1}),
]  # fmt: skip

WORKER = str(id_(4))
PRACTICE_CASES: list[Case] = [
    ("observations", "on the month's last day", observed(), {"2026-04 North": 1}),
    ("feedback_within_seven_days", "on the seventh day", observed(given="2026-05-07"), {"2026-04 North": (1, 1)}),
    ("feedback_within_seven_days", "on the eighth", observed(given="2026-05-08"), {"2026-04 North": (0, 1)}),
    ("feedback_within_seven_days", "the same day", observed(given="2026-04-30"), {"2026-04 North": (1, 1)}),
    ("feedback_within_seven_days", "before it was observed", observed(given="2026-04-29"), {"2026-04 North": (0, 1)}),
    ("feedback_within_seven_days", "owed", observed(), {"2026-04 North 2026-05-07": (0, 1)}),
    ("coaching_held", "it was", observed(coached="2026-06-01"), {"2026-04 North": (1, 1)}),
    ("coaching_held", "not yet", observed(), {"2026-04 North": (0, 1)}),
    ("practice_all_seven", "all seven", observed(scores="1234543"), {"2026-04 North 22/7": (1, 1)}),
    ("practice_all_seven", "six of seven", observed(scores="12-4543"), {"2026-04 North 19/6": (1, 1)}),
    ("practice_all_seven", "five of seven", observed(scores="12-45-3"), {}),
    ("practice_profiles", "in one skill", observed(scores="---5---"), {f"2026-04 North {WORKER}/,,,5,,,": 1}),
    ("practice_profiles", "in all seven", observed(scores="1234543"), {f"2026-04 North {WORKER}/1,2,3,4,5,4,3": 1}),
    *((f"practice_{skill}", "its score and no other", observed(scores="12345--"), {f"2026-04 North {n + 1}": (1, 1)} if n < 5 else {}) for n, skill in enumerate(PracticeSkill)),
    *((f"practice_{skill}", "five", observed(scores="5555555"), {"2026-04 North 5": (1, 1)}) for skill in PracticeSkill),
]  # fmt: skip

CASES = REFERRAL_CASES + EPISODE_CASES + ASSESSMENT_CASES + PROTECTION_CASES + PRACTICE_CASES


def comes_to(indicator: Indicator[Any], state: State) -> Expected:
    """What a history contributes, in the words of the cases; cells that come to nothing are left out."""
    numerators, denominators = Counter(), Counter()
    for each in indicator.contribute(state):
        cell = " ".join(filter(None, (each.month, each.team, each.band)))
        numerators[cell] += each.numerator
        denominators[cell] += each.denominator
    if indicator.denominator is None:
        return {cell: count for cell, count in numerators.items() if count}
    both = {cell: (numerators[cell], count) for cell, count in denominators.items()}
    return {cell: counts for cell, counts in both.items() if any(counts)}
