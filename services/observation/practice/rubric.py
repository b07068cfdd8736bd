"""The rubric: seven skills of Motivational Social Work, each one global rating of a whole encounter.

The skills are those of Whittaker and others (Tilda Goldberg Centre); evocation, collaboration, autonomy and empathy come
from motivational interviewing, purposefulness, clarity about concerns and child focus are about good authority. The
anchors are our own words: the published coding manuals are not ours to ship.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

from shared.contracts.codes import PracticeSkill
from shared.problems import Unprocessable

LOWEST, HIGHEST = 1, 5
"""Whole marks only: half marks would turn an ordinal scale into a measure it is not."""


Rated = TypeVar("Rated", bound=StrEnum)
"""What is rated: skills with families here, and those of a supervisor in `supervision`."""


class RubricNotKnown(Unprocessable):
    title = "This version of the rubric is not known here"
    at = "/rubric"


class EvidenceMissing(Unprocessable):
    title = "A score has no evidence with its time in the meeting"
    at = "/evidence"


@dataclass(frozen=True)
class Skill(Generic[Rated]):
    """One skill: what is rated, and what a 1, a 3 and a 5 look like. 2 and 4 lie between."""

    skill: Rated
    rated: str
    anchors: Mapping[int, str]


@dataclass(frozen=True)
class Composite(Generic[Rated]):
    """A named mean of some of the skills, given when at least `needs` of them were observed."""

    name: str
    skills: tuple[Rated, ...]
    needs: int

    def of(self, scores: Mapping[Rated, int | None]) -> float | None:
        """The mean of those observed, to two decimals; None when too few were."""
        given = [score for skill in self.skills if (score := scores.get(skill)) is not None]
        return round(sum(given) / len(given), 2) if len(given) >= self.needs else None


@dataclass(frozen=True)
class Rubric(Generic[Rated]):
    version: str
    guidance: str
    skills: tuple[Skill[Rated], ...]
    composites: tuple[Composite[Rated], ...]
    needs_evidence: bool = False
    """Whether each score must rest on something that was said or done at a stated time in the meeting."""

    def check(self, scores: Mapping[Rated, int | None], *, evidenced: Collection[Rated]) -> None:
        """Raise `EvidenceMissing` unless every score that needs evidence has some."""
        bare = [skill for skill, score in scores.items() if score is not None and skill not in evidenced]
        if self.needs_evidence and bare:
            raise EvidenceMissing(f"note for {', '.join(bare)} what was said or done, and when in the meeting")

    def composed(self, scores: Mapping[Rated, int | None]) -> dict[str, float | None]:
        """Each composite by its name. There is never one nameless score: published figures average different sets."""
        return {composite.name: composite.of(scores) for composite in self.composites}


def rubric_of(version: str) -> Rubric[PracticeSkill]:
    """The rubric of this version. Raises `RubricNotKnown`."""
    if version not in RUBRICS:
        raise RubricNotKnown("read /v1/rubrics for the versions there are, and score by one of them")
    return RUBRICS[version]


EVOCATION, COLLABORATION, AUTONOMY, EMPATHY, PURPOSEFULNESS, CLARITY, CHILD_FOCUS = PracticeSkill

MSW_7_1 = Rubric(
    version="msw-7.1",
    guidance=(
        "Rate the whole encounter, not moments of it. Begin each skill at 3 and move with the evidence; note what was said "
        "or done. A skill there was no occasion to see is not observed: it has no score, which is not a low one."
    ),
    skills=(
        Skill(
            EVOCATION,
            "Drawing out the person's own reasons and ideas for change.",
            {
                1: "Tells the person what to change and why; shows no interest in their reasons.",
                3: "Takes up about as many openings to hear their reasons as go by.",
                5: "Seeks out the person's own reasons, and how they think change could come about.",
            },
        ),
        Skill(
            COLLABORATION,
            "Sharing the power in the conversation.",
            {
                1: "Speaks as the expert and keeps to the own agenda.",
                3: "Negotiates some of what is talked about and agreed.",
                5: "The person's ideas do much to shape the meeting and what comes of it.",
            },
        ),
        Skill(
            AUTONOMY,
            "Supporting choice and control, and being honest about their limits.",
            {
                1: "Coerces, or denies that there is a choice.",
                3: "Neither narrows nor widens choice; acknowledges it when it arises.",
                5: "Widens the person's sense of control, and is plain about what is not theirs to choose.",
            },
        ),
        Skill(
            EMPATHY,
            "Understanding how things look from where the person stands.",
            {
                1: "Shows no interest in the person's view.",
                3: "Understands what is said, on its surface.",
                5: "Grasps what has not been put into words, and lets the person see that.",
            },
        ),
        Skill(
            PURPOSEFULNESS,
            "A clear aim, held through the meeting and tied to the plan.",
            {
                1: "Drifts; why the visit takes place is unclear.",
                3: "States a purpose and holds to it on and off.",
                5: "Shares a purpose, holds it flexibly, and leaves with next steps agreed.",
            },
        ),
        Skill(
            CLARITY,
            "Naming risk plainly and respectfully, and asking for a response.",
            {
                1: "Evades the concerns, or accuses.",
                3: "Names a concern but leaves it vague or unexplored.",
                5: "Names specific concerns with their evidence and consequences, and explores both sides' view.",
            },
        ),
        Skill(
            CHILD_FOCUS,
            "Keeping the child's needs and experience at the centre.",
            {
                1: "The child is absent from the conversation.",
                3: "Mentions the child, with a thin link to what life is like for them.",
                5: "The child's daily life and voice drive the conversation.",
            },
        ),
    ),
    composites=(
        Composite("all7_mean", tuple(PracticeSkill), needs=6),
        Composite("relationship3", (EMPATHY, COLLABORATION, AUTONOMY), needs=3),
        Composite("authority3", (PURPOSEFULNESS, CLARITY, CHILD_FOCUS), needs=3),
        Composite("evocation1", (EVOCATION,), needs=1),
        Composite("mi4_mean", (EVOCATION, COLLABORATION, AUTONOMY, EMPATHY), needs=4),
    ),
)

MSW_7_2 = replace(
    MSW_7_1,
    version="msw-7.2",
    guidance=(
        f"{MSW_7_1.guidance} Give each score at least one note with its time in the meeting: whoever is shown the score can "
        "then go back to what it rests on."
    ),
    composites=(*MSW_7_1.composites, Composite("mi_spirit3", (COLLABORATION, AUTONOMY, EVOCATION), needs=3)),
    needs_evidence=True,
)

CURRENT = MSW_7_2
RUBRICS = {rubric.version: rubric for rubric in (MSW_7_1, MSW_7_2)}
"""Every version that observations were ever scored by: a form begun under an older one stays valid under it."""
