"""The clocks of an episode of need: what is due, by when, and on whose word. Day 0 is the day on which a clock starts.

A limit is a dated row. A new one is another row: what was right on a day stays right for a clock that started on that day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from services.intake.episodes.facts import Case, Fact, Kind
from shared.calendar import add_months, add_working_days
from shared.contracts.codes import CareStartReason, LegalStatus, MeetingKind, VisitKind


class Clock(StrEnum):
    ASSESSMENT = "assessment"
    """From the referral: the clock of practice."""
    ASSESSMENT_IN_THE_CENSUS = "assessment_in_the_census"
    """From the assessment's own start: how the census counts its duration."""
    CONFERENCE = "conference"
    CORE_GROUP = "core_group"
    PROTECTION_REVIEW = "protection_review"
    PROTECTION_VISIT = "protection_visit"
    CIN_REVIEW = "cin_review"
    CIN_VISIT = "cin_visit"
    PRE_PROCEEDINGS = "pre_proceedings"
    CARE_REVIEW = "care_review"
    CARE_VISIT = "care_visit"
    PERMANENCE_PLAN = "permanence_plan"
    FIRST_RATING = "first_rating"
    RED_REVIEW = "red_review"
    AMBER_REVIEW = "amber_review"
    RISK_SUPERVISION = "risk_supervision"
    PANEL_DECISION = "panel_decision"
    STEP_DOWN = "step_down"


class Unit(StrEnum):
    WORKING_DAYS = "working days"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True)
class Span:
    count: int
    unit: Unit

    def after(self, day: date) -> date:
        """The last day in time."""
        match self.unit:
            case Unit.WORKING_DAYS:
                return add_working_days(day, self.count)
            case Unit.MONTHS:
                return add_months(day, self.count)
            case Unit.WEEKS:
                return day + timedelta(weeks=self.count)
        return day + timedelta(days=self.count)


@dataclass(frozen=True)
class Limit:
    """How long a clock runs the first time, the second, and from then on: the last span stands for all that follow."""

    clock: Clock
    runs_from: str
    spans: tuple[Span, ...]
    source: str
    effective_from: date = date(2014, 4, 1)


WORKING_TOGETHER = "Working Together to Safeguard Children (statutory guidance)"
LOCAL = "local policy, as usual in England; no statute"
REGULATION_33 = "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 33"
REGULATION_28 = "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 28"

LIMITS: tuple[Limit, ...] = (
    Limit(Clock.ASSESSMENT, "the referral; of a further assessment its start", (Span(45, Unit.WORKING_DAYS),), WORKING_TOGETHER),
    Limit(Clock.ASSESSMENT_IN_THE_CENSUS, "the assessment's start", (Span(45, Unit.WORKING_DAYS),), "DfE children in need census, rule 8670Q"),
    Limit(Clock.CONFERENCE, "the strategy discussion that starts the enquiry", (Span(15, Unit.WORKING_DAYS),), WORKING_TOGETHER),
    Limit(Clock.CORE_GROUP, "the conference that decided on the plan; the first one only", (Span(10, Unit.WORKING_DAYS),), WORKING_TOGETHER),
    Limit(Clock.PROTECTION_REVIEW, "the conference, then each review", (Span(3, Unit.MONTHS), Span(6, Unit.MONTHS)), WORKING_TOGETHER),
    Limit(Clock.PROTECTION_VISIT, "the plan's start, then each visit", (Span(10, Unit.WORKING_DAYS),), LOCAL),
    Limit(Clock.CIN_REVIEW, "the plan's start, then each review", (Span(3, Unit.MONTHS), Span(6, Unit.MONTHS)), LOCAL),
    Limit(Clock.CIN_VISIT, "the plan's start, then each visit", (Span(20, Unit.WORKING_DAYS),), LOCAL),
    Limit(Clock.PRE_PROCEEDINGS, "their start, until they end", (Span(16, Unit.WEEKS),), "Public Law Working Group, best practice guidance 2021"),
    Limit(Clock.CARE_REVIEW, "coming into care, then each review", (Span(20, Unit.WORKING_DAYS), Span(3, Unit.MONTHS), Span(6, Unit.MONTHS)), REGULATION_33),
    Limit(Clock.CARE_VISIT, "the placement's start, then each visit", (Span(7, Unit.DAYS), Span(6, Unit.WEEKS)), REGULATION_28),
    Limit(Clock.PERMANENCE_PLAN, "coming into care, until it is planned", (Span(4, Unit.MONTHS),), "Children Act 1989 guidance, volume 2: by the second review"),
    Limit(Clock.FIRST_RATING, "the day a family's goal was agreed, until it is rated", (Span(10, Unit.WORKING_DAYS),), LOCAL),
    Limit(Clock.RED_REVIEW, "the latest rating of a goal, red in the worker's word or the parent's", (Span(10, Unit.WORKING_DAYS),), LOCAL),
    Limit(Clock.AMBER_REVIEW, "the latest rating of a goal, amber at worst", (Span(20, Unit.WORKING_DAYS),), LOCAL),
    Limit(Clock.RISK_SUPERVISION, "the rating that set worker and parent two steps apart, until supervision has looked at it", (Span(5, Unit.WORKING_DAYS),), LOCAL),
    Limit(Clock.PANEL_DECISION, "the day the enhanced offer was asked for, or its decision put off", (Span(5, Unit.WORKING_DAYS),), "local policy: the panel meets weekly"),
    Limit(Clock.STEP_DOWN, "the first day of a place in the enhanced offer", (Span(4, Unit.MONTHS),), "local policy: how long a place is meant to last"),
)  # fmt: skip
"""Latest last."""


