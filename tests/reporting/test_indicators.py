"""Each indicator counts what it says, on both sides of each of its limits."""

from typing import Any

import pytest

from services.reporting.indicators.catalogue import BY_ID, EVERY, contributions
from services.reporting.indicators.indicator import percent
from services.reporting.indicators.unstated import UNSTATED
from shared.contracts.state import State
from tests.reporting.indicator_cases import CASES as FIRST_CASES
from tests.reporting.indicator_cases import Expected, Told, child, comes_to, held, id_
from tests.reporting.indicator_cases_of_help import HELP_CASES

CASES = FIRST_CASES + HELP_CASES


@pytest.mark.parametrize(("indicator", "tried", "state", "expected"), CASES, ids=[f"{c[0]}: {c[1]}" for c in CASES])
def test_each_indicator_counts_what_it_says(indicator: str, tried: str, state: State, expected: Expected):
    assert comes_to(BY_ID[indicator], state) == expected


def test_every_indicator_has_a_case_that_counts_something():
    assert {indicator for indicator, _, _, expected in CASES if expected} == {
        indicator.id for indicator in EVERY if indicator not in UNSTATED
    }


@pytest.mark.parametrize("of_all", [{"merged_into": id_(9)}, {"erased": True}])
def test_merged_and_erased_children_contribute_nothing(of_all: dict[str, Any]):
    told = Told("2025-03-01", closed="2025-04-01", assessments=(("2025-03-01", "2025-03-02"),))
    assert contributions(child(told))
    assert not contributions(child(told, **of_all))


def test_no_odd_date_breaks_an_indicator():
    ends = ("0001-01-01", "9999-12-31")
    for start in ends:
        for end in (*ends, None):
            told = Told(
                start, closed=end, assessments=((start, end),), enquiries=((start, end),), plans=((start, end, 1),),
                held=(held("North", start, end), held("South", end or start)),
            )  # fmt: skip
            assert contributions(child(told, told))


def test_every_definition_says_what_a_reader_needs():
    for indicator in EVERY:
        assert all([indicator.title, indicator.sentence, indicator.numerator, indicator.attribution, indicator.source])
        is_share = indicator.kind in {"flow", "stock"} and indicator.denominator is not None
        assert (indicator.unit == "percent") == is_share
    assert len(BY_ID) == len(EVERY)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(0, 0, None), (0, 3, 0.0), (1, 3, 33.3), (2, 3, 66.7), (1, 16, 6.3), (1, 80, 1.3), (3, 3, 100.0)],
)
def test_percentages_round_half_up(numerator: int, denominator: int, expected: float | None):
    assert percent(numerator, denominator) == expected
