"""Charts tell what is chance from what is not, by rules that are stated; funnels say where to look."""

import pytest

from services.reporting.evidence.charts import ENOUGH_FOR_LIMITS, Rule, p_chart, u_chart, xmr
from services.reporting.evidence.funnels import binomial_limits, funnel

FALLING = [300, 298, 301, 297, 295, 296, 292, 290, 288, 285, 281, 277]
EVERY_RULE = frozenset(Rule)


def flagged(chart, rule: Rule) -> list[int]:
    return [place for place, point in enumerate(chart.points) if rule in point.signals]


def test_the_limits_of_single_values_are_those_of_the_worked_example():
    chart = xmr(FALLING, rules=EVERY_RULE)
    point = chart.points[0]
    assert point.centre == pytest.approx(291.6667, abs=1e-4)
    assert chart.mean_moving_range == pytest.approx(2.8182, abs=1e-4)
    assert (point.low, point.high) == pytest.approx((284.1703, 299.1630), abs=1e-4)
    assert chart.highest_moving_range == pytest.approx(3.268 * 2.8181818)
    assert flagged(chart, Rule.TREND) == [5, 6, 7, 8, 9, 10, 11]
    assert Rule.TREND not in xmr(FALLING).signals, "six falling is a rule that has to be asked for"


def test_eleven_points_have_no_limits_and_nothing_is_judged():
    chart = xmr(FALLING[:-1], rules=EVERY_RULE)
    assert all(point.low is None and not point.signals for point in chart.points)
    assert chart.why_no_limits == f"limits need {ENOUGH_FOR_LIMITS} points"
    assert chart.points[0].centre is not None


def test_a_month_without_a_figure_is_a_gap_and_breaks_no_run():
    values = [0.0, 10.0] * 7 + [0.0] + [6.0] * 5 + [None] + [6.0] * 3 + [0.0, 0.0]
    chart = xmr(values, baseline=14)
    assert (chart.points[20].value, chart.points[20].signals) == (None, ())
    assert flagged(chart, Rule.RUN) == [15, 16, 17, 18, 19, 21, 22, 23]


@pytest.mark.parametrize(("in_a_row", "is_signal"), [(7, False), (8, True)])
def test_a_run_is_eight_on_one_side(in_a_row: int, is_signal: bool):
    values = [10.0, 0.0] * 10 + [6.0] * in_a_row + [0.0, 0.0]
    found = flagged(xmr(values, baseline=20), Rule.RUN)
    assert bool(found) is is_signal
    if is_signal:
        assert found == list(range(20, 20 + in_a_row))


def test_one_on_the_median_is_on_neither_side_and_ends_a_run():
    assert flagged(xmr([1.0] * 8 + [0.0] + [-1.0] * 8), Rule.RUN) == [*range(8), *range(9, 17)]
    assert flagged(xmr([1.0] * 4 + [0.0] + [1.0] * 4 + [-1.0] * 4 + [0.0] + [-1.0] * 4), Rule.RUN) == []
    assert flagged(xmr([5.0, 6.0] * 10 + [6.0]), Rule.RUN) == [], (
        "two values in turn are no run, whichever is the median"
    )


def test_two_of_three_near_a_limit_is_a_signal_when_it_is_asked_for():
    values = [5.0, 6.0] * 10 + [8.0, 5.5, 8.0]
    assert flagged(xmr(values, rules=EVERY_RULE), Rule.TWO_OF_THREE) == [22]
    assert xmr(values).signals == frozenset()


def test_a_series_that_never_varies_signals_whatever_departs_from_it():
    assert xmr([4.0] * 20).signals == frozenset()
    assert flagged(xmr([4.0] * 40 + [9.0]), Rule.BEYOND)[-1] == 40


def test_beginning_afresh_gives_each_stretch_a_centre_of_its_own():
    values = [10.0, 11.0] * 6 + [20.0, 21.0] * 6
    chart = xmr(values, afresh_from=[12])
    assert [chart.points[0].centre, chart.points[-1].centre] == [10.5, 20.5]
    assert chart.signals == frozenset()
    assert xmr(values).signals >= {Rule.RUN}


def test_one_extreme_point_puts_no_other_out_of_the_ordinary():
    found = xmr([100.0, 104.0] * 11 + [100.0, 160.0])
    assert [place for place, point in enumerate(found.points) if point.signals] == [23]


def test_the_latest_point_is_judged_by_those_before_it_and_does_not_move_their_centre():
    values = [3.0, 3.2] * 6 + [9.0]
    judged = xmr(values, baseline=12)
    assert [place for place, point in enumerate(judged.points) if point.signals] == [12]
    assert judged.points[0].centre == pytest.approx(3.1)
    shares = p_chart([(10, 100), (12, 100)] * 6 + [(60, 100)], baseline=12)
    assert flagged(shares, Rule.BEYOND) == [12]
    assert shares.points[0].centre == pytest.approx(0.11)


def test_each_share_has_limits_for_its_own_denominator():
    shares = [(10, 100)] * 12 + [(30, 100), (3, 10), (0, 0)]
    chart = p_chart(shares)
    large, small, nothing = chart.points[-3:]
    centre = (12 * 10 + 33) / (13 * 100 + 10)
    assert large.centre == pytest.approx(centre)
    assert large.high == pytest.approx(centre + 3 * (centre * (1 - centre) / 100) ** 0.5)
    assert small.low == 0
    assert small.high is not None
    assert large.high is not None
    assert small.high > large.high
    assert (Rule.BEYOND in large.signals, Rule.BEYOND in small.signals) == (True, False)
    assert (nothing.value, nothing.low, nothing.signals) == (None, None, ())


def test_a_share_is_never_expected_above_one_or_below_nought():
    chart = p_chart([(9, 10)] * 12 + [(1, 1)])
    assert all(0 <= point.low <= point.high <= 1 for point in chart.points if point.low is not None)
    assert flagged(chart, Rule.BEYOND) == []


def test_events_for_their_exposure():
    chart = u_chart([(4, 1000.0)] * 12 + [(16, 1000.0)])
    centre = 64 / 13_000
    assert chart.points[-1].high == pytest.approx(centre + 3 * (centre / 1000) ** 0.5)
    assert flagged(chart, Rule.BEYOND) == [12]


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (100, (0.0298, 0.0579, 0.1873, 0.2303)),
        (200, (0.0553, 0.0775, 0.1690, 0.1987)),
        (400, (0.0747, 0.0913, 0.1560, 0.1763)),
    ],
)
def test_the_limits_of_a_funnel_are_those_of_the_worked_example(n: int, expected: tuple[float, ...]):
    assert tuple(vars(binomial_limits(0.124, n)).values()) == pytest.approx(expected, abs=5e-5)


def test_a_funnel_says_look_and_ranks_nobody():
    placed = funnel([(12, 100), (40, 100), (0, 0), (13, 100), (9, 100)])
    assert [each.look for each in placed] == [False, True, False, False, False]
    assert placed[2].limits is None
    assert [each.look for each in funnel([(0, 5), (0, 9)])] == [False, False]
    assert funnel([(3, 3), (5, 5)])[0].limits is not None
