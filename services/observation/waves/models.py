"""Tables of waves, of checks before a call and of attempts, and the shapes in which they come in and go out."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from services.observation.database import Row
from services.observation.waves.contact import Channel, Finding, Reached
from services.observation.waves.stages import Lost, Stage
from services.observation.waves.windows import WaveName, Window
from shared.database import UTCDateTime
from shared.web.shapes import Code, Day, Id, In, Out


class Wave(Row, table=True):
    """One wave of one case, and what became of it."""

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("participation_id", "name"),
        Index("ix_wave_stage_window_until", "stage", "window_until"),
    )

    id: UUID = Field(primary_key=True)
    participation_id: UUID = Field(foreign_key="participation.id")
    name: WaveName = Field(sa_type=Text)
    stage: Stage = Field(sa_type=Text)
    due_on: date
    window_from: date
    window_until: date
    opened_on: date | None = None
    unbooked_flagged_on: date | None = None
    booked_for: date | None = None
    taken_on: date | None = None
    lost_on: date | None = None
    lost_because: Lost | None = Field(default=None, sa_type=Text)

    @property
    def window(self) -> Window:
        return Window(self.due_on, self.window_from, self.window_until)

    @property
    def in_window(self) -> bool | None:
        """Whether it was taken inside its window; None while it is not taken."""
        return self.window.holds(self.taken_on) if self.taken_on else None


class SafeContactCheck(Row, table=True):
    """That somebody looked, before a call, whether it is safe."""

    __tablename__ = "safe_contact_check"

    id: UUID = Field(primary_key=True)
    wave_id: UUID = Field(foreign_key="wave.id", index=True)
    made_at: datetime = Field(sa_type=UTCDateTime)
    made_by: UUID
    domestic_abuse: Finding = Field(sa_type=Text)
    death: Finding = Field(sa_type=Text)
    placement: Finding = Field(sa_type=Text)
    is_used: bool = False

    @property
    def findings(self) -> tuple[Finding, Finding, Finding]:
        return Finding(self.domestic_abuse), Finding(self.death), Finding(self.placement)


class ContactAttempt(Row, table=True):
    """One attempt to get in touch."""

    __tablename__ = "contact_attempt"

    id: UUID = Field(primary_key=True)
    wave_id: UUID = Field(foreign_key="wave.id", index=True)
    check_id: UUID = Field(foreign_key="safe_contact_check.id")
    at: datetime = Field(sa_type=UTCDateTime)
    by: UUID
    channel: Channel = Field(sa_type=Text)
    reached: Reached = Field(sa_type=Text)


class SafeContactCheckIn(In):
    """What was found in the child's record and asked of the worker, just now. `stop` is kept, and forbids the call."""

    domestic_abuse: Code[Finding]
    """May it be heard who calls, and by whom?"""
    death: Code[Finding]
    """Is the child, and is whoever is to be called, known to be alive?"""
    placement: Code[Finding]
    """Does the child live where one is about to call?"""


class ContactIn(In):
    check_id: Id
    channel: Code[Channel]
    reached: Code[Reached]
    booked_for: Day | None = None
    """The day that was agreed on, where one was."""


class LossIn(In):
    reason: Code[Lost]


class ContactAttemptOut(Out):
    at: datetime
    by: str
    channel: Channel
    reached: Reached


class WaveOut(Out):
    id: UUID
    participation_id: UUID
    episode_id: UUID
    child_id: UUID
    worker: str
    team: str
    follower: str | None
    name: WaveName
    stage: Stage
    due_on: date
    window_from: date
    window_until: date
    opened_on: date | None
    unbooked_flagged_on: date | None
    booked_for: date | None
    taken_on: date | None
    in_window: bool | None
    lost_on: date | None
    lost_because: Lost | None
    attempts: int
    channels: int
    died: bool
    """What is known here before anybody looks: the child has died; is looked after, and may live elsewhere; the case has closed."""
    looked_after: bool
    closed_on: date | None


class SafeContactCheckOut(Out):
    id: UUID
    wave_id: UUID
    made_at: datetime
    domestic_abuse: Finding
    death: Finding
    placement: Finding
    is_safe: bool
