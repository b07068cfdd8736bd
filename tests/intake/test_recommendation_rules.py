"""Which worker first, and why: every weight, both sides of every limit, and ties that never waver."""

import random
from datetime import date
from fractions import Fraction
from uuid import uuid4

import pytest

from services.intake.allocation.capacity import Capacity
from services.intake.allocation.points import Addition, Case, Load, Stage, load_of
from services.intake.allocation.recommendation import Candidate, Recommendation, recommend

KNEW = date(2026, 1, 9)


def worker(reference: str = "W1", *, children: int = 1, **changes) -> Candidate:
    """One who holds so many children in need, each a point, and to whom so many more would come."""
    stated = {"held": 5, "points": None, "more": None, "share": 1, "target": None} | changes
    held, points, more, share, target = (stated.pop(name) for name in ("held", "points", "more", "share", "target"))
    points = 100 * held if points is None else points
    share = Fraction(str(share))
    return Candidate(
        worker_id=uuid4(),
        reference=reference,
        name=reference,
        team="north",
        held=Load(held, points),
        after=Load(held + children, points + (100 * children if more is None else more)),
        capacity=Capacity(limit=15 * share, target=12 * share if target is None else Fraction(target)),
        **stated,
    )


def judged(children: int = 1, **changes) -> Recommendation:
    (only,) = recommend([worker(children=children, **changes)])
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


def siblings_in_assessment_with_an_interpreter() -> Load:
    family = uuid4()
    cases = [Case(uuid4(), uuid4(), family, Stage.ASSESSMENT, frozenset({Addition.INTERPRETER})) for _ in range(3)]
    return load_of(cases, on=KNEW)


def test_the_worked_allocation_comes_out_to_its_decimals() -> None:
    """Three siblings in assessment with an interpreter, and five workers; the one who knows the family has no room."""
    coming = siblings_in_assessment_with_an_interpreter()
    assert coming == Load(3, 284)

    def candidate(reference: str, **changes) -> Candidate:
        return worker(reference, children=3, more=coming.points, **changes)

    anna = candidate("A", held=11, points=1240, knew_the_child_until=KNEW, team_knew_the_child=True)
    bola = candidate("B", held=8, points=900, new_this_week=1)
    newly_qualified = candidate("C", held=9, points=940, share=0.9)
    part_time = candidate("D", held=7, share=0.6)
    full = candidate("E", held=13)
    ranked = recommend([anna, newly_qualified, full, part_time, bola])
    assert [each.candidate.reference for each in ranked] == ["B", "C", "A", "D", "E"]
    assert [each.score for each in ranked] == [22.20, 17.27, None, None, None]
    assert anna.after.points == 1524
    assert ranked[0].reasons == (
        "holds 8 of at most 15; 11 with these 3 children",
        "9 of at most 15 points; 11.84 with them",
        "1 new in the last seven days",
        "A knows the family and is passed over: no room: holds 12.4 of at most 15 points, and 2.84 would come",
    )
    assert ranked[1].reasons == (
        "holds 9 of at most 13; 12 with these 3 children",
        "9.4 of at most 13.5 points; 12.24 with them",
        "1.2 above the target of 10.8",
    )
    assert ranked[2].reasons[1] == "held this family's case until 9 January 2026"
    assert ranked[3].reasons == ("no room: holds 7 of at most 9, and these 3 children would come",)
    assert ranked[4].reasons == ("no room: holds 13 of at most 15, and these 3 children would come",)


def test_whoever_knew_the_family_and_scores_lower_is_named_with_the_score() -> None:
    knew = worker("K", held=14, target=3, knew_the_child_until=KNEW)
    first, second = recommend([knew, worker("N", held=0)])
    assert (first.candidate.reference, second.candidate.reference) == ("N", "K")
    assert first.reasons[-1] == f"K knows the family and is passed over: scores {second.score}"


def test_whoever_may_not_lead_comes_last_however_much_room_there_is() -> None:
    first, last = recommend([worker("A", held=0, barriers=("is newly qualified",)), worker("B", held=14)])
    assert (first.candidate.reference, last.fits, last.score) == ("B", False, None)
    assert last.reasons == ("is newly qualified",)


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
        assert [each.candidate.reference for each in recommend(shuffled)] == list("DCABEFGH"), seed


def test_nobody_to_choose_from_is_an_empty_list() -> None:
    assert recommend([]) == []
