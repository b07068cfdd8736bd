"""The shapes of what is due and of what drifts."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.intake.episodes.clocks import Clock, Urgency
from shared.web.shapes import Out


class Asked(StrEnum):
    """Who is to do it."""

    WORKER = "worker"
    TEAM_MANAGER = "team_manager"
    PANEL = "panel"
    """The panel of the enhanced offer."""


class ClockOut(Out):
    """A clock that runs: for which item, and until when it is in time."""

    clock: Clock
    item_id: UUID
    due_on: date
    urgency: Urgency


class TaskOut(ClockOut):
    """Something to be done in a case, in the order of when it is due. Its id sorts so, too."""

    id: UUID
    episode_id: UUID
    child_id: UUID
    worker: str | None
    team: str | None
    asked: Asked
    """Who is to do it: the worker who holds the case, the team manager, or the panel of the enhanced offer."""
    days_overdue: int


class DriftOut(Out):
    """An episode or a plan that has gone on for 12, 18 or 24 months: something for supervision."""

    id: UUID
    episode_id: UUID
    child_id: UUID
    worker: str | None
    team: str | None
    kind: str
    item_id: UUID
    began_on: date
    months: int
    """The furthest of 12, 18 and 24 that has been passed."""


class ClocksOut(Out):
    """The clocks of one case, those that only the census counts by among them."""

    clocks: list[ClockOut]
    drifts: list[DriftOut]
