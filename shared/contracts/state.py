"""What every spoken state has in common: a subject, its version, and what happened to it."""

from datetime import date, datetime
from typing import ClassVar, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict

Version: TypeAlias = tuple[int, int]
"""(epoch, n): n counts a subject's changes; restoring a backup raises the epoch, so that a restored speaker is
not outvoted by its own past."""


class Part(BaseModel):
    """A frozen piece of a state. Unknown fields are ignored: hearers deploy before speakers."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class Change(Part):
    """One thing that happened, named `subject.happened`, with the id of the item it happened to."""

    what: str
    item_id: UUID | None = None
    on: date | None = None


class State(Part):
    """One subject's whole coded state. Hearers act on it and keep the newest version."""

    topic: ClassVar[str]
    contract: ClassVar[int] = 1
    """Raised by a change that is not additive; both are then spoken for a time."""
    happenings: ClassVar[frozenset[str]]
    """The words `Change.what` may use on this topic."""

    authority: str
    """DfE code of the local authority, three digits."""
    epoch: int
    n: int
    changes: tuple[Change, ...] = ()
    merged_into: UUID | None = None
    """The subject that took this one over; a merged subject contributes nothing."""
    erased: bool = False
    """The subject was erased; hearers keep its id and nothing else."""

    @property
    def key(self) -> UUID:
        """The subject's id: the event's key, so that one subject's events keep their order."""
        raise NotImplementedError(type(self).__name__)

    @property
    def version(self) -> Version:
        return (self.epoch, self.n)

    @classmethod
    def type_of_events(cls) -> str:
        return f"dwc.{cls.topic}.v{cls.contract}"

    @property
    def type(self) -> str:
        return self.type_of_events()


class Renewal(Part):
    """The last word of a speaker that was restored from a backup and has said everything again.

    What it said of this topic before `since`, and has not said again in this epoch, it does not know of any more.
    """

    happenings: ClassVar[frozenset[str]] = frozenset()
    changes: ClassVar[tuple[Change, ...]] = ()

    authority: str
    topic: str
    epoch: int
    since: datetime

    @property
    def key(self) -> UUID:
        """It is about no one subject."""
        return UUID(int=0)

    @staticmethod
    def type_on(topic: str) -> str:
        return f"dwc.{topic}.renewed.v1"

    @property
    def type(self) -> str:
        return self.type_on(self.topic)
