"""The gate lets no sentence say more than its design, its number and its interval allow, however it is put."""

import ast
from pathlib import Path

import pytest

from services.reporting.evidence.claims import Basis, Design, Overclaims, compared, say
from services.reporting.evidence.intervals import Interval

ROOT = Path(__file__).parents[3]
UP, DOWN, EITHER = Interval(0.1, 0.5), Interval(-0.5, -0.1), Interval(-0.1, 0.5)


def paired(change: Interval | None = UP, *, n: int = 90, followed: float = 0.8, **other) -> Basis:
    return Basis(Design.PAIRED, n, change=change, followed=followed, **{"high_is_good": True, **other})


EARNED = {
    "improved": paired(),
    "worsened": paired(DOWN),
    "higher": Basis(Design.COMPARED, 60, workers=20, change=UP),
    "lower": Basis(Design.COMPARED, 60, workers=20, change=DOWN),
    "caused a higher score": Basis(Design.RANDOMISED, 90, change=UP, high_is_good=True),
    "improved and is lower": paired(DOWN, high_is_good=False),
    "goes with higher and with lower": Basis(Design.ASSOCIATED, 60, workers=20, change=DOWN),
}


@pytest.mark.parametrize("words", EARNED)
def test_a_word_that_was_earned_is_let_through_as_it_stands(words: str):
    assert say(f"Skill {words}.", EARNED[words]) == f"Skill {words}."


NOT_EARNED = {
    "one period shows no change": ("improved", Basis(Design.DESCRIBED, 500, workers=90)),
    "one period, even with an interval": ("improved", Basis(Design.DESCRIBED, 500, change=UP, high_is_good=True)),
    "different families in two quarters": ("improved", Basis(Design.COMPARED, 500, change=UP, high_is_good=True)),
    "23 pairs": ("improved", paired(n=23)),
    "29 pairs": ("improved", paired(n=29)),
    "59% followed": ("improved", paired(followed=0.59)),
    "the interval holds nought": ("improved", paired(EITHER)),
    "the interval ends at nought": ("improved", paired(Interval(0.0, 0.4))),
    "the interval begins at nought": ("worsened", paired(Interval(-0.4, 0.0))),
    "nothing was tested": ("improved", paired(None)),
    "it went the other way": ("improved", paired(DOWN)),
    "it got better": ("worsened", paired()),
    "p is large among its fellows": ("improved", paired(p=0.2)),
    "neither direction is good": ("improved", paired(high_is_good=None)),
    "nine workers": ("improved", paired(workers=9)),
    "up, where low is good": ("improved", paired(UP, high_is_good=False)),
    "a direction by chance": ("higher", Basis(Design.COMPARED, 60, change=EITHER)),
    "the wrong direction": ("higher", Basis(Design.COMPARED, 60, change=DOWN)),
    "pairs show no cause": ("caused", paired()),
    "nor does going together": ("led to", Basis(Design.ASSOCIATED, 900, change=UP)),
    "a small trial": ("caused", Basis(Design.RANDOMISED, 12, change=UP, high_is_good=True)),
    "a trial that found nothing": ("caused", Basis(Design.RANDOMISED, 900, change=EITHER, high_is_good=True)),
    "two things by chance": ("higher", Basis(Design.ASSOCIATED, 900, change=EITHER)),
    "significance is for no sentence": ("significantly higher", Basis(Design.COMPARED, 60, change=UP)),
}


@pytest.mark.parametrize("why", NOT_EARNED)
def test_a_word_that_was_not_earned_is_refused(why: str):
    words, basis = NOT_EARNED[why]
    with pytest.raises(Overclaims):
        say(f"Practice skill {words} in this quarter.", basis)


DESCRIBED = Basis(Design.DESCRIBED, 400, workers=80)


