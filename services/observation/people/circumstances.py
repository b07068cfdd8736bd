"""What a case is by now, as far as it matters to whoever would ask the family something."""

from shared.contracts.codes import CareCeasedReason, ClosureReason, OfferKind
from shared.contracts.intake import Episode


def has_died(episode: Episode) -> bool:
    """Whether it is on record that the child has died."""
    in_care = any(each.ceased_reason is CareCeasedReason.DIED for each in episode.care_episodes)
    return in_care or episode.closure_reason is ClosureReason.DIED


def is_looked_after(episode: Episode) -> bool:
    """Whether care has begun and has not ceased: the child may live elsewhere."""
    return any(each.ended_on is None for each in episode.care_episodes)


def is_enhanced(episode: Episode) -> bool:
    """Whether the enhanced offer was ever given."""
    return any(each.offer is OfferKind.ENHANCED and each.given_from is not None for each in episode.offers)
