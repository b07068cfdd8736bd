"""What cannot be right in an episode of need, with the DfE's census rule where there is one.

What a source states is stored as it is, however odd. What is done here may not add to it: an act that makes a case break
a rule it did not break before is refused, in the words that stand beside the rule.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from uuid import UUID

from services.intake.episodes.facts import Case, Fact, Kind
from shared.contracts.codes import ClosureReason, MeetingKind
from shared.problems import Unprocessable


class DoesNotFit(Unprocessable):
    title = "This does not fit what else is known of the case"


@dataclass(frozen=True)
class Rule:
    """What is wrong, in words that say what to do, and the facts that are wrong so on a day."""

    code: str
    """The census rule it keeps; empty for a rule of practice."""
    sentence: str
    breaks: Callable[[Case, date], Iterable[Fact]]


ONE_AT_A_TIME = (
    Kind.ASSESSMENT,
    Kind.SECTION_47,
    Kind.CIN_PLAN,
    Kind.PROTECTION_PLAN,
    Kind.PRE_PROCEEDINGS,
    Kind.CARE,
)
PLANS = frozenset({Kind.CIN_PLAN, Kind.PROTECTION_PLAN})
AFTER_ASSESSMENT = (ClosureReason.AFTER_ASSESSMENT_NO_FURTHER_ACTION, ClosureReason.AFTER_ASSESSMENT_EARLY_HELP)
SATURDAY = 5


def _days(fact: Fact) -> list[date]:
    return [day for day in (fact.began_on, fact.ended_on) if day is not None]


def _overlap(one: Fact, other: Fact) -> bool:
    """Whether two share more than the day on which one ends and the other begins."""
    first, second = sorted((one, other), key=lambda fact: (fact.began_on, fact.ended_on or date.max))
    return second.began_on < (first.ended_on or date.max)


def _before_the_referral(case: Case, _on: date) -> Iterator[Fact]:
    return (fact for fact in case.facts if fact.began_on < case.started_on)


def _in_the_future(case: Case, on: date) -> Iterator[Fact]:
    return (fact for fact in case.facts if any(day > on for day in _days(fact)))


def _after_the_closure(case: Case, _on: date) -> Iterator[Fact]:
    if case.closed_on is not None:
        yield from (fact for fact in case.facts if any(day > case.closed_on for day in _days(fact)))


def _open_at_the_closure(case: Case, _on: date) -> Iterator[Fact]:
    if case.closed_on is not None:
        yield from (fact for fact in case.facts if fact.ended_on is None)


def _ended_too_soon(case: Case, _on: date) -> Iterator[Fact]:
    for fact in case.facts:
        if fact.ended_on is not None and fact.ended_on - fact.began_on < (fact.kind in PLANS) * date.resolution:
            yield fact


def _at_once(case: Case, _on: date) -> Iterator[Fact]:
    for kind in ONE_AT_A_TIME:
        yield from (other for one, other in combinations(case.of(kind), 2) if _overlap(one, other))


def _both_plans(case: Case, _on: date) -> Iterator[Fact]:
    for plan in case.of(Kind.CIN_PLAN):
        yield from (plan for other in case.of(Kind.PROTECTION_PLAN) if _overlap(plan, other))


def _without_a_conference(case: Case, _on: date) -> Iterator[Fact]:
    held = {fact.began_on for fact in case.of(Kind.CONFERENCE)}
    return (plan for plan in case.of(Kind.PROTECTION_PLAN) if plan.began_on not in held)


def _without_an_enquiry(case: Case, _on: date) -> Iterator[Fact]:
    """The second and later conferences that no enquiry led to: the census has room for one."""
    enquiries = {fact.id for fact in case.of(Kind.SECTION_47)}
    return iter([fact for fact in case.of(Kind.CONFERENCE) if fact.id not in enquiries][1:])


def _at_a_weekend(case: Case, _on: date) -> Iterator[Fact]:
    return (fact for fact in case.of(Kind.CONFERENCE) if fact.began_on.weekday() >= SATURDAY)


def _belongs_to_nothing(case: Case, _on: date) -> Iterator[Fact]:
    for fact in case.facts:
        if fact.belongs_to and not any(other.runs_on(fact.began_on) for other in case.of(*fact.belongs_to)):
            yield fact


def _reviewed_as_it_began(case: Case, _on: date) -> Iterator[Fact]:
    begins = {plan.began_on for plan in case.of(Kind.PROTECTION_PLAN)}
    return (review for review in case.held(MeetingKind.PROTECTION_REVIEW) if review.began_on in begins)


def _without_legal_planning(case: Case, _on: date) -> Iterator[Fact]:
    planned = min((fact.began_on for fact in case.held(MeetingKind.LEGAL_PLANNING)), default=date.max)
    return (fact for fact in case.of(Kind.PRE_PROCEEDINGS) if fact.began_on < planned)


def _twice(case: Case, _on: date) -> Iterator[Fact]:
    seen: set[tuple[Kind, str | None, date]] = set()
    for fact in case.of(Kind.MEETING, Kind.CONFERENCE, Kind.PERMANENCE_PLAN):
        what = (fact.kind, fact.code, fact.began_on)
        if what in seen:
            yield fact
        seen.add(what)


def _more_than_assessed(case: Case, _on: date) -> Iterator[Fact]:
    if case.closure_reason in AFTER_ASSESSMENT:
        yield from case.of(Kind.SECTION_47, Kind.CONFERENCE, Kind.CIN_PLAN, Kind.PROTECTION_PLAN)


RULES: tuple[Rule, ...] = (
    Rule("1103", "nothing is done before the referral: check the day", _before_the_referral),
    Rule("8600", "nothing has been done after today: check the day", _in_the_future),
    Rule("8565", "nothing is done after the episode closed: check the day", _after_the_closure),
    Rule("8867", "an episode closes when nothing in it is open: end what is open first", _open_at_the_closure),
    Rule("8840", "nothing ends before it begins, and a plan lasts a day at least: check the day", _ended_too_soon),
    Rule("8863Q", "one of a kind goes on at a time: begin it when the one before has ended", _at_once),
    Rule("4001", "a child in need plan and a protection plan do not run together: end one first", _both_plans),
    Rule("2885", "a protection plan begins on the day of a conference: check the day", _without_a_conference),
    Rule("", "a case takes over a conference from another authority once: begin a section 47 enquiry first", _without_an_enquiry),
    Rule("8875", "a conference is not held at a weekend: check the day", _at_a_weekend),
    Rule("", "a visit, meeting or plan belongs to what runs on its day: check the day and the kind", _belongs_to_nothing),
    Rule("8841", "a review is held after the day on which the plan began: check the day", _reviewed_as_it_began),
    Rule("", "pre-proceedings follow a legal planning meeting: record the meeting first", _without_legal_planning),
    Rule("", "this is recorded already, on this day", _twice),
    Rule("2990", "a case in which more was done than assess does not close after assessment", _more_than_assessed),
)  # fmt: skip


def faults(case: Case, on: date) -> set[tuple[Rule, UUID]]:
    """Which rules are broken on a day, each with the fact that breaks it."""
    return {(rule, fact.id) for rule in RULES for fact in rule.breaks(case, on)}


def check_adds_no_fault(before: Case, after: Case, on: date) -> None:
    """Raise `DoesNotFit` if what was done breaks what was not broken before."""
    if added := faults(after, on) - faults(before, on):
        raise DoesNotFit("; ".join(rule.sentence for rule in RULES if rule in {rule for rule, _ in added}))
