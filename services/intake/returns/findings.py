"""What was found wrong with a record, where, under which rule, and what was done about it."""

from dataclasses import dataclass
from enum import StrEnum


class Done(StrEnum):
    STORED = "stored"
    """Stored as stated, with this finding beside it for a person to settle."""
    SET_ASIDE = "set_aside"
    """Not stored: it cannot be understood."""
    LEFT_OUT = "left_out"
    """Stored, and not stated in the return: the census has no way to state it."""


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
        """Nothing that is left out of a return is wrong in it."""
        is_of_an_error = self.rule is not None and not self.rule.endswith("Q")
        return self.done is Done.SET_ASIDE or (is_of_an_error and self.done is not Done.LEFT_OUT)
