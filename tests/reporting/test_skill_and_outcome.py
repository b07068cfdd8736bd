"""Practice and what became of cases, joined on the episode: what is counted, what is known, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import numpy as np
import pytest
from scipy import stats

from services.reporting.outcomes.followed import OUTCOMES, known_before, what_became
from services.reporting.outcomes.linked import link
from services.reporting.outcomes.ratings import course
from services.reporting.outcomes.weighing import weigh_outcomes
from services.reporting.subscriptions import hear_children, hear_practice
from shared.clock import held_at
from shared.contracts import intake as said
from shared.contracts.codes import CareStartReason, LegalStatus, Placement
from shared.contracts.intake import ChildState
from shared.contracts.observation import PracticeState
from tests.reporting.observed import HERE, practice, worker_id

TODAY = date(2026, 5, 1)
SINCE = date(2025, 1, 10)


def case(
    n: int,
    *,
    started: date = date(2025, 1, 1),
    closed: date | None = None,
    again: tuple[date, ...] = (),
    plan: tuple[date, date | None] | None = None,
    care: date | None = None,
    merged_into: UUID | None = None,
    child: str = "child",
    joined: bool = False,
) -> ChildState:
    """One child with one episode, whose id is that of the n-th observation's case."""
    received = [started, *again]
    plans = (said.ProtectionPlan(id=uuid5(HERE, f"plan {n}"), started_on=plan[0], ended_on=plan[1]),) if plan else ()
    looked_after = {
        "start_reason": next(iter(CareStartReason)),
        "legal_status": next(iter(LegalStatus)),
        "placement": next(iter(Placement)),
    }
    cared = (said.CareEpisode(id=uuid5(HERE, f"care {n}"), started_on=care, **looked_after),) if care else ()
    return ChildState(
        authority="206",
        epoch=1,
        n=1,
        child_id=uuid5(HERE, f"{child} {n}"),
        merged_into=merged_into,
        referrals=tuple(
            said.Referral(
                id=uuid5(HERE, f"referral {n} {day}"), received_on=day, joined_open_episode=joined and day != started
            )
            for day in received
        ),
        episodes=(
            said.Episode(
                id=uuid5(HERE, f"episode {n}"),
                referral_id=uuid5(HERE, f"referral {n} {started}"),
                started_on=started,
                closed_on=closed,
                protection_plans=plans,
                care_episodes=cared,
            ),
        ),
    )


@pytest.mark.parametrize(
    ("outcome", "tried", "child", "today", "expected"),
    [
        ("closed_within_6_months", "on the last day", case(1, closed=date(2025, 7, 10)), TODAY, True),
        ("closed_within_6_months", "a day late", case(1, closed=date(2025, 7, 11)), TODAY, False),
        ("closed_within_6_months", "still open", case(1), TODAY, False),
        ("closed_within_6_months", "time is not up", case(1, closed=date(2025, 2, 1)), date(2025, 7, 10), None),
        ("closed_within_6_months", "closed before it was observed", case(1, closed=date(2025, 1, 9)), TODAY, None),
        (
            "referred_again_within_12_months",
            "on the last day",
            case(1, closed=date(2025, 3, 1), again=(date(2026, 3, 1),)),
            TODAY,
            True,
        ),
        (
            "referred_again_within_12_months",
            "a day late",
            case(1, closed=date(2025, 3, 1), again=(date(2026, 3, 2),)),
            TODAY,
            False,
        ),
        ("referred_again_within_12_months", "never closed", case(1, again=(date(2025, 6, 1),)), TODAY, None),
        (
            "referred_again_within_12_months",
            "only a contact on an open case",
            case(1, closed=date(2025, 3, 1), again=(date(2025, 6, 1),), joined=True),
            TODAY,
            False,
        ),
        (
            "referred_again_within_24_months",
            "time is not up, though it happened",
            case(1, closed=date(2025, 3, 1), again=(date(2025, 6, 1),)),
            TODAY,
            None,
        ),
        ("escalated_within_12_months", "a plan", case(1, plan=(date(2026, 1, 10), None)), TODAY, True),
        ("escalated_within_12_months", "a plan a day late", case(1, plan=(date(2026, 1, 11), None)), TODAY, False),
        ("escalated_within_12_months", "care", case(1, care=date(2025, 5, 5)), TODAY, True),
        ("escalated_within_12_months", "under a plan already", case(1, plan=(date(2025, 1, 2), None)), TODAY, None),
        (
            "escalated_within_12_months",
            "under a plan that had ended",
            case(1, plan=(date(2025, 1, 2), date(2025, 1, 5))),
            TODAY,
            False,
        ),
        ("escalated_within_12_months", "neither", case(1), TODAY, False),
    ],
)
def test_each_outcome_on_both_sides_of_its_limits(
    outcome: str, tried: str, child: ChildState, today: date, expected: bool | None
):
    assert what_became(child, child.episodes[0], SINCE, today)[outcome] is expected, tried


