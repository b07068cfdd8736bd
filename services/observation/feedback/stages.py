"""The stages of an observation. One dictionary holds every legal move; nothing else decides what may come next."""

from enum import StrEnum

from shared.problems import Conflict


class Stage(StrEnum):
    RECORDED = "recorded"
    FEEDBACK_GIVEN = "feedback_given"
    COACHING_HELD = "coaching_held"


LEGAL_MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.RECORDED: frozenset({Stage.FEEDBACK_GIVEN}),
    Stage.FEEDBACK_GIVEN: frozenset({Stage.COACHING_HELD}),
    Stage.COACHING_HELD: frozenset(),
}

AWAITED: dict[Stage, str] = {
    Stage.RECORDED: "feedback from the observer or a coach",
    Stage.FEEDBACK_GIVEN: "coaching by the observer or a coach",
    Stage.COACHING_HELD: "nothing more: feedback was given and coaching held",
}
"""What an observation waits for at each stage, and from whom."""


class OutOfTurn(Conflict):
    title = "The observation is at another stage"


def move(now: Stage, *, to: Stage) -> Stage:
    """The stage moved to. Raises `OutOfTurn` unless the move is legal."""
    if to not in LEGAL_MOVES[now]:
        raise OutOfTurn(f"this observation awaits {AWAITED[now]}")
    return to