def limit_on(clock: Clock, day: date) -> Limit:
    """The limit of a clock that starts on a day; the earliest there is for older ones."""
    of_the_clock = [limit for limit in LIMITS if limit.clock is clock]
    return next((limit for limit in reversed(of_the_clock) if limit.effective_from <= day), of_the_clock[0])


def due_on(clock: Clock, started_on: date, *, done_before: int = 0) -> date:
    """The last day in time, when so many were done before."""
    spans = limit_on(clock, started_on).spans
    return spans[min(done_before, len(spans) - 1)].after(started_on)


@dataclass(frozen=True)
class Running:
    """A clock that runs: for what, and until when it is in time."""

    clock: Clock
    item_id: UUID
    due_on: date


SHORT_BREAKS = frozenset({LegalStatus.SHORT_BREAKS, LegalStatus.SHORT_BREAKS_AGREED})
"""A series of short breaks is reviewed and visited under other regulations (48): no clock of ours runs for it."""


def running(case: Case) -> Iterator[Running]:
    """Every clock that runs in a case. A closed case has none."""
    if case.closed_on is not None:
        return
    yield from _assessment(case)
    if enquiry := case.running(Kind.SECTION_47):
        yield Running(Clock.CONFERENCE, enquiry.id, due_on(Clock.CONFERENCE, enquiry.began_on))
    if plan := case.running(Kind.PROTECTION_PLAN):
        if not _since(plan, case.held(MeetingKind.CORE_GROUP)):
            yield Running(Clock.CORE_GROUP, plan.id, due_on(Clock.CORE_GROUP, plan.began_on))
        yield _next(Clock.PROTECTION_REVIEW, plan, case.held(MeetingKind.PROTECTION_REVIEW))
        yield _next(Clock.PROTECTION_VISIT, plan, case.made(VisitKind.PROTECTION))
    if plan := case.running(Kind.CIN_PLAN):
        yield _next(Clock.CIN_REVIEW, plan, case.held(MeetingKind.CIN_REVIEW))
        yield _next(Clock.CIN_VISIT, plan, case.made(VisitKind.CIN))
    if stage := case.running(Kind.PRE_PROCEEDINGS):
        yield Running(Clock.PRE_PROCEEDINGS, stage.id, due_on(Clock.PRE_PROCEEDINGS, stage.began_on))
    if (care := case.running(Kind.CARE)) and care.legal_status not in SHORT_BREAKS:
        yield from _care(case, care)


