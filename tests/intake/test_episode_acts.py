"""What is done in an episode of need, act by act: each leaves its row, its event, and the stage it leads to."""

from typing import Any

import pytest

from services.intake.care.models import CareEpisode
from services.intake.episodes.models import Assessment, CINPlan, ProtectionPlan, Section47

Act = tuple[str, dict[str, Any]]


def on(day: str, **more: Any) -> dict[str, Any]:
    """Something done on a day of May 2026."""
    return {"on": f"2026-05-{day}", **more}


ASSESSMENT: Act = ("assessment", on("04"))
AUTHORISED: Act = ("assessment/authorisation", on("06", factors=["16A", "1B"]))
ENQUIRY: Act = ("section-47", on("04"))
CONFERENCE: Act = ("conference", on("08", category="NEG"))
LEGAL_PLANNING: Act = ("meetings", on("11", kind="legal_planning"))
CARE: Act = ("care", on("12", start_reason="S", legal_status="C1", placement="U4"))


async def done(department, episode: str, *acts: Act, by: str = "norma") -> dict[str, Any]:
    """What the last act answers, when all were done."""
    answer: dict[str, Any] = {}
    for path, body in acts:
        response = await getattr(department, by).post(f"/v1/episodes/{episode}/{path}", json=body)
        assert response.is_success, (path, response.text)
        answer = response.json()
    return answer


async def ashas_case(department) -> str:
    episode: str = await department.episode(received_on="2026-05-01")
    return await department.allocated("asha", episode, held_from="2026-05-01")


async def test_asha_assesses_visits_and_norma_authorises(department) -> None:
    episode = await ashas_case(department)
    await done(department, episode, ASSESSMENT, by="asha")
    seen = await done(
        department, episode, ("visits", on("05", kind="assessment", child_seen=True, seen_alone=False)), by="asha"
    )
    assert seen["stage"] == "assessment"
    refused = await department.asha.post(f"/v1/episodes/{episode}/{AUTHORISED[0]}", json=AUTHORISED[1])
    assert refused.status_code == 403
    assert (await done(department, episode, AUTHORISED))["stage"] == "between_steps"
    (assessment,) = await department.rows(Assessment)
    assert (assessment.factors, assessment.recorded_by) == (["16A", "1B"], "norma")
    last = (await department.said())[-1]
    assert [change.what for change in last.changes] == ["assessment.authorised"]
    (told,) = last.episodes[0].assessments
    assert (str(told.started_on), str(told.authorised_on), told.factors) == ("2026-05-04", "2026-05-06", ("16A", "1B"))
    (visited,) = last.episodes[0].visits
    assert (visited.kind, visited.child_seen, visited.seen_alone) == ("assessment", True, False)


async def test_a_conference_ends_the_enquiry_and_the_child_in_need_plan_and_begins_protection(department) -> None:
    episode = await ashas_case(department)
    before = (ASSESSMENT, AUTHORISED, ("cin-plan", on("06")), ("section-47", on("07")))
    await done(department, episode, *before)
    assert (await done(department, episode, CONFERENCE))["stage"] == "protection_plan"
    (enquiry,), (cin_plan,), (plan,) = [await department.rows(each) for each in (Section47, CINPlan, ProtectionPlan)]
    assert str(enquiry.conference_target_on) == "2026-05-29", "15 working days, over a bank holiday"
    assert [str(day) for day in (enquiry.conference_on, cin_plan.ended_on, plan.started_on)] == ["2026-05-08"] * 3
    assert (plan.initial_category, plan.latest_category, plan.previous_plans) == ("NEG", "NEG", 0)
    assert [change.what for change in (await department.said())[-1].changes] == [
        "conference.held",
        "cin_plan.ended",
        "protection_plan.started",
    ]


