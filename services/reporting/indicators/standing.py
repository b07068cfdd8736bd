"""What stands from a day until another, as dated changes to a stock: it moves with the case from team to team."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypeAlias

from services.reporting.indicators.attribution import NOT_ALLOCATED, team_at_end_of
from services.reporting.indicators.indicator import Contribution
from shared.calendar import month_of
from shared.contracts.intake import Episode

Counts: TypeAlias = tuple[int, int]
"""What each thing that stands adds to numerator and denominator."""

NUMERATOR: Counts = (1, 0)
DENOMINATOR: Counts = (0, 1)


def standing(
    episode: Episode, begins: date, ends: date | None, *, band: str = "", counts: Counts = NUMERATOR
) -> Iterable[Contribution]:
    """Something of an episode that stands from a day until, but not at the end of, another.

    A case that ends on a day is not open at the end of it. Nothing begins beyond the calendar.
    """
    if begins == date.max or (ends is not None and ends <= begins):
        return
    team, since = NOT_ALLOCATED, begins
    for day, holder in _changes_of_hand(begins, ends, episode):
        if holder != team and day > since:
            yield from step(episode, team, since, day, band=band, counts=counts)
            since = day
        team = holder
    yield from step(episode, team, since, ends, band=band, counts=counts)


def step(
    episode: Episode, team: str, since: date, until: date | None, *, band: str = "", counts: Counts = NUMERATOR
) -> Iterable[Contribution]:
    """The two changes that something standing with one team makes."""
    over, under = counts
    yield Contribution(month_of(since), team, band, over, under, episode.referral_id)
    if until is not None and until != date.max:
        yield Contribution(month_of(until), team, band, -over, -under, episode.referral_id)


def _changes_of_hand(begins: date, ends: date | None, episode: Episode) -> list[tuple[date, str]]:
    """The days on which a case may change hands while it stands, and who holds it from then."""
    days = [day for held in episode.allocations for day in (held.held_from, held.held_until) if day and day != date.max]
    within = {begins, *(day for day in days if day > begins and (ends is None or day < ends))}
    return [(day, team_at_end_of(day, episode.allocations)) for day in sorted(within)]


def earlier(*days: date | None) -> date | None:
    """The earliest of some days; None is never."""
    return min((day for day in days if day is not None), default=None)


def day_after(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def spans(begins: date, ends: date | None, days: Iterable[date]) -> Iterable[tuple[date, date | None]]:
    """A time cut at those of some days that lie within it."""
    cuts = sorted({day for day in days if day > begins and (ends is None or day < ends) and day != date.max})
    return zip([begins, *cuts], [*cuts, ends], strict=True)
