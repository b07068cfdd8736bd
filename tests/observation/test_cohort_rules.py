"""Rules of selection, agreement and waves: plain tables, no database."""

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.observation.agreements import answers
from services.observation.agreements.answers import Answer, Answered, Capacity, LawfulBasis, Person, Purpose
from services.observation.cohort import stages as case_stages
from services.observation.cohort.selection import Offer, Rule, SelectedBy, commitment, is_rested, number, selected_by
from services.observation.waves import contact, stages
from services.observation.waves.contact import Finding, NotChecked, NotSafe, NotTriedEnough
from services.observation.waves.windows import WaveName, window
from shared.problems import Conflict

CASES = [UUID(int=number) for number in range(20_000)]
RULE = Rule(seed="a seed", share=0.1, team_shares={"disabled children": 0.5})
NOON = datetime(2026, 5, 14, 11, tzinfo=UTC)


def test_chance_selects_the_stated_share_and_the_same_cases_each_time():
    drawn = [case for case in CASES if selected_by(number(case, RULE.seed), 0.1, Offer.CORE)]
    assert 1_880 < len(drawn) < 2_120, "2,000 expected, 42 is the standard deviation"
    assert drawn == [case for case in CASES if number(case, RULE.seed) < 0.1]
    others = {case for case in CASES if number(case, "another seed") < 0.1}
    assert len(others & set(drawn)) < 300, "another seed selects others"


@pytest.mark.parametrize(
    ("team", "offer", "probability"),
    [
        ("north", Offer.CORE, 0.1),
        ("disabled children", Offer.CORE, 0.5),
        ("north", Offer.ENHANCED, 1.0),
        ("disabled children", Offer.ENHANCED, 1.0),
    ],
)
def test_a_case_has_the_chance_of_its_team_and_every_enhanced_case_is_selected(team, offer, probability):
    assert RULE.probability(team, offer) == probability
    for placed in (0.0, 0.05, 0.3, 0.999):
        how = selected_by(placed, probability, offer)
        assert (how is not None) == (placed < probability)
        assert how in {None, SelectedBy.CERTAINTY if offer is Offer.ENHANCED else SelectedBy.CHANCE}


def test_the_seed_that_is_shown_at_the_end_can_be_seen_to_be_the_one_of_the_beginning():
    assert commitment("a seed") == commitment("a seed") != commitment("another seed")
    assert "a seed" not in commitment("a seed")


@pytest.mark.parametrize(
    ("before", "rested"),
    [([], True), ([date(2025, 5, 14)], True), ([date(2025, 5, 15)], False), ([date(2026, 1, 1)], False)],
)
def test_who_was_selected_within_the_year_is_left_in_peace(before, rested):
    assert is_rested(before, date(2026, 5, 14)) is rested


def test_windows_are_counted_from_the_allocation():
    allocated_on = date(2026, 4, 1)
    expected = {
        WaveName.T1: (date(2026, 4, 29), date(2026, 4, 22), date(2026, 5, 13)),
        WaveName.T2: (date(2026, 8, 1), date(2026, 7, 15), date(2026, 8, 29)),
        WaveName.T3: (date(2027, 4, 1), date(2027, 4, 1), date(2027, 4, 1)),
    }
    for wave, (due, first, last) in expected.items():
        found = window(wave, allocated_on)
        assert (found.due_on, found.first, found.last) == (due, first, last)
        assert [found.holds(first - timedelta(days=1)), found.holds(first), found.holds(last)] == [False, True, True]
    t1 = window(WaveName.T1, allocated_on)
    assert t1.opens_at == datetime(2026, 4, 21, 23, tzinfo=UTC), "midnight in London, in summer"
    assert t1.closed_at == datetime(2026, 5, 13, 23, tzinfo=UTC)
    assert window(WaveName.T3, date(2024, 2, 29)).due_on == date(2025, 2, 28)


@pytest.mark.parametrize("module", [stages, case_stages])
def test_every_move_that_is_not_in_the_table_is_refused(module):
    for now in module.Stage:
        assert module.AWAITED[now]
        for to in module.Stage:
            if to in module.LEGAL_MOVES[now]:
                assert module.move(now, to=to) is to
            else:
                with pytest.raises(Conflict):
                    module.move(now, to=to)


G, R, W, A = Answer.GIVEN, Answer.REFUSED, Answer.WITHDRAWN, Answer.ASKED
MOTHER, FATHER, CHILD, WORKER = Person.MOTHER, Person.FATHER, Person.CHILD, Person.WORKER


