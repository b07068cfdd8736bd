"""What the doctor finds: in what state a thing is, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it is, and what to do. No ids, no names of anybody, no secrets."""

    about: str
    state: State
    says: str
    cure: str = ""


def ok(about: str, says: str) -> Finding:
    return Finding(about, State.OK, says)


def warn(about: str, says: str, cure: str) -> Finding:
    return Finding(about, State.WARN, says, cure)


def fail(about: str, says: str, cure: str) -> Finding:
    return Finding(about, State.FAIL, says, cure)
