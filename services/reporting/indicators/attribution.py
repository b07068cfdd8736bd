"""Under which team a case is counted: teams hold cases from a day until another, and cases move between them."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from shared.contracts.intake import Allocation

NOT_ALLOCATED = ""
"""The team of a case that nobody holds."""

HELD_BY = "the team holding the case on that day; on the day it was let go of, the team that held it last"
STANDS_WITH = "the team holding the case at the end of the month's last day: it moves from team to team with the case"
FIRST_HELD_BY = "the team the case was first allocated to; otherwise not allocated"
"""How the figures of a case are attributed to teams, in words."""


def team_at_end_of(day: date, allocations: Iterable[Allocation]) -> str:
    """The team holding a case at the end of a day; of several, the one allocated last."""
    holding = (
        held for held in allocations if held.held_from <= day and (held.held_until is None or day < held.held_until)
    )
    last = max(holding, key=_in_order, default=None)
    return last.team if last else NOT_ALLOCATED


def team_on(allocations: Iterable[Allocation], day: date) -> str:
    """The team holding a case on a day, for what was done on it.

    A case is let go of on the day it closes, and much is done on that day: it was done by whoever held the case until then.
    """
    allocations = list(allocations)
    let_go = max((held for held in allocations if held.held_until == day), key=_in_order, default=None)
    return team_at_end_of(day, allocations) or (let_go.team if let_go else NOT_ALLOCATED)


def first_team(allocations: Iterable[Allocation]) -> str:
    """The team a case was first allocated to."""
    first = min(allocations, key=_in_order, default=None)
    return first.team if first else NOT_ALLOCATED


def _in_order(held: Allocation) -> tuple[date, UUID]:
    return held.held_from, held.id
