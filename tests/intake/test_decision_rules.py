"""One working day to decide on a referral, over weekends and bank holidays; and what each outcome means."""

from datetime import date

import pytest

from services.intake.referrals.decision import NO_FURTHER_ACTION, OPENS_AN_EPISODE, Outcome, due_on


@pytest.mark.parametrize(
    ("received_on", "due"),
    [
        (date(2026, 5, 13), date(2026, 5, 14)),  # Wednesday
        (date(2026, 5, 15), date(2026, 5, 18)),  # Friday: the weekend stops the clock
        (date(2026, 5, 16), date(2026, 5, 18)),  # Saturday
        (date(2026, 5, 17), date(2026, 5, 18)),  # Sunday
        (date(2026, 5, 1), date(2026, 5, 5)),  # the Friday before Early May
        (date(2026, 4, 2), date(2026, 4, 7)),  # Maundy Thursday: Good Friday and Easter Monday lie between
        (date(2026, 4, 6), date(2026, 4, 7)),  # received on Easter Monday itself
        (date(2026, 12, 24), date(2026, 12, 29)),  # Boxing Day falls on a Saturday and is kept on the Monday
        (date(2026, 12, 31), date(2027, 1, 4)),  # over the new year
        (date(2027, 12, 24), date(2027, 12, 29)),  # both Christmas days at the weekend
        (date(2022, 9, 16), date(2022, 9, 20)),  # the late Queen's funeral
        (date(2023, 5, 5), date(2023, 5, 9)),  # the coronation
        (date(2020, 5, 7), date(2020, 5, 11)),  # Early May moved to the Friday, for VE Day
        (date(2026, 10, 23), date(2026, 10, 26)),  # the clocks go back between
    ],
)
def test_a_referral_is_to_be_decided_by_the_end_of_the_next_working_day(received_on: date, due: date) -> None:
    assert due_on(received_on) == due


def test_every_outcome_but_one_either_ends_the_referral_or_opens_an_episode() -> None:
    assert set(Outcome) == NO_FURTHER_ACTION | OPENS_AN_EPISODE | {Outcome.OPEN_EPISODE}
    assert not NO_FURTHER_ACTION & OPENS_AN_EPISODE
