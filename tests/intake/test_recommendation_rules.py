"""Which worker first, and why: every weight, both sides of every limit, and ties that never waver."""

import random
from datetime import date
from uuid import uuid4

import pytest

from services.intake.allocation.recommendation import Candidate, Recommendation, recommend

KNEW = date(2026, 1, 9)


def worker(reference: str = "W1", **changes) -> Candidate:
    stated = {"held": 5, "limit": 15, "target": 12, "new_this_week": 0} | changes
    return Candidate(worker_id=uuid4(), reference=reference, name=reference, team="north", **stated)


def judged(children: int = 1, **changes) -> Recommendation:
    (only,) = recommend([worker(**changes)], children=children)
    return only


@pytest.mark.parametrize(
    ("children", "worker", "score"),
    [
        (1, {"held": 0}, 61.67),  # 50 * 14/15 + 5 + 10
        (1, {"held": 5}, 45.0),  # 50 * 9/15 + 5 + 10
        (1, {"held": 14, "target": 15}, 15.0),  # the last place
        (1, {"held": 5, "knew_the_child_until": KNEW}, 75.0),
        (1, {"held": 5, "team_knew_the_child": True}, 60.0),
        (1, {"held": 5, "knew_the_child_until": KNEW, "team_knew_the_child": True}, 75.0),  # not both
        (1, {"held": 5, "new_this_week": 1}, 41.67),
        (1, {"held": 5, "new_this_week": 3}, 35.0),
        (1, {"held": 5, "new_this_week": 4}, 35.0),  # pace counts nothing from three on
        (1, {"held": 11}, 25.0),  # 12 is the target
        (1, {"held": 12}, 19.67),  # one above it
        (3, {"held": 11}, 14.33),  # two above it: 50 * 1/15 + 15 - 4
        (3, {"held": 8, "new_this_week": 1}, 25.0),
    ],
)
def test_the_score_is_what_the_weights_say(children, worker, score) -> None:
    assert judged(children, **worker).score == score


@pytest.mark.parametrize(("held", "children", "fits"), [(14, 1, True), (15, 1, False), (12, 3, True), (13, 3, False)])
def test_siblings_are_recommended_to_somebody_with_room_for_all_of_them(held: int, children: int, fits: bool) -> None:
    only = judged(children, held=held)
    assert only.fits is fits
    assert (only.score is None) is not fits


def test_whoever_knew_the_family_but_is_full_comes_last_and_it_is_said_why() -> None:
    """The worked example of the sector's allocation policies, in children alone: continuity does not make room."""
    anna = worker("A", held=13, knew_the_child_until=KNEW, team_knew_the_child=True)
    bola = worker("B", held=8, new_this_week=1)
    newly_qualified = worker("C", held=9, limit=13, target=10)
    part_time = worker("D", held=7, limit=9, target=7)
    full = worker("E", held=13)
    ranked = recommend([anna, newly_qualified, full, part_time, bola], children=3)
    assert [each.candidate.reference for each in ranked] == ["B", "C", "A", "D", "E"]
    assert [each.fits for each in ranked] == [True, True, False, False, False]
    assert ranked[0].score == 25.0  # 50 * 4/15 + 5 + 10 * 2/3
    assert ranked[1].score == 14.85  # 50 * 1/13 + 5 + 10 - 2 * 2
    assert ranked[2].reasons == (
        "no room: holds 13 of at most 15, and these 3 children would come",
        "held this family's case until 9 January 2026",
    )
    assert ranked[3].reasons == ("no room: holds 7 of at most 9, and these 3 children would come",)


def test_the_reasons_say_everything_that_weighed() -> None:
    everything = judged(held=12, new_this_week=2, knew_the_child_until=KNEW)
    assert everything.reasons == (
        "holds 12 of at most 15; 13 with this child",
        "held this family's case until 9 January 2026",
        "2 new in the last seven days",
        "1 above the target of 12",
    )
    assert judged(team_knew_the_child=True).reasons[1:] == ("the team held this family's case within the last year",)
    assert judged().reasons == ("holds 5 of at most 15; 6 with this child",)


def test_of_equals_the_least_busy_this_week_then_the_longest_without_a_case_then_the_reference() -> None:
    in_order = [
        worker("D", held=5, new_this_week=0, last_allocated_on=None),
        worker("C", held=5, new_this_week=0, last_allocated_on=date(2026, 4, 1)),
        worker("A", held=5, new_this_week=0, last_allocated_on=date(2026, 4, 2)),
        worker("B", held=5, new_this_week=0, last_allocated_on=date(2026, 4, 2)),
        worker("E", held=5, new_this_week=3),
        worker("F", held=5, new_this_week=4),
        worker("G", held=15),
        worker("H", held=15),
    ]
    for seed in range(10):
        shuffled = random.Random(seed).sample(in_order, k=len(in_order))
        assert [each.candidate.reference for each in recommend(shuffled, children=1)] == list("DCABEFGH"), seed


def test_nobody_to_choose_from_is_an_empty_list() -> None:
    assert recommend([], children=2) == []
