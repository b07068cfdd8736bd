"""Tables of pre-proceedings, care and permanence, and the shapes in which they come in."""

from datetime import date
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.intake.episodes.models import DoneIn, Recorded
from shared.contracts.codes import (
    CareCeasedReason,
    CareStartReason,
    LegalStatus,
    Permanence,
    Placement,
    PreProceedingsOutcome,
)
from shared.web.shapes import Code


class PreProceedings(Recorded, table=True):
    """From the decision of a legal planning meeting until proceedings are issued or the case steps down."""

    __tablename__ = "pre_proceedings"

    episode_id: UUID = Field(foreign_key="episode.id", index=True)
    started_on: date
    ended_on: date | None = None
    outcome: PreProceedingsOutcome | None = Field(default=None, sa_type=Text)


class CareEpisode(Recorded, table=True):
    """One legal status and one placement of a looked after child: an episode of the SSDA903. A change begins the next."""

    __tablename__ = "care_episode"

    episode_id: UUID = Field(foreign_key="episode.id", index=True)
    started_on: date
    start_reason: CareStartReason = Field(sa_type=Text)
    legal_status: LegalStatus = Field(sa_type=Text)
    placement: Placement = Field(sa_type=Text)
    ended_on: date | None = None
    ceased_reason: CareCeasedReason | None = Field(default=None, sa_type=Text)


class PermanencePlan(Recorded, table=True):
    """What was planned for a looked after child for good; the latest stands."""

    __tablename__ = "permanence_plan"

    episode_id: UUID = Field(foreign_key="episode.id", index=True)
    planned_on: date
    permanence: Permanence = Field(sa_type=Text)


class PreProceedingsEndIn(DoneIn):
    outcome: Code[PreProceedingsOutcome]


class CareIn(DoneIn):
    """How a child is looked after from a day on: the first time (`S`), or after a change."""

    start_reason: Code[CareStartReason]
    legal_status: Code[LegalStatus]
    placement: Code[Placement]


class CareEndIn(DoneIn):
    reason: Code[CareCeasedReason]


class PermanenceIn(DoneIn):
    permanence: Code[Permanence]
