"""Working days are counted by leaps, and come out as if somebody had walked from day to day."""

from datetime import date, timedelta

from shared.calendar import add_working_days, is_working_day, working_days_between


def walked(day: date, count: int) -> date:
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def test_leaping_and_walking_come_to_the_same_day_from_every_day_of_two_years():
    first = date(2027, 11, 1)
    for start in (first + timedelta(days=n) for n in range(760)):
        for count in (0, 1, 2, 5, 15, 45):
            assert add_working_days(start, count) == walked(start, count), (start, count)


def test_the_45th_working_day_over_christmas_is_the_published_one():
    assert add_working_days(date(2026, 12, 1), 45) == date(2027, 2, 5)
    assert working_days_between(date(2026, 12, 1), date(2027, 2, 5)) == 45


def test_nothing_before_the_day_itself():
    assert add_working_days(date(2026, 12, 26), -3) == date(2026, 12, 26)
