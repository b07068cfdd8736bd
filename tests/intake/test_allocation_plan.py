"""A batch of families for a team: never worse than greedy, proven best where it is small, within both limits always."""

import random
from collections import defaultdict
from fractions import Fraction
from itertools import product
from uuid import UUID

import pytest

from services.intake.allocation.capacity import Capacity
from services.intake.allocation.plan import Desk, Family, Method, Plan, _Table, plan
from services.intake.allocation.points import Load

SECONDS = 20.0


def id_of(number: int) -> UUID:
    return UUID(int=number)


NOTHING, FULL_TIME = Load(), Fraction(1)


def desk(number: int, *, held: Load = NOTHING, share: Fraction = FULL_TIME) -> Desk:
    return Desk(id_of(1000 + number), held, Capacity(limit=15 * share, target=12 * share))


def team(chance: random.Random, workers: int) -> list[Desk]:
    """Full-time, part-time, newly qualified; half full."""
    found = []
    for number in range(workers):
        share = chance.choice([Fraction(1), Fraction(1), Fraction(9, 10), Fraction(6, 10)])
        children = chance.randint(0, int(12 * share))
        found.append(desk(number, held=Load(children, 100 * children + chance.randint(0, 150)), share=share))
    return found


def waiting(chance: random.Random, families: int, desks: list[Desk]) -> list[Family]:
    found = []
    for number in range(families):
        children = chance.choices([1, 2, 3, 4], [5, 3, 2, 1])[0]
        points = sum(chance.choice([100, 120, 150]) * (10, 6, 6, 4)[place] // 10 for place in range(children))
        knows = {chance.choice(desks).worker: 1.0} if chance.random() < 0.3 else {}
        barred = frozenset(each.worker for each in desks if chance.random() < 0.1)
        found.append(
            Family(id_of(number), Load(children, points), chance.randint(1, 4), continuity=knows, barred=barred)
        )
    return found


def check_within_limits(made: Plan, families: list[Family], desks: list[Desk]) -> None:
    after = {each.worker: each.held for each in desks}
    for family in families:
        worker = made.placed[family.key]
        if worker is not None:
            assert worker not in family.barred
            after[worker] += family.load_with.get(worker, family.load)
    for each in desks:
        assert after[each.worker] == each.held or each.capacity.has_room_for(after[each.worker])


def test_a_plan_is_never_worse_than_greedy_and_most_are_proven_best() -> None:
    compare(range(12), seconds=2.0)


@pytest.mark.campaign
def test_on_100_seeded_batches_the_plan_is_never_worse_than_greedy_and_up_to_50_families_are_proven_best() -> None:
    compare(range(100), seconds=20.0)


def compare(seeds: range, *, seconds: float) -> None:
    """With greedy, batch by batch. The few that time runs out for are counted and named."""
    timed_out, better = [], 0
    for seed in seeds:
        chance = random.Random(seed)
        desks = team(chance, chance.randint(2, 8))
        families = waiting(chance, chance.randint(1, 50), desks)
        made = plan(families, desks, seconds=seconds)
        check_within_limits(made, families, desks)
        table = _Table(families, desks)
        greedy = table.worth(table.greedily())
        assert made.worth >= greedy - 1e-4, seed
        better += made.worth > greedy + 1e-3
        if not made.proven:
            timed_out.append(seed)
    print(
        f"better than greedy: {better} of {len(seeds)}; not proven in {seconds:.0f} s, by seed: {timed_out or 'none'}"
    )
    assert better >= len(seeds) / 2
    assert len(timed_out) <= len(seeds) / 2


def test_the_proven_plan_is_the_best_of_all_there_are() -> None:
    for seed in range(8):
        chance = random.Random(seed)
        desks = team(chance, 3)
        families = waiting(chance, 5, desks)
        table = _Table(families, desks)
        best = max(
            table.worth(places)
            for places in product(range(-1, 3), repeat=5)
            if all(place < 0 or table.may[n, place] for n, place in enumerate(places)) and fits(table, places)
        )
        made = plan(families, desks, seconds=SECONDS)
        assert made.proven, seed
        assert made.worth == pytest.approx(best, abs=1e-4), seed


def fits(table: _Table, places: tuple[int, ...]) -> bool:
    added: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for family, place in enumerate(places):
        if place >= 0:
            added[place][0] += table.children[family, place]
            added[place][1] += table.points[family, place]
    return all((table.held[place] + more <= table.room[place]).all() for place, more in added.items())


def test_a_thousand_families_are_planned_greedily_with_the_gap() -> None:
    chance = random.Random(1)
    desks = team(chance, 60)
    families = waiting(chance, 1000, desks)
    made = plan(families, desks, seconds=SECONDS)
    check_within_limits(made, families, desks)
    assert (made.method, made.proven) == (Method.GREEDY, False)
    assert made.gap > 0


def test_the_urgent_have_the_last_place() -> None:
    only = [desk(1, held=Load(14, 1400))]
    calm, urgent = Family(id_of(1), Load(1, 100)), Family(id_of(2), Load(1, 100), urgency=4)
    made = plan([calm, urgent], only, seconds=SECONDS)
    assert made.placed == {calm.key: None, urgent.key: only[0].worker}


def test_whoever_knows_the_family_is_chosen_among_equals_and_the_emptier_otherwise() -> None:
    one, other = desk(1, held=Load(5, 500)), desk(2, held=Load(5, 500))
    known = Family(id_of(1), Load(1, 100), continuity={other.worker: 1.0})
    assert plan([known], [one, other], seconds=SECONDS).placed == {known.key: other.worker}
    emptier = desk(3, held=Load(1, 100))
    unknown = Family(id_of(2), Load(1, 100))
    assert plan([unknown], [one, emptier], seconds=SECONDS).placed == {unknown.key: emptier.worker}


def test_a_family_weighs_less_with_whoever_holds_a_sibling() -> None:
    holds = desk(1, held=Load(14, 1420))
    family = Family(id_of(1), Load(1, 100), load_with={holds.worker: Load(1, 60)})
    assert plan([family], [holds], seconds=SECONDS).placed == {family.key: holds.worker}
    assert plan([Family(id_of(1), Load(1, 100))], [holds], seconds=SECONDS).placed == {family.key: None}


def test_whoever_holds_too_much_already_is_given_nothing_and_spoils_no_plan() -> None:
    over, free = desk(1, held=Load(18, 1900)), desk(2)
    family = Family(id_of(1), Load(2, 160))
    made = plan([family], [over, free], seconds=SECONDS)
    assert (made.placed, made.proven) == ({family.key: free.worker}, True)


@pytest.mark.parametrize(("families", "desks"), [([], []), ([], [desk(1)]), ([Family(id_of(1), Load(1, 100))], [])])
def test_nobody_to_place_or_nobody_to_place_with_is_a_plan_too(families, desks) -> None:
    made = plan(families, desks, seconds=SECONDS)
    assert made.placed == {each.key: None for each in families}
    assert (made.worth, made.proven) == (0, True)
