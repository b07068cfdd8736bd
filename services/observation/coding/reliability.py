"""What second scores show: how far each skill can be relied on, and whose scores lie high or low, or begin to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Generic, TypeVar

from services.observation.coding.agreement import Correlation, alpha, band, icc, quadratic_kappa
from services.observation.coding.certification import MOST_BIAS
from shared.calendar import add_months
from shared.contracts.codes import PracticeSkill

WINDOW_MONTHS, RECENT_MONTHS = 12, 3
FEWEST_RECENT = 5
"""Recent pairs below which nobody is said to drift."""

Scores = Mapping[PracticeSkill, int | None]
Who = TypeVar("Who")


@dataclass(frozen=True)
class Pair(Generic[Who]):
    """One observation scored twice, as it was scored: what was agreed on afterwards says nothing about agreement."""

    on: date
    observer: Who
    coder: Who
    first: Scores
    second: Scores

    def scored(self, skill: PracticeSkill) -> tuple[int, int] | None:
        """Both scores, where both saw the skill."""
        first, second = self.first.get(skill), self.second.get(skill)
        return None if first is None or second is None else (first, second)


@dataclass(frozen=True)
class SkillAgreement:
    skill: PracticeSkill
    pairs: int
    icc: Correlation | None
    kappa: float | None
    alpha: float | None
    exact: float | None
    within_one: float | None

    @property
    def band(self) -> str:
        return band(self.icc.value if self.icc else None, self.pairs)


@dataclass(frozen=True)
class Evaluator:
    """How many points above others somebody scores the same practice, on average."""

    pairs: int
    biases: Mapping[PracticeSkill, float]
    recent: Mapping[PracticeSkill, float]
    recent_pairs: int

    @property
    def drifts(self) -> list[PracticeSkill]:
        off = [skill for skill, bias in self.recent.items() if abs(bias) > MOST_BIAS]
        return off if self.recent_pairs >= FEWEST_RECENT else []


def since(until: date) -> date:
    """The first day of the rolling year that ends on a day."""
    return add_months(until, -WINDOW_MONTHS)


def of_skill(skill: PracticeSkill, pairs: Iterable[Pair[Who]]) -> SkillAgreement:
    """How well two observers agree on one skill."""
    scored = [both for pair in pairs if (both := pair.scored(skill))]
    apart = [abs(first - second) for first, second in scored]
    return SkillAgreement(
        skill=skill,
        pairs=len(scored),
        icc=icc(scored),
        kappa=quadratic_kappa([first for first, _ in scored], [second for _, second in scored]),
        alpha=alpha(scored),
        exact=fmean(distance == 0 for distance in apart) if apart else None,
        within_one=fmean(distance <= 1 for distance in apart) if apart else None,
    )


def of_evaluators(pairs: Sequence[Pair[Who]], *, until: date) -> dict[Who, Evaluator]:
    """How each who scored compares with those who scored the same."""
    recent_from = add_months(until, -RECENT_MONTHS)
    people = {who for pair in pairs for who in (pair.observer, pair.coder)}
    found = {}
    for who in people:
        own = [pair for pair in pairs if who in {pair.observer, pair.coder}]
        recent = [pair for pair in own if pair.on > recent_from]
        found[who] = Evaluator(len(own), _biases(who, own), _biases(who, recent), len(recent))
    return found


def _biases(who: Who, pairs: Sequence[Pair[Who]]) -> dict[PracticeSkill, float]:
    return {
        skill: fmean(above)
        for skill in PracticeSkill
        if (above := [_above(who, pair, both) for pair in pairs if (both := pair.scored(skill))])
    }


def _above(who: Who, pair: Pair[Who], both: tuple[int, int]) -> int:
    first, second = both
    return first - second if pair.observer == who else second - first
