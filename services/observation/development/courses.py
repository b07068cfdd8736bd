"""What is attended: the course of four days in Motivational Social Work, induction, and what comes after."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from shared.calendar import add_months
from shared.problems import Unprocessable

DAYS = 4
CPD_MONTHS = 12


class WhichDay(Unprocessable):
    title = "Of the four-day course it is said which day was attended, and of nothing else"
    at = "/day"


class Course(StrEnum):
    FOUR_DAY = "four_day"
    INDUCTION = "induction"
    CPD = "cpd"


def check_day(course: Course, day: int | None) -> None:
    """Raise `WhichDay` unless it is said which of the four days it was, and only of those."""
    if (course is Course.FOUR_DAY) != (day is not None):
        raise WhichDay(f"name the day, from 1 to {DAYS}, with `four_day`")


def days_done(attended: Iterable[tuple[Course, int | None]]) -> list[int]:
    """Which of the four days somebody has been to, in order; a day that was repeated counts once."""
    return sorted({day for course, day in attended if course == Course.FOUR_DAY and day is not None})


def cpd_since(today: date) -> date:
    """From which day on learning counts as of this year."""
    return add_months(today, -CPD_MONTHS)
