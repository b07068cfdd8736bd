"""How far a case in the frame of a cohort has come: one dictionary holds every legal move."""

from enum import StrEnum

from shared.problems import Conflict


class Stage(StrEnum):
    IN_FRAME = "in_frame"
    SELECTED = "selected"
    APPROACHED = "approached"
    SET_ASIDE = "set_aside"


LEGAL_MOVES: dict[Stage, dict[Stage, str]] = {
    Stage.IN_FRAME: {
        Stage.SELECTED: "the case comes into the enhanced offer, or takes the place of one that was set aside",
    },
    Stage.SELECTED: {
        Stage.APPROACHED: "the worker or the family is asked for the first time",
        Stage.SET_ASIDE: "the case cannot be followed, for one of the stated reasons",
    },
    Stage.APPROACHED: {Stage.SET_ASIDE: "the case can be followed no longer, for one of the stated reasons"},
    Stage.SET_ASIDE: {},
}

AWAITED: dict[Stage, str] = {
    Stage.IN_FRAME: "nothing: nobody is asked anything, and what is on record is read after 12 months",
    Stage.SELECTED: "an evaluator or a coach who asks the worker and the family",
    Stage.APPROACHED: "the answers, the observation and the waves",
    Stage.SET_ASIDE: "nothing more: another case has its place, where there was one to take it",
}


class SetAsideBecause(StrEnum):
    """Why a selected case is not followed. That a worker would rather have another followed is no reason."""

    UNSAFE = "unsafe"
    DIED = "died"
    MOVED_AWAY = "moved_away"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    NO_INTERPRETER = "no_interpreter"
    ALLOCATED_IN_ERROR = "allocated_in_error"
    NOT_ASKED_IN_TIME = "not_asked_in_time"


class CaseOutOfTurn(Conflict):
    title = "The case is at another stage"


def move(now: Stage, *, to: Stage) -> Stage:
    """The stage moved to. Raises `CaseOutOfTurn` unless the move is legal."""
    if to not in LEGAL_MOVES[now]:
        raise CaseOutOfTurn(f"this case awaits {AWAITED[now]}")
    return to
