"""What becomes of a release. One dictionary holds every legal move; nothing that was approved moves again."""

from collections.abc import Mapping
from enum import StrEnum

from shared.problems import Conflict


class Stage(StrEnum):
    PREPARED = "prepared"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


LEGAL_MOVES: Mapping[Stage, Mapping[Stage, str]] = {
    Stage.PREPARED: {
        Stage.APPROVED: "another person than whoever prepared it lets it leave",
        Stage.REFUSED: "another person than whoever prepared it says why not",
        Stage.WITHDRAWN: "somebody who prepares releases takes it back, to prepare it anew",
    },
    Stage.APPROVED: {},
    Stage.REFUSED: {},
    Stage.WITHDRAWN: {},
}

STANDING = frozenset({Stage.PREPARED, Stage.APPROVED})
"""Of a month one release stands, or none."""


class ReleaseDecided(Conflict):
    title = "This release has been decided on"


class NeedsAnotherPerson(Conflict):
    title = "Whoever prepared a release does not decide on it"


def move(now: Stage, *, to: Stage, prepared_by: str, by: str) -> Stage:
    """The stage moved to. Raises `ReleaseDecided`, or `NeedsAnotherPerson` where two must have looked."""
    if to not in LEGAL_MOVES[now]:
        raise ReleaseDecided(f"it was {now}; what was approved stands, and of the rest another is prepared")
    if to is not Stage.WITHDRAWN and by == prepared_by:
        raise NeedsAnotherPerson("ask somebody else who may approve releases; you may withdraw it")
    return to
