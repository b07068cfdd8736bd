"""For whom the enhanced offer is, who comes first, how many places there are: truth tables of the rules."""

from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest

from services.intake.episodes.clocks import Clock
from services.intake.episodes.facts import Case, Fact, Kind
from services.intake.offer.clocks import running
from services.intake.offer.criteria import Criterion, are_met, at_discretion, on_record
from services.intake.offer.places import places_in, year_of
from services.intake.offer.priority import Judged, priority
from services.intake.offer.stages import (
    AWAITED,
    BEFORE_A_PLACE,
    LEGAL_MOVES,
    STANDING,
    OfferOutOfTurn,
    Stage,
    move,
)

MAY = date(2026, 5, 14)


def test_every_stage_of_an_offer_has_its_moves_and_an_owner() -> None:
    assert set(LEGAL_MOVES) == set(AWAITED) == set(Stage)
    assert STANDING - {Stage.GIVEN} == BEFORE_A_PLACE
    for now, legal in LEGAL_MOVES.items():
        for to in Stage:
            if to in legal:
                assert move(now, to=to) is to
            else:
                with pytest.raises(OfferOutOfTurn, match="awaits"):
                    move(now, to=to)


@pytest.mark.parametrize(
    ("criteria", "met"),
    [
        ([], False),
        (["parental_mental_ill_health"], False),
        (["domestic_abuse"], False),
        (["parental_mental_ill_health", "domestic_abuse"], True),
        (["parental_substance_misuse", "parental_learning_disability"], True),
        (["edge_of_care"], True),
        (["exploitation"], True),
        (["re_referral_same_concern"], True),
        (["no_movement"], True),
    ],
)
def test_two_of_the_parents_troubles_are_enough_or_one_of_the_others(criteria, met):
    assert are_met([Criterion(each) for each in criteria], on=MAY) is met


@pytest.mark.parametrize(
    ("shown", "factors", "facts", "referred_before", "core_since"),
    [
        ([], ["21"], [], [], None),
        (["parental_mental_ill_health", "parental_substance_misuse"], ["4B", "1B"], [], [], None),
        ([], ["4A", "1A", "5A"], [], [], None),  # the child's own, not a parent's
        (["domestic_abuse", "exploitation"], ["3C", "24A"], [], [], None),
        (["edge_of_care"], [], [(Kind.PRE_PROCEEDINGS, None)], [], None),
        (["edge_of_care"], [], [(Kind.MEETING, "legal_planning")], [], None),
        ([], [], [(Kind.MEETING, "core_group")], [], None),
        (["re_referral_same_concern"], [], [], [date(2025, 3, 2)], None),
        ([], [], [], [date(2025, 2, 28)], None),
        (["no_movement"], [], [], [], date(2026, 2, 19)),
        ([], [], [], [], date(2026, 2, 20)),
    ],
)
def test_the_record_shows_criteria_by_factors_steps_referrals_and_time(
    shown, factors, facts, referred_before, core_since
):
    done = tuple(Fact(uuid4(), kind, MAY, MAY if code else None, code) for kind, code in facts)
    case = Case(uuid4(), date(2026, 3, 1), facts=done)
    found = on_record(case, factors=factors, referred_before=referred_before, core_since=core_since, on=MAY)
    assert found == set(shown)


@pytest.mark.parametrize(
    ("judged", "born_on", "asked_on", "points"),
    [
        ((0, 0, 0), date(2015, 1, 1), MAY, 0),
        ((3, 3, 2), date(2015, 1, 1), MAY, 8),
        ((3, 3, 2), date(2024, 5, 15), MAY, 9),
        ((3, 3, 2), date(2024, 5, 14), MAY, 8),
        ((1, 1, 1), None, MAY, 4),
        ((1, 1, 1), date(2015, 1, 1), date(2026, 4, 17), 3),
        ((1, 1, 1), date(2015, 1, 1), date(2026, 4, 16), 4),
        ((1, 1, 1), date(2015, 1, 1), date(2025, 1, 1), 6),
    ],
)
def test_the_severest_the_youngest_and_the_longest_waiting_come_first(judged, born_on, asked_on, points):
    assert priority(Judged(*judged), born_on=born_on, asked_on=asked_on, on=MAY) == points


def test_a_year_of_sixty_places_begins_in_april_and_keeps_twenty_at_a_time() -> None:
    assert [year_of(day) for day in (date(2026, 3, 31), date(2026, 4, 1))] == [date(2025, 4, 1), date(2026, 4, 1)]
    places = places_in(date(2026, 4, 1))
    assert (places.a_year, places.at_once, at_discretion(places.a_year, on=MAY)) == (60, 20, 12)


@pytest.mark.parametrize(
    ("offer", "stage", "clocks"),
    [
        ("enhanced", Stage.ASKED, {Clock.PANEL_DECISION: date(2026, 5, 21)}),
        ("enhanced", Stage.DEFERRED, {Clock.PANEL_DECISION: date(2026, 5, 21)}),
        ("enhanced", Stage.WAITING, {}),
        ("enhanced", Stage.GIVEN, {Clock.STEP_DOWN: date(2026, 9, 14)}),
        ("enhanced", Stage.STEPPED_DOWN, {}),
        ("core", Stage.GIVEN, {}),
    ],
)
def test_the_panel_has_five_working_days_and_a_place_four_months(offer, stage, clocks):
    kept = SimpleNamespace(id=uuid4(), offer=offer, stage=stage, to_panel_on=MAY, given_from=MAY)
    assert {each.clock: each.due_on for each in running(kept)} == clocks
