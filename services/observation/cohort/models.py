"""Tables of cohorts and of the cases in their frames, and the shapes in which they come in and go out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field as Bounded
from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.observation.cohort.selection import Offer, Rule, SelectedBy
from services.observation.cohort.stages import SetAsideBecause, Stage
from services.observation.database import Row
from shared.database import UTCDateTime
from shared.web.shapes import Code, Day, In, Line, Out, Reference


class Cohort(Row, table=True):
    """A rule by which cases are selected. It is never changed: another rule is another cohort, after this one."""

    __tablename__ = "cohort"

    id: UUID = Field(primary_key=True)
    name: str = Field(sa_type=Text)
    allocated_from: date
    allocated_until: date
    """The last day on which a case that is allocated belongs to it."""
    share: float
    team_shares: dict[str, float] = Field(sa_type=JSON)
    seed: str = Field(sa_type=Text)
    made_at: datetime = Field(sa_type=UTCDateTime)
    made_by: str = Field(sa_type=Text)

    @property
    def rule(self) -> Rule:
        return Rule(seed=self.seed, share=self.share, team_shares=self.team_shares)


class Participation(Row, table=True):
    """One case in the frame of a cohort: the subject of all that is said of its agreements and waves."""

    __tablename__ = "participation"

    id: UUID = Field(primary_key=True)
    n: int
    cohort_id: UUID = Field(foreign_key="cohort.id", index=True)
    episode_id: UUID = Field(unique=True)
    child_id: UUID = Field(index=True)
    worker_id: UUID = Field(index=True)
    """Who holds the case, or held it last."""
    team: str = Field(index=True, sa_type=Text)
    """The team that holds the case, or held it last."""
    stratum: str = Field(sa_type=Text)
    """The team that held it when it was drawn."""
    offer: Offer = Field(sa_type=Text)
    allocated_on: date
    closed_on: date | None = None
    died: bool = False
    looked_after: bool = False
    drawn_on: date
    number: float
    """Where chance placed the case, from 0 up to 1."""
    probability: float
    stage: Stage = Field(sa_type=Text)
    selected_on: date | None = None
    selected_by: SelectedBy | None = Field(default=None, sa_type=Text)
    stands_for: UUID | None = None
    """The participation whose place it took."""
    approached_on: date | None = None
    set_aside_on: date | None = None
    set_aside_because: SetAsideBecause | None = Field(default=None, sa_type=Text)
    gone_on: date | None = None
    """The day on which intake spoke of the case no longer: withdrawn as an error, or lost in a restore."""
    follower_id: UUID | None = Field(default=None, index=True)
    """Who sees to it that the family is asked: whoever asked first, until another is named."""


Share = Annotated[float, Bounded(gt=0, le=1)]


class CohortIn(In):
    name: Line
    allocated_from: Day
    allocated_until: Day
    share: Share
    """Of the newly allocated cases in the core offer; of those in the enhanced offer every one is selected."""
    team_shares: dict[Reference, Share] = Bounded(default_factory=dict, max_length=200)
    """Teams of which another share is selected."""


class StratumOut(Out):
    """One team's cases in one offer."""

    team: str
    offer: Offer
    in_frame: int
    selected: int
    set_aside: int
    probability: float


class CohortOut(Out):
    id: UUID
    name: str
    allocated_from: date
    allocated_until: date
    share: float
    team_shares: dict[str, float]
    commitment: str
    """SHA-256 of the seed."""
    seed: str | None
    """Shown once the last day of the cohort is over: with it anybody can draw again."""
    made_at: datetime
    made_by: str
    strata: list[StratumOut]


class SettingAsideIn(In):
    reason: Code[SetAsideBecause]


class FollowerIn(In):
    worker: Reference
    """Staff reference of the evaluator or coach who is to see to it."""


class ParticipationOut(Out):
    id: UUID
    cohort_id: UUID
    episode_id: UUID
    child_id: UUID
    worker: str
    team: str
    stratum: str
    offer: Offer
    allocated_on: date
    closed_on: date | None
    drawn_on: date
    probability: float
    stage: Stage
    selected_on: date | None
    selected_by: SelectedBy | None
    stands_for: UUID | None
    approached_on: date | None
    set_aside_on: date | None
    set_aside_because: SetAsideBecause | None
    gone_on: date | None
    follower: str | None
