"""The shapes in which a return and what is to be put right in it go out."""

from enum import StrEnum
from uuid import UUID

from shared.web.shapes import Out


class PutRight(StrEnum):
    HERE = "here"
    AT_ITS_SOURCE = "at_its_source"
    """In the system that states it: what it states is not changed here."""


class FindingOut(Out):
    """One thing to be put right before the return leaves. It is gone from the list the moment it is."""

    rule: str | None
    """The DfE's code; one that ends in Q is a query, which an explanation answers too."""
    is_error: bool
    element: str
    """Of the census, at which the rule points."""
    sentence: str
    what_to_do: str
    is_left_out: bool
    """Whether the return does without what is meant, rather than stating it as it is."""
    put_right: PutRight
    child_id: UUID
    la_child_id: str
    referral_id: UUID | None
    """The case it is in; None where it is in the child's own record."""
    episode_id: UUID | None
    worker: str | None
    """Who holds the case, or held it last; of the child's own record, the latest case."""
    team: str | None


class RuleCount(Out):
    rule: str | None
    element: str
    sentence: str
    count: int


class HolderCount(Out):
    """How much is to be put right in the cases of one worker."""

    team: str | None
    worker: str | None
    errors: int
    others: int
    """Queries, and what is left out."""


class ReturnOut(Out):
    """A year's return as it would leave now, as counts."""

    year: int
    authority: str
    children: int
    cases: int
    withheld: int
    """Children who are restricted to others than you, and are not in the file you would be given."""
    errors: int
    queries: int
    left_out: int
    by_rule: list[RuleCount]
    """The most frequent first."""
    by_holder: list[HolderCount]
    """By team and worker."""
