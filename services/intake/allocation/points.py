"""How heavy cases are: points for each child by the stage of the case, siblings lighter, some families heavier.

Unit is the family: whoever knows one child's home knows the next one's. Points are whole hundredths, so that no sum
depends on its order. Source: the sector's published weightings (Slough, Wirral, Oxfordshire), recalibrated yearly with a
sample of time; a change is a new row.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

Points: TypeAlias = int
"""Hundredths of a point."""


class Stage(StrEnum):
    """What is being done about a case, by how much it asks of a worker."""

    CHILD_IN_NEED = "child_in_need"
    ASSESSMENT = "assessment"
    DISABILITY = "disability"
    """A child in need because of the child's own disability."""
    LOOKED_AFTER = "looked_after"
    PROTECTION = "protection"
    """An enquiry under section 47, or a child protection plan."""
    PRE_PROCEEDINGS = "pre_proceedings"
    COURT = "court"


class Addition(StrEnum):
    """What makes a family's case heavier, whatever its stage."""

    EXPLOITATION = "exploitation"
    """Exploitation, or other harm from outside the family."""
    HIGH_RISK_DOMESTIC_ABUSE = "high_risk_domestic_abuse"
    INTERPRETER = "interpreter"
    OUT_OF_AREA = "out_of_area"
    ENHANCED = "enhanced"
    """The family has a place in the enhanced offer."""


@dataclass(frozen=True)
class Weights:
    """What each child and each family weighs, from a date on."""

    effective_from: date
    of_stage: Mapping[Stage, int]
    """Tenths of a point a child."""
    of_siblings: tuple[int, ...]
    """Tenths of that for the first child of a family, the second, and so on; the last stands for all further ones."""
    of_additions: Mapping[Addition, Points]


WEIGHTS = (
    Weights(
        effective_from=date(2014, 4, 1),
        of_stage={
            Stage.CHILD_IN_NEED: 10,
            Stage.ASSESSMENT: 12,
            Stage.DISABILITY: 12,
            Stage.LOOKED_AFTER: 12,
            Stage.PROTECTION: 15,
            Stage.PRE_PROCEEDINGS: 18,
            Stage.COURT: 20,
        },
        of_siblings=(10, 6, 6, 4),
        of_additions={
            Addition.EXPLOITATION: 30,
            Addition.HIGH_RISK_DOMESTIC_ABUSE: 20,
            Addition.INTERPRETER: 20,
            Addition.OUT_OF_AREA: 20,
            Addition.ENHANCED: 20,
        },
    ),
)
"""Latest last. New weights are a new row: what a caseload weighed on a day it weighs for ever."""

EXPLOITATION_FACTORS = frozenset({"11A", "12A", "13A", "24A"})
"""Factors at the end of assessment (DfE): sexual exploitation, trafficking, gangs, criminal exploitation."""

IN_PROTECTION = frozenset({Stage.PROTECTION, Stage.PRE_PROCEEDINGS, Stage.COURT})
NEVER_UNNAMED = IN_PROTECTION | {Stage.LOOKED_AFTER}
"""Children whom somebody answers for by name on every day, whoever is to hold the case."""


@dataclass(frozen=True)
class Case:
    """One child's case as a caseload sees it on a day."""

    episode_id: UUID
    child_id: UUID
    family: UUID
    """The same for all who belong together."""
    stage: Stage
    additions: frozenset[Addition] = frozenset()


@dataclass(frozen=True)
class Load:
    """What one worker holds: so many children, weighing so much."""

    children: int = 0
    points: Points = 0

    def __add__(self, other: "Load") -> "Load":
        return Load(self.children + other.children, self.points + other.points)


def weights_on(day: date) -> Weights:
    in_force = [weights for weights in WEIGHTS if weights.effective_from <= day]
    return in_force[-1] if in_force else WEIGHTS[0]


def load_of(cases: Iterable[Case], *, on: date) -> Load:
    """What these cases come to. A child with two open cases is one child, at the heavier stage."""
    weights = weights_on(on)
    stages: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    additions: dict[UUID, set[Addition]] = defaultdict(set)
    for case in cases:
        weight = weights.of_stage[case.stage]
        stages[case.family][case.child_id] = max(weight, stages[case.family].get(case.child_id, 0))
        additions[case.family] |= case.additions
    points = sum(_family(stages[each].values(), additions[each], weights) for each in stages)
    return Load(sum(len(children) for children in stages.values()), points)


def _family(children: Iterable[int], additions: Collection[Addition], weights: Weights) -> Points:
    """The heaviest child counts in full; tenths of tenths are hundredths."""
    last = len(weights.of_siblings) - 1
    heaviest_first = sorted(children, reverse=True)
    of_children = sum(weight * weights.of_siblings[min(place, last)] for place, weight in enumerate(heaviest_first))
    return of_children + sum(weights.of_additions[each] for each in additions)


def in_points(points: Points) -> str:
    """As it is written: 2.84, 3.3, 15."""
    return f"{points / 100:.2f}".rstrip("0").rstrip(".")
