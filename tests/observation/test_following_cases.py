"""A case is selected when it is heard of, its people are asked, and what becomes of the case is followed."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from services.observation.agreements.models import Agreement
from services.observation.cohort.models import Cohort, Participation
from services.observation.waves.models import ContactAttempt, SafeContactCheck, Wave
from shared.clock import held_at
from shared.contracts.codes import ClosureReason
from shared.contracts.intake import Offer
from shared.due import due_table
from tests.observation.followed import (
    COHORT,
    SAFE,
    WORDING,
    all_said,
    case_of,
    held_by,
    noon,
    ok,
    said_of_cases,
    the_leader_looks,
)

MOTHER = {"person": "mother", "purposes": ["observation", "t1", "t2"], "wording": "ask-1", "on": "2026-05-14"}


@pytest.fixture
async def followed(department):
    """Asha's case, allocated on 20 April, in a cohort that selects every case; its T1 may be asked from 11 May to 1 June."""
    await ok(department.pia.post("/v1/wordings", json=WORDING))
    await ok(department.pia.post("/v1/cohorts", json=COHORT | {"allocated_from": "2026-04-02"}))
    given = held_by(department, "asha", "north", date(2026, 4, 20))
    await department.hears(case_of(department, department.child_id, department.episode_id, given, n=2))
    return department


async def the_case(department) -> dict:
    (case,) = (await ok(department.eve.get("/v1/participations"), 200))["items"]
    return case


async def wave(department, name: str = "T1") -> Wave:
    (found,) = [each for each in await department.rows(Wave) if each.name == name]
    return found


async def test_a_case_is_drawn_when_it_is_heard_of_and_its_waves_are_planned(followed):
    case = await the_case(followed)
    assert (case["stage"], case["selected_by"], case["probability"]) == ("selected", "chance", 1.0)
    assert (case["worker"], case["team"], case["stratum"], case["follower"]) == ("asha", "north", "north", None)
    (said,) = await all_said(followed)
    assert [change.what for change in said.changes] == ["case.drawn", "case.selected", "wave.opened"]
    assert [(each.wave, each.stage, str(each.due_on)) for each in said.waves] == [
        ("T1", "open", "2026-05-18"),
        ("T2", "planned", "2026-08-20"),
        ("T3", "planned", "2027-04-20"),
    ]
    await followed.hears(case_of(followed, followed.child_id, followed.episode_id, n=2))
    assert len(await all_said(followed)) == 1, "old news changes nothing"


