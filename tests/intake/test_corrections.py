"""What was recorded in error: put right or taken back, kept as it stood, and said as it stands."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.intake.corrections.models import Correction
from services.intake.episodes.models import Assessment, CINPlan, Visit
from tests.intake.test_episode_acts import ASSESSMENT, AUTHORISED, CARE, CONFERENCE, ENQUIRY, ashas_case, done, on

CLOSED = ("closure", {"closed_on": "2026-05-14", "reason": "RC7"})


def named(episode: dict[str, Any], kind: str, number: int = 0) -> dict[str, Any]:
    """Something done, named as the episode shows it."""
    fact = [each for each in episode["done"] if each["kind"] == kind][number]
    return {"item_id": fact["id"], "kind": kind, "began_on": fact["began_on"], "error": "wrong_day"}


async def post(department, episode: str, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = await department.norma.post(f"/v1/episodes/{episode}/{path}", json=body)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def test_a_wrong_day_is_put_right_and_what_stood_is_kept(department) -> None:
    episode = await ashas_case(department)
    shown = await done(department, episode, ASSESSMENT)
    right = named(shown, "assessment") | {"right_began_on": "2026-05-05"}
    assert (await post(department, episode, "corrections", right))["done"][0]["began_on"] == "2026-05-05"
    (kept,) = (await department.norma.get(f"/v1/episodes/{episode}/corrections")).json()
    assert (kept["change"], kept["error"], kept["corrected_by"]) == ("corrected", "wrong_day", "norma")
    assert (kept["before"]["started_on"], kept["after"]["started_on"]) == ("2026-05-04", "2026-05-05")
    last = (await department.said())[-1]
    assert [change.what for change in last.changes] == ["record.corrected"]
    assert str(last.episodes[0].assessments[0].started_on) == "2026-05-05"


async def test_an_authorisation_that_never_was_is_undone(department) -> None:
    episode = await ashas_case(department)
    shown = await done(department, episode, ASSESSMENT, AUTHORISED)
    undone = await post(department, episode, "corrections", named(shown, "assessment") | {"has_not_ended": True})
    assert (undone["stage"], undone["done"][0]["ended_on"]) == ("assessment", None)


async def test_what_never_happened_is_taken_back_and_kept_and_not_said_any_more(department) -> None:
    episode = await ashas_case(department)
    visited = ("visits", on("05", kind="assessment", child_seen=True, seen_alone=True))
    shown = await done(department, episode, ASSESSMENT, visited)
    withdrawn = await post(department, episode, "withdrawals", named(shown, "visit") | {"error": "wrong_child"})
    assert [each["kind"] for each in withdrawn["done"]] == ["assessment"]
    assert await department.rows(Visit) == []
    (kept,) = await department.rows(Correction)
    assert (kept.change, kept.error, kept.before["seen_alone"], kept.after) == ("withdrawn", "wrong_child", True, None)
    last = (await department.said())[-1]
    assert ([change.what for change in last.changes], last.episodes[0].visits) == (["record.withdrawn"], ())


async def test_a_conference_moves_with_the_plan_it_decided_on(department) -> None:
    episode = await ashas_case(department)
    shown = await done(department, episode, ENQUIRY, CONFERENCE)
    moved = await post(
        department, episode, "corrections", named(shown, "conference") | {"right_began_on": "2026-05-11"}
    )
    days = {each["kind"]: (each["began_on"], each["ended_on"]) for each in moved["done"]}
    assert days == {
        "section_47": ("2026-05-04", "2026-05-11"),
        "conference": ("2026-05-11", "2026-05-11"),
        "protection_plan": ("2026-05-11", None),
    }
    assert len(await department.rows(Correction)) == 2


async def test_a_conference_and_a_review_are_taken_back_from_the_rows_they_stand_in(department) -> None:
    episode = await ashas_case(department)
    shown = await done(department, episode, ENQUIRY, CONFERENCE, ("meetings", on("12", kind="protection_review")))
    shown = await post(department, episode, "withdrawals", named(shown, "meeting"))
    assert "meeting" not in {each["kind"] for each in shown["done"]}
    refused = await post(department, episode, "withdrawals", named(shown, "conference"), 422)
    assert "begins on the day of a conference" in refused["detail"]
    shown = await post(department, episode, "withdrawals", named(shown, "protection_plan"))
    shown = await post(department, episode, "withdrawals", named(shown, "conference"))
    assert [(each["kind"], each["ended_on"]) for each in shown["done"]] == [("section_47", None)]
    assert shown["stage"] == "section_47"


async def test_a_review_was_held_on_another_day(department) -> None:
    episode = await ashas_case(department)
    shown = await done(department, episode, ENQUIRY, CONFERENCE, ("meetings", on("12", kind="protection_review")))
    moved = await post(department, episode, "corrections", named(shown, "meeting") | {"right_began_on": "2026-05-13"})
    assert [each["began_on"] for each in moved["done"] if each["kind"] == "meeting"] == ["2026-05-13"]


async def test_the_first_of_a_day_is_taken_back_and_another_begins_on_that_day(department) -> None:
    episode = await ashas_case(department)
    authorised = ("assessment/authorisation", on("04", factors=["21"]))
    shown = await done(department, episode, ASSESSMENT, authorised, ASSESSMENT, authorised)
    first = (await department.rows(Assessment))[0]
    await post(department, episode, "withdrawals", named(shown, "assessment") | {"item_id": str(first.id)})
    await done(department, episode, ASSESSMENT)
    assert sorted(row.occurrence for row in await department.rows(Assessment)) == [2, 3]


async def test_a_closure_in_error_is_undone_and_nobody_holds_the_case(department) -> None:
    episode = await ashas_case(department)
    await done(department, episode, CLOSED)
    reopened = await post(department, episode, "reopening", {"error": "wrong_child"})
    assert (reopened["closed_on"], reopened["closure_reason"], reopened["worker"]) == (None, None, None)
    assert reopened["stage"] == "referred"
    last = (await department.said())[-1]
    assert ([change.what for change in last.changes], last.episodes[0].closed_on) == (["case.reopened"], None)
    (kept,) = await department.rows(Correction)
    assert kept.before == {"closed_on": "2026-05-14", "closure_reason": "RC7"}
    await post(department, episode, "reopening", {"error": "other"}, 409)


async def test_a_closure_stands_once_the_child_was_referred_again(department) -> None:
    episode = await department.episode("C1", received_on="2026-05-01")
    await done(department, episode, CLOSED, by="vera")
    await department.episode("C1", received_on="2026-05-14")
    refused = await department.vera.post(f"/v1/episodes/{episode}/reopening", json={"error": "other"})
    assert refused.json()["type"] == "urn:dwc:problem:later-episode"


async def test_the_record_of_a_closed_case_can_be_corrected_but_not_past_its_closure(department) -> None:
    episode = await ashas_case(department)
    before = (ASSESSMENT, AUTHORISED, ("cin-plan", on("06")), ("cin-plan/end", on("12")), CLOSED)
    shown = await done(department, episode, *before)
    late = named(shown, "cin_plan") | {"right_ended_on": "2026-05-15"}
    assert (await post(department, episode, "corrections", late, 422))["type"] == "urn:dwc:problem:does-not-fit"
    assert (await post(department, episode, "corrections", late | {"right_ended_on": "2026-05-13"}))[
        "stage"
    ] == "closed"
    (plan,) = await department.rows(CINPlan)
    assert str(plan.ended_on) == "2026-05-13"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"began_on": "2026-05-03", "right_began_on": "2026-05-05"}, "not-recorded"),
        ({"kind": "visit", "right_began_on": "2026-05-05"}, "not-recorded"),
        ({}, "nothing-corrected"),
        ({"right_began_on": "2026-05-04"}, "nothing-corrected"),
        ({"right_began_on": "2026-04-30"}, "does-not-fit"),
        ({"right_ended_on": "2026-05-03"}, "does-not-fit"),
    ],
)
async def test_a_correction_that_is_none_or_cannot_be_is_refused_and_keeps_nothing(department, change, problem) -> None:
    episode = await ashas_case(department)
    shown = await done(department, episode, ASSESSMENT)
    answer = await department.norma.post(
        f"/v1/episodes/{episode}/corrections", json=named(shown, "assessment") | change
    )
    assert answer.json()["type"] == f"urn:dwc:problem:{problem}", answer.text
    assert await department.rows(Correction) == []


async def test_what_a_source_states_is_corrected_there(department) -> None:
    episode = await ashas_case(department)
    shown = await done(department, episode, CARE)
    async with department.database.transaction() as session:
        session.add(Assessment(episode_id=UUID(shown["id"]), started_on=date(2026, 5, 4)))
    shown = (await department.norma.get(f"/v1/episodes/{episode}")).json()
    answer = await department.norma.post(f"/v1/episodes/{episode}/withdrawals", json=named(shown, "assessment"))
    assert answer.json()["type"] == "urn:dwc:problem:stated-elsewhere"
