"""What observation says: one observation of practice, from the scores to the coaching that followed."""

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
