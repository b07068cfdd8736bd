"""The stages of an episode of need. One dictionary holds every legal move, with what makes it.

A stage is computed: it is the weightiest of what is under way. So stepping up and stepping down are moves within one
episode, and what was going on beside the weightier goes on after it.
"""

from collections.abc import Mapping
from enum import StrEnum

from services.intake.episodes.facts import Case, Kind
from shared.problems import Conflict


class Stage(StrEnum):
    REFERRED = "referred"
    ASSESSMENT = "assessment"
    CIN_PLAN = "cin_plan"
    SECTION_47 = "section_47"
    PROTECTION_PLAN = "protection_plan"
    PRE_PROCEEDINGS = "pre_proceedings"
    LOOKED_AFTER = "looked_after"
    BETWEEN_STEPS = "between_steps"
    CLOSED = "closed"


WEIGHTIEST_FIRST: tuple[tuple[Kind, Stage], ...] = (
    (Kind.CARE, Stage.LOOKED_AFTER),
    (Kind.PRE_PROCEEDINGS, Stage.PRE_PROCEEDINGS),
    (Kind.PROTECTION_PLAN, Stage.PROTECTION_PLAN),
    (Kind.SECTION_47, Stage.SECTION_47),
    (Kind.CIN_PLAN, Stage.CIN_PLAN),
    (Kind.ASSESSMENT, Stage.ASSESSMENT),
)
"""Ofsted's Annex A, list 6, ranks the status of a case so, with the enquiry and pre-proceedings in their places."""

STEPS = frozenset({Kind.CONFERENCE, *(kind for kind, _ in WEIGHTIEST_FIRST)})

ASSESSES = "an assessment begins"
PLANS = "a child in need plan begins"
ENQUIRES = "a section 47 enquiry begins"
PROTECTS = "a conference decides on a protection plan"
PREPARES = "a legal planning meeting leads to pre-proceedings"
ACCOMMODATES = "the child comes into care"
CLOSES = "the episode closes for one of the DfE's reasons"

