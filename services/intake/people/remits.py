"""Which children a team is for on a day, and whether it then worked by the practice model. Plain Python.

The practice model was made for teams of children in need; it came to looked after teams later, and to the disability team
not in the same way. So whoever asks what the model did asks of the team and of the day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from shared.contracts.codes import TeamRemit


class Dated(Protocol):
    in_force_from: date
    remit: TeamRemit


@dataclass(frozen=True)
class Scope:
    """Teams with these remits work by the practice model from a date on."""

    effective_from: date
    remits: frozenset[TeamRemit]


SCOPES = (
    Scope(date(2015, 4, 1), frozenset({TeamRemit.CHILD_IN_NEED})),
    Scope(date(2016, 1, 1), frozenset({TeamRemit.CHILD_IN_NEED, TeamRemit.LOOKED_AFTER})),
)
"""Latest last. Source: evaluation of Doing What Counts, Measuring What Matters (DfE, 2017): seven teams of children in need
from the project's start, of which the one for disabled children did not work by it in the same way; the looked after teams
from January 2016.
"""

UNSTATED = TeamRemit.CHILD_IN_NEED
"""Of a team of which nothing was stated."""


@dataclass(frozen=True)
class Period:
    """From a day until, but not on, another."""

    worked_from: date
    worked_until: date | None = None


def remit_on(stated: Iterable[Dated], day: date) -> TeamRemit:
    """Which children a team is for on a day."""
    begun = [each for each in stated if each.in_force_from <= day]
    latest = max(begun, key=lambda each: each.in_force_from, default=None)
    return TeamRemit(latest.remit) if latest else UNSTATED


def works_by_the_model(stated: Iterable[Dated], day: date) -> bool:
    in_force = [scope for scope in SCOPES if scope.effective_from <= day]
    return bool(in_force) and remit_on(stated, day) in in_force[-1].remits


def periods(stated: Iterable[Dated]) -> Iterator[Period]:
    """When a team works by the practice model, earliest first, no two of which touch."""
    stated = list(stated)
    turns = sorted({*(scope.effective_from for scope in SCOPES), *(each.in_force_from for each in stated)})
    began: date | None = None
    for day in turns:
        works = works_by_the_model(stated, day)
        if works and began is None:
            began = day
        elif not works and began is not None:
            yield Period(began, day)
            began = None
    if began is not None:
        yield Period(began)
