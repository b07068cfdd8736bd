"""Red, amber, green as rules: which word stands, when the two stand apart, when it comes up again, and what to ask."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from services.intake.episodes.clocks import Clock
from services.intake.risk.prompts import CODES, CURRENT, PROMPTS, to_be_asked
from services.intake.risk.reviews import Rated, RatedGoal, running, standing
from shared.contracts.codes import ASSESSMENT_FACTORS, EXTRA_FAMILIAL, RAG, PlaceOfHarm

COLOURS = {"r": RAG.RED, "a": RAG.AMBER, "g": RAG.GREEN, "-": None}
MONDAY = date(2026, 5, 11)


def rated(day: int, colours: str, *, discussed: bool = False, replaces: UUID | None = None) -> Rated:
    """`rg` is red by the worker and green by the parent, `-` says nothing."""
    worker, parent = (COLOURS[each] for each in colours)
    return Rated(uuid4(), date(2026, 5, day), worker, parent, date(2026, 5, day) if discussed else None)


def goal(*ratings: Rated, ended_on: date | None = None) -> RatedGoal:
    return RatedGoal(uuid4(), MONDAY, ended_on, ratings)


@pytest.mark.parametrize(
    ("colours", "worker", "parent", "worse", "are_apart"),
    [
        (["rr"], "red", "red", "red", False),
        (["rg"], "red", "green", "red", True),
        (["gr"], "green", "red", "red", True),
        (["ra"], "red", "amber", "red", False),
        (["ag"], "amber", "green", "amber", False),
        (["g-"], "green", None, "green", False),
        (["g-", "-r"], "green", "red", "red", True),
        (["rg", "a-"], "amber", "green", "amber", False),
        (["rg", "-g"], "red", "green", "red", True),
        ([], None, None, None, False),
    ],
)
def test_the_latest_word_of_each_stands_and_the_worse_decides(colours, worker, parent, worse, are_apart) -> None:
    seen = goal(*(rated(11 + n, each) for n, each in enumerate(colours)))
    assert (seen.by_worker, seen.by_parent, seen.worse) == (worker, parent, worse)
    assert (seen.apart_since is not None) is are_apart


@pytest.mark.parametrize(
    ("colours", "clock", "due_on"),
    [
        ([], Clock.FIRST_RATING, "2026-05-26"),
        (["r-"], Clock.RED_REVIEW, "2026-05-26"),
        (["gr"], Clock.RED_REVIEW, "2026-05-26"),
        (["ga"], Clock.AMBER_REVIEW, "2026-06-09"),
        (["gg"], None, None),
        (["rr", "gg"], None, None),
    ],
)
def test_red_comes_up_in_two_weeks_amber_in_four_and_green_not_by_itself(colours, clock, due_on) -> None:
    """Over the bank holiday of 25 May."""
    seen = goal(*(rated(11, each) for each in colours))
    found = [(each.clock, str(each.due_on)) for each in running(seen) if each.clock is not Clock.RISK_SUPERVISION]
    assert found == ([(clock, due_on)] if clock else [])


def test_supervision_looks_within_a_week_at_what_set_them_apart_and_once_is_enough_until_they_part_anew() -> None:
    def supervision(*ratings: Rated) -> list[str]:
        return [str(each.due_on) for each in running(goal(*ratings)) if each.clock is Clock.RISK_SUPERVISION]

    assert supervision(rated(11, "rg")) == ["2026-05-18"]
    assert supervision(rated(11, "rg"), rated(13, "rg")) == ["2026-05-18"], "from the day on which they parted"
    assert supervision(rated(11, "rg", discussed=True)) == []
    assert supervision(rated(11, "rg", discussed=True), rated(13, "rg")) == []
    assert supervision(rated(11, "rg", discussed=True), rated(12, "aa"), rated(13, "gr")) == ["2026-05-20"]
    assert supervision(rated(11, "ra")) == []
    assert list(running(goal(rated(11, "rg"), ended_on=MONDAY))) == [], "an ended goal asks for nothing"


class Kept:
    """A rating as it is kept."""

    def __init__(self, day: int, colours: str, replaces: "Kept | None" = None) -> None:
        self.id, self.rated_on = uuid4(), date(2026, 5, day)
        self.by_worker, self.by_parent = (COLOURS[each] for each in colours)
        self.replaces = replaces.id if replaces else None


def test_a_corrected_rating_stands_no_longer_nor_does_one_that_was_taken_back() -> None:
    first, second, third = Kept(12, "rr"), Kept(11, "aa"), Kept(13, "gg")
    corrected, taken_back = Kept(12, "ra", replaces=first), Kept(13, "--", replaces=third)
    again = Kept(10, "gg", replaces=corrected)
    assert standing([first, second, third]) == [second, first, third]
    assert standing([first, second, third, corrected]) == [second, corrected, third]
    assert standing([first, second, third, corrected, taken_back]) == [second, corrected]
    assert standing([first, second, corrected, again]) == [again, second]


def test_what_is_asked_follows_the_places_of_the_goals_and_what_assessments_found() -> None:
    asked = {each.prompt.code: each.because_of for each in to_be_asked({PlaceOfHarm.HOME}, {"13A", "16A"})}
    assert asked["cared_for"] == ("16A",)
    assert asked["company"] == ("13A",), "a factor of harm outside the family is asked about whatever the goal is about"
    assert asked["quarrels"] == (), "no factor was found, and the question is asked all the same"
    assert "pictures" not in asked
    assert {each.prompt.place for each in to_be_asked((), ())} == {None}


def test_the_questions_name_factors_of_the_census_and_ask_about_every_place() -> None:
    assert {prompt.place for prompt in PROMPTS[CURRENT]} == {None, *PlaceOfHarm}
    assert frozenset().union(*(prompt.factors for prompt in PROMPTS[CURRENT])) <= ASSESSMENT_FACTORS
    outside = [prompt for prompt in PROMPTS[CURRENT] if prompt.place in EXTRA_FAMILIAL]
    named = frozenset().union(*(prompt.factors for prompt in outside))
    assert named >= {"10A", "11A", "12A", "13A", "18B", "19B", "24A"}, "missing, exploitation, trafficking, gangs"
    assert all(prompt.question.endswith("?") for prompt in PROMPTS[CURRENT])
    assert len(CODES) == len(PROMPTS[CURRENT])
