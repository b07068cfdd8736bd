"""Who belonged where, and who held what, on a day. A tenure runs from a day until, but not on, another."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from shared.contracts.intake import Allocation, TeamMembership


def team_on(memberships: Iterable[TeamMembership], day: date) -> str | None:
    """The code of the team belonged to on a day; the latest joined where there are two, None where there is none."""
    standing = [each for each in memberships if _stands(each.member_from, each.member_until, day)]
    return max(standing, key=lambda each: each.member_from).team if standing else None


def was_held_by(worker_id: UUID, allocations: Iterable[Allocation], *, on: date) -> bool:
    """Whether a worker held the case on a day."""
    return any(each.worker_id == worker_id and _stands(each.held_from, each.held_until, on) for each in allocations)


def holder(allocations: Iterable[Allocation], on: date) -> UUID | None:
    """Who held the case on a day; None where nobody did."""
    return next((each.worker_id for each in allocations if _stands(each.held_from, each.held_until, on)), None)


def _stands(since: date, until: date | None, day: date) -> bool:
    return since <= day and (until is None or day < until)
