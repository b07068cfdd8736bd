"""What becomes of an extract that somebody asked for. One dictionary holds every legal move."""

from collections.abc import Mapping
from enum import StrEnum

from shared.problems import Conflict


class Stage(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    COLLECTED = "collected"


LEGAL_MOVES: Mapping[Stage, Mapping[Stage, str]] = {
    Stage.ASKED: {
        Stage.APPROVED: "another person than whoever asked finds purpose, basis and recipient right",
        Stage.REFUSED: "another person than whoever asked says why not",
        Stage.WITHDRAWN: "whoever asked takes it back",
    },
    Stage.APPROVED: {
        Stage.COLLECTED: "whoever asked collects it, once",
        Stage.WITHDRAWN: "whoever asked takes it back",
    },
    Stage.REFUSED: {},
    Stage.WITHDRAWN: {},
    Stage.COLLECTED: {},
}
DECIDED_BY_ANOTHER = frozenset({Stage.APPROVED, Stage.REFUSED})


class ExtractElsewhere(Conflict):
    title = "The extract is at another stage"


class AskedByAnother(Conflict):
    title = "Whoever asked for an extract withdraws and collects it, and somebody else decides"


def move(now: Stage, *, to: Stage, asked_by: str, by: str) -> Stage:
    """The stage moved to. Raises `ExtractElsewhere`, or `AskedByAnother`."""
    if to not in LEGAL_MOVES[now]:
        raise ExtractElsewhere(f"it is {now}; what was collected is asked for anew, under other pseudonyms")
    if (by == asked_by) is (to in DECIDED_BY_ANOTHER):
        raise AskedByAnother("two people stand for an extract")
    return to
