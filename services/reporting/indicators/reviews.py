"""Plans reviewed and children visited: as it stands at the end of a month, for the plans in force then."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeAlias

from services.reporting.indicators.attribution import STANDS_WITH
from services.reporting.indicators.indicator import DATASET, Contribution, Indicator, Kind, Polarity, done
from services.reporting.indicators.standing import DENOMINATOR, day_after, earlier, standing
from services.reporting.indicators.timeliness import months_on, working_days_on
from shared.contracts.codes import MeetingKind, VisitKind
from shared.contracts.intake import ChildState, CINPlan, Episode, ProtectionPlan

FIRST_REVIEW_MONTHS, NEXT_REVIEW_MONTHS = 3, 6
CIN_VISIT_WORKING_DAYS, PROTECTION_VISIT_WORKING_DAYS = 20, 10
LOCAL = "the limit is local policy, as usual in England; no statute"
Plan: TypeAlias = CINPlan | ProtectionPlan


def _reviewed_in_time(episode: Episode, plan: Plan, reviews: Iterable[date]) -> Iterable[Contribution]:
    """A plan counts from when its first review was due, in time until the first that was missed."""
    counted_from = due = months_on(plan.started_on, FIRST_REVIEW_MONTHS)
    for review in sorted(day for day in reviews if day >= plan.started_on):
        if review <= due:
            due = months_on(review, NEXT_REVIEW_MONTHS)
    yield from standing(episode, counted_from, plan.ended_on, counts=DENOMINATOR)
    yield from standing(episode, counted_from, earlier(day_after(due), plan.ended_on))


def _visited_in_time(episode: Episode, plan: Plan, kind: VisitKind, working_days: int) -> Iterable[Contribution]:
    """In time until so many working days after the plan's start, or after a visit at which the child was seen."""
    seen = [each.visited_on for each in episode.visits if each.kind == kind and each.child_seen]
    yield from standing(episode, plan.started_on, plan.ended_on, counts=DENOMINATOR)
    for begins, ends in _joined([plan.started_on, *(day for day in seen if day > plan.started_on)], working_days):
        yield from standing(episode, begins, earlier(ends, plan.ended_on))


def _joined(days: Iterable[date], working_days: int) -> Sequence[tuple[date, date]]:
    """The times that each day covers, those that touch or overlap as one."""
    joined: list[tuple[date, date]] = []
    for day in sorted(days):
        covers = day_after(working_days_on(day, working_days))
        if joined and day <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], covers))
        else:
            joined.append((day, covers))
    return joined


def cin_plans_open(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for plan in episode.cin_plans:
            yield from standing(episode, plan.started_on, plan.ended_on)


def cin_plans_reviewed(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        reviews = [each.held_on for each in episode.meetings if each.kind == MeetingKind.CIN_REVIEW]
        for plan in episode.cin_plans:
            yield from _reviewed_in_time(episode, plan, reviews)


def cin_visits(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for plan in episode.cin_plans:
            yield from _visited_in_time(episode, plan, VisitKind.CIN, CIN_VISIT_WORKING_DAYS)


def protection_plans_reviewed(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for plan in episode.protection_plans:
            yield from _reviewed_in_time(episode, plan, plan.reviewed_on)


def protection_visits(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for plan in episode.protection_plans:
            yield from _visited_in_time(episode, plan, VisitKind.PROTECTION, PROTECTION_VISIT_WORKING_DAYS)


def seen_alone(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for visit in episode.visits:
            if visit.kind == VisitKind.PROTECTION:
                yield done(episode, visit.visited_on, counts=visit.seen_alone)


CIN_PLANS = ("cin_plans",)

REVIEWS = (
    Indicator(
        id="cin_plans_open",
        title="Child in need plans open",
        sentence="Child in need plans in force at the end of the month's last day.",
        kind=Kind.STOCK,
        numerator="plans begun by then and not ended by the end of that day",
        attribution=STANDS_WITH,
        needs=CIN_PLANS,
        contribute=cin_plans_open,
    ),
    Indicator(
        id="cin_plans_reviewed_in_time",
        title="Child in need plans reviewed in time",
        sentence="The share of the child in need plans in force for three months or more of which every review was in time.",
        kind=Kind.STOCK,
        numerator="plans first reviewed within 3 months of their start, and within 6 months of each review since",
        denominator="plans in force that began 3 months before or earlier",
        exclusions=LOCAL,
        attribution=STANDS_WITH,
        polarity=Polarity.HIGH_IS_GOOD,
        needs=(*CIN_PLANS, "meetings:cin_review"),
        source=DATASET,
        contribute=cin_plans_reviewed,
    ),
    Indicator(
        id="cin_visits_in_time",
        title="Child in need visits in time",
        sentence="The share of the child in need plans in force whose child was seen in the last 20 working days.",
        kind=Kind.STOCK,
        numerator="plans whose child was seen, or that began, at most 20 working days before",
        denominator="plans begun by then and not ended by the end of that day",
        exclusions=f"visits at which the child was not seen; {LOCAL}",
        attribution=STANDS_WITH,
        polarity=Polarity.HIGH_IS_GOOD,
        needs=(*CIN_PLANS, "visits:cin"),
        source=DATASET,
        contribute=cin_visits,
    ),
    Indicator(
        id="protection_plans_reviewed_in_time",
        title="Child protection plans reviewed in time",
        sentence="The share of the protection plans in force for three months or more of which every review was in time.",
        kind=Kind.STOCK,
        numerator="plans first reviewed within 3 months of their start, and within 6 months of each review since",
        denominator="plans in force that began 3 months before or earlier",
        attribution=STANDS_WITH,
        polarity=Polarity.HIGH_IS_GOOD,
        needs=("protection_plans", "protection_reviews"),
        benchmark="d6.Reviewed_in_time_percent",
        contribute=protection_plans_reviewed,
    ),
    Indicator(
        id="protection_visits_in_time",
        title="Child protection visits in time",
        sentence="The share of the protection plans in force whose child was seen in the last 10 working days.",
        kind=Kind.STOCK,
        numerator="plans whose child was seen, or that began, at most 10 working days before",
        denominator="plans begun by then and not ended by the end of that day",
        exclusions=f"visits at which the child was not seen; {LOCAL}",
        attribution=STANDS_WITH,
        polarity=Polarity.HIGH_IS_GOOD,
        needs=("protection_plans", "visits:protection"),
        source=DATASET,
        contribute=protection_visits,
    ),
    Indicator(
        id="protection_visits_seen_alone",
        title="Child seen alone",
        sentence="The share of the month's child protection visits at which the child was seen alone.",
        kind=Kind.FLOW,
        numerator="visits at which the child was seen alone",
        denominator="child protection visits made in the month",
        polarity=Polarity.HIGH_IS_GOOD,
        needs=("visits:protection",),
        source=DATASET,
        contribute=seen_alone,
    ),
)
