"""Who is master of a team's allocations, and what may cause a caseload to pass its limits all the same."""

from enum import StrEnum


class Mode(StrEnum):
    MASTERED = "mastered"
    """Cases are given here, and the limits bind."""
    MIRRORED = "mirrored"
    """The case system gives them. What it states is a fact and is never refused; what passes a limit is flagged."""


class Cause(StrEnum):
    """What made a caseload pass its limits."""

    OVERRIDE = "override"
    """A manager gave a case beyond the limit, with a reason."""
    BIRTH = "birth"
    """A child was born into a family whose case the worker holds."""
    MIRRORED = "mirrored"
    """The case system gave it."""
    STEP_UP = "step_up"
    """A case that was held became heavier."""
    TERMS = "terms"
    """The worker may hold less than before."""
