"""What comes due of the enhanced offer: the panel's decision, and the end of a place. Plain Python."""

from collections.abc import Iterator
from datetime import date
from typing import Protocol
from uuid import UUID

from services.intake.episodes.clocks import Clock, Running, due_on
from services.intake.offer.stages import BEFORE_THE_PANEL, Stage
from shared.contracts.codes import OfferKind


class Kept(Protocol):
    """An offer as it is kept."""

    @property
    def id(self) -> UUID: ...
    @property
    def offer(self) -> OfferKind: ...
    @property
    def stage(self) -> Stage: ...
    @property
    def to_panel_on(self) -> date | None: ...
    @property
    def given_from(self) -> date | None: ...


def decide_by(offer: Kept) -> date | None:
    """The last day on which the panel decides in time; None once it has."""
    if offer.stage not in BEFORE_THE_PANEL or offer.to_panel_on is None:
        return None
    return due_on(Clock.PANEL_DECISION, offer.to_panel_on)


def running(offer: Kept) -> Iterator[Running]:
    """Every clock that runs for an offer of an open case."""
    if by := decide_by(offer):
        yield Running(Clock.PANEL_DECISION, offer.id, by)
    if offer.offer == OfferKind.ENHANCED and offer.stage == Stage.GIVEN and offer.given_from is not None:
        yield Running(Clock.STEP_DOWN, offer.id, due_on(Clock.STEP_DOWN, offer.given_from))
