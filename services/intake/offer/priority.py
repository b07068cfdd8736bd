"""Who comes first on the waiting list of the enhanced offer. Plain Python.

How severe the harm is and how near, how much can change, a child not yet two years old; and the longer a family waits, the
further it moves up, so that nobody waits for ever behind whoever comes later.
"""

from dataclasses import dataclass
from datetime import date

from shared.calendar import add_months


@dataclass(frozen=True)
class Weights:
    """What counts how much, from a date on."""

    effective_from: date
    young_months: int
    of_a_young_child: int
    a_point_each_days: int
    """For so many days of waiting there is another point."""
    most_for_waiting: int


WEIGHTS = (
    Weights(
        effective_from=date(2015, 4, 1),
        young_months=24,
        of_a_young_child=1,
        a_point_each_days=28,
        most_for_waiting=3,
    ),
)
"""Latest last."""

MOST_SEVERE = MOST_IMMINENT = 3
MOST_CHANGEABLE = 2


@dataclass(frozen=True)
class Judged:
    """What the people who know the family judged: severity and imminence 0 to 3, changeability 0 to 2."""

    severity: int
    imminence: int
    changeability: int


def weights_on(day: date) -> Weights:
    in_force = [weights for weights in WEIGHTS if weights.effective_from <= day]
    return in_force[-1] if in_force else WEIGHTS[0]


def priority(judged: Judged, *, born_on: date | None, asked_on: date, on: date) -> int:
    """The points of a family on a day. A child not yet born is young."""
    weights = weights_on(on)
    is_young = born_on is None or add_months(born_on, weights.young_months) > on
    waited = max(0, (on - asked_on).days) // weights.a_point_each_days
    return (
        judged.severity
        + judged.imminence
        + judged.changeability
        + is_young * weights.of_a_young_child
        + min(waited, weights.most_for_waiting)
    )
