"""May this family be called now? And has it been tried often enough to say that nobody was reached?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from shared.problems import Conflict

FRESH_FOR = timedelta(hours=4)
"""A check is made before the call, by whoever calls, and serves one call: what was safe in the morning may not be at night."""

ENOUGH_ATTEMPTS, ENOUGH_CHANNELS = 6, 3
"""Families who were lost in 2017 had mostly not been asked again: 281 cases, 101 at four weeks, 23 at four months."""


class Finding(StrEnum):
    """What was found by looking before a call."""

    CLEAR = "clear"
    WITH_CARE = "with_care"
    """It is safe in a certain way, which the child's record tells: at what time, on which number, saying who one is or not."""
    STOP = "stop"


class Channel(StrEnum):
    PHONE = "phone"
    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"
    THROUGH_WORKER = "through_worker"


class Reached(StrEnum):
    """What came of an attempt."""

    NO_ANSWER = "no_answer"
    WRONG_ADDRESS = "wrong_address"
    MESSAGE_LEFT = "message_left"
    ASKED_TO_CALL_AGAIN = "asked_to_call_again"
    BOOKED = "booked"
    """A day was agreed on."""


class NotSafe(Conflict):
    title = "The check before this call says stop"


class NotChecked(Conflict):
    title = "Look whether it is safe before each call"


class NotTriedEnough(Conflict):
    title = "It has not been tried often enough to say that nobody was reached"


def check_safe(findings: Iterable[Finding], *, made_at: datetime, now: datetime) -> None:
    """Raise unless this check allows a call now."""
    if not timedelta() <= now - made_at <= FRESH_FOR:
        raise NotChecked("each check serves one call, within four hours: make another")
    if Finding.STOP in findings:
        raise NotSafe("do not call; speak with the worker who holds the case, and check again when it has changed")


def check_tried(attempts: int, channels: int) -> None:
    """Raise `NotTriedEnough` below six attempts by three ways."""
    if attempts < ENOUGH_ATTEMPTS or channels < ENOUGH_CHANNELS:
        raise NotTriedEnough(f"try {ENOUGH_ATTEMPTS} times by {ENOUGH_CHANNELS} ways first, or say another reason")
