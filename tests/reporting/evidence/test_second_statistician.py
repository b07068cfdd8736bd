"""Another engine comes to the same figures: statsmodels, or the formula written out."""

from math import comb, exp, factorial

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import integrate, special, stats
from statsmodels.stats import meta_analysis, power, proportion, rates, weightstats
from statsmodels.stats.multitest import multipletests

from services.reporting.evidence import intervals
from services.reporting.evidence.association import in_rank, in_rank_holding, slope
from services.reporting.evidence.attrition import RIDGE, weights
from services.reporting.evidence.clusters import between, by_group
from services.reporting.evidence.counts import compare_counts, compare_shares
from services.reporting.evidence.funnels import binomial_limits
from services.reporting.evidence.groups import compare_groups
from services.reporting.evidence.intervals import mean_of
from services.reporting.evidence.multiplicity import adjusted
from services.reporting.evidence.paired import ranks_of
from services.reporting.evidence.power import pairs_needed, power_of

SEED = 20260512
CHANCE = np.random.default_rng(SEED)


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 5), (1, 5), (23, 281), (5, 5), (299, 2411)])
def test_intervals_of_shares(numerator: int, denominator: int):
    for method, ours in (("wilson", intervals.share_interval), ("beta", intervals.exact_share_interval)):
        low, high = proportion.proportion_confint(numerator, denominator, method=method)
        found = ours(numerator, denominator)
        assert found is not None
        expected = (low if numerator else 0, high if numerator < denominator else 1)
        assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("count", [0, 1, 7, 40, 300])
def test_intervals_of_counts(count: int):
    """The low end is the rate that gives so many or more once in forty times; the high end, so many or fewer."""
    found = intervals.count_interval(count)
    if count < 100:
        below = sum(found.high**k * exp(-found.high) / factorial(k) for k in range(count + 1))
        assert below == pytest.approx(0.025)
        above = 1 - sum(found.low**k * exp(-found.low) / factorial(k) for k in range(count))
        assert above == pytest.approx(0.025 if count else 1)
    low, high = rates.confint_poisson(count, 1, method="exact-c")
    assert (found.low, found.high) == pytest.approx((0 if not count else low, high))


def test_two_shares():
    found = compare_shares((299, 2411), (263, 2194))
    assert found is not None
    low, high = proportion.confint_proportions_2indep(263, 2194, 299, 2411, method="newcomb")
    assert (found.points_interval.low, found.points_interval.high) == pytest.approx((100 * low, 100 * high))
    assert found.test == "chi-squared"
    assert found.p == pytest.approx(proportion.proportions_ztest([299, 263], [2411, 2194])[1])


def test_two_small_shares_by_every_table_with_the_same_margins():
    found = compare_shares((1, 9), (6, 8))
    assert found is not None
    ways = {k: comb(9, k) * comb(8, 7 - k) / comb(17, 7) for k in range(8)}
    expected = sum(way for way in ways.values() if way <= ways[1] * (1 + 1e-9))
    assert (found.test, found.p) == ("Fisher's exact test", pytest.approx(expected))


def test_two_counts_for_their_time():
    found = compare_counts(30, 40, (12, 9))
    assert found is not None
    assert found.p == pytest.approx(stats.binomtest(40, 70, 9 / 21).pvalue)
    assert found.ratio == pytest.approx((40 / 9) / (30 / 12))
    assert found.ratio_interval.low < found.ratio < found.ratio_interval.high


def test_two_groups():
    one, other = CHANCE.normal(3, 1, 25).tolist(), CHANCE.normal(3.4, 2, 40).tolist()
    found = compare_groups(one, other)
    assert found is not None
    assert found.welch is not None
    compared = weightstats.CompareMeans(weightstats.DescrStatsW(other), weightstats.DescrStatsW(one))
    t, p, df = compared.ttest_ind(usevar="unequal")
    low, high = compared.tconfint_diff(usevar="unequal")
    assert (found.welch.t, found.welch.p, found.welch.df) == pytest.approx((t, p, df))
    assert (found.welch.interval.low, found.welch.interval.high) == pytest.approx((low, high))
    effect, _ = meta_analysis.effectsize_smd(
        np.mean(other), np.std(other, ddof=1), 40, np.mean(one), np.std(one, ddof=1), 25
    )
    assert found.welch.g == pytest.approx(effect, rel=1e-3)
    assert found.above == pytest.approx(np.mean([[b > a for a in one] for b in other]))


