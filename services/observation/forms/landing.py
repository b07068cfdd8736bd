"""Whether a form lands: an edit lands on the version it replaces, waits for it, or contradicts what came in its place."""

from datetime import timedelta
from enum import StrEnum

HELD_TOO_LONG = "form.held"
"""The timer that runs while a form is held."""

HELD_FOR = timedelta(days=3)
"""A phone that is back in reach sends all it has within minutes. What has not come after days will not come."""


class Standing(StrEnum):
    HELD = "held"
    LANDED = "landed"
    DISPUTED = "disputed"
    SET_ASIDE = "set_aside"


LEGAL_MOVES: dict[Standing, frozenset[Standing]] = {
    Standing.HELD: frozenset({Standing.LANDED, Standing.DISPUTED}),
    Standing.DISPUTED: frozenset({Standing.LANDED, Standing.SET_ASIDE}),
    Standing.LANDED: frozenset(),
    Standing.SET_ASIDE: frozenset(),
}

AWAITED: dict[Standing, str] = {
    Standing.HELD: "the version it replaces, or the end of the third day",
    Standing.DISPUTED: "a person who decides which form is right",
    Standing.LANDED: "nothing more: the observation says what it says, or what a later version says",
    Standing.SET_ASIDE: "nothing more: a person decided against it",
}
"""What a form waits for at each standing."""


class Dispute(StrEnum):
    """Why a person has to decide."""

    REPLACED_ALREADY = "replaced_already"
    """Another form stands in the place of the version it would replace, or under the same id."""
    ANOTHER_OBSERVER = "another_observer"
    FED_BACK = "fed_back"
    """The worker has had feedback on what it would replace."""
    SECOND_CODED = "second_coded"
    """Somebody has scored it a second time, and both scores are known to both."""
    REFUSED = "refused"
    """It was held, and by the time it could land something spoke against it."""


IN_WORDS: dict[Dispute, str] = {
    Dispute.REPLACED_ALREADY: "a different form came under this id, or in the place of the version this one replaces",
    Dispute.ANOTHER_OBSERVER: "somebody else observed under this id",
    Dispute.FED_BACK: "the worker has had feedback on the version this one replaces",
    Dispute.SECOND_CODED: "the version this one replaces has been scored a second time",
    Dispute.REFUSED: "something speaks against it by now",
}


def landing(
    *, replaces: int, standing: int, same_observer: bool, fed_back: bool, second_coded: bool
) -> Standing | Dispute:
    """What becomes of a form that replaces a version (0: it is the first), where version `standing` is the latest to have
    landed (0: none has). Standing.LANDED, Standing.HELD, or why a person has to decide.
    """
    if replaces > standing:
        return Standing.HELD
    if replaces < standing:
        return Dispute.REPLACED_ALREADY
    if standing and not same_observer:
        return Dispute.ANOTHER_OBSERVER
    if second_coded:
        return Dispute.SECOND_CODED
    return Dispute.FED_BACK if fed_back else Standing.LANDED
