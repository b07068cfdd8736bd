"""The same people twice: the synthetic pairs, the choice of test, and what is too small to test."""

import json
from pathlib import Path

import numpy as np
import pytest

from services.reporting.evidence.intervals import Interval
from services.reporting.evidence.paired import FEWEST_PAIRS, dz_interval, paired_change

PAIRS = json.loads((Path(__file__).parent / "data" / "synthetic_pairs.json").read_text())


def exact_permutation_p(gains: list[int]) -> float:
    """Every way of turning the signs of whole numbers, by adding up how many ways lead to each sum."""
    ways = {0: 1}
    for gain in gains:
        added: dict[int, int] = {}
        for total, count in ways.items():
            for signed in (gain, -gain):
                added[total + signed] = added.get(total + signed, 0) + count
        ways = added
    return sum(count for total, count in ways.items() if abs(total) >= abs(sum(gains))) / 2 ** len(gains)


def test_the_synthetic_pairs_give_what_they_were_made_to_give():
    found, expected = paired_change(PAIRS["T1"], PAIRS["T2"], low_is_good=True), PAIRS["expected"]
    assert found is not None
    assert found.test is not None
    assert found.ranks is not None
    assert found.gain.interval is not None
    assert (found.n, found.test.df, found.better, found.worse, found.primary) == (23, 22, 17, 6, "t")
    assert (found.before.mean, found.before.sd) == pytest.approx((expected["mean1"], expected["sd1"]))
    assert (found.after.mean, found.after.sd) == pytest.approx((expected["mean2"], expected["sd2"]))
    assert (found.test.t, found.test.p) == pytest.approx((expected["t"], expected["p"]))
    assert [found.gain.interval.low, found.gain.interval.high] == pytest.approx(expected["ci"])
    assert (found.test.dz, found.test.gz) == pytest.approx((expected["dz"], expected["gz"]))
    assert (found.ranks.w, found.ranks.p) == pytest.approx((61.5, expected["wilcoxon_p_asymptotic"]))
    assert (found.ranks.rank_biserial, found.ranks.sign_p) == pytest.approx(
        (expected["rank_biserial"], expected["sign_p"]), abs=1e-7
    )


def test_turning_signs_at_random_comes_to_what_turning_them_every_way_does():
    gains = [a - b for a, b in zip(PAIRS["T1"], PAIRS["T2"], strict=True)]
    found = paired_change(PAIRS["T1"], PAIRS["T2"], low_is_good=True)
    assert found is not None
    assert found.test is not None
    assert found.test.permutation_p == pytest.approx(exact_permutation_p(gains), abs=0.004)
    few = paired_change([0] * 12, gains[:12])
    assert few is not None
    assert few.test is not None
    assert few.test.permutation_p == pytest.approx(exact_permutation_p(gains[:12]))


def test_a_gain_is_positive_when_it_is_good_whichever_way_the_scale_runs():
    falling = paired_change(PAIRS["T1"], PAIRS["T2"], low_is_good=True)
    rising = paired_change(PAIRS["T1"], PAIRS["T2"])
    assert falling is not None
    assert rising is not None
    assert falling.gain.mean == -rising.gain.mean
    assert (falling.better, falling.worse) == (rising.worse, rising.better)


def test_under_ten_pairs_nothing_is_tested_however_plain_it_looks():
    before, after = [10.0, 11, 9, 12, 10, 11, 9, 12, 10], [1.0, 2, 1, 2, 1, 3, 1, 2, 2]
    found = paired_change(before, after, low_is_good=True)
    assert found is not None
    assert found.n == FEWEST_PAIRS - 1
    assert (found.primary, found.test, found.ranks, found.interval) == ("none", None, None, None)
    assert found.middle == 9


def test_a_single_ordinal_item_is_judged_by_its_ranks():
    found = paired_change(PAIRS["T1"], PAIRS["T2"], low_is_good=True, one_ordinal_item=True)
    assert found is not None
    assert found.ranks is not None
    assert (found.primary, found.interval) == ("ranks", found.ranks.middle_interval)
    assert found.ranks.middle_interval == Interval(0.5, 5.0)


def test_a_person_has_changed_reliably_beyond_the_error_of_the_measure():
    before, after = [10, 12, 14, 16, 18, 20, 22, 24, 26, 28], [10, 12, 14, 16, 18, 20, 22, 24, 16, 38]
    found = paired_change(before, after, low_is_good=True, reliability=0.9)
    assert found is not None
    assert found.reliable is not None
    assert found.reliable.needed == pytest.approx(1.96 * np.std(before, ddof=1) * np.sqrt(0.2))
    assert (found.reliable.better, found.reliable.worse) == (1, 1)
    without = paired_change(before, after, low_is_good=True)
    assert without is not None
    assert without.reliable is None


def test_what_does_not_vary_is_not_tested_and_what_is_not_paired_is_refused():
    still = paired_change([3] * 20, [4] * 20)
    assert still is not None
    assert (still.gain.mean, still.primary, still.test) == (1, "none", None)
    assert paired_change([], []) is None
    with pytest.raises(ValueError, match="same people"):
        paired_change([1, 2], [1])


@pytest.mark.parametrize(("t", "n"), [(60, 200), (500, 50), (-3, 20), (0, 12), (3, 2)])
def test_the_interval_of_an_effect_holds_it_however_large_it_is(t: float, n: int):
    found = dz_interval(t, n)
    assert found.low < t / np.sqrt(n) < found.high