def test_power_and_the_pairs_it_takes():
    for dz, pairs in ((0.3, 90), (0.61, 23), (0.2, 150)):
        expected = power.TTestPower().power(dz, pairs, 0.05)
        assert power_of(dz, pairs) == pytest.approx(expected, abs=1e-6)
    assert pairs_needed(0.25) == np.ceil(power.TTestPower().solve_power(0.25, alpha=0.05, power=0.8))


def test_the_middle_gain_and_its_interval():
    gains = CHANCE.normal(1, 2, 30)
    found = ranks_of(gains)
    walsh = sorted((gains[i] + gains[j]) / 2 for i in range(30) for j in range(i, 30))
    assert found.middle == pytest.approx(np.median(walsh))

    def p_of_shift(shift: float) -> float:
        return float(stats.wilcoxon(gains - shift, method="asymptotic").pvalue)

    inside, outside = 1e-6, 0.25
    assert p_of_shift(found.middle_interval.low + inside) > 0.04
    assert p_of_shift(found.middle_interval.low - outside) < 0.05
    assert p_of_shift(found.middle_interval.high + outside) < 0.05


def test_many_tests_at_once():
    ps = CHANCE.uniform(0, 0.2, 9).tolist()
    assert adjusted([*ps, None])[:-1] == pytest.approx(multipletests(ps, method="fdr_bh")[1].tolist())
    assert adjusted([0.01, 0.02, None, 0.03, 0.04, 0.20]) == pytest.approx([0.05, 0.05, None, 0.05, 0.05, 0.20])
    assert adjusted([None, None]) == [None, None]


