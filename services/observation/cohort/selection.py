"""Which cases chance selects. The same seed selects the same cases, whoever asks, in whatever order they are heard of."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.calendar import add_months

APART_MONTHS = 12
"""A family that was selected is not selected again for so long: to be asked is a burden."""


class Offer(StrEnum):
    CORE = "core"
    ENHANCED = "enhanced"


class SelectedBy(StrEnum):
    CHANCE = "chance"
    CERTAINTY = "certainty"
    """Every case in the enhanced offer."""
    SUBSTITUTION = "substitution"


@dataclass(frozen=True)
class Rule:
    """What is decided before any case is known."""

    seed: str
    share: float
    """Of newly allocated cases in the core offer, above 0 and at most 1."""
    team_shares: Mapping[str, float]
    """Where a team's differs, to have enough of a small team's."""

    def probability(self, team: str, offer: Offer) -> float:
        return 1.0 if offer == Offer.ENHANCED else self.team_shares.get(team, self.share)


def number(subject: UUID, seed: str) -> float:
    """Where chance places a subject, from 0 up to 1. Without the seed nobody can tell; with it anybody can draw again."""
    digest = hashlib.sha256(seed.encode() + subject.bytes).digest()
    return int.from_bytes(digest[:8]) / 2**64


def commitment(seed: str) -> str:
    """What is shown from the start, so that the seed shown at the end can be seen to be the same."""
    return hashlib.sha256(seed.encode()).hexdigest()


def selected_by(placed: float, probability: float, offer: Offer) -> SelectedBy | None:
    """How a case comes to be selected; None when it is in the frame only."""
    if offer == Offer.ENHANCED:
        return SelectedBy.CERTAINTY
    return SelectedBy.CHANCE if placed < probability else None


def is_rested(selected_before: Iterable[date], on: date) -> bool:
    """Whether a family that was selected on these days may be selected again."""
    return all(add_months(day, APART_MONTHS) <= on for day in selected_before)
