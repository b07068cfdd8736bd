"""How many children and points one worker may hold, on both sides of every limit."""

from datetime import date
from fractions import Fraction

import pytest

from services.intake.allocation import capacity
from services.intake.allocation.capacity import (
    Capacity,
    CaseloadFull,
    CaseloadStandard,
    capacity_of,
    check_place,
    share_of_a_caseload,
)
from services.intake.allocation.points import Load
from shared.contracts.codes import WorkerRole

TODAY = date(2026, 5, 14)


@pytest.mark.parametrize(
    ("role", "percent", "newly_qualified_from", "limit", "target"),
    [
        (WorkerRole.SOCIAL_WORKER, 100, None, 15, 12),
        (WorkerRole.SENIOR_SOCIAL_WORKER, 100, None, 12, 9),
        (WorkerRole.SOCIAL_WORKER, 60, None, 9, 7),  # 9.0 and 7.2
        (WorkerRole.SOCIAL_WORKER, 59, None, 8, 7),  # 8.85 is eight places
        (WorkerRole.SOCIAL_WORKER, 7, None, 1, 0),
        (WorkerRole.SOCIAL_WORKER, 6, None, 0, 0),
        (WorkerRole.SOCIAL_WORKER, 1, None, 0, 0),
        (WorkerRole.SOCIAL_WORKER, 100, date(2026, 5, 14), 9, 7),  # the first day
        (WorkerRole.SOCIAL_WORKER, 100, date(2026, 2, 15), 9, 7),  # the last day of three months
        (WorkerRole.SOCIAL_WORKER, 100, date(2026, 2, 14), 13, 10),  # 13.5 is thirteen places
        (WorkerRole.SOCIAL_WORKER, 100, date(2025, 5, 15), 13, 10),  # the last day of the year
        (WorkerRole.SOCIAL_WORKER, 100, date(2025, 5, 14), 15, 12),
        (WorkerRole.SENIOR_SOCIAL_WORKER, 80, None, 9, 7),  # 9.6
        (WorkerRole.SENIOR_SOCIAL_WORKER, 100, date(2025, 6, 1), 10, 8),  # .8 of .9
        (WorkerRole.DEPUTY_TEAM_MANAGER, 100, None, 0, 0),
        (WorkerRole.TEAM_MANAGER, 100, None, 0, 0),
        (WorkerRole.PRACTICE_EVALUATOR, 100, None, 0, 0),
        (WorkerRole.COACH, 100, None, 0, 0),
    ],
)
def test_the_limit_and_the_target_fall_with_hours_post_and_experience(
    role, percent, newly_qualified_from, limit, target
) -> None:
    share = share_of_a_caseload(role, percent=percent, newly_qualified_from=newly_qualified_from, on=TODAY)
    capacity = capacity_of(share, on=TODAY)
    assert (capacity.children, int(capacity.target)) == (limit, target)
    assert capacity.children == capacity.points // 100


def test_every_post_has_its_share() -> None:
    assert set(capacity.ROLE_SHARE) == set(WorkerRole)


def test_three_months_from_the_30th_of_november_end_on_the_last_of_february() -> None:
    def limit(on: date) -> int:
        newly = date(2025, 11, 30)
        share = share_of_a_caseload(WorkerRole.SOCIAL_WORKER, percent=100, newly_qualified_from=newly, on=on)
        return capacity_of(share, on=on).children

    assert (limit(date(2026, 2, 27)), limit(date(2026, 2, 28))) == (9, 13)


def test_whole_places_are_not_lost_to_binary_fractions() -> None:
    for percent in range(1, 101):
        share = share_of_a_caseload(WorkerRole.SOCIAL_WORKER, percent=percent, newly_qualified_from=None, on=TODAY)
        capacity = capacity_of(share, on=TODAY)
        assert (capacity.children, capacity.points) == (15 * percent // 100, 15 * percent)
        assert int(capacity.target) == 12 * percent // 100


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
    if full is None:
        check_place(after, FULL_TIME, held=held)
    else:
        with pytest.raises(CaseloadFull, match=full):
            check_place(after, FULL_TIME, held=held)


def test_a_new_standard_binds_from_its_day_on(monkeypatch: pytest.MonkeyPatch) -> None:
    lower = CaseloadStandard(effective_from=date(2026, 9, 1), limit=12, target=10)
    monkeypatch.setattr(capacity, "STANDARDS", (*capacity.STANDARDS, lower))

    def binding(on: date) -> Capacity:
        return capacity_of(Fraction(1), on=on)

    assert (binding(date(2026, 8, 31)).children, binding(date(2026, 9, 1)).children) == (15, 12)
    assert (binding(date(2026, 8, 31)).target, binding(date(2026, 9, 1)).target) == (12, 10)
    assert binding(date(2000, 1, 1)).children == 15