async def test_protection_is_reviewed_and_steps_down_within_one_episode_and_up_again(department) -> None:
    episode = await ashas_case(department)
    await done(department, episode, ENQUIRY, CONFERENCE, ("meetings", on("11", kind="core_group")))
    await done(department, episode, ("meetings", on("12", kind="protection_review", category="EMO")))
    stepped = await done(department, episode, ("protection-plan/end", on("13", steps_down=True)))
    assert stepped["stage"] == "cin_plan"
    again = on("14", category="PHY")
    assert (await done(department, episode, ("section-47", on("14")), ("conference", again)))[
        "stage"
    ] == "protection_plan"
    first, second = (await department.said())[-1].episodes[0].protection_plans
    assert (first.initial_category, first.latest_category) == ("NEG", "EMO")
    assert [str(each) for each in first.reviewed_on] == ["2026-05-12"]
    assert (second.initial_category, second.previous_plans) == ("PHY", 1)


async def test_legal_planning_leads_to_pre_proceedings_and_care_and_home_again(department) -> None:
    episode = await ashas_case(department)
    await done(department, episode, ENQUIRY, CONFERENCE, LEGAL_PLANNING, ("pre-proceedings", on("11")))
    assert (await done(department, episode, CARE))["stage"] == "looked_after"
    await done(department, episode, ("pre-proceedings/end", on("12", outcome="proceedings_issued")))
    await done(department, episode, ("permanence-plan", on("13", permanence="return_to_family")), by="asha")
    await done(department, episode, ("care", on("13", start_reason="P", legal_status="C1", placement="U1")))
    assert (await done(department, episode, ("care/end", on("14", reason="E4A"))))["stage"] == "protection_plan"
    first, second = sorted(await department.rows(CareEpisode), key=lambda row: row.started_on)
    assert (str(first.ended_on), first.ceased_reason) == ("2026-05-13", "X1")
    assert (str(second.ended_on), second.ceased_reason) == ("2026-05-14", "E4A")
    told = (await department.said())[-1].episodes[0]
    assert (told.pre_proceedings[0].outcome, told.permanence_plans[0].permanence) == (
        "proceedings_issued",
        "return_to_family",
    )


@pytest.mark.parametrize(
    ("born_on", "ceased_on", "at_18"),
    [("2008-05-13", "13", True), ("2008-05-13", "14", False), ("2008-05-14", "13", False), (None, "13", None)],
)
async def test_that_care_ceased_on_the_eighteenth_birthday_is_said_and_the_birthday_is_not(
    department, born_on, ceased_on, at_18
) -> None:
    robin = {"la_child_id": "C1", **({"born_on": born_on} if born_on else {})}
    episode = await department.episode(received_on="2026-05-01", children=[robin])
    await done(department, episode, CARE, by="vera")
    assert (await department.said())[-1].episodes[0].care_episodes[0].ceased_at_18 is None
    await done(department, episode, ("care/end", on(ceased_on, reason="E5")), by="vera")
    last = (await department.said())[-1]
    assert last.episodes[0].care_episodes[0].ceased_at_18 is at_18
    assert "2008" not in last.model_dump_json()


