"""A family's goals: agreed with it, rated by worker and parent side by side, and kept whatever becomes of them."""

from datetime import UTC, datetime
from typing import Any

from services.intake.risk.models import Goal, RiskRating
from shared.clock import held_at
from tests.intake.test_episode_acts import ASSESSMENT, ashas_case, done, on
from tests.intake.test_restricted_children import child_of, restricted

JUNE = datetime(2026, 6, 3, 11, tzinfo=UTC)
SAFE_ONLINE = on("04", place="online", aim="I tell mum who writes to me", impact="She lies awake over the messages.")
APART = on("05", by_worker="red", by_parent="green", worker_says="He knows her school", considered=["strangers_online"])
SECRETS = ("tell mum", "lies awake", "knows her school", "moved away", "not his fault", "sleeps again")


async def agreed(department, episode: str, **changes: Any) -> dict[str, Any]:
    answer = await department.asha.post(f"/v1/episodes/{episode}/family-goals", json=SAFE_ONLINE | changes)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def rated(department, goal: dict[str, Any], **stated: Any) -> dict[str, Any]:
    answer = await department.asha.post(f"/v1/family-goals/{goal['id']}/ratings", json=stated)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def tasks(who, query: str = "") -> list[tuple[str, str, str, str]]:
    items = (await who.get(f"/v1/tasks{query}")).json()["items"]
    return [(each["clock"], each["due_on"], each["urgency"], each["asked"]) for each in items]


async def test_asha_and_the_mother_rate_a_goal_norma_takes_up_that_they_stand_apart_and_it_is_met(department) -> None:
    """The whole way of a goal: its rows, its tasks, its events, and none of its words outside."""
    episode = await ashas_case(department)
    await done(department, episode, ASSESSMENT)
    goal = await agreed(department, episode)
    assert (goal["is_extra_familial"], goal["by_worker"], goal["review_on"]) == (True, None, "2026-05-18")
    assert ("first_rating", "2026-05-18", "soon", "worker") in await tasks(department.asha)

    shown = await rated(department, goal, **APART)
    assert (shown["by_worker"], shown["by_parent"], shown["are_apart"]) == ("red", "green", True)
    assert await tasks(department.norma, "?team=north") == [
        ("risk_supervision", "2026-05-12", "overdue", "team_manager"),
        ("red_review", "2026-05-19", "soon", "worker"),
    ]
    looked = on("06", decided="Hear both again: it is not his fault alone.")
    path = f"/v1/family-goals/{goal['id']}"
    assert (await department.asha.post(f"{path}/discussion", json=looked)).status_code == 403
    assert (await department.norma.post(f"{path}/discussion", json=looked)).is_success
    assert (await department.norma.post(f"{path}/discussion", json=looked)).status_code == 409
    assert [clock for clock, *_ in await tasks(department.norma)] == ["red_review"]

    with held_at(JUNE):
        assert await tasks(department.asha, "?worker=asha") == [("red_review", "2026-05-19", "overdue", "worker")]
        clocks = (await department.asha.get(f"/v1/episodes/{episode}/clocks")).json()["clocks"]
        assert "red_review" in {each["clock"] for each in clocks}
        green = await rated(department, goal, on="2026-06-03", by_worker="green", by_parent="green")
        assert (green["review_on"], green["are_apart"]) == (None, False)
        assert await tasks(department.asha, "?worker=asha") == []
        met = {"on": "2026-06-03", "ending": "met", "reason": "He moved away, and she sleeps again."}
        ended = await department.asha.post(f"{path}/end", json=met)
        assert (ended.json()["ending"], ended.json()["ended_by"]) == ("met", "asha")
        again = await department.asha.post(f"{path}/ratings", json={"on": "2026-06-03", "by_parent": "red"})
        assert (again.status_code, again.json()["title"]) == (409, "This goal has ended")

    said = await department.said()
    assert [change.what for state in said[-5:] for change in state.changes] == [
        "goal.agreed",
        "risk.rated",
        "risk.discussed",
        "risk.rated",
        "goal.ended",
    ]
    (told,) = said[-1].episodes[0].goals
    assert (str(told.id), told.place, told.ending, str(told.ended_on)) == (goal["id"], "online", "met", "2026-06-03")
    assert [(str(each.rated_on), each.by_worker, each.by_parent) for each in told.ratings] == [
        ("2026-05-05", "red", "green"),
        ("2026-06-03", "green", "green"),
    ]
    overheard = "".join(state.model_dump_json() for state in said) + repr(await department.audited())
    assert not [secret for secret in SECRETS if secret in overheard]


