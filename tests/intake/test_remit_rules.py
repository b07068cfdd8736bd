"""Which teams worked by the practice model, and when."""

from dataclasses import dataclass
from datetime import date

import pytest

from services.intake.people.remits import Period, periods, remit_on, works_by_the_model
from shared.contracts.codes import TeamRemit


@dataclass(frozen=True)
class Stated:
    in_force_from: date
    remit: TeamRemit


DISABILITY = Stated(date(2014, 1, 1), TeamRemit.DISABILITY)
LOOKED_AFTER = Stated(date(2014, 1, 1), TeamRemit.LOOKED_AFTER)
RENAMED = Stated(date(2018, 9, 1), TeamRemit.OTHER)


@pytest.mark.parametrize(
    ("stated", "worked"),
    [
        ([], [Period(date(2015, 4, 1))]),
        ([DISABILITY], []),
        ([LOOKED_AFTER], [Period(date(2016, 1, 1))]),
        ([RENAMED], [Period(date(2015, 4, 1), date(2018, 9, 1))]),
        ([RENAMED, LOOKED_AFTER], [Period(date(2016, 1, 1), date(2018, 9, 1))]),
        ([DISABILITY, Stated(date(2020, 1, 1), TeamRemit.LOOKED_AFTER)], [Period(date(2020, 1, 1))]),
    ],
)
def test_a_team_works_by_the_model_as_its_remit_and_the_day_say(stated, worked):
    assert list(periods(stated)) == worked


@pytest.mark.parametrize(
    ("day", "remit", "works"),
    [
        (date(2015, 12, 31), TeamRemit.LOOKED_AFTER, False),
        (date(2016, 1, 1), TeamRemit.LOOKED_AFTER, True),
        (date(2018, 8, 31), TeamRemit.LOOKED_AFTER, True),
        (date(2018, 9, 1), TeamRemit.OTHER, False),
    ],
)
def test_on_each_day_the_latest_remit_that_has_begun_stands(day, remit, works):
    stated = [RENAMED, LOOKED_AFTER]
    assert (remit_on(stated, day), works_by_the_model(stated, day)) == (remit, works)