REFUSED: list[tuple[str, tuple[Act, ...], Act, str, str]] = [
    ("a child in need plan before any assessment", (), ("cin-plan", on("05")), "no-legal-move", "awaits assessment by"),
    ("an authorisation of nothing", (), AUTHORISED, "nothing-under-way", "read the episode"),
    ("a second assessment at once", (ASSESSMENT,), ("assessment", on("05")), "does-not-fit", "one of a kind"),
    ("an assessment before the referral", (), ("assessment", {"on": "2026-04-30"}), "does-not-fit", "before the ref"),
    ("an assessment tomorrow", (), ("assessment", on("15")), "does-not-fit", "after today"),
    ("an authorisation before the start", (ASSESSMENT,), ("assessment/authorisation", on("03", factors=["21"])), "does-not-fit", "before it begins"),
    ("a closure while the assessment is open", (ASSESSMENT,), ("closure", {"closed_on": "2026-05-14", "reason": "RC8"}), "no-legal-move", "authorisation"),
    ("a closure after assessment when more was done", (ENQUIRY, ("section-47/end", on("06"))), ("closure", {"closed_on": "2026-05-14", "reason": "RC9"}), "does-not-fit", "more was done"),
    ("a closure before the last thing done", (ENQUIRY, ("section-47/end", on("06"))), ("closure", {"closed_on": "2026-05-05", "reason": "RC7"}), "does-not-fit", "after the episode closed"),
    ("a conference on a Saturday", (ENQUIRY,), ("conference", on("09")), "does-not-fit", "weekend"),
    ("a conference before its enquiry", (ENQUIRY,), ("conference", on("01")), "does-not-fit", "before it begins"),
    ("a second conference on one day", (ENQUIRY, ("conference", on("08"))), ("conference", on("08", category="NEG")), "does-not-fit", "recorded already"),
    ("a child in need plan beside protection", (ENQUIRY, CONFERENCE), ("cin-plan", on("11")), "does-not-fit", "do not run together"),
    ("a second protection plan", (ENQUIRY, CONFERENCE, ("section-47", on("11"))), ("conference", on("12", category="EMO")), "does-not-fit", "one of a kind"),
    ("a protection plan of one day", (ENQUIRY, CONFERENCE), ("protection-plan/end", on("08")), "does-not-fit", "a day at least"),
    ("a review on the plan's first day", (ENQUIRY, CONFERENCE), ("meetings", on("08", kind="protection_review")), "does-not-fit", "after the day"),
    ("a core group without a plan", (ENQUIRY,), ("meetings", on("11", kind="core_group")), "does-not-fit", "belongs to what runs"),
    ("the end of a plan before its last visit", (ENQUIRY, CONFERENCE, ("visits", on("13", kind="protection", child_seen=True, seen_alone=True))), ("protection-plan/end", on("12")), "does-not-fit", "belongs to what runs"),
    ("pre-proceedings without legal planning", (ENQUIRY,), ("pre-proceedings", on("11")), "does-not-fit", "legal planning meeting"),
    ("care that begins twice", (CARE,), CARE, "care-goes-on", "reason for the change"),
    ("a change of no care", (), ("care", on("12", start_reason="P", legal_status="C1", placement="U4")), "not-looked-after", "start_reason S"),
    ("care that ceases by going on", (CARE,), ("care/end", on("13", reason="X1")), "no-ceasing", "change"),
    ("permanence for nobody looked after", (), ("permanence-plan", on("12", permanence="adoption")), "does-not-fit", "belongs to what runs"),
    ("a closure while the child is looked after", (CARE,), ("closure", {"closed_on": "2026-05-14", "reason": "RC7"}), "no-legal-move", "care has ceased"),
    ("anything once it is closed", (("closure", {"closed_on": "2026-05-14", "reason": "RC7"}),), ASSESSMENT, "episode-closed", "read the episode"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "act", "problem", "says"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED]
)
async def test_what_cannot_be_is_refused_in_words_to_act_on_and_changes_nothing(
    department, before, act, problem, says
) -> None:
    episode = await ashas_case(department)
    await done(department, episode, *before)
    stood, said = (await department.vera.get(f"/v1/episodes/{episode}")).json(), len(await department.said())
    refused = await department.vera.post(f"/v1/episodes/{episode}/{act[0]}", json=act[1])
    assert refused.json()["type"] == f"urn:dwc:problem:{problem}", refused.text
    assert says in refused.json()["detail"]
    assert (await department.vera.get(f"/v1/episodes/{episode}")).json() == stood
    assert len(await department.said()) == said


@pytest.mark.parametrize("factors", [[], ["18A"], ["21", "1A"], ["1A", "1A"], ["99Z"]])
async def test_factors_are_those_of_the_census_in_use(department, factors) -> None:
    episode = await ashas_case(department)
    await done(department, episode, ASSESSMENT)
    answer = await department.norma.post(
        f"/v1/episodes/{episode}/assessment/authorisation", json=on("06", factors=factors)
    )
    assert answer.status_code == 422


async def test_an_act_sent_again_under_its_key_is_done_once(department) -> None:
    episode, key = await ashas_case(department), {"Idempotency-Key": "a1"}
    path = f"/v1/episodes/{episode}/assessment"
    first = await department.asha.post(path, json=on("04"), headers=key)
    again = await department.asha.post(path, json=on("04"), headers=key)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert len(await department.rows(Assessment)) == 1
