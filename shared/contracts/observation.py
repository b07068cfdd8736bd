"""What observation says: one observation of practice, from the scores to the coaching that followed (`observation.practice`);
and one case of a cohort, from the draw to who was still there months later (`observation.participation`).
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.codes import PracticeSkill
from shared.contracts.state import Part, State


class Score(Part):
    """One skill as rated by one observer; a skill that was not observed has no score."""

    skill: PracticeSkill
    score: int
    """1 to 5, whole numbers only, which keeps the scale ordinal."""


class PracticeState(State):
    """One observation of a worker's practice with a family."""

    topic: ClassVar[str] = "observation.practice"
    happenings: ClassVar[frozenset[str]] = frozenset(
        {
            "observation.recorded",
            "observation.edited",
            "scores.agreed",
            "safety.raised",
            "feedback.overdue",
            "feedback.given",
            "coaching.held",
            "scores.contested",
            "record.republished",
        }
    )

    observation_id: UUID
    child_id: UUID
    episode_id: UUID
    worker_id: UUID
    team: str
    """The worker's team on the day of the observation."""
    observer_id: UUID
    observed_on: date
    purpose: str | None = None
    """Why this practice was observed: `sampled`, `coaching`, `induction` or `themed`."""
    rubric: str
    """Version of the rubric the scores were given under."""
    scores: tuple[Score, ...] = ()
    observer_certified: bool = True
    """Whether the observer was certified to score on the day. Scores of others are fed back, and reported nowhere."""
    independent: bool = True
    """Whether the observer was somebody other than the manager of the worker's team."""
    child_seen_alone: bool | None = None
    extra_familial_harm_explored: bool | None = None
    interpreter: bool | None = None
    safety_concern: bool | None = None
    """Whoever observed feared for somebody's safety. What was done about it is known to the service that says this."""
    feedback_due_on: date
    feedback_overdue_flagged_on: date | None = None
    """The day on which it was noticed that no feedback had been given in time; it may have been given since."""
    feedback_given_on: date | None = None
    coaching_held_on: date | None = None
    contested_on: date | None = None
    """The day on which the worker said not to agree with scores; somebody of another team scores them again."""

    @property
    def reported(self) -> tuple[Score, ...]:
        """The scores that may stand in a report: those of a certified and independent observer."""
        return self.scores if self.observer_certified and self.independent else ()

    @property
    def key(self) -> UUID:
        return self.observation_id


class FollowedCase(Part):
    """One case in the frame of a cohort: whether chance selected it, and where it stands now."""

    cohort_id: UUID
    episode_id: UUID
    child_id: UUID
    worker_id: UUID
    """Who held the case last."""
    stratum: str
    """The team that held the case when it was drawn."""
    offer: str
    """`core`, or `enhanced` once it was given."""
    allocated_on: date
    """The day on which the case was first allocated, from which its waves are counted."""
    closed_on: date | None = None
    drawn_on: date
    probability: float
    """Of being selected; one over it is the weight."""
    selected_on: date | None = None
    """None for a case that is in the frame only: nobody is asked anything, and what is on record is read at 12 months."""
    selected_by: str | None = None
    """`chance`, `certainty` (the enhanced offer), or `substitution` by the next in the order that chance gave."""
    approached_on: date | None = None
    set_aside_on: date | None = None
    set_aside_because: str | None = None
    gone_on: date | None = None
    """The day on which intake spoke of the case no longer."""
    died: bool = False


class Agreement(Part):
    """One answer of one person to being asked for one thing. The latest stands; what was answered before stays."""

    id: UUID
    person: str
    """`worker`, `mother`, `father`, `other_carer` or `child`."""
    purpose: str
    """`observation`, `audio`, `t1`, `t2`, `sharing`, `quotation`, `linkage` or `research`."""
    basis: str
    """The lawful basis of the processing: `consent`, or `public_task`, where to agree is courtesy and to refuse still counts."""
    wording: str
    """The id of the wording that was read to the person."""
    answer: str
    """`asked`, `given`, `refused` or `withdrawn`."""
    on: date
    past_forgotten: bool = False
    """Whoever withdrew asked for what had been collected to be forgotten as well. Figures frozen before stay, and say so."""


class Wave(Part):
    """One wave of a case: the interviews at four weeks (T1) and four months (T2), what is on record at 12 months (T3)."""

    id: UUID
    wave: str
    """`T1`, `T2` or `T3`."""
    stage: str
    """`planned`, `open`, `taken`, `lost` or `called_off`."""
    due_on: date
    window_from: date
    window_until: date
    """The last day of the window."""
    opened_on: date | None = None
    unbooked_flagged_on: date | None = None
    """The day on which it was noticed that it was due with no day agreed on."""
    booked_for: date | None = None
    attempts: int = 0
    channels: int = 0
    """By how many ways it was tried to get in touch."""
    taken_on: date | None = None
    in_window: bool | None = None
    lost_on: date | None = None
    lost_because: str | None = None


class Measured(Part):
    """One figure of what one person answered in a wave, by the version of the instrument it was answered to."""

    id: UUID
    """Of the answers: every scale of one instrument has it."""
    wave_id: UUID
    instrument: str
    version: int
    scale: str
    respondent: str
    """`mother`, `father`, `other_carer`, `child`, `worker` or `researcher`: series of their own, never one mean."""
    asked_on: date
    refers_to: date
    """The day the answers are about. Where it is an earlier one, they are a memory."""
    value: float | None = None
    """None where too much was left empty."""
    missing: int
    is_case: bool | None = None
    in_window: bool
    """Whether they were given inside the window of the wave."""


class ParticipationState(State):
    """One case of a cohort, with what its people agreed to and its waves."""

    topic: ClassVar[str] = "observation.participation"
    happenings: ClassVar[frozenset[str]] = frozenset(
        {
            "case.drawn",
            "case.selected",
            "case.set_aside",
            "case.changed",
            "case.gone",
            "case.back",
            "follower.named",
            "agreement.asked",
            "agreement.given",
            "agreement.refused",
            "agreement.withdrawn",
            "wave.opened",
            "wave.unbooked",
            "wave.attempted",
            "wave.booked",
            "wave.taken",
            "answers.recorded",
            "wave.lost",
            "wave.called_off",
            "participation.erased",
            "record.republished",
        }
    )

    participation_id: UUID
    case: FollowedCase | None = None
    """None of one that was erased."""
    agreements: tuple[Agreement, ...] = ()
    """In the order in which they were given."""
    waves: tuple[Wave, ...] = ()
    measured: tuple[Measured, ...] = ()
    """Scores, and never an answer or a word."""

    @property
    def key(self) -> UUID:
        return self.participation_id
