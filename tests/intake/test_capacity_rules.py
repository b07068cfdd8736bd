"""How many children and points one worker may hold, on both sides of every limit."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from services.intake.allocation import capacity
from services.intake.allocation.capacity import (
    Capacity,
    capacity_of,
    why_away,
    why_full,
)
from services.intake.allocation.points import Load
from services.intake.people.models import Absence
from services.intake.people.terms import Terms
from shared.contracts.codes import InductionStage, WorkerRole
from shared.ids import new_id

TODAY = date(2026, 5, 14)


EXPERIENCED, FIRST_YEAR, INDUCTION = InductionStage.EXPERIENCED, InductionStage.FIRST_YEAR, InductionStage.INDUCTION
PHASED_RETURN = InductionStage.PHASED_RETURN


@pytest.mark.parametrize(
    ("role", "percent", "stage", "limit", "target"),
    [
        (WorkerRole.SOCIAL_WORKER, 100, EXPERIENCED, 15, 12),
        (WorkerRole.SENIOR_SOCIAL_WORKER, 100, EXPERIENCED, 12, 9),
        (WorkerRole.FAMILY_PRACTITIONER, 100, EXPERIENCED, 15, 12),
        (WorkerRole.SOCIAL_WORKER, 60, EXPERIENCED, 9, 7),  # 9.0 and 7.2
        (WorkerRole.SOCIAL_WORKER, 59, EXPERIENCED, 8, 7),  # 8.85 is eight places
        (WorkerRole.SOCIAL_WORKER, 7, EXPERIENCED, 1, 0),
        (WorkerRole.SOCIAL_WORKER, 6, EXPERIENCED, 0, 0),
        (WorkerRole.SOCIAL_WORKER, 1, EXPERIENCED, 0, 0),
        (WorkerRole.SOCIAL_WORKER, 100, INDUCTION, 9, 7),
        (WorkerRole.SOCIAL_WORKER, 100, FIRST_YEAR, 13, 10),  # 13.5 is thirteen places
        (WorkerRole.SOCIAL_WORKER, 100, PHASED_RETURN, 7, 6),  # 7.5
        (WorkerRole.SENIOR_SOCIAL_WORKER, 80, EXPERIENCED, 9, 7),  # 9.6
        (WorkerRole.SENIOR_SOCIAL_WORKER, 100, FIRST_YEAR, 10, 8),  # .8 of .9
        (WorkerRole.DEPUTY_TEAM_MANAGER, 100, EXPERIENCED, 0, 0),
        (WorkerRole.TEAM_MANAGER, 100, EXPERIENCED, 0, 0),
        (WorkerRole.PRACTICE_EVALUATOR, 100, EXPERIENCED, 0, 0),
        (WorkerRole.COACH, 100, EXPERIENCED, 0, 0),
    ],
)
def test_the_limit_and_the_target_fall_with_hours_post_and_experience(role, percent, stage, limit, target) -> None:
    capacity = capacity_of(role, Terms(percent, stage), on=TODAY)
    assert (capacity.children, int(capacity.target)) == (limit, target)
    assert capacity.children == capacity.points // 100


def test_every_post_and_every_stage_has_its_share() -> None:
    for standard in capacity.STANDARDS:
        assert set(standard.of_role) == set(WorkerRole)
        assert set(standard.of_stage) == set(InductionStage)


def test_whole_places_are_not_lost_to_binary_fractions() -> None:
    for percent in range(1, 101):
        capacity = capacity_of(WorkerRole.SOCIAL_WORKER, Terms(percent, EXPERIENCED), on=TODAY)
        assert (capacity.children, capacity.points) == (15 * percent // 100, 15 * percent)
        assert int(capacity.target) == 12 * percent // 100


@pytest.mark.parametrize(
    ("away_from", "back_on", "why"),
    [
        (date(2026, 5, 14), date(2026, 5, 19), "is away until 19 May 2026"),
        (date(2026, 5, 10), date(2026, 5, 15), "is away until 15 May 2026"),
        (date(2026, 5, 14), date(2026, 5, 18), None),  # four days
        (date(2026, 5, 1), None, "is away"),
        (date(2026, 5, 15), None, None),  # tomorrow
        (date(2026, 5, 1), date(2026, 5, 14), None),  # back today
    ],
)
def test_whoever_is_away_for_five_days_or_more_takes_on_nothing_new(away_from, back_on, why) -> None:
    away = Absence(worker_id=new_id(), away_from=away_from, back_on=back_on)
    assert why_away([away], on=TODAY) == why
    assert why_away([], on=TODAY) is None


FULL_TIME = Capacity(limit=Fraction(15), target=Fraction(12))


@pytest.mark.parametrize(
    ("held", "after", "full"),
    [
        (Load(14, 1400), Load(15, 1500), None),
        (Load(15, 900), Load(16, 960), "holds 15 of at most 15 children"),
        (Load(12, 1000), Load(15, 1220), None),
        (Load(13, 1000), Load(16, 1220), "holds 13 of at most 15 children"),
        (Load(11, 1240), Load(14, 1524), "holds 12.4 of at most 15 points, and 2.84 would come"),
        (Load(9, 1350), Load(10, 1500), None),
        (Load(9, 1351), Load(10, 1501), "holds 13.51 of at most 15 points, and 1.5 would come"),
    ],
)
def test_children_have_a_place_up_to_both_limits_and_not_beyond_either(held: Load, after: Load, full) -> None:
    assert FULL_TIME.has_room_for(after) is (full is None)
    if full is not None:
        assert why_full(after, FULL_TIME, held=held) == full


def test_a_new_standard_binds_from_its_day_on(monkeypatch: pytest.MonkeyPatch) -> None:
    lower = replace(capacity.STANDARDS[0], effective_from=date(2026, 9, 1), limit=12, target=10)
    monkeypatch.setattr(capacity, "STANDARDS", (*capacity.STANDARDS, lower))

    def binding(on: date) -> Capacity:
        return capacity_of(WorkerRole.SOCIAL_WORKER, Terms(100, EXPERIENCED), on=on)

    assert (binding(date(2026, 8, 31)).children, binding(date(2026, 9, 1)).children) == (15, 12)
    assert (binding(date(2026, 8, 31)).target, binding(date(2026, 9, 1)).target) == (12, 10)
    assert binding(date(2000, 1, 1)).children == 15
