"""What was found wrong with a record, where, under which rule, and what was done about it."""

from dataclasses import dataclass
from enum import StrEnum


class Done(StrEnum):
    STORED = "stored"
    """Stored as stated, with this finding beside it for a person to settle."""
    SET_ASIDE = "set_aside"
    """Not stored: it cannot be understood."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong. The sentence holds no name, no date of birth and no value from the record."""

    la_child_id: str
    element: str
    rule: str | None
    """DfE rule code where one applies; a code that ends in Q is a query, any other an error."""
    sentence: str
    done: Done = Done.STORED

    @property
    def is_error(self) -> bool:
        return self.done is Done.SET_ASIDE or (self.rule is not None and not self.rule.endswith("Q"))
