"""All figures of the evaluation report, from its own inputs by our functions; where its print differs, the print is named.

The inputs, what the formula gives and what was printed stand in `data/golden_figures.json`.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.reporting.evidence import intervals, power, summaries
from services.reporting.evidence.attrition import retention
from services.reporting.evidence.counts import change_in_percent, compare_counts
from services.reporting.evidence.groups import welch
from services.reporting.evidence.intervals import Mean, two_sided
from services.reporting.evidence.paired import paired_from_summary

DATA = Path(__file__).parent / "data"
FIGURES = json.loads((DATA / "golden_figures.json").read_text())["figures"]


def stress(t: float = 2.74) -> Any:
    """The evaluation's stress scores of 23 parents, as printed: 11.7 (5.50) and 9.1 (6.57), lower is better."""
    return paired_from_summary(Mean(23, 11.7, 5.5, None), Mean(23, 9.1, 6.57, None), t, low_is_good=True)


def share(n: int, N: int) -> Any:  # noqa: N803
    return retention(N, n)


def counted(a: int, b: int) -> Any:
    return compare_counts(a, b)


BY_FORMULA: Mapping[str, Callable[..., float]] = {
    "100*n/N": lambda n, N: share(n, N).percent,  # noqa: N803
    "Wilson 95% low": lambda n, N: share(n, N).interval_percent.low,  # noqa: N803
    "Wilson 95% high": lambda n, N: share(n, N).interval_percent.high,  # noqa: N803
    "100*(b-a)/a": lambda a, b: change_in_percent(before=a, after=b),
    "b-a (percentage points)": lambda a, b: b - a,
    "b-a": lambda a, b: b - a,
    "a-b": lambda a, b: a - b,
    "a+b": lambda a, b: a + b,
    "a/b": lambda a, b: a / b,
    "n/rate*10000": lambda n, rate: summaries.implied_population(count=n, rate_per_10_000=rate),
    "n/pop*10000": lambda n, pop: intervals.per_10_000(count=n, population=pop),
    "10000/rate": lambda rate: summaries.one_in(rate_per_10_000=rate),
    "pop/children": lambda pop, children: pop / children,
    "residents/children": lambda residents, children: residents / children,
    "end-opened+closed": lambda end, opened, closed: summaries.open_before(at_the_end=end, begun=opened, ended=closed),
    "n*p": lambda n, p: n * p,
    "n/p": lambda n, p: n / p,
    "a*(1+p/100)": lambda a, p: a * (1 + p / 100),
    "saving/children": lambda saving, children: saving / children,
    "(m1-m2)/t*sqrt(n)": lambda m1, m2, t, n: stress(t).sd_of_gains,
    "(s1^2+s2^2-sd^2)/(2 s1 s2)": lambda s1, s2, sd_diff: stress().r,
    "2*t.sf(t,df)": lambda t, df: two_sided(t, freedom=df),
    "d - t.ppf(.975,df)*d/t": lambda d, t, df: stress(t).interval.low,
    "d + t.ppf(.975,df)*d/t": lambda d, t, df: stress(t).interval.high,
    "t/sqrt(n)": lambda t, n: stress(t).dz,
    "t/sqrt(n)*(1-3/(4*(n-1)-1))": lambda t, n: stress(t).gz,
    "Welch from stats": lambda m1, s1, m2, s2, n: welch(Mean(n, m1, s1, None), Mean(n, m2, s2, None)).p,
    "binomtest(b,a+b,.5)": lambda a, b: counted(a, b).p,
    "nct power": lambda n, power, alpha: smallest_change(n),
}

PRINTED_OTHERWISE = {
    "sw_interviewed": "80%",
    "one_in_1": "1 in 17",
    "one_in_2": "1 in 25",
    "one_in_4": "1 in 22",
    "contacts_one_in": "1 in 7",
    "cla_target_vs_300": "15%",
    "funding_with_dfe_extra": "£5.1m",
    "shortfall_2016_17": "£1.5m",
}
"""What the evaluation prints where its own inputs give something else."""


def smallest_change(pairs: int) -> float:
    return power.smallest_change(pairs)


@pytest.mark.parametrize("figure", FIGURES, ids=[figure["id"] for figure in FIGURES])
def test_each_figure_of_the_evaluation_follows_from_its_inputs(figure: dict[str, Any]):
    found = BY_FORMULA[figure["formula"]](**figure["inputs"])
    assert found == pytest.approx(figure["expected"], rel=0, abs=max(figure["tolerance"], 1e-9))


def test_there_are_all_56_of_them():
    assert len({figure["id"] for figure in FIGURES}) == 56


def test_where_the_print_does_not_follow_from_the_inputs_it_is_known():
    assert {f["id"]: f["printed"] for f in FIGURES if f["status"] != "reproduces"} == PRINTED_OTHERWISE


def test_the_fall_in_stress_of_23_parents_is_what_was_printed_of_it():
    found = stress()
    assert (round(found.r, 3), round(found.p, 5)) == (0.729, 0.01195)
    assert (round(found.interval.low, 3), round(found.interval.high, 3)) == (0.632, 4.568)
    assert (round(found.dz, 3), round(found.gz, 3)) == (0.571, 0.552)
    assert (round(found.dz_interval.low, 3), round(found.dz_interval.high, 3)) == (0.124, 1.008)


def test_a_third_more_care_orders_is_no_more_than_chance_may_bring():
    more = compare_counts(30, 40)
    assert more is not None
    assert more.p == pytest.approx(0.282, abs=5e-4)
    assert (more.ratio, round(more.ratio_interval.low, 2), round(more.ratio_interval.high, 2)) == (
        pytest.approx(4 / 3),
        0.81,
        2.22,
    )


def test_the_life_ratings_cannot_be_of_the_23_who_came_twice():
    """No 23 whole answers average 3.12 or 5.64; the 101 of the first wave can."""
    assert not summaries.possible_mean("3.12", 23)
    assert not summaries.possible_mean("5.64", 23)
    assert summaries.possible_mean("6.13", 23)
    assert {25, 33, 42, 101} <= set(summaries.possible_ns(("3.12", "5.64"), 101))


@pytest.mark.parametrize(
    ("t", "df", "printed", "agrees"),
    [
        (1.71, 291, ".44", "neither"),
        (1.71, 291, ".044", "one-sided"),
        (1.05, 57, ".137", "neither"),
        (3.416, 26, ".002", "two-sided"),
        (2.407, 324, ".017", "two-sided"),
        (-2.407, 324, ".017", "two-sided"),
        (2.74, 22, "<.05", "two-sided"),
        (1.9, 22, "<.05", "one-sided"),
        (0.3, 22, "<.05", "neither"),
    ],
)
def test_a_printed_p_is_held_against_its_t(t: float, df: float, printed: str, agrees: str):
    assert summaries.p_of(t, df, printed).agrees == agrees


def test_a_possible_mean_counts_the_decimals_that_were_printed():
    assert summaries.possible_mean("3.1", 23)
    assert not summaries.possible_mean("3.10", 23)
    assert summaries.possible_mean("3.12", 23, items=2) == any(round(k / 46, 2) == 3.12 for k in range(200))


def test_it_takes_ninety_pairs_to_see_a_change_of_three_tenths():
    assert [power.pairs_needed(dz) for dz in (0.2, 0.3, 0.4, 0.5)] == [199, 90, 52, 34]
    assert power.begun_needed(90, begun=281, completed=23) == 1100
    with pytest.raises(ValueError, match="nobody has completed"):
        power.begun_needed(90, begun=281, completed=0)
    with pytest.raises(ValueError, match="more pairs than"):
        power.pairs_needed(0.0001)
