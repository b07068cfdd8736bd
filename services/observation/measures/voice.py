"""The child's own voice: how a child of an age is heard, and why one was not. That a child will not say anything is an answer."""

from enum import StrEnum

from shared.problems import Unprocessable


class NotForThisAge(Unprocessable):
    title = "A child of this age is heard in another way"
    at = "/way"


class HeardOrNot(Unprocessable):
    title = "A child was heard in some way, or there is a reason why not"
    at = "/way"


class Heard(StrEnum):
    WATCHED = "watched"
    """Seen at play or with whoever cares for the child."""
    DRAWN = "drawn"
    """Drawing, faces, play."""
    TALKED = "talked"
    GOALS = "goals"
    QUESTIONNAIRE = "questionnaire"


class NotHeard(StrEnum):
    WOULD_NOT = "would_not"
    UNBORN = "unborn"
    NOT_SAFE = "not_safe"
    """To ask would have put the child at risk."""
    TOO_UNWELL = "too_unwell"
    CARER_SAID_NO = "carer_said_no"
    NO_INTERPRETER = "no_interpreter"
    NO_ADVOCATE = "no_advocate"
    NOT_REACHED = "not_reached"
    NOT_TRIED = "not_tried"


FROM_AGE = {Heard.WATCHED: 0, Heard.DRAWN: 4, Heard.TALKED: 4, Heard.GOALS: 8, Heard.QUESTIONNAIRE: 8}
"""Below four a child is watched and not asked; goals and questions on paper are for children who read."""


def check_heard(way: Heard | None, why_not: NotHeard | None, *, age: int) -> None:
    """Raise `HeardOrNot` unless it is one of the two, `NotForThisAge` where the way is for older children."""
    if (way is None) == (why_not is None):
        raise HeardOrNot("say in which way, or why not, and not both")
    if way is not None and age < FROM_AGE[way]:
        fitting = [each for each, youngest in FROM_AGE.items() if youngest <= age]
        raise NotForThisAge(f"at {age}: {', '.join(fitting)}")
