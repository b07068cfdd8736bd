"""Agreement against published examples: Shrout and Fleiss 1979, Krippendorff 2011, and a weighted kappa worked by hand."""

import random

import pytest

from services.observation.coding.agreement import alpha, band, icc, interval, kappa, nominal, ordinal, quadratic_kappa

SHROUT_FLEISS = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
KRIPPENDORFF = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
"""Four observers, twelve units; not everybody saw everything."""
UNITS = [[score for score in unit if score is not None] for unit in zip(*KRIPPENDORFF, strict=True)]
FIRST, SECOND = (3, 2, 4, 3, 3, 2, 5, 1, 3, 4), (3, 3, 4, 3, 2, 2, 4, 1, 3, 5)


def test_icc_is_that_of_shrout_and_fleiss_with_its_interval() -> None:
    found = icc(SHROUT_FLEISS)
    assert found is not None
    assert found.value == pytest.approx(0.2897638, abs=1e-7)
    assert (found.low, found.high) == pytest.approx((0.0188, 0.7611), abs=1e-4)


@pytest.mark.parametrize(("distance", "expected"), [(nominal, 0.7434211), (ordinal, 0.8153875), (interval, 0.8491071)])
def test_alpha_is_that_of_krippendorff(distance, expected) -> None:
    assert alpha(UNITS, distance) == pytest.approx(expected, abs=1e-7)


def test_kappa_is_that_worked_by_hand() -> None:
    assert kappa(FIRST, SECOND, lambda one, other: abs(one - other)) == pytest.approx(2 / 3)
    assert quadratic_kappa(FIRST, SECOND) == pytest.approx(5 / 6)


def test_who_agree_on_everything_agree_wholly_and_who_never_vary_not_at_all() -> None:
    same = list(zip(FIRST, FIRST, strict=True))
    found = icc(same)
    assert found is not None
    assert (found.value, found.low, found.high) == (1, 1, 1)
    assert quadratic_kappa(FIRST, FIRST) == alpha(same) == 1
    assert icc([(4, 2)] * 12) is None
    always_three = [(3, 3)] * 12
    assert icc(always_three) is quadratic_kappa([3] * 12, [3] * 12) is alpha(always_three) is None


@pytest.mark.parametrize("pairs", [[], [(3, 4)]])
def test_of_too_few_nothing_is_said(pairs) -> None:
    assert icc(pairs) is None
    assert band(0.9, len(pairs)) == "insufficient"


def test_whoever_scores_one_point_higher_correlates_wholly_and_agrees_less() -> None:
    found = icc([(score, score + 1) for score in (1, 2, 3, 4, 4, 2)])
    assert found is not None
    assert 0.5 < found.value < 0.9


def test_chance_agrees_about_nothing() -> None:
    chance = random.Random(20261125)
    pairs = [(chance.randint(1, 5), chance.randint(1, 5)) for _ in range(3000)]
    found = icc(pairs)
    assert found is not None
    for value in (found.value, quadratic_kappa(*zip(*pairs, strict=True)), alpha(pairs)):
        assert value == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (-0.2, "poor"),
        (0.39, "poor"),
        (0.40, "fair"),
        (0.60, "good"),
        (0.74, "good"),
        (0.75, "excellent"),
        (1, "excellent"),
    ],
)
def test_the_bands_are_cicchettis(value, word) -> None:
    assert band(value, 10) == word
    assert band(value, 9) == "insufficient"