LEGAL_MOVES: dict[Stage, Mapping[Stage, str]] = {
    Stage.REFERRED: {
        Stage.ASSESSMENT: ASSESSES,
        Stage.SECTION_47: ENQUIRES,
        Stage.PROTECTION_PLAN: "a conference takes over another authority's protection plan",
        Stage.PRE_PROCEEDINGS: PREPARES,
        Stage.LOOKED_AFTER: ACCOMMODATES,
        Stage.BETWEEN_STEPS: "a conference decides on no plan",
        Stage.CLOSED: CLOSES,
    },
    Stage.ASSESSMENT: {
        Stage.CIN_PLAN: PLANS,
        Stage.SECTION_47: ENQUIRES,
        Stage.PROTECTION_PLAN: PROTECTS,
        Stage.PRE_PROCEEDINGS: PREPARES,
        Stage.LOOKED_AFTER: ACCOMMODATES,
        Stage.BETWEEN_STEPS: "the assessment is authorised",
    },
    Stage.CIN_PLAN: {
        Stage.ASSESSMENT: "the child in need plan ends while the child is assessed again",
        Stage.SECTION_47: ENQUIRES,
        Stage.PROTECTION_PLAN: PROTECTS,
        Stage.PRE_PROCEEDINGS: PREPARES,
        Stage.LOOKED_AFTER: ACCOMMODATES,
        Stage.BETWEEN_STEPS: "the child in need plan ends",
    },
    Stage.SECTION_47: {
        Stage.ASSESSMENT: "the enquiry ends, and the assessment goes on",
        Stage.CIN_PLAN: "the enquiry ends, and the child in need plan goes on",
        Stage.PROTECTION_PLAN: PROTECTS,
        Stage.PRE_PROCEEDINGS: PREPARES,
        Stage.LOOKED_AFTER: ACCOMMODATES,
        Stage.BETWEEN_STEPS: "the enquiry ends with no plan",
    },
    Stage.PROTECTION_PLAN: {
        Stage.ASSESSMENT: "the protection plan ends while the child is assessed again",
        Stage.CIN_PLAN: "the protection plan steps down to a child in need plan",
        Stage.SECTION_47: "the protection plan ends while an enquiry goes on",
        Stage.PRE_PROCEEDINGS: PREPARES,
        Stage.LOOKED_AFTER: ACCOMMODATES,
        Stage.BETWEEN_STEPS: "the protection plan ends",
    },
    Stage.PRE_PROCEEDINGS: {
        Stage.ASSESSMENT: "pre-proceedings end, and the assessment goes on",
        Stage.CIN_PLAN: "pre-proceedings end, and the child in need plan goes on",
        Stage.SECTION_47: "pre-proceedings end, and the enquiry goes on",
        Stage.PROTECTION_PLAN: "pre-proceedings end, and the protection plan goes on",
        Stage.LOOKED_AFTER: ACCOMMODATES,
        Stage.BETWEEN_STEPS: "pre-proceedings end",
    },
    Stage.LOOKED_AFTER: {
        Stage.ASSESSMENT: "care ceases, and the assessment goes on",
        Stage.CIN_PLAN: "care ceases, and the child in need plan goes on",
        Stage.SECTION_47: "care ceases, and the enquiry goes on",
        Stage.PROTECTION_PLAN: "care ceases, and the protection plan goes on",
        Stage.PRE_PROCEEDINGS: "care ceases, and pre-proceedings go on",
        Stage.BETWEEN_STEPS: "care ceases",
    },
    Stage.BETWEEN_STEPS: {
        Stage.ASSESSMENT: ASSESSES,
        Stage.CIN_PLAN: PLANS,
        Stage.SECTION_47: ENQUIRES,
        Stage.PROTECTION_PLAN: PROTECTS,
        Stage.PRE_PROCEEDINGS: PREPARES,
        Stage.LOOKED_AFTER: ACCOMMODATES,
        Stage.CLOSED: CLOSES,
    },
    Stage.CLOSED: {},
}

AWAITED: dict[Stage, str] = {
    Stage.REFERRED: "assessment by the social worker, or a section 47 enquiry or closure by the manager",
    Stage.ASSESSMENT: "the assessment by the social worker, and its authorisation by the manager",
    Stage.CIN_PLAN: "visits and reviews by the social worker, and the plan's end by the manager",
    Stage.SECTION_47: "a conference, or the manager's decision that none is required",
    Stage.PROTECTION_PLAN: "visits and core groups by the social worker, and the end of the plan by a review conference",
    Stage.PRE_PROCEEDINGS: "the end of pre-proceedings by the manager",
    Stage.LOOKED_AFTER: "visits and reviews by the social worker, and the manager's word that care has ceased",
    Stage.BETWEEN_STEPS: "the manager's decision on the next step: a plan, an enquiry, or closure",
    Stage.CLOSED: "nothing more: the episode has closed",
}
"""What an episode waits for at each stage, and from whom."""


class NoLegalMove(Conflict):
    title = "The episode is at another stage"


def stage_of(case: Case) -> Stage:
    """The weightiest of what is under way."""
    if case.closed_on is not None:
        return Stage.CLOSED
    under_way = (stage for kind, stage in WEIGHTIEST_FIRST if case.running(kind))
    has_begun = any(fact.kind in STEPS for fact in case.facts)
    return next(under_way, Stage.BETWEEN_STEPS if has_begun else Stage.REFERRED)


def move(now: Stage, *, to: Stage) -> Stage:
    """The stage moved to, or stayed at. Raises `NoLegalMove` unless the move is legal."""
    if to not in {now, *LEGAL_MOVES[now]}:
        raise NoLegalMove(f"this episode awaits {AWAITED[now]}")
    return to
