"""The workflow of an episode of need: its dictionary is whole, and holds exactly the moves that acts can make."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from uuid import UUID

import pytest

from services.intake.episodes.facts import Case, Fact, Kind
from services.intake.episodes.stages import AWAITED, LEGAL_MOVES, WEIGHTIEST_FIRST, NoLegalMove, Stage, move, stage_of

DAY = date(2026, 5, 1)
RUNS = frozenset(kind for kind, _ in WEIGHTIEST_FIRST)
PLANS = {Kind.CIN_PLAN, Kind.PROTECTION_PLAN}
UnderWay = frozenset[Kind]


def case(under_way: UnderWay, *, begun: bool = True) -> Case:
    """A case in which this goes on, and something was done before unless nothing has begun."""
    facts = [Fact(UUID(int=n), kind, DAY) for n, kind in enumerate(sorted(under_way))]
    over = [Fact(UUID(int=99), Kind.ASSESSMENT, DAY, DAY + timedelta(days=1))] if begun else []
    return Case(UUID(int=1), DAY, facts=(*over, *facts))


def acted_on(under_way: UnderWay) -> Iterator[UnderWay]:
    """What goes on after each act that changes it: one thing begins or ends, or a conference, or stepping down."""
    for kind in RUNS:
        yield under_way ^ {kind}
    yield (under_way - {Kind.SECTION_47, Kind.CIN_PLAN}) | {Kind.PROTECTION_PLAN}
    if Kind.PROTECTION_PLAN in under_way:
        yield (under_way - {Kind.PROTECTION_PLAN}) | {Kind.CIN_PLAN}


def combinations_there_are() -> Iterator[UnderWay]:
    for size in range(len(RUNS) + 1):
        yield from (each for each in map(frozenset, combinations(RUNS, size)) if not each >= PLANS)


def moves_of_acts() -> set[tuple[Stage, Stage]]:
    found = set()
    for before in combinations_there_are():
        for after in (each for each in acted_on(before) if not each >= PLANS):
            found.add((stage_of(case(before)), stage_of(case(after))))
            if not before:
                found.add((Stage.REFERRED, stage_of(case(after))))
    found |= {
        (Stage.REFERRED, Stage.BETWEEN_STEPS),
        (Stage.REFERRED, Stage.CLOSED),
        (Stage.BETWEEN_STEPS, Stage.CLOSED),
    }
    return {(before, after) for before, after in found if before is not after}


def test_every_stage_has_its_moves_and_an_owner() -> None:
    assert set(LEGAL_MOVES) == set(AWAITED) == set(Stage)
    assert all(
        "by the" in owner or "conference" in owner or "manager" in owner for owner in list(AWAITED.values())[:-1]
    )


def test_the_dictionary_holds_every_move_an_act_can_make_but_a_plan_for_a_child_nobody_assessed() -> None:
    legal = {(stage, after) for stage, moves in LEGAL_MOVES.items() for after in moves}
    assert legal == moves_of_acts() - {(Stage.REFERRED, Stage.CIN_PLAN)}


def test_every_move_says_what_makes_it() -> None:
    assert all(what and what[0].islower() for moves in LEGAL_MOVES.values() for what in moves.values())


@pytest.mark.parametrize("now", Stage)
def test_what_is_no_legal_move_is_refused_with_what_is_awaited_and_from_whom(now) -> None:
    for to in Stage:
        if to is now or to in LEGAL_MOVES[now]:
            assert move(now, to=to) is to
        else:
            with pytest.raises(NoLegalMove, match="awaits"):
                move(now, to=to)


def test_the_weightiest_of_what_goes_on_is_the_stage() -> None:
    assert stage_of(case(RUNS - {Kind.CIN_PLAN})) is Stage.LOOKED_AFTER
    assert stage_of(case(frozenset({Kind.ASSESSMENT, Kind.SECTION_47}))) is Stage.SECTION_47
    assert stage_of(case(frozenset())) is Stage.BETWEEN_STEPS
    assert stage_of(case(frozenset(), begun=False)) is Stage.REFERRED
    strategy = Fact(UUID(int=5), Kind.MEETING, DAY, DAY, "strategy_discussion")
    assert stage_of(Case(UUID(int=1), DAY, facts=(strategy,))) is Stage.REFERRED