@pytest.mark.parametrize(
    ("tried", "rated", "today", "by_worker", "by_parent"),
    [
        ("from red to amber, where the parent sees none", ((-9, "rr"), (60, "ar")), TODAY, True, False),
        ("rated once is not followed", ((-9, "rr"),), TODAY, None, None),
        ("rated twice before practice was seen", ((-9, "rr"), (-1, "gg")), TODAY, None, None),
        ("too late", ((-9, "rr"), (60, "rr"), (200, "gg")), TODAY, False, False),
        ("what was green cannot be better", ((-9, "gg"), (60, "gr")), TODAY, None, None),
        ("the parent was asked once", ((-9, "r-"), (60, "aa")), TODAY, True, None),
        ("time is not up", ((-9, "rr"), (60, "gg")), date(2025, 7, 10), None, None),
    ],
)
def test_risk_is_less_when_the_worst_of_the_goals_is_of_a_better_colour_in_the_same_persons_word(
    tried, rated, today, by_worker, by_parent
):
    goal = said.Goal(id=uuid5(HERE, "goal"), place="online", agreed_on=SINCE, ratings=tuple(map(_rating, rated)))
    child = case(1)
    episode = child.episodes[0].model_copy(update={"goals": (goal,)})
    became = what_became(child, episode, SINCE, today)
    found = [became[f"less_risk_by_the_{who}_within_6_months"] for who in ("worker", "parent")]
    assert found == [by_worker, by_parent], tried


def _rating(rated: tuple[int, str]) -> said.RiskRating:
    """`ra` so many days after practice was seen: red in the worker's word, amber in the parent's."""
    days, colours = rated
    worker, parent = ({"r": "red", "a": "amber", "g": "green"}.get(each) for each in colours)
    on = SINCE + timedelta(days=days)
    return said.RiskRating(id=uuid5(HERE, f"{on}"), rated_on=on, by_worker=worker, by_parent=parent)


def test_of_several_goals_the_worst_tells_and_each_speaks_with_its_latest_word():
    home = said.Goal(
        id=uuid5(HERE, "home"), place="home", agreed_on=SINCE, ratings=tuple(map(_rating, ((0, "aa"), (9, "ga"))))
    )
    peers = said.Goal(
        id=uuid5(HERE, "peers"), place="peers", agreed_on=SINCE, ratings=tuple(map(_rating, ((0, "rg"),)))
    )
    episode = case(1).episodes[0].model_copy(update={"goals": (home, peers)})
    worker, parent = (course(episode, who, until=TODAY) for who in ("worker", "parent"))
    assert (worker.first, worker.latest, worker.is_better) == ("red", "red", False)
    assert (parent.first, parent.latest, parent.latest_on) == ("amber", "amber", SINCE + timedelta(days=9))


def test_what_was_known_before_is_told_as_it_stood_that_day():
    child = case(1, again=(date(2024, 6, 1), date(2025, 9, 1)), plan=(date(2025, 1, 2), None))
    assert known_before(child, child.episodes[0], SINCE) == (1.0, pytest.approx(9 / 30.4), 1.0)


def test_a_case_observed_twice_is_one_case_and_one_unheard_of_is_counted_and_not_linked():
    twice = [practice(1, "w1", "north", SINCE, [2] * 7)]
    twice.append(
        twice[0].model_copy(
            update={
                "observation_id": uuid5(HERE, "again"),
                "observed_on": SINCE + timedelta(days=60),
                "worker_id": worker_id("w2"),
                "scores": practice(1, "w2", "north", SINCE, [4] * 7).scores,
            }
        )
    )
    found = link([*twice, practice(2, "w1", "north", SINCE, [3] * 7)], [case(1)], today=TODAY)
    assert (found.observed, len(found.linked)) == (2, 1)
    assert found.linked[0].skill["all_seven"] == 3.0
    assert found.linked[0].worker == worker_id("w1")


def linked_up(
    *, cases: int = 120, workers: int = 15, strength: float = 1.0
) -> tuple[list[PracticeState], list[ChildState]]:
    """Cases of workers with different skill; the more skilled, the less often the child is referred again."""
    chance = np.random.default_rng(20261125)
    practices, children = [], []
    for n in range(cases):
        worker = n % workers
        skill = int(np.clip(round(2 + 3 * worker / workers + chance.normal(0, 0.6)), 1, 5))
        happens = chance.uniform() < 0.5 - strength * 0.17 * (skill - 3)
        practices.append(practice(n, f"w{worker}", "north", SINCE, [skill] * 7))
        children.append(case(n, closed=date(2025, 3, 1), again=(date(2025, 6, 1),) if happens else ()))
    return practices, children


