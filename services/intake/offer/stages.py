"""The stages of what a family is offered. The core offer is given at once; the enhanced one is asked of the panel first."""

from collections.abc import Mapping
from enum import StrEnum

from shared.problems import Conflict


class Stage(StrEnum):
    ASKED = "asked"
    DEFERRED = "deferred"
    WAITING = "waiting"
    GIVEN = "given"
    STEPPED_DOWN = "stepped_down"
    ENDED = "ended"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Deferral(StrEnum):
    """Why the panel puts a decision off."""

    MORE_INFORMATION = "more_information"
    FAMILY_NOT_YET_ASKED = "family_not_yet_asked"
    AWAITS_A_DECISION = "awaits_a_decision"
    """Of a court or a conference, say."""


class Discretion(StrEnum):
    """Why the panel accepts though the criteria are not met."""

    COMPLEX_NETWORK = "complex_network"
    TRAUMA = "trauma"
    SIBLING_HAS_A_PLACE = "sibling_has_a_place"
    AT_THE_COURTS_REQUEST = "at_the_courts_request"
    OTHER_NEED = "other_need"


class Ahead(StrEnum):
    """Why a place is given though another family comes first."""

    CLINICIAN_FITS = "clinician_fits"
    """The place that is free is with a clinician of another discipline than the first family needs."""
    SIBLING_HAS_A_PLACE = "sibling_has_a_place"
    EMERGENCY = "emergency"


class Attendance(StrEnum):
    """What came of a session."""

    GIVEN = "given"
    MISSED = "missed"
    """The family did not come, or was not at home."""
    CANCELLED = "cancelled"
    """By the service."""


class Ending(StrEnum):
    """Why an offer ended and no other took its place."""

    FAMILY_WITHDREW = "family_withdrew"
    CHILD_IN_CARE = "child_in_care"
    MOVED_AWAY = "moved_away"
    OTHER = "other"


ACCEPTS = "the panel accepts"
REFUSES = "the panel refuses, with a reason"
DEFERS = "the panel puts it off to its next meeting, with a reason"
WITHDRAWS = "whoever asked asks no longer, or the case closes"

LEGAL_MOVES: dict[Stage, Mapping[Stage, str]] = {
    Stage.ASKED: {
        Stage.WAITING: ACCEPTS,
        Stage.REFUSED: REFUSES,
        Stage.DEFERRED: DEFERS,
        Stage.WITHDRAWN: WITHDRAWS,
    },
    Stage.DEFERRED: {
        Stage.WAITING: ACCEPTS,
        Stage.REFUSED: REFUSES,
        Stage.DEFERRED: DEFERS,
        Stage.WITHDRAWN: WITHDRAWS,
    },
    Stage.WAITING: {
        Stage.GIVEN: "the panel gives a place, with a named clinician",
        Stage.WITHDRAWN: WITHDRAWS,
    },
    Stage.GIVEN: {
        Stage.STEPPED_DOWN: "the work of the clinicians is done, and the core offer goes on",
        Stage.ENDED: "it ends: another offer takes its place, or the case closes",
    },
    Stage.STEPPED_DOWN: {},
    Stage.ENDED: {},
    Stage.REFUSED: {},
    Stage.WITHDRAWN: {},
}

AWAITED: dict[Stage, str] = {
    Stage.ASKED: "the panel's decision",
    Stage.DEFERRED: "the panel's decision at its next meeting",
    Stage.WAITING: "a place, which the panel gives",
    Stage.GIVEN: "sessions by the clinician, and the manager's word that it steps down or ends",
    Stage.STEPPED_DOWN: "nothing more: the core offer goes on",
    Stage.ENDED: "nothing more: it has ended",
    Stage.REFUSED: "nothing more: it may be asked for again",
    Stage.WITHDRAWN: "nothing more: it may be asked for again",
}
"""What an offer waits for at each stage, and from whom."""

STANDING = frozenset(stage for stage, legal in LEGAL_MOVES.items() if legal)
BEFORE_THE_PANEL = frozenset({Stage.ASKED, Stage.DEFERRED})
BEFORE_A_PLACE = BEFORE_THE_PANEL | {Stage.WAITING}


class OfferOutOfTurn(Conflict):
    title = "The offer is at another stage"


def move(now: Stage, *, to: Stage) -> Stage:
    """The stage moved to. Raises `OfferOutOfTurn` unless the move is legal."""
    if to not in LEGAL_MOVES[now]:
        raise OfferOutOfTurn(f"this offer awaits {AWAITED[now]}")
    return to
