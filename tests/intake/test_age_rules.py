"""A child's age in the DfE's bands, on both sides of each birthday."""

from datetime import date

import pytest

from services.intake.people.ages import age_band

BORN = date(2010, 2, 28)


@pytest.mark.parametrize(
    ("on", "band"),
    [
        (date(2010, 2, 27), "unborn"),
        (date(2010, 2, 28), "under 1"),
        (date(2011, 2, 27), "under 1"),
        (date(2011, 2, 28), "1 to 4"),
        (date(2015, 2, 27), "1 to 4"),
        (date(2015, 2, 28), "5 to 9"),
        (date(2020, 2, 27), "5 to 9"),
        (date(2020, 2, 28), "10 to 15"),
        (date(2026, 2, 27), "10 to 15"),
        (date(2026, 2, 28), "16 and over"),
    ],
)
def test_each_birthday_begins_its_band(on: date, band: str):
    assert age_band(BORN, None, on=on) == band


@pytest.mark.parametrize(("expected", "band"), [(date(2026, 5, 1), "unborn"), (date(2026, 4, 30), None), (None, None)])
def test_a_child_who_is_expected_is_unborn_and_one_overdue_is_not_known(expected: date | None, band: str | None):
    assert age_band(None, expected, on=date(2026, 5, 1)) == band
