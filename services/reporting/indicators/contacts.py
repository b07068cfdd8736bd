"""Contacts: how many, of how many children, how soon they are decided, and how many become referrals."""

from collections.abc import Iterable

from services.reporting.indicators.attribution import NOT_ALLOCATED
from services.reporting.indicators.indicator import DATASET, Contribution, Indicator, Kind, Polarity, once
from services.reporting.indicators.timeliness import within_working_days
from shared.calendar import financial_year, month_of
from shared.contracts.codes import ContactOutcome
from shared.contracts.intake import ChildState

DECISION_WORKING_DAYS = 1
OF_THE_MONTH, NEW_IN_THE_YEAR = "of the month", "for the first time in the year"
ATTRIBUTION = "no team: nobody's case yet"
CONTACTS_STATED = ("contacts",)


def contacts(child: ChildState) -> Iterable[Contribution]:
    for contact in child.contacts:
        yield once(contact.received_on, NOT_ALLOCATED)


def children_with_contact(child: ChildState) -> Iterable[Contribution]:
    """A child counts once a month, and once a financial year: what is new in its months adds up to the children of a year."""
    months = sorted({month_of(contact.received_on) for contact in child.contacts})
    years = {financial_year(month): month for month in reversed(months)}
    yield from (Contribution(month, NOT_ALLOCATED, OF_THE_MONTH, 1) for month in months)
    yield from (Contribution(month, NOT_ALLOCATED, NEW_IN_THE_YEAR, 1) for month in years.values())


def decided_within_a_day(child: ChildState) -> Iterable[Contribution]:
    for contact in child.contacts:
        decided_on = contact.decided_on
        in_time = decided_on is not None and within_working_days(contact.received_on, decided_on, DECISION_WORKING_DAYS)
        yield once(contact.received_on, NOT_ALLOCATED, counts=in_time)


def became_referrals(child: ChildState) -> Iterable[Contribution]:
    for contact in child.contacts:
        yield once(contact.received_on, NOT_ALLOCATED, counts=contact.outcome == ContactOutcome.REFERRAL)


CONTACTS = (
    Indicator(
        id="contacts",
        title="Contacts",
        sentence="Contacts received in the month, one for each child.",
        kind=Kind.FLOW,
        numerator="contacts received in the month",
        attribution=ATTRIBUTION,
        is_broken_down=False,
        needs=CONTACTS_STATED,
        source=DATASET,
        contribute=contacts,
    ),
    Indicator(
        id="children_with_contact",
        title="Children with a contact",
        sentence="Different children of whom a contact was received: in the month, and for the first time in the financial year.",
        kind=Kind.FLOW,
        numerator="children with one contact or more; those new in the year add up to the children of the year to date",
        attribution=ATTRIBUTION,
        bands="of the month (not to be added up), for the first time in the year",
        always=(NEW_IN_THE_YEAR, OF_THE_MONTH),
        is_broken_down=False,
        needs=CONTACTS_STATED,
        source=DATASET,
        contribute=children_with_contact,
    ),
    Indicator(
        id="contacts_decided_within_1_working_day",
        title="Contacts decided within one working day",
        sentence="The share of the month's contacts that were decided on the day or the working day after.",
        kind=Kind.FLOW,
        numerator="contacts decided at most one working day after they came",
        denominator="contacts received in the month, decided or not",
        attribution=ATTRIBUTION,
        polarity=Polarity.HIGH_IS_GOOD,
        is_broken_down=False,
        needs=CONTACTS_STATED,
        source=DATASET,
        contribute=decided_within_a_day,
    ),
    Indicator(
        id="contacts_to_referral",
        title="Contacts that became referrals",
        sentence="The share of the month's contacts of which a referral came.",
        kind=Kind.FLOW,
        numerator="contacts with a referral as their outcome",
        denominator="contacts received in the month, decided or not",
        attribution=ATTRIBUTION,
        is_broken_down=False,
        needs=CONTACTS_STATED,
        source=DATASET,
        contribute=became_referrals,
    ),
)
