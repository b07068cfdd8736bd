"""Who was lost: whether they differ, what they would have to have done, and what the rest stand for."""

import numpy as np
import pytest

from services.reporting.evidence.attrition import balance, retention, tipping_point, weighted_gain, weights
from services.reporting.evidence.clusters import between, by_group
from services.reporting.evidence.groups import compare_groups
from services.reporting.evidence.intervals import Interval, Mean, mean_of
from services.reporting.evidence.published import OF_THE_EVALUATION, ComparisonStudy, against


def test_those_who_were_lost_are_set_beside_those_who_stayed():
    stayed = [True] * 6 + [False] * 6
    table = balance(
        {"stress": [5, 6, 7, 5, 6, 7, 9, 10, 11, 9, 10, 11], "age": [30, 31, 32, 30, 31, 32] * 2, "same": [1] * 12},
        stayed,
    )
    found = {each.what: each for each in table}
    assert found["stress"].standardised == pytest.approx(-4 / np.std([5, 6, 7, 5, 6, 7], ddof=1))
    assert (found["stress"].unalike, found["age"].unalike, found["age"].standardised) == (True, False, 0)
    assert (found["same"].standardised, found["same"].unalike) == (None, False)
    with pytest.raises(ValueError, match="each person"):
        balance({"stress": [1]}, stayed)


def test_retention_has_its_interval_and_nothing_has_none():
    assert retention(0, 0).percent is None
    assert retention(281, 23).interval_percent is not None


def test_whoever_was_likely_to_be_lost_and_stayed_stands_for_more():
    known = [[float(each)] for each in range(20)]
    stayed = [each % 4 != 0 or each < 8 for each in range(20)]
    found = weights(known, stayed)
    assert found.mean() == pytest.approx(1)
    assert found[0] < found[-1]
    alike = weights([[1.0]] * 20, stayed)
    assert alike == pytest.approx(1.0)
    with pytest.raises(ValueError, match="nobody stayed"):
        weights(known, [False] * 20)


def test_a_value_that_tells_perfectly_who_stays_makes_nobody_stand_for_a_borough():
    found = weights([[0.0]] * 10 + [[1.0]] * 10, [True] * 10 + [False] * 10)
    assert np.isfinite(found).all()
    assert found.max() < 1.5


def test_even_weights_give_the_plain_mean_and_its_interval():
    gains = [1.0, 2.0, 4.0, 5.0]
    plain, found = mean_of(gains), weighted_gain(gains, np.ones(4))
    assert plain is not None
    assert plain.interval is not None
    assert found.interval is not None
    assert (found.mean, found.interval.low) == pytest.approx((plain.mean, plain.interval.low))


def test_the_finding_tips_where_all_together_reach_nought():
    gain = Mean(23, 2.6, 4.55, Interval(0.632, 4.568))
    found = tipping_point(gain, 78)
    assert found.by is not None
    assert found.lost_gained is not None
    assert found.by == pytest.approx(0.632 * 101 / 78)
    assert (23 * (gain.mean - (gain.mean - 0.632)) + 78 * (gain.mean - 0.632 - (gain.mean - found.by))) / 101 == (
        pytest.approx(23 * 0.632 / 101 + 78 * (found.by - 0.632) / 101)
    )
    combined = (23 * gain.mean + 78 * found.lost_gained) / 101
    assert combined - (gain.mean - 0.632) == pytest.approx(0), "all together, less the half width, is nought"
    assert tipping_point(gain, 0).by is None
    assert tipping_point(Mean(23, 1.0, 4.0, Interval(-0.7, 2.7)), 78).by is None


def test_a_published_mean_without_n_and_spread_is_a_line_and_no_test():
    ours = mean_of([3.0, 3.2, 2.9, 3.4, 3.1, 3.3])
    assert ours is not None
    for study in OF_THE_EVALUATION:
        found = against(study, ours)
        assert (found.p, found.difference) == (None, pytest.approx(ours.mean - study.mean))
        assert "not known" in found.caveat
        assert found.interval is not None
    known = ComparisonStudy("trial", "67 workers", "four codes", 2.49, "a published trial", n=67, sd=0.8)
    tested = against(known, ours)
    assert tested.p is not None
    assert tested.interval is not None
    wider = against(known, ours, widened_by=2.0)
    assert wider.interval is not None
    assert wider.interval.low < tested.interval.low


def test_groups_of_fewer_than_ten_are_shown_and_not_tested():
    found = compare_groups([1.0] * 5 + [2.0] * 4, [5.0] * 30)
    assert found is not None
    assert (found.welch, found.rank_p, found.above) == (None, None, 1.0)
    assert compare_groups([], [1.0]) is None
    apart = compare_groups([1.0] * 10, [5.0, 6.0] * 10, ordinal=True)
    assert apart is not None
    assert apart.rank_p is not None


def scores(rows: list[tuple[int, int, float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    group, worker, score = zip(*rows, strict=True)
    return np.array(group), np.array(worker), np.array(score)[:, None]


def test_observing_each_worker_equally_often_is_to_analyse_the_workers_own_means():
    rows = [(0, w, float(level + k)) for w, level in enumerate([1, 3, 2, 5]) for k in (-0.5, 0.5)]
    found = by_group(*scores(rows), groups=1)
    own = mean_of([1.0, 3.0, 2.0, 5.0])
    assert own is not None
    assert own.interval is not None
    assert (found.mean[0, 0], found.low[0, 0]) == pytest.approx((own.mean, own.interval.low))
    assert found.design_effect[0, 0] > 1


def test_a_change_among_fewer_than_ten_workers_is_not_tested():
    rows = [(g, w, float(3 + g + (w % 3))) for g in (0, 1) for w in range(9)]
    group, worker, score = scores(rows)
    found = by_group(group, worker, score, groups=2)
    change = between(found, np.array([0]), np.array([1]))
    assert change.difference[0, 0] == pytest.approx(1)
    assert (change.workers[0, 0], np.isnan(change.p[0, 0]), np.isnan(change.low[0, 0])) == (9, True, True)


def test_a_change_that_every_worker_makes_alike_leaves_nothing_to_judge_chance_by():
    rows = [(g, w, float(g + w)) for g in (0, 1) for w in range(12)]
    change = between(by_group(*scores(rows), groups=2), np.array([0]), np.array([1]))
    assert change.difference[0, 0] == pytest.approx(1)


def test_nobody_and_a_single_worker_have_no_interval():
    group, worker, score = scores([(1, 4, 3.0), (1, 4, 4.0)])
    found = by_group(group, worker, score, groups=3)
    assert found.n[:, 0].tolist() == [0, 2, 0]
    assert np.isnan(found.low[:, 0]).all()
    assert found.mean[1, 0] == 3.5
    empty = by_group(np.array([], int), np.array([], int), np.zeros((0, 2)), groups=2)
    assert empty.n.tolist() == [[0, 0], [0, 0]]
