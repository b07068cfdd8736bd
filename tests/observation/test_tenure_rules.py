"""Who belonged where and held what: from a day until, but not on, another."""

from datetime import date
from uuid import uuid4

import pytest

from services.observation.people.tenure import team_on, was_held_by
from shared.contracts.intake import Allocation, TeamMembership

NORTH = TeamMembership(team="north", team_name="North", member_from=date(2025, 1, 6), member_until=date(2026, 3, 2))
SOUTH = TeamMembership(team="south", team_name="South", member_from=date(2026, 3, 2))
COVER = TeamMembership(team="east", team_name="East", member_from=date(2026, 4, 1), member_until=date(2026, 5, 1))


@pytest.mark.parametrize(
    ("day", "team"),
    [
        (date(2025, 1, 5), None),
        (date(2025, 1, 6), "north"),
        (date(2026, 3, 1), "north"),
        (date(2026, 3, 2), "south"),
        (date(2026, 4, 30), "east"),  # of two, the latest joined
        (date(2026, 5, 1), "south"),
    ],
)
def test_a_workers_team_on_a_day(day: date, team: str | None) -> None:
    assert team_on([COVER, NORTH, SOUTH], day) == team


@pytest.mark.parametrize(
    ("day", "held"),
    [(date(2026, 3, 31), False), (date(2026, 4, 1), True), (date(2026, 4, 30), True), (date(2026, 5, 1), False)],
)
def test_a_worker_holds_a_case_until_the_day_it_is_handed_over(day: date, held: bool) -> None:
    asha = uuid4()
    allocation = Allocation(
        id=uuid4(), worker_id=asha, team="north", held_from=date(2026, 4, 1), held_until=date(2026, 5, 1)
    )
    assert was_held_by(asha, [allocation], on=day) is held
    assert not was_held_by(uuid4(), [allocation], on=day)
