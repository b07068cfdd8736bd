"""How answers become scores: golden figures, places turned round, and what is done about those left empty."""

import json

import pytest

from services.observation.measures.goals import t_score
from services.observation.measures.instruments import INSTRUMENTS, InstrumentNotKnown, instrument_of
from services.observation.measures.scoring import AnswersDoNotFit, NotTheirsToAnswer, Respondent
from services.observation.measures.voice import Heard, HeardOrNot, NotForThisAge, NotHeard, check_heard
from services.reference.published import ROOT

FIGURES = json.loads((ROOT / "tests/reporting/evidence/data/golden_figures.json").read_text())["figures"]
GOLDEN = {each["id"]: each for each in FIGURES}


def scores(
    code: str, answers: list[int | None], weights: tuple[int, ...] = (), *, version: int = 1
) -> dict[str, float]:
    return {each.scale: each.value for each in instrument_of(code, version).scored(answers, weights)}


@pytest.mark.parametrize(
    ("weights", "gains", "expected"),
    [((1, 1), (1, 0), 56.2017), ((2, 1, 1), (1, 0, -1), 53.3333), ((4, 1), (0, 0), 50), ((1,), (-2,), 30)],
)
def test_goals_attained_are_one_figure_around_fifty(weights, gains, expected) -> None:
    assert t_score(weights, gains) == pytest.approx(expected, abs=5e-5)
    assert scores("goal_attainment", [*gains], weights) == {"t": pytest.approx(expected, abs=5e-5)}


def mean_of(count: int, total: int, lowest: int, places: int = 1) -> list[list[int]]:
    """So many people's answers, as even as can be, that sum to a total over all of them."""
    base, more = divmod(total, count * places)
    flat = [base + (each < more) for each in range(count * places)]
    assert min(flat) >= lowest
    return [flat[each * places : (each + 1) * places] for each in range(count)]


def mean(people: list[float]) -> float:
    return sum(people) / len(people)


@pytest.mark.parametrize(
    ("figure", "first", "then"),
    [
        ("engagement_gain", ("engagement", 517, 12), ("engagement", 556, 12)),
        ("engagement_self_minus_researcher", ("engagement_as_seen", 492, 1), ("engagement", 556, 12)),
        ("life_ref_to_T1", ("life_rating", 312, 1), ("life_rating", 564, 1)),
        ("life_T1_to_T2", ("life_rating", 564, 1), ("life_rating", 613, 1)),
    ],
)
def test_a_hundred_families_who_answer_as_printed_differ_as_printed(figure, first, then) -> None:
    def of(series: tuple[str, int, int]) -> float:
        code, hundredths, places = series
        version = 2 if code == "engagement" else 1
        people = mean_of(100, hundredths * places, instrument_of(code, version).lowest, places)
        return mean([next(iter(scores(code, answers, version=version).values())) for answers in people])

    golden = GOLDEN[figure]
    assert of(then) - of(first) == pytest.approx(golden["expected"], abs=golden["tolerance"])


def test_twelve_items_on_stress_are_scored_both_ways_and_four_is_a_case() -> None:
    assert scores("stress", [0, 1, 2, 3] * 3) == {"likert": 18, "caseness": 6}
    cases = {n: instrument_of("stress", 1).scored([2] * n + [1] * (12 - n))[1].is_case for n in (3, 4)}
    assert cases == {3: False, 4: True}


def test_family_functioning_is_turned_so_that_high_is_more_difficulty() -> None:
    worst = [5, 1, 5, 1, 1, 5, 1, 1, 1, 5, 1, 1, 1, 1, 5]
    assert scores("family_functioning", worst) == {
        "sum": 75,
        "mean": 5,
        "strengths": 5,
        "overwhelmed": 5,
        "disrupted_communication": 5,
    }
    assert scores("family_functioning", [6 - each for each in worst])["sum"] == 15


def test_engagement_turns_two_places_in_the_first_keying_and_none_in_the_second() -> None:
    warmest = [7, 7, 7, 1, 7, 7, 7, 7, 7, 1, 7, 7]
    assert scores("engagement", warmest) == {"mean": 7, "sum": 84, "task": 7, "bond": 7, "goal": 7}
    assert scores("engagement", [7] * 12, version=2)["mean"] == 7
    assert scores("engagement", [7] * 12)["mean"] == 6