def _assessment(case: Case) -> Iterator[Running]:
    """Both clocks of an assessment that is under way; that of practice also while one is still awaited."""
    assessment = case.running(Kind.ASSESSMENT)
    earlier = [each for each in case.of(Kind.ASSESSMENT) if each is not assessment]
    if assessment is not None:
        started_on = assessment.began_on if earlier else case.started_on
        yield Running(Clock.ASSESSMENT, assessment.id, due_on(Clock.ASSESSMENT, started_on))
        in_the_census = due_on(Clock.ASSESSMENT_IN_THE_CENSUS, assessment.began_on)
        yield Running(Clock.ASSESSMENT_IN_THE_CENSUS, assessment.id, in_the_census)
    elif not any(case.of(Kind.ASSESSMENT, Kind.CIN_PLAN, Kind.PROTECTION_PLAN, Kind.CARE)):
        yield Running(Clock.ASSESSMENT, case.id, due_on(Clock.ASSESSMENT, case.started_on))


def _care(case: Case, care: Fact) -> Iterator[Running]:
    """Reviews run from coming into care, visits from the placement, whatever changed in between."""
    entered, placed = care, care
    for earlier in reversed(list(case.of(Kind.CARE))):
        if earlier.ended_on == entered.began_on and earlier is not entered:
            placed = earlier if placed.code == CareStartReason.LEGAL_STATUS else placed
            entered = earlier
    yield _next(Clock.CARE_REVIEW, entered, case.held(MeetingKind.CARE_REVIEW))
    yield _next(Clock.CARE_VISIT, placed, case.made(VisitKind.CARE))
    if not _since(entered, case.of(Kind.PERMANENCE_PLAN)):
        yield Running(Clock.PERMANENCE_PLAN, entered.id, due_on(Clock.PERMANENCE_PLAN, entered.began_on))


def _since(begun: Fact, done: Iterable[Fact]) -> list[Fact]:
    return [fact for fact in done if fact.began_on >= begun.began_on]


def _next(clock: Clock, begun: Fact, done: Iterable[Fact]) -> Running:
    """The next review or visit of what was begun: from the last one, or from its beginning."""
    so_far = _since(begun, done)
    started_on = so_far[-1].began_on if so_far else begun.began_on
    return Running(clock, begun.id, due_on(clock, started_on, done_before=len(so_far)))


class Urgency(StrEnum):
    LATER = "later"
    SOON = "soon"
    DUE = "due"
    OVERDUE = "overdue"


SOON_WORKING_DAYS = 5


def urgency(due: date, *, on: date) -> Urgency:
    """How pressing something is on a day: due on that day, overdue from the next, soon within a working week before."""
    if due < on:
        return Urgency.OVERDUE
    if due == on:
        return Urgency.DUE
    return Urgency.SOON if due <= add_working_days(on, SOON_WORKING_DAYS) else Urgency.LATER


DRIFT_MONTHS = (12, 18, 24)
"""A case in which nothing moves for so long is looked at in supervision: a third of the open ones had passed two years when
the programme was evaluated."""


@dataclass(frozen=True)
class Drift:
    """An episode, or a plan in it, has gone on for so many months or longer."""

    kind: str
    item_id: UUID
    began_on: date
    months: int
    since: date


DRIFTS = frozenset({Kind.CIN_PLAN, Kind.PROTECTION_PLAN, Kind.PRE_PROCEEDINGS})


def drifts(case: Case, *, on: date) -> Iterator[Drift]:
    """What has gone on for 12, 18 or 24 months on a day; each with the furthest of these it has passed."""
    if case.closed_on is not None:
        return
    going_on = [("episode", case.id, case.started_on)]
    going_on += [
        (fact.kind, fact.id, fact.began_on) for fact in case.facts if fact.kind in DRIFTS and not fact.ended_on
    ]
    for kind, item_id, began_on in going_on:
        passed = [months for months in DRIFT_MONTHS if add_months(began_on, months) <= on]
        if passed:
            yield Drift(kind, item_id, began_on, passed[-1], add_months(began_on, passed[-1]))