async def test_the_seed_stays_hidden_until_the_cohort_is_over_and_its_days_are_taken(followed):
    (cohort,) = await ok(followed.pia.get("/v1/cohorts"), 200)
    assert cohort["seed"] is None
    assert cohort["strata"] == [
        {"team": "north", "offer": "core", "in_frame": 1, "selected": 1, "set_aside": 0, "probability": 1.0}
    ]
    with held_at(noon(date(2027, 1, 1))):
        assert (await ok(followed.pia.get(f"/v1/cohorts/{cohort['id']}"), 200))["seed"]
    again = await followed.pia.post("/v1/cohorts", json=COHORT | {"allocated_from": "2026-12-31"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:dwc:problem:days-taken")
    backwards = await followed.pia.post("/v1/cohorts", json=COHORT | {"allocated_until": "2026-03-01"})
    assert (backwards.status_code, backwards.json()["type"]) == (422, "urn:dwc:problem:ends-before-it-begins")
    assert (await followed.asha.post("/v1/cohorts", json=COHORT)).status_code == 403, "workers choose no cases"


async def test_a_cohort_made_late_draws_what_was_heard_before(department):
    await ok(department.pia.post("/v1/cohorts", json=COHORT))
    assert [each.episode_id for each in await department.rows(Participation)] == [department.episode_id]


async def test_who_comes_into_the_enhanced_offer_is_selected_with_certainty(department):
    await ok(department.pia.post("/v1/cohorts", json=COHORT | {"share": 1e-9}))
    child, episode, given = uuid4(), uuid4(), held_by(department, "asha", "north", date(2026, 5, 1))
    await department.hears(case_of(department, child, episode, given))
    before = (await said_of_cases(department))[episode]
    assert (before.case.selected_on, [each.wave for each in before.waves]) == (None, ["T3"])
    offer = Offer(id=uuid4(), offer="enhanced", stage="given", given_from=date(2026, 5, 10))
    await department.hears(case_of(department, child, episode, given, n=2, offers=(offer,)))
    after = (await said_of_cases(department))[episode]
    assert (after.case.selected_by, after.case.probability, after.case.offer) == ("certainty", 1.0, "enhanced")
    assert [each.wave for each in after.waves] == ["T1", "T2", "T3"]


async def test_who_was_selected_within_the_year_is_in_no_frame_again(followed):
    again, given = uuid4(), held_by(followed, "asha", "north", date(2026, 5, 1))
    await followed.hears(case_of(followed, followed.child_id, again, given, n=3))
    assert again not in await said_of_cases(followed)


async def test_the_case_is_followed_through_transfer_and_closure_and_a_wave_is_still_taken(followed):
    first = held_by(followed, "asha", "north", date(2026, 4, 20), date(2026, 5, 4))
    second = held_by(followed, "ben", "south", date(2026, 5, 4))
    closed = {"closed_on": date(2026, 5, 12), "closure_reason": ClosureReason.ANY_OTHER_REASON}
    await followed.hears(case_of(followed, followed.child_id, followed.episode_id, first, second, n=3, **closed))
    case = await the_case(followed)
    assert (case["worker"], case["team"], case["stratum"], case["closed_on"]) == ("ben", "south", "north", "2026-05-12")
    assert (await ok(followed.norma.get("/v1/participations"), 200))["items"] == []
    assert len((await ok(followed.sid.get("/v1/participations"), 200))["items"]) == 1
    assert (await wave(followed)).stage == "open", "closure is no reason not to ask"


@pytest.mark.parametrize("how", ["died", "gone"])
async def test_nobody_is_called_once_the_child_has_died_or_the_case_is_withdrawn(followed, how):
    given = held_by(followed, "asha", "north", date(2026, 4, 20))
    died = {"closed_on": date(2026, 5, 12), "closure_reason": ClosureReason.DIED}
    news = case_of(followed, followed.child_id, followed.episode_id, given, n=3, **(died if how == "died" else {}))
    await followed.hears(news if how == "died" else news.model_copy(update={"episodes": ()}))
    stages = {each.name: each.stage for each in await followed.rows(Wave)}
    assert stages == {"T1": "called_off", "T2": "called_off", "T3": "planned" if how == "died" else "called_off"}
    called = await followed.eve.post(f"/v1/waves/{(await wave(followed)).id}/safe-contact-checks", json=SAFE)
    assert (called.status_code, called.json()["type"]) == (409, "urn:dwc:problem:wave-out-of-turn")
    await followed.hears(case_of(followed, followed.child_id, followed.episode_id, given, n=4))
    assert (await wave(followed)).stage == "open", "it was an error, and has been put right"


async def test_the_window_moves_when_the_day_of_allocation_is_put_right(followed):
    given = held_by(followed, "asha", "north", date(2026, 5, 10))
    await followed.hears(case_of(followed, followed.child_id, followed.episode_id, given, n=3))
    moved = await wave(followed)
    assert (moved.stage, moved.opened_on, str(moved.due_on)) == ("planned", None, "2026-06-07")
    assert await the_leader_looks(followed, noon(date(2026, 5, 30))) == 0
    assert await the_leader_looks(followed, noon(date(2026, 5, 31))) == 1


async def test_a_worker_answers_for_themself_and_for_nobody_else(followed):
    path = f"/v1/participations/{(await the_case(followed))['id']}/agreements"
    own = MOTHER | {"person": "worker", "purposes": ["observation"], "answer": "given"}
    (said,) = await ok(followed.asha.post(path, json=own))
    assert (said["person"], said["basis"], said["stands"]) == ("worker", "public_task", True)
    for_mother = await followed.asha.post(path, json=MOTHER | {"answer": "refused"})
    assert (for_mother.status_code, for_mother.json()["type"]) == (403, "urn:dwc:problem:answers-for-another")
    assert (await followed.ben.post(path, json=own)).status_code == 404
    case = await the_case(followed)
    assert (case["stage"], case["follower"]) == ("approached", None)


async def test_whoever_withdraws_is_asked_no_more_at_once_and_may_come_back(followed):
    path = f"/v1/participations/{(await the_case(followed))['id']}/agreements"
    await ok(followed.eve.post(path, json=MOTHER | {"answer": "given"}))
    withdrawal = MOTHER | {"answer": "withdrawn", "purposes": ["t1", "t2"], "past_forgotten": True}
    await ok(followed.eve.post(path, json=withdrawal))
    assert {each.name: each.lost_because for each in await followed.rows(Wave)} == {
        "T1": "withdrew",
        "T2": "withdrew",
        "T3": None,
    }
    again = await followed.eve.post(path, json=withdrawal)
    assert (again.status_code, again.json()["type"]) == (409, "urn:dwc:problem:answer-out-of-turn")
    said = (await said_of_cases(followed))[followed.episode_id]
    assert [(each.answer, each.past_forgotten) for each in said.agreements[-2:]] == [("withdrawn", True)] * 2
    async with followed.database.reading() as session:
        waiting = (await session.execute(due_table.select().where(due_table.c.fired_at.is_(None)))).all()
    assert [row.kind for row in waiting] == ["wave.opened"], "of T3 alone"
    await ok(followed.eve.post(path, json=MOTHER | {"answer": "given", "purposes": ["t1"]}))
    assert (await wave(followed)).stage == "open"


async def test_a_wording_keeps_its_words_and_asks_for_no_more_than_it_says(followed):
    other = await followed.pia.post("/v1/wordings", json=WORDING | {"text": "Other words."})
    assert (other.status_code, other.json()["type"]) == (409, "urn:dwc:problem:other-words")
    await ok(followed.pia.post("/v1/wordings", json=WORDING))
    path = f"/v1/participations/{(await the_case(followed))['id']}/agreements"
    research = await followed.eve.post(path, json=MOTHER | {"answer": "given", "purposes": ["research"]})
    assert (research.status_code, research.json()["type"]) == (422, "urn:dwc:problem:no-such-wording")


async def test_a_call_names_a_check_of_the_callers_own_that_serves_it_once(followed):
    of = f"/v1/waves/{(await wave(followed)).id}"
    tried = {"channel": "phone", "reached": "no_answer"}
    stop = await ok(followed.eve.post(f"{of}/safe-contact-checks", json=SAFE | {"domestic_abuse": "stop"}))
    assert stop["is_safe"] is False
    refused = await followed.eve.post(f"{of}/contacts", json=tried | {"check_id": stop["id"]})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:dwc:problem:not-safe")
    check = await ok(followed.eve.post(f"{of}/safe-contact-checks", json=SAFE))
    others = await followed.cara.post(f"{of}/contacts", json=tried | {"check_id": check["id"]})
    assert (others.status_code, others.json()["type"]) == (409, "urn:dwc:problem:not-checked")
    booked = tried | {"reached": "booked", "booked_for": "2026-05-20", "check_id": check["id"]}
    shown = await ok(followed.eve.post(f"{of}/contacts", json=booked))
    assert (shown["booked_for"], shown["attempts"], shown["channels"]) == ("2026-05-20", 1, 1)
    again = await followed.eve.post(f"{of}/contacts", json=booked)
    assert again.json()["type"] == "urn:dwc:problem:not-checked"
    too_soon = await followed.eve.post(f"{of}/loss", json={"reason": "not_reached"})
    assert (too_soon.status_code, too_soon.json()["type"]) == (409, "urn:dwc:problem:not-tried-enough")
    assert (await ok(followed.eve.post(f"{of}/loss", json={"reason": "moved_away"}), 200))["stage"] == "lost"


async def test_the_next_that_chance_placed_takes_the_place_of_one_that_is_set_aside(department):
    await ok(department.pia.post("/v1/cohorts", json=COHORT | {"share": 0.3, "allocated_from": "2026-04-02"}))
    async with department.database.transaction() as session:
        (await session.exec(select(Cohort))).one().seed = "made up"
    for place in range(12):
        given = held_by(department, "asha", "north", date(2026, 5, 1))
        await department.hears(case_of(department, uuid4(), UUID(int=place), given))
    in_order = sorted(await department.rows(Participation), key=lambda each: each.number)
    selected, waiting = [[each for each in in_order if (each.number < 0.3) is chosen] for chosen in (True, False)]
    assert [each.stage for each in in_order] == ["selected"] * len(selected) + ["in_frame"] * len(waiting)
    path = f"/v1/participations/{selected[0].id}/setting-aside"
    aside = await ok(department.pia.post(path, json={"reason": "moved_away"}), 200)
    assert (aside["stage"], aside["set_aside_because"]) == ("set_aside", "moved_away")
    (taken,) = [each for each in await department.rows(Participation) if each.stands_for == selected[0].id]
    assert (taken.id, taken.stage, taken.selected_by) == (waiting[0].id, "selected", "substitution")
    said = await said_of_cases(department)
    assert {each.stage for each in said[selected[0].episode_id].waves if each.wave != "T3"} == {"called_off"}
    assert [each.wave for each in said[taken.episode_id].waves] == ["T1", "T2", "T3"]


async def test_of_an_erased_child_nothing_is_left_and_it_is_said(followed):
    of = f"/v1/waves/{(await wave(followed)).id}"
    case_id = (await the_case(followed))["id"]
    await ok(followed.eve.post(f"/v1/participations/{case_id}/agreements", json=MOTHER | {"answer": "given"}))
    check = await ok(followed.eve.post(f"{of}/safe-contact-checks", json=SAFE))
    await ok(
        followed.eve.post(
            f"{of}/contacts", json={"channel": "text", "reached": "message_left", "check_id": check["id"]}
        )
    )
    before = (await all_said(followed))[-1]
    await followed.hears(followed.child(n=9, episodes=(), erased=True))
    for table in (Participation, Agreement, Wave, SafeContactCheck, ContactAttempt):
        assert await followed.rows(table) == []
    last = (await all_said(followed))[-1]
    assert (last.erased, last.case, last.agreements, last.waves) == (True, None, (), ())
    assert (str(last.participation_id), last.version > before.version) == (case_id, True)
    assert await the_leader_looks(followed, noon(date(2027, 6, 1))) == 0, "no timer is left"
