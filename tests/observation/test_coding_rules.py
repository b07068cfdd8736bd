"""Who is drawn, who is certified, whose scores lie high, and who drifts."""

from datetime import date
from uuid import UUID

import pytest

from services.observation.coding.certification import Trial, judge, valid_until
from services.observation.coding.reliability import Pair, of_evaluators, of_skill
from services.observation.coding.selection import far_apart, is_drawn
from shared.contracts.codes import PracticeSkill

EMPATHY = PracticeSkill.EMPATHY
LEVELS = (1, 2, 3, 4, 5, 2, 3, 4, 3, 5)


def seven(level: int, **other: int) -> dict[PracticeSkill, int]:
    return {skill: other.get(skill, level) for skill in PracticeSkill}


def trials(above: int = 0, *, count: int = 10, skill: str = "empathy") -> list[Trial]:
    return [Trial(seven(level), seven(level, **{skill: min(5, level + above)})) for level in LEVELS[:count]]


def test_one_in_five_is_drawn_the_same_ones_whenever_it_is_asked() -> None:
    ids = [UUID(int=each) for each in range(20_000)]
    drawn = [id for id in ids if is_drawn(id.bytes, seed="a")]
    assert len(drawn) / len(ids) == pytest.approx(0.2, abs=0.01)
    assert drawn == [id for id in ids if is_drawn(id.bytes, seed="a")]
    assert len(set(drawn) & {id for id in ids if is_drawn(id.bytes, seed="b")}) / len(drawn) < 0.3


def test_two_points_are_far_apart_and_what_one_did_not_see_is_not() -> None:
    first = {**seven(3), PracticeSkill.CHILD_FOCUS: None}
    assert far_apart(first, {**seven(4, empathy=5, autonomy=1), PracticeSkill.CHILD_FOCUS: 1}) == [
        PracticeSkill.AUTONOMY,
        EMPATHY,
    ]


def test_whoever_scores_as_the_masters_do_is_certified_for_half_a_year() -> None:
    assert judge(trials()).falls_short_by == []
    assert valid_until(date(2026, 8, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("tried", "because"),
    [
        (trials(count=9), "10 recordings"),
        (trials(2), "points off in empathy"),
        ([Trial(each.master, seven(3)) for each in trials()], "kappa"),
        ([Trial(each.master, seven(6 - each.master[EMPATHY])) for each in trials()], "ICC"),
    ],
)
def test_whoever_does_not_is_told_what_it_falls_short_by(tried, because) -> None:
    assert any(because in each for each in judge(tried).falls_short_by)


def pairs(first: int, second: int, day: date = date(2026, 5, 1), *, count: int = 5) -> list[Pair[str]]:
    return [Pair(day, "eve", "evan", seven(level + first), seven(level + second)) for level in LEVELS[:count]]


def test_a_skill_is_judged_by_those_pairs_in_which_both_saw_it() -> None:
    blind = Pair(date(2026, 5, 1), "eve", "evan", {**seven(3), EMPATHY: None}, seven(3))
    found = of_skill(EMPATHY, [*pairs(0, 0), *pairs(0, 1), blind])
    assert (found.pairs, found.exact, found.within_one, found.band) == (10, 0.5, 1.0, "excellent")


def test_eve_who_scores_a_point_high_is_seen_to_and_evan_a_point_low() -> None:
    found = of_evaluators(pairs(1, 0), until=date(2026, 5, 14))
    assert (found["eve"].biases[EMPATHY], found["evan"].biases[EMPATHY]) == (1, -1)
    assert EMPATHY in found["eve"].drifts


def test_what_lies_long_back_is_no_drift_and_neither_are_four_pairs() -> None:
    long_back = [*pairs(1, 0, date(2025, 11, 1)), *pairs(0, 0)]
    assert of_evaluators(long_back, until=date(2026, 5, 14))["eve"].drifts == []
    assert of_evaluators(pairs(1, 0, count=4), until=date(2026, 5, 14))["eve"].drifts == []
