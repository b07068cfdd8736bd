"""When the time of a case record is up. Plain Python, so that the rule can be read and tested without a database."""

from datetime import date

from shared.calendar import add_months

ADULT_YEARS = 18


def disposed_of_from(*, born_on: date, last_closed_on: date, years: int) -> date:
    """The first day on which a child's record may be disposed of: `years` after the later of the eighteenth birthday and
    the end of the last case. English authorities count so for children in need; how many years differs between them.
    """
    adult_on = add_months(born_on, 12 * ADULT_YEARS)
    return add_months(max(adult_on, last_closed_on), 12 * years)