def test_what_goes_together_is_told_with_its_interval_and_never_as_a_cause():
    practices, children = linked_up()
    linkage = link(practices, children, today=TODAY)
    found = {each.id: each for each in weigh_outcomes(linkage)}["referred_again_within_12_months"]
    told = found.together[0]
    skill = [sum(score.score for score in each.scores) / 7 for each in practices]
    happened = [len(each.referrals) - 1 for each in children]
    assert (told.n, told.workers) == (120, 15)
    assert told.rho == pytest.approx(stats.spearmanr(skill, happened).statistic, abs=1e-4)
    assert told.rho < 0
    assert told.p == told.p_adjusted
    assert all(each.p_adjusted is not None and each.p_adjusted >= (each.p or 0) for each in found.together[1:])
    assert "Less often where skill was higher" in told.sentence
    assert not any(word in told.sentence for word in ("caus", "because", "led to", "improv"))
    assert told.thirds is not None
    assert sum(third.n for third in told.thirds) == 120
    assert sum(third.happened for third in told.thirds) == found.happened.numerator


def test_what_is_within_chance_says_so():
    linkage = link(*linked_up(strength=0.0), today=TODAY)
    told = {each.id: each for each in weigh_outcomes(linkage)}["referred_again_within_12_months"].together[0]
    assert told.rho is not None
    assert told.sentence.endswith("This cannot be told from chance.")
    assert "where skill was higher" not in told.sentence


@pytest.mark.parametrize(("cases", "workers", "why"), [(29, 15, "30 cases"), (60, 9, "10 workers")])
def test_nothing_is_said_where_cases_or_workers_are_few(cases: int, workers: int, why: str):
    linkage = link(*linked_up(cases=cases, workers=workers), today=TODAY)
    for outcome in weigh_outcomes(linkage):
        for told in outcome.together:
            assert (told.rho, told.p, told.thirds, told.points_per_skill_point) == (None, None, None, None)
            assert "nothing is said" in told.sentence
    of_again = {each.id: each for each in weigh_outcomes(linkage)}["referred_again_within_12_months"]
    assert why in str(of_again.together[0].not_given_because)


def test_an_outcome_of_a_handful_of_families_is_not_shown():
    practices, children = linked_up(strength=0.0)
    few = [case(n, closed=date(2025, 3, 1), again=(date(2025, 6, 1),) if n < 9 else ()) for n in range(len(children))]
    found = {each.id: each for each in weigh_outcomes(link(practices, few, today=TODAY))}
    again = found["referred_again_within_12_months"]
    assert (again.known.numerator, again.happened, again.together[0].rho) == (120, None, None)


async def asked(house: Any, role: str = "performance_analyst", **months: str) -> Any:
    query = {"from": "2025-01", "to": "2025-03", **months}
    return await house.signed_in_as(role).reporting.get("/v1/skill-and-outcome", params=query)


async def test_the_analyst_sees_how_many_cases_could_be_joined_and_what_became_of_them(house):
    practices, children = linked_up()
    unheard, elsewhen = practice(900, "w1", "north", SINCE, [3] * 7), practice(901, "w1", "north", TODAY, [3] * 7)
    survivor = children[0]
    loser = case(0, child="other").model_copy(update={"merged_into": survivor.child_id, "episodes": ()})
    of_the_loser = practices[0].model_copy(update={"child_id": loser.child_id})
    with held_at(datetime(2026, 5, 1, 12, tzinfo=UTC)):
        async with house.databases["reporting"].transaction() as session:
            decided = [
                each.model_copy(
                    update={
                        "referrals": tuple(r.model_copy(update={"no_further_action": False}) for r in each.referrals)
                    }
                )
                for each in children
            ]
            await hear_children(session, [*decided, loser])
            await hear_practice(session, [of_the_loser, *practices[1:], unheard, elsewhen])
        answer = await asked(house)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["linked"]["numerator"], found["linked"]["denominator"]) == (120, 121)
    assert (found["observed_of_begun"]["numerator"], found["observed_of_begun"]["denominator"]) == (120, 120)
    assert [outcome["id"] for outcome in found["outcomes"]] == [outcome.id for outcome in OUTCOMES]
    assert len(found["held"]) == 3
    assert any("core and the enhanced offer are not set beside" in note for note in found["notes"])


async def test_months_the_wrong_way_round_are_refused_and_a_team_manager_is_not_let_in(house):
    assert (await asked(house, to="2024-12")).status_code == 422
    assert (await asked(house, role="team_manager")).status_code == 403
