"""What is rated of supervision: five skills from 1 to 5, in our own words. Those who observe rate lower than supervisors rate
themselves, so the two are never put together.
"""

from enum import StrEnum

from services.observation.practice.rubric import Composite, Rubric, Skill
from shared.problems import Unprocessable


class SupervisedNobody(Unprocessable):
    title = "An individual session has one worker, a group several, and none of them is the supervisor"
    at = "/workers"


class SupervisionSkill(StrEnum):
    CHILD_FOCUS = "child_focus"
    CLARITY_ABOUT_RISK = "clarity_about_risk"
    SUPPORT_FOR_PRACTICE = "support_for_practice"
    PURPOSEFULNESS = "purposefulness"
    COLLABORATION = "collaboration"


class Kind(StrEnum):
    INDIVIDUAL = "individual"
    GROUP = "group"


def check_present(kind: Kind, present: int, *, supervisor_is_among: bool) -> None:
    """Raise `SupervisedNobody` unless so many workers make a session of this kind."""
    if supervisor_is_among or (present != 1 if kind is Kind.INDIVIDUAL else present < 2):
        raise SupervisedNobody("name each worker who was there once, without yourself")


RUBRIC: Rubric[SupervisionSkill] = Rubric(
    version="supervision-1.0",
    guidance=(
        "Rate the whole session. Begin each skill at 3 and move with the evidence; note what was said. A skill there was no "
        "occasion to see is not observed."
    ),
    skills=(
        Skill(
            SupervisionSkill.CHILD_FOCUS,
            "Keeping the child's life in the conversation.",
            {
                1: "The child is not spoken of, or as a task.",
                3: "The child is spoken of; what life is like for them stays thin.",
                5: "What each child's day is like, and would say, shapes what is decided.",
            },
        ),
        Skill(
            SupervisionSkill.CLARITY_ABOUT_RISK,
            "Being clear what the worry is, how great, and on what it rests.",
            {
                1: "Worries are named in labels, or not at all.",
                3: "The main worry is named; what it rests on is not asked.",
                5: "What could happen to whom, how likely, and how one would know, is asked and answered.",
            },
        ),
        Skill(
            SupervisionSkill.SUPPORT_FOR_PRACTICE,
            "Thinking through how the worker will do it: what will you say?",
            {
                1: "Tasks and dates only.",
                3: "What to do is talked over, and how to do it in passing.",
                5: "The worker tries out what to say and how the family may take it.",
            },
        ),
        Skill(
            SupervisionSkill.PURPOSEFULNESS,
            "A purpose that both know, held through the session.",
            {
                1: "Drifts from case to case.",
                3: "A list that is worked through.",
                5: "What most needs thinking about gets the time, and next steps are plain.",
            },
        ),
        Skill(
            SupervisionSkill.COLLABORATION,
            "Thinking together.",
            {
                1: "Instructs, or interrogates.",
                3: "Asks and tells about equally.",
                5: "Draws out the worker's own thinking, and adds to it.",
            },
        ),
    ),
    composites=(Composite("all5_mean", tuple(SupervisionSkill), needs=4),),
)