async def test_nothing_of_a_goal_is_written_over_and_a_correction_names_what_it_replaces(department) -> None:
    goal = await agreed(department, await ashas_case(department))
    path = f"/v1/family-goals/{goal['id']}"
    first = (await rated(department, goal, **APART))["ratings"][0]["id"]
    correcting = f"{path}/ratings/{first}/correction"
    right = on("05", by_worker="amber", by_parent="green")
    assert (await department.asha.post(correcting, json=right)).status_code == 428
    read = (await department.norma.get(path)).headers["etag"]
    await rated(department, goal, **on("07", by_parent="amber"))
    assert (await department.asha.post(correcting, json=right, headers={"If-Match": read})).status_code == 412
    now = {"If-Match": (await department.asha.get(path)).headers["etag"], "Idempotency-Key": "put right"}
    put_right = await department.asha.post(correcting, json=right, headers=now)
    assert put_right.status_code == 200, put_right.text
    replayed = await department.asha.post(correcting, json=right, headers=now)
    assert (replayed.status_code, len(replayed.json()["ratings"])) == (200, 3)
    shown = put_right.json()
    assert (shown["by_worker"], shown["by_parent"], shown["are_apart"]) == ("amber", "amber", False)
    assert [(each["is_corrected"], each["replaces"]) for each in shown["ratings"]] == [
        (True, None),
        (False, None),
        (False, first),
    ]
    assert shown["ratings"][0]["worker_says"] == "He knows her school", "what was said before is kept"
    assert (await department.asha.post(correcting, json=right, headers={"If-Match": "*"})).status_code == 409

    taking_back = f"{path}/ratings/{shown['ratings'][1]['id']}/correction"
    assert (await department.asha.post(taking_back, json=on("07"), headers={"If-Match": "*"})).is_success
    (told,) = (await department.said())[-1].episodes[0].goals
    assert [(each.by_worker, each.by_parent) for each in told.ratings] == [("amber", "green")]
    assert len(await department.rows(RiskRating)) == 4

    change = SAFE_ONLINE | on("12", place="peers", reason="They meet in the park now.")
    other = (await department.asha.post(f"{path}/change", json=change, headers={"Idempotency-Key": "c"})).json()
    again = (await department.asha.post(f"{path}/change", json=change, headers={"Idempotency-Key": "c"})).json()
    assert (again["id"], other["in_place_of"], other["ratings"]) == (other["id"], goal["id"], [])
    before, after = sorted(await department.rows(Goal), key=lambda each: each.agreed_on)
    assert (before.ending, before.aim, before.ending_reason) == ("changed", after.aim, "They meet in the park now.")
    listed = (await department.norma.get(f"/v1/episodes/{goal['episode_id']}/family-goals")).json()
    assert [each["id"] for each in listed] == [goal["id"], other["id"]]


async def test_what_cannot_have_been_on_that_day_is_refused_and_a_closed_case_takes_nothing(department) -> None:
    episode = await ashas_case(department)
    goal = await agreed(department, episode)
    path = f"/v1/family-goals/{goal['id']}"
    await rated(department, goal, **APART)
    ended = {"ending": "given_up", "reason": "They do not want it any more."}
    refused = [
        await department.asha.post(f"/v1/episodes/{episode}/family-goals", json=SAFE_ONLINE | {"on": "2026-04-30"}),
        await department.asha.post(f"/v1/episodes/{episode}/family-goals", json=SAFE_ONLINE | on("15")),
        await department.asha.post(f"{path}/ratings", json=on("03", by_worker="red")),
        await department.asha.post(f"{path}/end", json=ended | on("04")),
        await department.norma.post(f"{path}/discussion", json=on("04", decided="too early")),
    ]
    assert {(answer.status_code, answer.json()["title"]) for answer in refused} == {
        (422, "This cannot have been on that day")
    }
    nobody = await department.asha.post(f"{path}/ratings", json=on("06"))
    assert (nobody.status_code, "neither worker nor parent" in nobody.text) == (422, True)
    changed = await department.asha.post(f"{path}/end", json=ended | on("06", ending="changed"))
    assert changed.status_code == 422
    foreign = f"{path}/ratings/{goal['id']}/correction"
    assert (await department.asha.post(foreign, json=on("06"), headers={"If-Match": "*"})).status_code == 404
    close = {"closed_on": "2026-05-14", "reason": "RC7"}
    assert (await department.norma.post(f"/v1/episodes/{episode}/closure", json=close)).is_success
    closed = [
        await department.norma.post(f"/v1/episodes/{episode}/family-goals", json=SAFE_ONLINE),
        await department.norma.post(f"{path}/ratings", json=on("14", by_worker="green")),
        await department.norma.post(f"{path}/end", json=ended | on("14")),
    ]
    assert {answer.json()["title"] for answer in closed} == {"This episode of need is closed"}
    assert (await department.norma.get("/v1/family-goals")).json()["items"] == []
    (kept,) = (await department.norma.get(f"/v1/episodes/{episode}/family-goals")).json()
    assert (kept["by_worker"], kept["ended_on"]) == ("red", None), "as it stood when the case closed"


