"""What becomes of an offer to take a case over. One dictionary holds every legal move."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.calendar import add_working_days, beginning_of
from shared.problems import Conflict

ANSWER_WORKING_DAYS = 5
EXPIRED = "handover.expired"
"""The timer that runs beside an offer, and what is said when it has run out."""


class Stage(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


LEGAL_MOVES: Mapping[Stage, Mapping[Stage, str]] = {
    Stage.OFFERED: {
        Stage.ACCEPTED: "the worker, or a manager of the worker's team, takes the case over",
        Stage.REFUSED: "the worker, or a manager of the worker's team, says why not",
        Stage.WITHDRAWN: "a manager of the team that holds the case takes the offer back",
        Stage.EXPIRED: "nobody answers in five working days",
    },
    Stage.ACCEPTED: {},
    Stage.REFUSED: {},
    Stage.WITHDRAWN: {},
    Stage.EXPIRED: {},
}


class HandoverReason(StrEnum):
    LEAVER = "leaver"
    ABSENCE = "absence"
    CASELOAD = "caseload"
    MOVED_AREA = "moved_area"
    STEP_CHANGE = "step_change"
    """The case needs another kind of team or worker now."""
    SIBLINGS_TOGETHER = "siblings_together"
    OTHER = "other"


class RefusalReason(StrEnum):
    NO_ROOM = "no_room"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    NOT_READY = "not_ready"
    """Something is to be finished before: a visit, an assessment, a conference."""
    WRONG_TEAM = "wrong_team"
    OTHER = "other"


class NotOffered(Conflict):
    title = "This offer has been answered, withdrawn, or has expired"


def move(now: Stage, *, to: Stage) -> Stage:
    """The stage moved to. Raises `NotOffered` unless the move is legal."""
    if to not in LEGAL_MOVES[now]:
        raise NotOffered("read the episode to see who holds the case, and offer it again if need be")
    return to


def answer_by(offered_on: date) -> date:
    """The last day on which an answer is in time."""
    return add_working_days(offered_on, ANSWER_WORKING_DAYS)


def runs_out(last_day: date) -> datetime:
    return beginning_of(last_day + timedelta(days=1))
