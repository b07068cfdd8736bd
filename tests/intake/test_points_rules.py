"""How heavy cases are: every stage, every sibling, every addition; and who belongs together."""

import random
from datetime import date
from uuid import UUID, uuid4

import pytest

from services.intake.allocation import points
from services.intake.allocation.families import families
from services.intake.allocation.leading import NotTheirsToLead, check_lead, why_not_lead
from services.intake.allocation.points import Addition, Case, Load, Stage, Weights, in_points, load_of
from shared.contracts.codes import WorkerRole

TODAY = date(2026, 5, 14)
FAMILY = UUID(int=1)


def siblings(*stages: Stage, additions: frozenset[Addition] = frozenset(), family: UUID = FAMILY) -> list[Case]:
    return [Case(uuid4(), uuid4(), family, stage, additions) for stage in stages]


@pytest.mark.parametrize(
    ("stage", "weighs"),
    [
        (Stage.CHILD_IN_NEED, 100),
        (Stage.ASSESSMENT, 120),
        (Stage.DISABILITY, 120),
        (Stage.LOOKED_AFTER, 120),
        (Stage.PROTECTION, 150),
        (Stage.PRE_PROCEEDINGS, 180),
        (Stage.COURT, 200),
    ],
)
def test_a_child_weighs_what_its_stage_asks(stage, weighs) -> None:
    assert load_of(siblings(stage), on=TODAY) == Load(1, weighs)


def test_every_stage_and_every_addition_has_a_weight() -> None:
    for weights in points.WEIGHTS:
        assert set(weights.of_stage) == set(Stage)
        assert set(weights.of_additions) == set(Addition)


@pytest.mark.parametrize(
    ("stages", "weighs"),
    [
        ([Stage.CHILD_IN_NEED] * 2, 160),
        ([Stage.PROTECTION] * 3, 330),
        ([Stage.CHILD_IN_NEED] * 4, 260),
        ([Stage.CHILD_IN_NEED] * 6, 340),
        ([Stage.CHILD_IN_NEED, Stage.PROTECTION], 210),  # the heaviest counts in full
        ([], 0),
    ],
)
def test_siblings_weigh_less_the_more_they_are(stages, weighs) -> None:
    for seed in range(5):
        cases = siblings(*random.Random(seed).sample(stages, k=len(stages)))
        assert load_of(cases, on=TODAY) == Load(len(stages), weighs), seed


@pytest.mark.parametrize(
    ("addition", "weighs"), [(each, 30 if each is Addition.EXPLOITATION else 20) for each in Addition]
)
def test_what_makes_a_family_heavier_counts_once_a_family(addition, weighs) -> None:
    two = siblings(Stage.CHILD_IN_NEED, Stage.CHILD_IN_NEED, additions=frozenset({addition}))
    others = siblings(Stage.CHILD_IN_NEED, additions=frozenset({addition}), family=UUID(int=2))
    assert load_of(two, on=TODAY).points == 160 + weighs
    assert load_of([*two, *others], on=TODAY).points == 160 + weighs + 100 + weighs


def test_two_families_weigh_what_each_weighs() -> None:
    one, other = siblings(Stage.PROTECTION), siblings(Stage.PROTECTION, family=UUID(int=2))
    assert load_of([*one, *other], on=TODAY) == load_of(one, on=TODAY) + load_of(other, on=TODAY) == Load(2, 300)


def test_a_child_with_two_open_cases_is_one_child_at_the_heavier_stage() -> None:
    child = uuid4()
    cases = [Case(uuid4(), child, FAMILY, stage) for stage in (Stage.CHILD_IN_NEED, Stage.PROTECTION)]
    assert load_of(cases, on=TODAY) == Load(1, 150)


def test_new_weights_count_from_their_day_on(monkeypatch: pytest.MonkeyPatch) -> None:
    doubled = {stage: 2 * weight for stage, weight in points.WEIGHTS[0].of_stage.items()}
    later = Weights(date(2026, 9, 1), doubled, (10, 5), points.WEIGHTS[0].of_additions)
    monkeypatch.setattr(points, "WEIGHTS", (*points.WEIGHTS, later))
    cases = siblings(Stage.CHILD_IN_NEED, Stage.CHILD_IN_NEED)
    assert load_of(cases, on=date(2026, 8, 31)).points == 160
    assert load_of(cases, on=date(2026, 9, 1)).points == 300
    assert load_of(cases, on=date(2000, 1, 1)).points == 160


@pytest.mark.parametrize(
    ("hundredths", "written"), [(284, "2.84"), (330, "3.3"), (1500, "15"), (0, "0"), (1050, "10.5")]
)
def test_points_are_written_as_people_write_them(hundredths, written) -> None:
    assert in_points(hundredths) == written


def test_children_who_came_together_are_a_family_and_so_are_those_who_came_with_one_of_them() -> None:
    anna, bea, carl, dan, one, two, three = (UUID(int=n) for n in range(1, 8))
    pairs = [(anna, one), (bea, one), (bea, two), (carl, two), (dan, three)]
    for seed in range(5):
        found = families(random.Random(seed).sample(pairs, k=len(pairs)))
        assert set(found) == {anna, bea, carl, dan}
        assert found[anna] == found[bea] == found[carl] != found[dan]
        assert found == families(pairs), "who asks first makes no difference"


@pytest.mark.parametrize(
    ("role", "newly_qualified", "stage", "additions", "may"),
    [
        (WorkerRole.SOCIAL_WORKER, False, Stage.COURT, (), True),
        (WorkerRole.SENIOR_SOCIAL_WORKER, False, Stage.PROTECTION, (), True),
        (WorkerRole.SOCIAL_WORKER, True, Stage.CHILD_IN_NEED, (), True),
        (WorkerRole.SOCIAL_WORKER, True, Stage.LOOKED_AFTER, (), True),
        (WorkerRole.SOCIAL_WORKER, True, Stage.PROTECTION, (), False),
        (WorkerRole.SOCIAL_WORKER, True, Stage.PRE_PROCEEDINGS, (), False),
        (WorkerRole.SOCIAL_WORKER, True, Stage.COURT, (), False),
        (WorkerRole.SOCIAL_WORKER, True, Stage.CHILD_IN_NEED, (Addition.ENHANCED,), False),
        (WorkerRole.FAMILY_PRACTITIONER, False, Stage.CHILD_IN_NEED, (), True),
        (WorkerRole.FAMILY_PRACTITIONER, False, Stage.ASSESSMENT, (), True),
        (WorkerRole.FAMILY_PRACTITIONER, False, Stage.DISABILITY, (), True),
        (WorkerRole.FAMILY_PRACTITIONER, False, Stage.LOOKED_AFTER, (), False),
        (WorkerRole.FAMILY_PRACTITIONER, False, Stage.PROTECTION, (), False),
        (WorkerRole.FAMILY_PRACTITIONER, False, Stage.COURT, (), False),
    ],
)
def test_who_may_lead_on_which_case(role, newly_qualified, stage, additions, may) -> None:
    (case,) = siblings(stage, additions=frozenset(additions))
    assert (why_not_lead([case], role=role, newly_qualified=newly_qualified) is None) is may
    if not may:
        with pytest.raises(NotTheirsToLead, match="choose another worker"):
            check_lead(case, role=role, newly_qualified=newly_qualified)