def observations() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two quarters of 14 workers, each with a level of practice of their own, observed unequally often."""
    workers, quarter = CHANCE.integers(0, 14, 90), CHANCE.integers(0, 2, 90)
    level = CHANCE.normal(3, 0.5, 14)
    return quarter, workers, level[workers] + 0.3 * quarter + CHANCE.normal(0, 0.6, 90)


def test_means_of_observations_that_share_a_worker():
    quarter, worker, score = observations()
    found = by_group(quarter, worker, score[:, None], groups=2)
    for each in (0, 1):
        chosen = quarter == each
        fitted = sm.OLS(score[chosen], np.ones(chosen.sum())).fit(
            cov_type="cluster",
            cov_kwds={"groups": worker[chosen], "use_correction": True, "df_correction": True},
            use_t=True,
        )
        assert found.mean[each, 0] == pytest.approx(fitted.params[0])
        assert (found.low[each, 0], found.high[each, 0]) == pytest.approx(fitted.conf_int()[0])
        assert found.workers[each, 0] == len(set(worker[chosen]))
        assert found.sd[each, 0] == pytest.approx(np.std(score[chosen], ddof=1))


def test_the_change_between_quarters_of_workers_who_were_observed_in_both():
    quarter, worker, score = observations()
    found = between(by_group(quarter, worker, score[:, None], groups=2), np.array([0]), np.array([1]))
    fitted = sm.OLS(score, sm.add_constant(quarter.astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": worker, "use_correction": True, "df_correction": True}, use_t=True
    )
    assert found.difference[0, 0] == pytest.approx(fitted.params[1])
    correction = np.sqrt((len(score) - 2) / (len(score) - 1))  # statsmodels also corrects for the two means it fits
    half, expected = found.high[0, 0] - found.difference[0, 0], fitted.conf_int()[1][1] - fitted.params[1]
    assert half == pytest.approx(expected * correction)


def test_means_by_worker_agree_with_drawing_workers_again_and_again():
    quarter, worker, score = observations()
    found = by_group(np.zeros_like(quarter), worker, score[:, None], groups=1)
    own = [score[worker == each] for each in range(14)]
    drawn = [np.concatenate([own[each] for each in CHANCE.integers(0, 14, 14)]).mean() for _ in range(3000)]
    half = (found.high[0, 0] - found.low[0, 0]) / 2 / stats.t.ppf(0.975, 13)
    assert half == pytest.approx(np.std(drawn) * np.sqrt(14 / 13), rel=0.15)


def test_two_things_in_rank_and_with_others_held_still():
    skill, visits = CHANCE.normal(3, 0.7, 60), CHANCE.normal(8, 2, 60)
    outcome = 0.5 * skill + 0.3 * visits + CHANCE.normal(0, 1, 60)
    found = in_rank(skill.tolist(), outcome.tolist())
    assert found is not None
    assert (found.rho, found.p) == pytest.approx(stats.spearmanr(skill, outcome))
    held = in_rank_holding(skill.tolist(), outcome.tolist(), visits[:, None].tolist())
    assert held is not None
    xy, xz, yz = (stats.spearmanr(*pair).statistic for pair in ((skill, outcome), (skill, visits), (outcome, visits)))
    assert held.rho == pytest.approx((xy - xz * yz) / np.sqrt((1 - xz**2) * (1 - yz**2)))


def test_a_slope_whose_cases_share_workers():
    worker, skill = CHANCE.integers(0, 12, 80), CHANCE.normal(3, 0.7, 80)
    outcome = 0.4 * skill + CHANCE.normal(0, 0.5, 12)[worker] + CHANCE.normal(0, 0.5, 80)
    found = slope(skill.tolist(), outcome.tolist(), worker.tolist())
    fitted = sm.OLS(outcome, sm.add_constant(skill)).fit(
        cov_type="cluster", cov_kwds={"groups": worker, "use_correction": True, "df_correction": True}, use_t=True
    )
    assert found is not None
    assert (found.by, found.p) == pytest.approx((fitted.params[1], fitted.pvalues[1]))
    assert (found.interval.low, found.interval.high) == pytest.approx(fitted.conf_int()[1])


def test_the_chance_of_staying_behind_the_weights():
    known, n = CHANCE.normal(0, 1, (300, 2)), 300
    stayed = CHANCE.uniform(0, 1, n) < special.expit(0.3 + 0.6 * known[:, 0])
    scaled = (known - known.mean(axis=0)) / known.std(axis=0)
    fitted = sm.Logit(stayed.astype(float), sm.add_constant(scaled)).fit(disp=False)
    expected = 1 / fitted.predict()[stayed]
    expected = np.clip(expected, *np.percentile(expected, (1, 99)))
    assert RIDGE < 0.1
    assert weights(known.tolist(), stayed.tolist()) == pytest.approx(expected / expected.mean(), rel=2e-3)


def test_funnels_by_adding_up_the_chances_one_by_one():
    target, n = 0.124, 100
    reached = np.cumsum([comb(n, k) * target**k * (1 - target) ** (n - k) for k in range(n + 1)])
    for quantile, ours in zip((0.001, 0.025, 0.975, 0.999), vars(binomial_limits(target, n)).values(), strict=True):
        count = int(np.argmax(reached > quantile))
        short = (reached[count] - quantile) / (reached[count] - reached[count - 1])
        assert ours == pytest.approx((count - short) / n)


def test_student_by_the_area_under_its_curve():
    for t, df in ((2.74, 22), (1.05, 57), (3.0, 4)):
        density = special.gamma((df + 1) / 2) / (np.sqrt(df * np.pi) * special.gamma(df / 2))
        area, _ = integrate.quad(lambda x, d=df: (1 + x * x / d) ** (-(d + 1) / 2), t, np.inf)
        assert intervals.two_sided(t, df) == pytest.approx(2 * density * area)
    found = mean_of([2.0, 3.0, 5.0, 4.0])
    assert found is not None
    assert found.interval is not None
    assert intervals.two_sided((found.mean - found.interval.low) / (found.sd / 2), 3) == pytest.approx(0.05)
