"""How many children one worker may hold, on both sides of every limit."""

from datetime import date

import pytest

from services.intake.allocation import capacity
from services.intake.allocation.capacity import (
    CaseloadFull,
    CaseloadStandard,
    caseload_limit,
    caseload_target,
    check_place,
    share_of_a_caseload,
)
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
    assert (caseload_limit(share, on=TODAY), caseload_target(share, on=TODAY)) == (limit, target)


def test_every_post_has_its_share() -> None:
    assert set(capacity.ROLE_SHARE) == set(WorkerRole)


def test_three_months_from_the_30th_of_november_end_on_the_last_of_february() -> None:
    def limit(on: date) -> int:
        newly = date(2025, 11, 30)
        share = share_of_a_caseload(WorkerRole.SOCIAL_WORKER, percent=100, newly_qualified_from=newly, on=on)
        return caseload_limit(share, on=on)

    assert (limit(date(2026, 2, 27)), limit(date(2026, 2, 28))) == (9, 13)


def test_whole_places_are_not_lost_to_binary_fractions() -> None:
    for percent in range(1, 101):
        share = share_of_a_caseload(WorkerRole.SOCIAL_WORKER, percent=percent, newly_qualified_from=None, on=TODAY)
        assert caseload_limit(share, on=TODAY) == 15 * percent // 100
        assert caseload_target(share, on=TODAY) == 12 * percent // 100


@pytest.mark.parametrize(
    ("held", "children", "fits"),
    [(14, 1, True), (15, 1, False), (12, 3, True), (13, 3, False), (0, 15, True), (16, 0, False)],
)
def test_children_have_a_place_up_to_the_limit_and_not_beyond(held: int, children: int, fits: bool) -> None:
    if fits:
        check_place(held=held, limit=15, children=children)
    else:
        with pytest.raises(CaseloadFull, match=f"holds {held} of at most 15"):
            check_place(held=held, limit=15, children=children)


def test_a_new_standard_binds_from_its_day_on(monkeypatch: pytest.MonkeyPatch) -> None:
    lower = CaseloadStandard(effective_from=date(2026, 9, 1), limit=12, target=10)
    monkeypatch.setattr(capacity, "STANDARDS", (*capacity.STANDARDS, lower))
    assert (caseload_limit(1.0, on=date(2026, 8, 31)), caseload_limit(1.0, on=date(2026, 9, 1))) == (15, 12)
    assert (caseload_target(1.0, on=date(2026, 8, 31)), caseload_target(1.0, on=date(2026, 9, 1))) == (12, 10)
    assert caseload_limit(1.0, on=date(2000, 1, 1)) == 15