@pytest.mark.parametrize(
    ("said", "agree", "ended"),
    [
        ([], set(), None),
        ([(MOTHER, A)], set(), None),
        ([(MOTHER, G)], {MOTHER}, None),
        ([(MOTHER, R)], set(), R),
        ([(MOTHER, G), (MOTHER, W)], set(), W),
        ([(MOTHER, G), (MOTHER, W), (MOTHER, G)], {MOTHER}, None),
        ([(MOTHER, R), (FATHER, G)], {FATHER}, None),
        ([(MOTHER, R), (FATHER, A)], set(), None),
        ([(MOTHER, R), (FATHER, G), (FATHER, W)], set(), W),
        ([(CHILD, G, Capacity.UNDER_16)], set(), None),
        ([(CHILD, G, Capacity.UNDER_16), (MOTHER, G)], {CHILD, MOTHER}, None),
        ([(CHILD, G, Capacity.COMPETENT)], {CHILD}, None),
        ([(CHILD, G, Capacity.FROM_16), (MOTHER, R)], {CHILD}, None),
        ([(WORKER, G)], set(), None),
    ],
)
def test_who_of_a_family_agrees_as_things_stand_and_when_nobody_will(said, agree, ended):
    given = [Answered(who, Purpose.T1, answer, *more) for who, answer, *more in said]
    assert answers.agreed(given, Purpose.T1) == agree
    assert answers.agreed(given, Purpose.T2) == set()
    assert answers.refused_by_all(given, Purpose.T1) == ended


def test_an_answer_follows_the_one_before_it():
    for now in (None, *Answer):
        for to in Answer:
            legal = {A, G, R} if now is None else set(answers.LEGAL_MOVES[now])
            if to in legal:
                assert answers.move(now, to=to) is to
            else:
                with pytest.raises(answers.AnswerOutOfTurn):
                    answers.move(now, to=to)


def test_each_purpose_has_its_lawful_basis_and_consent_only_where_it_rests_on_it():
    assert set(answers.BASES) == set(Purpose)
    by_consent = {purpose for purpose, basis in answers.BASES.items() if basis is LawfulBasis.CONSENT}
    assert by_consent == {Purpose.AUDIO, Purpose.T2, Purpose.SHARING, Purpose.QUOTATION, Purpose.RESEARCH}


@pytest.mark.parametrize(
    ("who", "purposes", "answer", "capacity", "forget", "refusal"),
    [
        (WORKER, [Purpose.OBSERVATION], G, None, False, None),
        (WORKER, [Purpose.OBSERVATION, Purpose.T1], G, None, False, answers.NotAskedOfThem),
        (CHILD, [Purpose.T1], G, None, False, answers.CapacityNotStated),
        (MOTHER, [Purpose.T1], G, Capacity.FROM_16, False, answers.CapacityNotStated),
        (MOTHER, [Purpose.T1], R, None, True, answers.NothingToForget),
        (MOTHER, [Purpose.T1, Purpose.QUOTATION], W, None, True, None),
    ],
)
def test_what_does_not_fit_a_person_is_refused(who, purposes, answer, capacity, forget, refusal):
    if refusal is None:
        answers.check_fits(who, purposes, answer, capacity, past_forgotten=forget)
    else:
        with pytest.raises(refusal):
            answers.check_fits(who, purposes, answer, capacity, past_forgotten=forget)


CLEAR, CARE, STOP = Finding.CLEAR, Finding.WITH_CARE, Finding.STOP


@pytest.mark.parametrize(
    ("findings", "minutes_ago", "refusal"),
    [
        ((CLEAR, CLEAR, CLEAR), 0, None),
        ((CARE, CLEAR, CARE), 240, None),
        ((CLEAR, CLEAR, CLEAR), 241, NotChecked),
        ((CLEAR, CLEAR, CLEAR), -1, NotChecked),
        ((STOP, CLEAR, CLEAR), 0, NotSafe),
        ((CLEAR, STOP, CLEAR), 0, NotSafe),
        ((CLEAR, CLEAR, STOP), 0, NotSafe),
        ((STOP, CLEAR, CLEAR), 300, NotChecked),
    ],
)
def test_a_call_needs_a_fresh_check_that_does_not_say_stop(findings, minutes_ago, refusal):
    made_at = NOON - timedelta(minutes=minutes_ago)
    if refusal is None:
        contact.check_safe(findings, made_at=made_at, now=NOON)
    else:
        with pytest.raises(refusal):
            contact.check_safe(findings, made_at=made_at, now=NOON)


@pytest.mark.parametrize(("attempts", "channels", "enough"), [(6, 3, True), (9, 4, True), (5, 3, False), (6, 2, False)])
def test_nobody_was_reached_only_after_six_attempts_by_three_ways(attempts, channels, enough):
    with nullcontext() if enough else pytest.raises(NotTriedEnough):
        contact.check_tried(attempts, channels)