async def test_the_board_counts_each_teams_goals_by_place_and_the_list_behind_it_has_the_cases(department) -> None:
    first, second = await ashas_case(department), await ashas_case(department)
    souths = await department.allocated("cleo", await department.episode(received_on="2026-05-01"))
    online = await agreed(department, first)
    home = await agreed(department, first, place="home")
    unrated = await agreed(department, second, place="home")
    hers = (await department.cleo.post(f"/v1/episodes/{souths}/family-goals", json=SAFE_ONLINE)).json()
    await rated(department, online, **APART)
    await rated(department, home, **on("06", by_worker="amber", by_parent="red"))
    board = (await department.vera.get("/v1/family-goals/board")).json()
    assert [(row["team"], row["place"], row["goals"], row["children"], row["apart"]) for row in board] == [
        ("north", "home", 2, 2, 0),
        ("north", "online", 1, 1, 1),
        ("south", "online", 1, 1, 0),
    ]
    assert board[0]["by_worker"] == {"red": 0, "amber": 1, "green": 0, "not_rated": 1}
    assert board[0]["by_parent"] == {"red": 1, "amber": 0, "green": 0, "not_rated": 1}
    assert [row["team"] for row in (await department.sid.get("/v1/family-goals/board")).json()] == ["south"]

    async def listed(who, query: str) -> list[str]:
        return [each["id"] for each in (await who.get(f"/v1/family-goals{query}")).json()["items"]]

    assert await listed(department.norma, "") == [online["id"], home["id"], unrated["id"]], "red first"
    assert await listed(department.vera, "?team=south") == [hers["id"]]
    assert await listed(department.norma, "?place=home&rating=red") == [home["id"]]
    assert await listed(department.norma, "?are_apart=true") == [online["id"]]
    page = (await department.norma.get("/v1/family-goals?limit=2")).json()
    rest = (await department.norma.get("/v1/family-goals", params={"limit": 2, "after": page["next"]})).json()
    assert [each["id"] for each in page["items"] + rest["items"]] == [online["id"], home["id"], unrated["id"]]
    assert rest["next"] is None

    child = await child_of(department, first)
    assert (await restricted(department, child, "asha")).status_code == 204
    for path in (
        f"/v1/family-goals/{online['id']}",
        f"/v1/episodes/{first}/family-goals",
        f"/v1/episodes/{first}/risk-prompts",
    ):
        assert (await department.norma.get(path)).status_code == 404
        assert (await department.asha.get(path)).status_code == 200
    hidden = await department.norma.post(f"/v1/family-goals/{online['id']}/ratings", json=on("08", by_worker="green"))
    assert hidden.status_code == 404
    assert await listed(department.norma, "") == [unrated["id"]]
    assert [row["goals"] for row in (await department.norma.get("/v1/family-goals/board")).json()] == [1]
    assert "red_review" not in {clock for clock, *_ in await tasks(department.norma)}
    said = (await department.said_of(child))[-1]
    assert (said.restricted, said.named, said.changes[0].what) == (True, ("asha", "vera"), "child.restricted")


async def test_asha_is_asked_what_the_assessment_gives_reason_to_ask(department) -> None:
    episode = await ashas_case(department)
    await done(department, episode, ASSESSMENT, ("assessment/authorisation", on("06", factors=["13A", "16A"])))
    await agreed(department, episode, place="school")
    asked = (await department.asha.get(f"/v1/episodes/{episode}/risk-prompts")).json()
    reasons = {each["code"]: each["because_of"] for each in asked}
    assert (reasons["company"], reasons["cared_for"], reasons["school_day"]) == (["13A"], ["16A"], [])
    every = (await department.asha.get("/v1/risk-prompts")).json()
    assert {each["code"] for each in asked} < {each["code"] for each in every["prompts"]}