@pytest.mark.parametrize(
    ("empty", "sum_", "part"),
    [(0, 15, 1), (1, 15, 1), (2, 15, None), (3, 15, None), (4, None, None)],
)
def test_a_fifth_may_be_left_empty_and_counts_as_the_mean_of_the_others(empty, sum_, part) -> None:
    straight = [1, 5, 1, 5, 5, 1, 5, 5, 5, 1, 5, 5, 5, 5, 1]
    for place in (1, 3, 6, 10)[:empty]:
        straight[place - 1] = None
    found = scores("family_functioning", straight)
    assert (found["sum"], found["strengths"]) == (sum_, part)


def test_one_question_left_empty_has_no_score_and_neither_have_goals_with_one_not_rated() -> None:
    assert scores("life_rating", [None]) == {"rating": None}
    assert scores("goal_attainment", [1, None], (1, 1)) == {"t": None}
    assert scores("goal_based_outcomes", [4, 7]) == {"mean": 5.5}


@pytest.mark.parametrize(
    ("code", "answers"),
    [
        ("stress", [1] * 11),
        ("stress", [1] * 13),
        ("stress", [4] * 12),
        ("life_rating", [-1]),
        ("goal_attainment", [3]),
        ("goal_based_outcomes", [1, 2, 3, 4]),
    ],
)
def test_answers_that_do_not_fit_are_refused(code, answers) -> None:
    with pytest.raises(AnswersDoNotFit):
        instrument_of(code, 1).check(answers)


@pytest.mark.parametrize(
    ("code", "respondent", "age", "answers_it"),
    [
        ("stress", Respondent.FATHER, None, True),
        ("stress", Respondent.CHILD, 16, False),
        ("engagement_as_seen", Respondent.RESEARCHER, None, True),
        ("engagement_as_seen", Respondent.MOTHER, None, False),
        ("engagement", Respondent.RESEARCHER, None, False),
        ("family_functioning", Respondent.CHILD, 12, True),
        ("family_functioning", Respondent.CHILD, 11, False),
        ("life_rating", Respondent.CHILD, 4, True),
        ("life_rating", Respondent.CHILD, None, False),
        ("goal_based_outcomes", Respondent.WORKER, None, False),
    ],
)
def test_who_answers_what_and_from_which_age(code, respondent, age, answers_it) -> None:
    asked = instrument_of(code, 1)
    if answers_it:
        asked.check_respondent(respondent, age=age)
        return
    with pytest.raises(NotTheirsToAnswer):
        asked.check_respondent(respondent, age=age)


def test_an_instrument_nobody_has_heard_of_is_refused() -> None:
    with pytest.raises(InstrumentNotKnown):
        instrument_of("stress", 2)


@pytest.mark.parametrize("each", INSTRUMENTS.values(), ids=lambda each: f"{each.code}-{each.version}")
def test_every_scale_names_places_there_are_and_no_wording_is_shipped(each) -> None:
    assert all(1 <= place <= each.places for scale in each.scales for place in (*scale.places, *each.turned))
    assert len({scale.name for scale in each.scales}) == len(each.scales)
    assert bool(each.scales[0].places) is not each.of_goals


@pytest.mark.parametrize(
    ("way", "why_not", "age", "refused"),
    [
        (Heard.WATCHED, None, 0, None),
        (Heard.DRAWN, None, 3, NotForThisAge),
        (Heard.DRAWN, None, 4, None),
        (Heard.QUESTIONNAIRE, None, 7, NotForThisAge),
        (Heard.GOALS, None, 8, None),
        (None, NotHeard.WOULD_NOT, 12, None),
        (None, None, 12, HeardOrNot),
        (Heard.TALKED, NotHeard.WOULD_NOT, 12, HeardOrNot),
    ],
)
def test_a_child_is_heard_in_a_way_for_the_age_or_it_is_said_why_not(way, why_not, age, refused) -> None:
    if refused is None:
        check_heard(way, why_not, age=age)
        return
    with pytest.raises(refused):
        check_heard(way, why_not, age=age)
