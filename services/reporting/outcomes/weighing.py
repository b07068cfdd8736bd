"""Weighs whether practice and what became of cases go together, and says no more of it than may be said."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.reporting.evidence.association import FEWEST_LINKED, GoTogether, Slope, in_rank, in_rank_holding, slope
from services.reporting.evidence.claims import Basis, Claim, Design, say
from services.reporting.evidence.clusters import FEWEST_WORKERS_TO_TEST
from services.reporting.evidence.intervals import Interval, share_interval
from services.reporting.evidence.multiplicity import adjusted
from services.reporting.indicators.indicator import percent
from services.reporting.outcomes.followed import OUTCOMES, Outcome
from services.reporting.outcomes.linked import SKILLS, Linkage, LinkedCase
from services.reporting.outcomes.models import Bounds, Coverage, OutcomeOut, ThirdOut, TogetherOut

FEWEST_EITHER_WAY = 10
"""Cases to which it happened, and to which it did not, before anything is said of either: fewer would tell of families."""

TOO_FEW = f"it takes {FEWEST_LINKED} cases of {FEWEST_WORKERS_TO_TEST} workers"
TOO_ALIKE = f"it takes {FEWEST_EITHER_WAY} cases to which it happened and as many to which it did not"

NOTES = (
    "Nothing here was decided by lot: what goes together need not come of one another.",
    "Cases with more need may be given to more skilled workers.",
    "The core and the enhanced offer are not set beside one another: who is offered more is chosen by need.",
    "A rating of risk in the worker's word is given by whoever was observed; the parent's stands beside it.",
    "Interviews with families are not among the outcomes yet.",
    "An outcome counts once its time is up, so the latest cases have none.",
)


def weigh_outcomes(linkage: Linkage) -> list[OutcomeOut]:
    """Every outcome with every skill. The mean of all seven is named beforehand; the others are adjusted as one family."""
    found = [[_pair(linkage, outcome, skill) for skill in SKILLS] for outcome in OUTCOMES]
    family = iter(adjusted([pair.p for row in found for pair in row[1:]]))
    return [
        _outcome(linkage, outcome, [_told(row[0], row[0].p), *(_told(pair, next(family)) for pair in row[1:])])
        for outcome, row in zip(OUTCOMES, found, strict=True)
    ]


def _outcome(linkage: Linkage, outcome: Outcome, together: list[TogetherOut]) -> OutcomeOut:
    known = [case.became[outcome.id] for case in linkage.linked if case.became[outcome.id] is not None]
    happened = sum(bool(each) for each in known)
    is_enough = min(happened, len(known) - happened) >= FEWEST_EITHER_WAY
    return OutcomeOut(
        id=outcome.id,
        title=outcome.title,
        sentence=outcome.sentence,
        known=coverage(len(known), len(linkage.linked)),
        happened=coverage(happened, len(known)) if is_enough else None,
        together=together,
    )


def coverage(numerator: int, denominator: int) -> Coverage:
    found = share_interval(min(numerator, denominator), denominator)
    return Coverage(
        numerator=numerator,
        denominator=denominator,
        percent=percent(numerator, denominator),
        interval_95_percent=_bounds(found.times(100) if found else None, 1),
    )


@dataclass(frozen=True)
class _Pair:
    """One skill and one outcome, weighed where there is enough to weigh."""

    outcome: Outcome
    skill: str
    n: int
    workers: int
    found: GoTogether | None = None
    held: GoTogether | None = None
    line: Slope | None = None
    thirds: list[ThirdOut] | None = None
    why_not: str | None = None

    @property
    def p(self) -> float | None:
        """The larger of two: ranks do not know that cases share workers, a line does not know that it is of ranks."""
        return max(self.found.p, self.line.p) if self.found and self.line else None


def _pair(linkage: Linkage, outcome: Outcome, skill: str) -> _Pair:
    cases = [case for case in linkage.linked if case.became[outcome.id] is not None and case.skill[skill] is not None]
    n, workers = len(cases), len({case.worker for case in cases})
    happened = [float(bool(case.became[outcome.id])) for case in cases]
    if n < FEWEST_LINKED or workers < FEWEST_WORKERS_TO_TEST:
        return _Pair(outcome, skill, n, workers, why_not=TOO_FEW)
    if min(sum(happened), n - sum(happened)) < FEWEST_EITHER_WAY:
        return _Pair(outcome, skill, n, workers, why_not=TOO_ALIKE)
    scores = [case.skill[skill] or 0.0 for case in cases]
    found, line = in_rank(scores, happened), slope(scores, happened, _numbered(cases))
    if found is None or line is None:
        return _Pair(outcome, skill, n, workers, why_not="the skill does not vary among these cases")
    held = in_rank_holding(scores, happened, [case.held for case in cases])
    return _Pair(outcome, skill, n, workers, found, held, line, _thirds(scores, happened))


def _told(pair: _Pair, p_adjusted: float | None) -> TogetherOut:
    return TogetherOut(
        skill=pair.skill,
        n=pair.n,
        workers=pair.workers,
        rho=_rounded(pair.found.rho if pair.found else None, 4),
        interval_95=_bounds(pair.found.interval if pair.found else None, 4),
        p=_rounded(pair.p, 6),
        p_adjusted=_rounded(p_adjusted, 6),
        rho_held=_rounded(pair.held.rho if pair.held else None, 4),
        points_per_skill_point=_rounded(100 * pair.line.by if pair.line else None, 2),
        points_interval_95=_bounds(pair.line.interval.times(100) if pair.line else None, 2),
        thirds=pair.thirds,
        not_given_because=pair.why_not,
        sentence=_sentence(pair, p_adjusted),
    )


def _sentence(pair: _Pair, p_adjusted: float | None) -> Claim:
    names = [pair.outcome.title]
    between = f"{pair.outcome.title} and observed skill ({pair.skill.replace('_', ' ')})"
    if pair.found is None:
        why = f"nothing is said of whether they go together, for {pair.why_not}"
        return say(f"{between}: {why}; there are {pair.n} of {pair.workers}.", Basis(Design.DESCRIBED, 0), names=names)
    interval = pair.found.interval
    basis = Basis(Design.ASSOCIATED, pair.n, workers=pair.workers, change=interval, p=p_adjusted)
    figures = f"rank correlation {pair.found.rho:+.2f} (95% interval {interval.low:+.2f} to {interval.high:+.2f}"
    which = {1: "More often where skill was higher: ", -1: "Less often where skill was higher: ", 0: ""}
    return say(
        f"{between}. {which[basis.direction]}{figures}, {pair.n} cases of {pair.workers} workers).", basis, names=names
    )


def _numbered(cases: Sequence[LinkedCase]) -> list[int]:
    numbers: dict[object, int] = {}
    return [numbers.setdefault(case.worker, len(numbers)) for case in cases]


def _thirds(skill: Sequence[float], happened: Sequence[float]) -> list[ThirdOut] | None:
    """The lower, the middle and the upper third, cases of equal skill kept together; none if one would be too small."""
    scores, outcomes = np.array(skill), np.array(happened)
    low, high = np.quantile(scores, [1 / 3, 2 / 3])
    parts = [scores <= low, (scores > low) & (scores <= high), scores > high]
    if min(int(part.sum()) for part in parts) < FEWEST_EITHER_WAY:
        return None
    return [
        ThirdOut(mean_skill=round(float(scores[part].mean()), 4), n=int(part.sum()), happened=int(outcomes[part].sum()))
        for part in parts
    ]


def _bounds(found: Interval | None, places: int) -> Bounds | None:
    return None if found is None else Bounds(low=round(found.low, places), high=round(found.high, places))


def _rounded(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)
