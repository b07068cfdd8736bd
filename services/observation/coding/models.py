"""Tables of second codings and certificates, and the shapes in which they come in and go out."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Bounded
from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.observation.database import Row
from services.observation.practice.models import Mark, all_seven
from shared.contracts.codes import PracticeSkill
from shared.database import UTCDateTime
from shared.web.shapes import Code, Day, In, Out


class Basis(StrEnum):
    """What the second score rests on."""

    AUDIO = "audio"
    BOTH_PRESENT = "both_present"


class Seed(Row, table=True):
    """What chance draws by: made once, so that nobody can tell which observation will be drawn, and anybody can check."""

    __tablename__ = "coding_seed"

    id: int = Field(primary_key=True)
    seed: str = Field(sa_type=Text)


class SecondCoding(Row, table=True):
    """One observation that was drawn to be scored a second time, and what came of it."""

    __tablename__ = "second_coding"

    observation_id: UUID = Field(primary_key=True, foreign_key="observation.id")
    drawn_at: datetime = Field(sa_type=UTCDateTime)
    is_contested: bool = False
    """Drawn because the worker did not agree, and not by chance: it says nothing about how reliable scores are."""
    coder_id: UUID | None = Field(default=None, index=True)
    basis: Basis | None = Field(default=None, sa_type=Text)
    scores: dict[PracticeSkill, int | None] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    coded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    agreed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    agreed_by: UUID | None = None


class Certificate(Row, table=True):
    """One trial of somebody who observes, and whether it earned a certificate."""

    __tablename__ = "certificate"

    id: UUID = Field(primary_key=True)
    coder_id: UUID = Field(index=True)
    certified_on: date
    valid_until: date
    is_earned: bool
    recordings: int
    kappa: float | None
    icc: float | None
    biases: dict[PracticeSkill, float] = Field(sa_type=JSON)
    judged_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class CodingIn(In):
    """A second, blind score. Who gave it is known from the token."""

    basis: Code[Basis]
    scores: Annotated[dict[Code[PracticeSkill], Mark | None], AfterValidator(all_seven)]
    """By the version of the rubric that the observation was scored by."""


class ConsensusIn(In):
    scores: dict[Code[PracticeSkill], Mark]
    """Those skills, and no others, on which the two were two points or more apart."""


class AwaitedOut(Out):
    """An observation to be scored a second time, without what it was scored."""

    observation_id: UUID
    episode_id: UUID
    worker: str
    team: str
    observed_at: datetime
    rubric: str


class CodingOut(Out):
    """Both scores, for those who gave them and those who guide them."""

    observation_id: UUID
    observer: str
    coder: str
    basis: Basis
    first: dict[PracticeSkill, int | None]
    second: dict[PracticeSkill, int | None]
    to_agree_on: list[PracticeSkill]
    """Skills two points or more apart, until the two have agreed."""
    agreed: dict[PracticeSkill, int] | None
    coded_at: datetime
    agreed_at: datetime | None


AllSeven = Annotated[dict[Code[PracticeSkill], Mark], AfterValidator(all_seven)]


class TrialIn(In):
    master: AllSeven
    coder: AllSeven


class CertificationIn(In):
    """How somebody scored recordings that the masters have scored."""

    on: Day
    trials: Annotated[list[TrialIn], Bounded(min_length=1, max_length=100)]


class CertificateOut(Out):
    worker: str
    certified_on: date
    valid_until: date
    is_earned: bool
    falls_short_by: list[str]
    recordings: int
    kappa: float | None
    icc: float | None
    biases: dict[PracticeSkill, float]


class SkillAgreementOut(Out):
    skill: PracticeSkill
    pairs: int
    icc: float | None
    icc_interval_95: tuple[float, float] | None
    kappa: float | None
    alpha: float | None
    exact_percent: float | None
    within_one_percent: float | None
    band: str
    """By Cicchetti: poor below 0.40, fair, good from 0.60, excellent from 0.75; insufficient below ten pairs."""


class EvaluatorOut(Out):
    worker: str
    certified_until: date | None
    pairs: int
    biases: dict[PracticeSkill, float]
    """How many points above those who scored the same, on average."""
    recent: dict[PracticeSkill, float]
    """The same of the last three months."""
    drifts: list[PracticeSkill]
    """More than half a point off in the last three months."""


class ReliabilityOut(Out):
    since: date
    until: date
    drawn: int
    coded: int
    skills: list[SkillAgreementOut]
    evaluators: list[EvaluatorOut]
