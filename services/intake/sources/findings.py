"""What came of what a source states, what was found in it, where, and what was done about it."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Done(StrEnum):
    STORED = "stored"
    """Stored as stated, with this finding beside it for a person to settle."""
    SET_ASIDE = "set_aside"
    """Not stored: it cannot be understood, or there is nothing it could belong to."""
    OURS_STANDS = "ours_stands"
    """It is recorded here otherwise, and here is its master: the two differ until a person has settled it."""


@dataclass(frozen=True)
class Finding:
    """One thing found. The sentence holds no name, no date of birth and no value from the record."""

    pointer: str
    """JSON pointer into the document."""
    sentence: str
    rule: str | None = None
    """DfE rule code where one applies; a code that ends in Q is a query, any other an error."""
    done: Done = Done.STORED

    def as_dict(self) -> dict[str, object]:
        return {"pointer": self.pointer, "rule": self.rule, "sentence": self.sentence, "done": self.done.value}
