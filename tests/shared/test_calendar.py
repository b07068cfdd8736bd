"""Days and months as the law counts them, against the government's own list and on both sides of every limit."""

from datetime import UTC, date, datetime, timedelta

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays
from hypothesis import given
from hypothesis import strategies as some

from shared.calendar import (
    add_months,
    add_working_days,
    civil_date,
    financial_year,
    first_day,
    is_working_day,
    last_day,
    month_of,
    months_between,
    next_month,
    working_days_between,
)
from shared.clock import held_at, today

PUBLISHED = {
    each["date"]
    for each in BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
}
days = some.dates(date(2010, 1, 1), date(2035, 12, 31))


def test_every_day_from_2012_to_2028_is_a_working_day_exactly_if_the_government_says_so() -> None:
    assert {day.year for day in PUBLISHED} == set(range(2012, 2029))
    day, last = date(2012, 1, 1), date(2028, 12, 31)
    while day <= last:
        assert is_working_day(day) is (day.weekday() < 5 and day not in PUBLISHED), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2026, 5, 14), date(2026, 5, 14), 0),  # the day a clock starts is day 0
        (date(2026, 5, 14), date(2026, 5, 15), 1),
        (date(2026, 5, 15), date(2026, 5, 17), 0),  # Friday to Sunday
        (date(2026, 5, 15), date(2026, 5, 18), 1),
        (date(2026, 5, 16), date(2026, 5, 18), 1),  # from a Saturday
        (date(2026, 5, 15), date(2026, 5, 14), 0),  # never less than nothing
        (date(2026, 4, 2), date(2026, 4, 6), 0),  # Maundy Thursday to Easter Monday
        (date(2026, 4, 2), date(2026, 4, 7), 1),
        (date(2026, 4, 1), date(2026, 4, 24), 15),  # Easter lies between
        (date(2026, 4, 1), date(2026, 4, 27), 16),
        (date(2026, 6, 1), date(2026, 6, 22), 15),  # three plain weeks
        (date(2026, 6, 1), date(2026, 6, 23), 16),
        (date(2026, 6, 1), date(2026, 8, 3), 45),  # nine plain weeks
        (date(2026, 6, 1), date(2026, 8, 4), 46),
        (date(2026, 11, 16), date(2027, 1, 21), 45),  # Christmas and the new year lie between
        (date(2026, 11, 16), date(2027, 1, 22), 46),
        (date(2025, 12, 24), date(2026, 1, 2), 4),
        (date(2022, 5, 31), date(2022, 6, 6), 2),  # the Platinum Jubilee: Spring moved, and a day more
        (date(2022, 9, 16), date(2022, 9, 20), 1),  # a state funeral, announced eleven days before
        (date(2023, 4, 28), date(2023, 5, 9), 5),  # Early May, then the coronation
    ],
)
def test_working_days_between_two_days(start: date, end: date, count: int) -> None:
    assert working_days_between(start, end) == count


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 5, 14), 0, date(2026, 5, 14)),
        (date(2026, 5, 16), 0, date(2026, 5, 16)),  # a Saturday stays one
        (date(2026, 5, 15), 1, date(2026, 5, 18)),
        (date(2026, 4, 1), 15, date(2026, 4, 24)),
        (date(2026, 11, 16), 45, date(2027, 1, 21)),
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
    ],
)
def test_a_limit_of_n_working_days_ends_on_the_nth_working_day_after_the_start(
    start: date, count: int, end: date
) -> None:
    assert add_working_days(start, count) == end


@given(start=days, count=some.integers(1, 200))
def test_the_nth_working_day_is_n_working_days_away_and_is_one(start: date, count: int) -> None:
    end = add_working_days(start, count)
    assert working_days_between(start, end) == count
    assert is_working_day(end)
    assert working_days_between(start, end - timedelta(days=1)) == count - 1


@given(start=days, length=some.integers(0, 900))
def test_working_days_are_those_that_somebody_would_count_in_a_diary(start: date, length: int) -> None:
    walked = sum(is_working_day(start + timedelta(days=n)) for n in range(1, length + 1))
    assert working_days_between(start, start + timedelta(days=length)) == walked


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2025, 8, 30), 6, date(2026, 2, 28)),
        (date(2025, 8, 28), 6, date(2026, 2, 28)),
        (date(2025, 3, 31), 6, date(2025, 9, 30)),
        (date(2025, 10, 31), 6, date(2026, 4, 30)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 7, 31), 1, date(2025, 8, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -12, date(2025, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 5, 14), 0, date(2026, 5, 14)),
    ],
)
def test_months_on_is_the_same_day_or_the_months_last(day: date, months: int, end: date) -> None:
    assert add_months(day, months) == end


@given(day=days, months=some.integers(-60, 60))
def test_months_on_is_always_in_the_month_that_is_so_many_months_on(day: date, months: int) -> None:
    end = add_months(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end.day < day.day and end == last_day(month_of(end)))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 2, 1, 0, 0, tzinfo=UTC), date(2026, 2, 1)),
        (datetime(2026, 3, 28, 23, 59, tzinfo=UTC), date(2026, 3, 28)),  # the last minute before summer time's Sunday
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 3, 30)),  # summer time: an hour before UTC's midnight
        (datetime(2026, 3, 31, 22, 59, tzinfo=UTC), date(2026, 3, 31)),
        (datetime(2026, 3, 31, 23, 0, tzinfo=UTC), date(2026, 4, 1)),  # a new financial year, while UTC says March
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 25)),  # the clocks went back in the night
        (datetime(2026, 10, 25, 23, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 26, 0, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_an_instant_is_on_the_day_that_a_clock_in_london_shows(instant: datetime, day: date) -> None:
    assert civil_date(instant) == day
    with held_at(instant):
        assert today() == day


def test_months_are_text_that_sorts_and_counts() -> None:
    assert month_of(date(2026, 3, 31)) == "2026-03"
    assert (first_day("2024-02"), last_day("2024-02"), last_day("2026-12")) == (
        date(2024, 2, 1),
        date(2024, 2, 29),
        date(2026, 12, 31),
    )
    assert (next_month("2026-11"), next_month("2026-12")) == ("2026-12", "2027-01")
    assert months_between("2026-11", "2027-02") == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert months_between("2026-11", "2026-11") == ["2026-11"]
    assert months_between("2026-11", "2026-10") == []


@pytest.mark.parametrize(
    ("month", "year"), [("2026-03", 2026), ("2026-04", 2027), ("2025-12", 2026), ("2026-01", 2026)]
)
def test_a_financial_year_is_named_by_the_march_it_ends_in(month: str, year: int) -> None:
    assert financial_year(month) == year
