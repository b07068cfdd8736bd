"""A child's age in the DfE's bands, which is said in place of the day of birth."""

from datetime import date

from shared.calendar import add_months
from shared.contracts.ages import AgeBand

UPPER = ((1, AgeBand.UNDER_1), (5, AgeBand.FROM_1), (10, AgeBand.FROM_5), (16, AgeBand.FROM_10))


def age_band(born_on: date | None, expected_on: date | None, *, on: date) -> AgeBand | None:
    """The age on a day. None where neither birth nor the day it is expected is known, or the birth was expected before."""
    if born_on is None:
        return AgeBand.UNBORN if expected_on is not None and on <= expected_on else None
    if on < born_on:
        return AgeBand.UNBORN
    return next((band for years, band in UPPER if on < add_months(born_on, 12 * years)), AgeBand.FROM_16)
