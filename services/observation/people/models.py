"""Tables of workers, children and cases as heard."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Text, false
from sqlmodel import Field

from services.observation.database import Row
from services.observation.people import tenure
from shared.contracts.codes import WorkerRole
from shared.contracts.intake import Allocation, TeamMembership


class KnownWorker(Row, table=True):
    """One worker as intake last spoke of them."""

    __tablename__ = "known_worker"

    worker_id: UUID = Field(primary_key=True)
    epoch: int
    n: int
    reference: str = Field(index=True, sa_type=Text)
    role: WorkerRole = Field(sa_type=Text)
    memberships: list[dict[str, Any]] = Field(sa_type=JSON)
    """`TeamMembership`s, as spoken."""

    def team_on(self, day: date) -> str | None:
        """The code of the worker's team on a day."""
        return tenure.team_on(map(TeamMembership.model_validate, self.memberships), day)


class KnownChild(Row, table=True):
    """The newest version heard of a child: what is older changes nothing."""

    __tablename__ = "known_child"

    child_id: UUID = Field(primary_key=True)
    epoch: int
    n: int
    restricted: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Hidden from everyone who is not named."""


class KnownNamed(Row, table=True):
    """Somebody who may see a restricted child, by staff reference or as their token names them."""

    __tablename__ = "known_named"

    child_id: UUID = Field(primary_key=True)
    who: str = Field(primary_key=True, sa_type=Text)


class KnownCase(Row, table=True):
    """One episode of need, and who held it when."""

    __tablename__ = "known_case"

    episode_id: UUID = Field(primary_key=True)
    child_id: UUID | None = Field(default=None, index=True)
    """None while the case has been observed and not been heard of."""
    closed_on: date | None = None
    died: bool = False
    looked_after: bool = False
    """Care has begun, and has not ceased."""
    enhanced: bool = False
    """The enhanced offer was given."""
    allocations: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """`Allocation`s, as spoken."""

    def holders(self) -> list[Allocation]:
        """Who held the case, the first of them first."""
        return sorted(map(Allocation.model_validate, self.allocations), key=lambda each: each.held_from)

    def was_held_by(self, worker_id: UUID, *, on: date) -> bool:
        """Whether a worker held the case on a day."""
        return tenure.was_held_by(worker_id, map(Allocation.model_validate, self.allocations), on=on)

    def holder(self, on: date) -> UUID | None:
        """Who held the case on a day."""
        return tenure.holder(map(Allocation.model_validate, self.allocations), on)
