"""What families are offered: the core offer, or the enhanced one."""

from collections.abc import Iterable

from services.reporting.indicators.attribution import STANDS_WITH
from services.reporting.indicators.indicator import Contribution, Indicator, Kind
from services.reporting.indicators.standing import earlier, standing
from shared.contracts.codes import OfferKind
from shared.contracts.intake import ChildState


def cases_by_offer(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for offer in episode.offers:
            if offer.given_from is not None:
                until = earlier(offer.given_until, episode.closed_on)
                yield from standing(episode, offer.given_from, until, band=str(offer.offer))


OFFERS = (
    Indicator(
        id="cases_by_offer",
        title="Cases by offer",
        sentence="Open cases at the end of the month's last day, by the offer that is given to the family.",
        kind=Kind.STOCK,
        numerator="open cases in which the offer is given; one given both counts under each",
        exclusions="offers asked for and not given, or given no longer; cases are chosen for the enhanced offer by need",
        attribution=STANDS_WITH,
        bands="core, enhanced",
        always=tuple(OfferKind),
        needs=("offers",),
        source="the offer decided on by a manager or the panel",
        contribute=cases_by_offer,
    ),
)
