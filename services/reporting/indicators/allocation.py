"""Who holds cases: how soon after the referral, how many each, and how often that changes."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from services.reporting.indicators.attribution import FIRST_HELD_BY, STANDS_WITH, first_team
from services.reporting.indicators.episodes import EXCLUSIONS, episodes_of_need
from services.reporting.indicators.indicator import DATASET, Contribution, Indicator, Kind, Polarity, Unit, once
from services.reporting.indicators.standing import earlier, spans, standing, step
from services.reporting.indicators.timeliness import months_on, within_working_days, working_days_up_to
from shared.contracts.intake import ChildState, Episode

ALLOCATIONS = ("allocations",)
SOON_WORKING_DAYS = 1
MOST_WORKING_DAYS = 61
"""A longer wait counts as so long: the bands are for spreads, and do not grow with odd records."""
LOOKS_BACK_MONTHS = 12
ALLOCATED_EXCLUSIONS = EXCLUSIONS + "; cases held from a day before their referral, and those not allocated yet"


def _first_held(child: ChildState) -> Iterable[tuple[Episode, date]]:
    """Episodes of need with the first day somebody held them; a day before the referral is no waiting."""
    for episode in episodes_of_need(child):
        held_from = min((held.held_from for held in episode.allocations), default=None)
        if held_from is not None and held_from >= episode.started_on:
            yield episode, held_from


def days_to_allocation(child: ChildState) -> Iterable[Contribution]:
    for episode, held_from in _first_held(child):
        waited = working_days_up_to(episode.started_on, held_from, MOST_WORKING_DAYS)
        yield once(held_from, first_team(episode.allocations), band=str(waited), case=episode.referral_id)


def allocated_soon(child: ChildState) -> Iterable[Contribution]:
    for episode, held_from in _first_held(child):
        soon = within_working_days(episode.started_on, held_from, SOON_WORKING_DAYS)
        yield once(held_from, first_team(episode.allocations), counts=soon, case=episode.referral_id)


def caseloads(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for held in episode.allocations:
            begins, ends = max(held.held_from, episode.started_on), earlier(held.held_until, episode.closed_on)
            if ends is None or ends > begins:
                yield from step(episode, held.team, begins, ends, band=str(held.worker_id))


def workers_in_a_year(child: ChildState) -> Iterable[Contribution]:
    for episode in episodes_of_need(child):
        known = [
            (held.worker_id, held.held_from, months_on(held.held_until, LOOKS_BACK_MONTHS) if held.held_until else None)
            for held in episode.allocations
        ]
        cuts = (day for _, since, until in known for day in (since, until) if day)
        for begins, ends in spans(episode.started_on, episode.closed_on, cuts):
            workers: set[UUID] = {
                worker for worker, since, until in known if since <= begins and (until is None or begins < until)
            }
            if workers:
                yield from standing(episode, begins, ends, band=str(len(workers)))


ALLOCATION = (
    Indicator(
        id="days_to_allocation",
        title="Days to allocation",
        sentence="Working days from the referral to the first day somebody held the case, of cases first held in the month.",
        kind=Kind.DISTRIBUTION,
        numerator="cases first held in the month after so many working days",
        denominator="cases first held in the month",
        exclusions=ALLOCATED_EXCLUSIONS,
        attribution=FIRST_HELD_BY,
        polarity=Polarity.LOW_IS_GOOD,
        bands="working days, 61 for all that waited longer",
        measured_in=Unit.WORKING_DAYS,
        needs=ALLOCATIONS,
        source=DATASET,
        contribute=days_to_allocation,
    ),
    Indicator(
        id="allocated_within_1_working_day",
        title="Allocated within one working day",
        sentence="The share of the cases first held in the month that were so on the day of the referral or the working day after.",
        kind=Kind.FLOW,
        numerator="cases first held at most one working day after the referral",
        denominator="cases first held in the month",
        exclusions=ALLOCATED_EXCLUSIONS,
        attribution=FIRST_HELD_BY,
        polarity=Polarity.HIGH_IS_GOOD,
        needs=ALLOCATIONS,
        source=DATASET,
        contribute=allocated_soon,
    ),
    Indicator(
        id="caseloads",
        title="Caseloads",
        sentence="How many open cases each worker holds at the end of the month's last day.",
        kind=Kind.LOAD,
        numerator="open cases held by the worker",
        exclusions="workers who hold none; hours worked are not weighed in",
        attribution="the team in which the worker holds the case",
        bands="worker",
        measured_in=Unit.CASES,
        is_broken_down=False,
        needs=ALLOCATIONS,
        source=DATASET,
        contribute=caseloads,
    ),
    Indicator(
        id="workers_in_12_months",
        title="Workers in 12 months",
        sentence="By how many different workers each open case has been held in the 12 months up to the month's last day.",
        kind=Kind.SPREAD,
        numerator="open cases held by so many different workers in the 12 months before",
        exclusions=EXCLUSIONS + "; cases that nobody held in that time",
        attribution=STANDS_WITH,
        polarity=Polarity.LOW_IS_GOOD,
        bands="number of workers",
        measured_in=Unit.WORKERS,
        needs=ALLOCATIONS,
        source=DATASET,
        contribute=workers_in_a_year,
    ),
)
