"""What becomes of a wave: one dictionary holds every legal move."""

from enum import StrEnum

from shared.problems import Conflict


class Stage(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    TAKEN = "taken"
    LOST = "lost"
    CALLED_OFF = "called_off"


LEGAL_MOVES: dict[Stage, dict[Stage, str]] = {
    Stage.PLANNED: {
        Stage.OPEN: "the window opens",
        Stage.TAKEN: "the interview takes place before its window: it is kept, and flagged",
        Stage.LOST: "somebody says why it will not take place, or the person refuses or withdraws",
        Stage.CALLED_OFF: "the case is set aside or gone, or the child has died",
    },
    Stage.OPEN: {
        Stage.TAKEN: "the interview takes place",
        Stage.LOST: "the window closes, or somebody says why it will not take place",
        Stage.PLANNED: "the day of allocation is put right, and the window is yet to come",
        Stage.CALLED_OFF: "the case is set aside or gone, or the child has died",
    },
    Stage.TAKEN: {Stage.LOST: "whoever answered withdraws, and asks for it to be forgotten"},
    Stage.LOST: {
        Stage.TAKEN: "the interview takes place after all: it is kept, and flagged if it is out of its window",
        Stage.PLANNED: "the person agrees after all, or the day of allocation is put right, before the window",
        Stage.OPEN: "the person agrees after all, or the day of allocation is put right, within the window",
    },
    Stage.CALLED_OFF: {
        Stage.PLANNED: "the case is heard of again before the window",
        Stage.OPEN: "the case is heard of again within the window",
        Stage.LOST: "the case is heard of again after the window",
        Stage.TAKEN: "the case is heard of again after twelve months, and what is on record is read (T3)",
    },
}

AWAITED: dict[Stage, str] = {
    Stage.PLANNED: "the day on which its window opens",
    Stage.OPEN: "the interview, or the end of its window",
    Stage.TAKEN: "nothing more: the interview has taken place",
    Stage.LOST: "nothing more: it is known why it did not take place",
    Stage.CALLED_OFF: "nothing more: the case is not followed",
}
"""What a wave waits for at each stage."""

AWAITING = frozenset({Stage.PLANNED, Stage.OPEN})


class Lost(StrEnum):
    """Why a wave was lost."""

    NOT_REACHED = "not_reached"
    """It was tried, and nobody was reached before the window closed."""
    NOT_TRIED = "not_tried"
    """The window closed before anybody had tried."""
    REFUSED = "refused"
    WITHDREW = "withdrew"
    TOO_MUCH_GOING_ON = "too_much_going_on"
    MOVED_AWAY = "moved_away"
    UNSAFE = "unsafe"
    NO_INTERPRETER = "no_interpreter"
    UNWELL = "unwell"


class WaveOutOfTurn(Conflict):
    title = "The wave is at another stage"


def move(now: Stage, *, to: Stage) -> Stage:
    """The stage moved to. Raises `WaveOutOfTurn` unless the move is legal."""
    if to not in LEGAL_MOVES[now]:
        raise WaveOutOfTurn(f"this wave awaits {AWAITED[now]}")
    return to
