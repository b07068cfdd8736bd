"""When a form lands, waits or contradicts: a truth table, and every standing reached only by a legal move."""

import pytest

from services.observation.forms.landing import AWAITED, IN_WORDS, LEGAL_MOVES, Dispute, Standing, landing


@pytest.mark.parametrize(
    ("replaces", "standing", "same_observer", "fed_back", "outcome"),
    [
        (0, 0, True, False, Standing.LANDED),  # the first
        (1, 1, True, False, Standing.LANDED),  # an edit of what stands
        (1, 0, True, False, Standing.HELD),  # the first has not come
        (3, 1, True, False, Standing.HELD),  # one in between has not come
        (3, 1, False, True, Standing.HELD),  # who sent it is asked once it can land
        (0, 1, True, False, Dispute.REPLACED_ALREADY),  # another first
        (1, 2, True, False, Dispute.REPLACED_ALREADY),  # another edit of the same version came
        (1, 1, False, False, Dispute.ANOTHER_OBSERVER),
        (1, 1, True, True, Dispute.FED_BACK),
    ],
)
def test_what_becomes_of_a_form(replaces, standing, same_observer, fed_back, outcome) -> None:
    told = {"replaces": replaces, "standing": standing, "same_observer": same_observer, "fed_back": fed_back}
    assert landing(**told, second_coded=False) is outcome


def test_what_was_scored_twice_is_changed_by_a_person_only() -> None:
    assert landing(replaces=1, standing=1, same_observer=True, fed_back=True, second_coded=True) is Dispute.SECOND_CODED


def test_every_standing_says_what_it_waits_for_and_every_dispute_has_words() -> None:
    assert set(LEGAL_MOVES) == set(AWAITED) == set(Standing)
    assert set(IN_WORDS) == set(Dispute)
