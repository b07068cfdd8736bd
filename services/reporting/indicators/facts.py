"""Which facts any source has stated at all. A figure of facts that nobody states is a blank, and never a zero.

Counted like an indicator, as a stock with a band for each fact, so that it is read along with the figures.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from services.reporting.indicators.attribution import NOT_ALLOCATED
from services.reporting.indicators.indicator import Contribution, Indicator, Kind
from shared.calendar import month_of
from shared.contracts.intake import ChildState, Episode

FACTS = "facts_stated"


def _of_an_episode(episode: Episode) -> Iterator[tuple[str, date]]:
    if episode.closed_on is not None:
        yield "closures", episode.closed_on
    for assessment in episode.assessments:
        yield "assessments", assessment.started_on
        if assessment.factors:
            yield "factors", assessment.started_on
    yield from (("cin_plans", plan.started_on) for plan in episode.cin_plans)
    for enquiry in episode.section_47_enquiries:
        yield "section_47_enquiries", enquiry.started_on
        if enquiry.conference_on is not None:
            yield "conferences", enquiry.conference_on
    yield from (("conferences", each.held_on) for each in episode.conferences)
    yield from (("protection_plans", plan.started_on) for plan in episode.protection_plans)
    yield from (("protection_reviews", day) for plan in episode.protection_plans for day in plan.reviewed_on)
    yield from ((f"meetings:{each.kind}", each.held_on) for each in episode.meetings)
    yield from ((f"visits:{each.kind}", each.visited_on) for each in episode.visits)
    for care in episode.care_episodes:
        yield "care_episodes", care.started_on
        if care.ceased_at_18 is not None:
            yield "ages_on_ceasing", care.started_on
    yield from (("offers", each.given_from) for each in episode.offers if each.given_from)
    yield from (("allocations", each.held_from) for each in episode.allocations)


def facts_stated(child: ChildState) -> Iterable[Contribution]:
    for contact in child.contacts:
        yield Contribution(month_of(contact.received_on), NOT_ALLOCATED, "contacts", 1)
    for referral in child.referrals:
        yield Contribution(month_of(referral.received_on), NOT_ALLOCATED, "referrals", 1)
    for episode in child.episodes:
        yield from (Contribution(month_of(day), NOT_ALLOCATED, fact, 1) for fact, day in _of_an_episode(episode))


FACTS_STATED = Indicator(
    id=FACTS,
    title="Facts that have been stated",
    sentence="How many facts of each kind any source has stated by the end of the month.",
    kind=Kind.STOCK,
    numerator="facts of the kind dated by then",
    attribution="no team",
    bands="the kind of fact",
    is_broken_down=False,
    source="everything heard of children",
    contribute=facts_stated,
)
