"""The rubric: named means, and when too little was observed to give one."""

import pytest

from services.observation.practice.rubric import CURRENT, RUBRICS, EvidenceMissing, RubricNotKnown, rubric_of
from shared.contracts.codes import PracticeSkill

ALL = dict(zip(PracticeSkill, (2, 3, 3, 4, 3, 2, 4), strict=True))


def without(*skills: str) -> dict[PracticeSkill, int | None]:
    return {skill: None if skill in skills else score for skill, score in ALL.items()}


@pytest.mark.parametrize(
    ("scores", "composed"),
    [
        (ALL, {"all7_mean": 3.0, "relationship3": 3.33, "authority3": 3.0, "evocation1": 2.0, "mi4_mean": 3.0}),
        (
            without("child_focus"),  # six of seven are enough for the mean of all, two of three are not for authority
            {"all7_mean": 2.83, "relationship3": 3.33, "authority3": None, "evocation1": 2.0, "mi4_mean": 3.0},
        ),
        (
            without("evocation", "child_focus"),
            {"all7_mean": None, "relationship3": 3.33, "authority3": None, "evocation1": None, "mi4_mean": None},
        ),
        (
            without("empathy"),
            {"all7_mean": 2.83, "relationship3": None, "authority3": 3.0, "evocation1": 2.0, "mi4_mean": None},
        ),
        (
            without(*PracticeSkill),
            {"all7_mean": None, "relationship3": None, "authority3": None, "evocation1": None, "mi4_mean": None},
        ),
    ],
)
def test_a_composite_is_given_only_when_enough_of_its_skills_were_observed(scores, composed) -> None:
    assert rubric_of("msw-7.1").composed(scores) == composed
    spirit = {"mi_spirit3": None if scores["evocation"] is None else 2.67}
    assert rubric_of("msw-7.2").composed(scores) == composed | spirit


@pytest.mark.parametrize("rubric", RUBRICS.values(), ids=RUBRICS)
def test_every_skill_is_anchored_at_one_three_and_five(rubric) -> None:
    assert [each.skill for each in rubric.skills] == list(PracticeSkill)
    assert all(set(each.anchors) == {1, 3, 5} and all(each.anchors.values()) for each in rubric.skills)


def test_evidence_is_asked_for_from_the_version_that_asks_for_it() -> None:
    some = {PracticeSkill.EMPATHY}
    rubric_of("msw-7.1").check(ALL, evidenced=())
    rubric_of("msw-7.2").check(ALL, evidenced=PracticeSkill)
    rubric_of("msw-7.2").check(without(*(set(PracticeSkill) - some)), evidenced=some)
    with pytest.raises(EvidenceMissing, match="evocation, collaboration"):
        rubric_of("msw-7.2").check(ALL, evidenced=some)


def test_a_version_nobody_published_is_refused_and_an_older_one_is_not() -> None:
    assert rubric_of("msw-7.2") is CURRENT
    assert rubric_of("msw-7.1") is not CURRENT
    with pytest.raises(RubricNotKnown):
        rubric_of("msw-7.3")