@pytest.mark.parametrize(
    "text",
    [
        "Practice IMPROVED.",
        "Practice im-proved.",
        "Practice im.pro.ved.",
        "Practice im’proved.",
        "Practice i m p r o v e d.",
        "Practice i-m-p-r-o-v-e-d.",
        "Practice impr0ved.",
        "Practice 1mproved.",
        "Practice imprоved.",
        "Practice ｉｍｐｒｏｖｅｄ.",
        "Practice im\u00adproved.",
        "Practice im\u200bproved.",
        "Practice imp\nroved.",
        "Pra\u0441tice is b\u0435tter.",
        "There was an improvement, but it may be chance.",
        "It cannot be said that practice improved.",
        "Families are doing better.",
        "Stress has fallen.",
        "Skill went up.",
        "Skill is no longer what it was.",
        "Scores grew.",
        "Re-referrals halved.",
        "The programme worked.",
        "The programme works.",
        "Training made the difference.",
        "Good practice led to fewer plans.",
        "This is because of training.",
        "This is thanks to the coaches.",
        "It had an impact.",
        "It proved effective.",
        "Coaching delivered.",
        "Coaching helps families.",
        "Quality deteriorated.",
        "Workers are failing.",
        "Higher skill explains fewer re-referrals.",
        "The result is significant.",
        "",
    ],
)
def test_no_way_of_putting_it_gets_an_unearned_word_past(text: str):
    with pytest.raises(Overclaims):
        say(text, DESCRIBED)


@pytest.mark.parametrize(
    "text",
    [
        "400 observations of 80 workers in April to June 2026: mean practice skill 3.11 of 5 (95% interval 3.02 to 3.20).",
        "No practice was observed in April 2026.",
        "Feedback within seven days: 31 of 40.",
        "Evocation, collaboration, autonomy, empathy, purposefulness, clarity about concerns, child focus.",
        "Enhanced offer: 60 cases.",
        "Social work with 12 families, again.",
    ],
)
def test_a_plain_description_passes_untouched(text: str):
    assert say(text, DESCRIBED) == text


def test_the_title_of_what_is_counted_claims_nothing_and_the_rest_of_the_sentence_still_may_not():
    assert say("Placement moves: 12 of 40.", DESCRIBED, names=["Placement moves"]) == "Placement moves: 12 of 40."
    with pytest.raises(Overclaims):
        say("Placement moves improved.", DESCRIBED, names=["Placement moves"])


def test_what_is_small_or_lost_many_says_so_by_itself():
    assert say("Mean 3.", Basis(Design.DESCRIBED, 9)).endswith("Illustrative only (n = 9).")
    assert say("Points: 2.6.", paired(n=23, followed=23 / 101)) == (
        "Points: 2.6. Illustrative only (n = 23, 23% followed to the end)."
    )
    assert say("Skill is higher.", Basis(Design.COMPARED, 40, workers=4, change=UP)).endswith("only (4 workers).")


def test_a_comparison_takes_the_strongest_words_it_has_earned():
    def told(basis: Basis, by: float = 0.3) -> str:
        return compared("Practice skill", by=by, since="January to March 2026", basis=basis)

    assert (
        told(paired()) == "Practice skill improved by 0.30 since January to March 2026 (95% interval +0.10 to +0.50)."
    )
    assert told(paired(DOWN), -0.3).startswith("Practice skill worsened by 0.30")
    assert told(Basis(Design.COMPARED, 60, workers=20, change=UP)).startswith("Practice skill: 0.30 higher than in")
    assert told(Basis(Design.COMPARED, 60, workers=20, change=DOWN), -0.3).startswith("Practice skill: 0.30 lower than")
    assert told(Basis(Design.COMPARED, 60, workers=20, change=EITHER)).endswith("This cannot be told from chance.")
    assert told(Basis(Design.COMPARED, 8, workers=3)) == (
        "Practice skill: +0.30 beside January to March 2026. Not tested. Illustrative only (n = 8, 3 workers)."
    )


def test_a_claim_is_made_at_the_gate_and_nowhere_else():
    for path in (ROOT / "services").rglob("*.py"):
        made = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Claim"
        ]
        assert not made or path.name == "claims.py", f"{path} makes a claim without passing the gate"
