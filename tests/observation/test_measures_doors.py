"""What families say: recorded once, scored by its version, seen by those it is for, and gone with the child."""

from datetime import date
from uuid import uuid4

from services.observation.measures.models import Answers, Goal, InstrumentTexts, Voice
from shared import audit
from shared.contracts.intake import Allocation


def answered(department, **changes):
    return {
        "episode_id": str(department.episode_id),
        "instrument": "life_rating",
        "version": 1,
        "respondent": "mother",
        "mode": "telephone",
        "asked_on": "2026-05-01",
        "answers": [6],
    } | changes


async def taken(department, by="eve", **changes):
    answer = await getattr(department, by).put(f"/v1/answers/{uuid4()}", json=answered(department, **changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


def problem(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:dwc:problem:")


async def test_eve_records_what_a_mother_said_once_and_corrects_what_she_has_read(department) -> None:
    path = f"/v1/answers/{uuid4()}"
    first = await department.eve.put(path, json=answered(department))
    again = await department.eve.put(path, json=answered(department))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["scores"] == [{"scale": "rating", "value": 6, "missing": 0, "is_case": None}]
    corrected = answered(department, answers=[7], minutes=12, felt="hard_and_glad")
    assert (await department.eve.put(path, json=corrected)).status_code == 428
    edited = await department.eve.put(path, json=corrected, headers={"If-Match": first.headers["ETag"]})
    assert (edited.status_code, edited.json()["answers"], edited.json()["minutes"]) == (200, [7], 12)
    assert problem(await department.evan.put(path, json=corrected)) == (409, "somebody-else-took")
    (row,) = await department.rows(Answers)
    assert (row.n, row.worker_id, row.child_id) == (2, department.ids["asha"], department.child_id)
    assert await department.said() == []


async def test_what_does_not_fit_is_refused_in_words(department) -> None:
    wrong = {
        "instrument-not-known": {"version": 9},
        "answers-do-not-fit": {"answers": [11]},
        "not-theirs-to-answer": {"respondent": "researcher"},
        "asked-in-the-future": {"asked_on": "2026-05-15"},
        "refers-elsewhere": {"refers_to": "2026-05-02"},
        "goals-do-not-fit": {"goals": [str(uuid4())]},
    }
    for named, changes in wrong.items():
        answer = await department.eve.put(f"/v1/answers/{uuid4()}", json=answered(department, **changes))
        assert problem(answer) == (422, named)
    stress = answered(department, instrument="stress", answers=[1] * 12, refers_to="2026-04-01")
    answer = await department.eve.put(f"/v1/answers/{uuid4()}", json=stress)
    assert problem(answer) == (422, "refers-elsewhere")
    assert await department.rows(Answers) == []


async def test_how_life_went_is_told_from_referral_on_and_a_memory_says_that_it_is_one(department) -> None:
    await taken(department, refers_to="2026-03-20", answers=[3])
    await taken(department)
    await taken(department, asked_on="2026-05-14", answers=[8])
    await taken(department, respondent="father", answers=[2])
    series = (await department.pia.get(f"/v1/cases/{department.episode_id}/scores")).json()
    assert [(each["respondent"], each["scale"]) for each in series] == [("father", "rating"), ("mother", "rating")]
    told = [(each["refers_to"], each["is_memory"], each["value"], each["since_first"]) for each in series[1]["points"]]
    assert told == [("2026-03-20", True, 3, 0), ("2026-05-01", False, 6, 3), ("2026-05-14", False, 8, 5)]


async def test_a_mother_and_a_researcher_are_two_series_and_never_one_mean(department) -> None:
    await taken(department, instrument="engagement", version=2, answers=[6] * 11 + [None])
    await taken(department, instrument="engagement_as_seen", respondent="researcher", answers=[5])
    series = (await department.pia.get(f"/v1/cases/{department.episode_id}/scores")).json()
    means = {(each["instrument"], each["scale"]): each["points"] for each in series}
    assert [(each["value"], each["missing"]) for each in means["engagement", "mean"]] == [(6, 1)]
    assert [each["value"] for each in means["engagement_as_seen", "rating"]] == [5]


async def test_a_goal_stands_as_it_was_written_once_it_has_been_rated(department) -> None:
    ids = [str(uuid4()), str(uuid4())]
    goal = {"episode_id": str(department.episode_id), "set_by": "mother", "set_on": "2026-04-10", "words": "mornings"}
    goal |= {"expected": "in school by nine, four days in five"}
    for id in ids:
        assert (await department.eve.put(f"/v1/goals/{id}", json=goal)).status_code == 201
    heavier = goal | {"weight": 2}
    edited = await department.eve.put(f"/v1/goals/{ids[0]}", json=heavier, headers={"If-Match": "*"})
    assert (edited.status_code, edited.json()["rated_since"]) == (200, None)
    rating = answered(department, instrument="goal_attainment", respondent="worker", goals=ids, answers=[1, 0])
    assert (await taken(department, **rating))["scores"][0]["value"] == 58.0322
    later = await department.eve.put(f"/v1/goals/{ids[0]}", json=goal, headers={"If-Match": "*"})
    assert problem(later) == (409, "goal-is-rated")
    assert (await department.eve.put(f"/v1/goals/{ids[0]}", json=heavier)).status_code == 200
    twice = rating | {"goals": [ids[0], ids[0], ids[1]]}
    assert problem(await department.eve.put(f"/v1/answers/{uuid4()}", json=twice)) == (422, "goals-do-not-fit")
    early = rating | {"asked_on": "2026-04-09"}
    assert problem(await department.eve.put(f"/v1/answers/{uuid4()}", json=early)) == (422, "goals-do-not-fit")
    assert [each["rated_since"] for each in (await department.asha.get("/v1/goals")).json()["items"]] == [
        "2026-05-14"
    ] * 2


async def test_asha_sees_what_her_families_let_her_see_and_ben_nothing_of_it(department) -> None:
    await taken(department, words="he never asked me")
    shared = await taken(department, by="evan", worker_may_see=True, words="she listened")
    assert [each["words"] for each in (await department.asha.get("/v1/answers")).json()["items"]] == ["she listened"]
    missing = await department.ben.get(f"/v1/answers/{uuid4()}")
    foreign = await department.ben.get(f"/v1/answers/{shared['id']}")
    assert foreign.json() | {"request_id": ""} == missing.json() | {"request_id": ""}
    assert (await department.ben.get(f"/v1/cases/{department.episode_id}/scores")).status_code == 404
    assert [each["id"] for each in (await department.evan.get("/v1/answers")).json()["items"]] == [shared["id"]]
    assert (await department.norma.get("/v1/answers")).status_code == 403
    async with department.database.reading() as session:
        rows = await audit.rows(session, audit.Asked(actor="asha"), after=0, limit=10)
    assert sorted(rows[0].subjects) == sorted([shared["id"], str(department.child_id)])


async def test_answers_of_a_case_not_heard_of_are_kept_and_find_their_child_and_worker(department) -> None:
    child_id, episode_id = uuid4(), uuid4()
    await taken(department, episode_id=str(episode_id), worker_may_see=True)
    assert (await department.asha.get("/v1/answers")).json()["items"] == []
    await department.hears(department.child(child_id, episode_id=episode_id))
    (seen,) = (await department.asha.get("/v1/answers")).json()["items"]
    assert seen["child_id"] == str(child_id)
    to_ben = Allocation(id=uuid4(), worker_id=department.ids["ben"], team="south", held_from=date(2026, 4, 1))
    corrected = department.child(child_id, n=2, episode_id=episode_id)
    episode = corrected.episodes[0].model_copy(update={"allocations": (to_ben,)})
    await department.hears(corrected.model_copy(update={"episodes": (episode,)}))
    assert (await department.asha.get("/v1/answers")).json()["items"] == []
    assert len((await department.ben.get("/v1/answers")).json()["items"]) == 1


async def test_children_are_heard_or_it_is_said_why_not_and_who_is_left_out_is_counted(department) -> None:
    cases = [department.episode_id, uuid4(), uuid4()]
    for episode_id in cases:
        await taken(department, episode_id=str(episode_id))
    spoken = {"on": "2026-05-02", "age": 9, "way": "talked", "words": "I like Asha", "worker_may_see": True}
    unheard = {"on": "2026-05-02", "age": 15, "why_not": "would_not"}
    for episode_id, said in zip(cases[:2], (spoken, unheard), strict=True):
        path, heard = f"/v1/voices/{uuid4()}", said | {"episode_id": str(episode_id)}
        assert [(await department.eve.put(path, json=heard)).status_code for _ in "12"] == [201, 200]
    early = spoken | {"episode_id": str(cases[0]), "age": 3}
    assert problem(await department.eve.put(f"/v1/voices/{uuid4()}", json=early)) == (422, "not-for-this-age")
    assert [each["words"] for each in (await department.asha.get("/v1/voices")).json()["items"]] == ["I like Asha"]
    path = "/v1/voices/coverage?since=2026-04-01&until=2026-05-31"
    told = {"cases": 3, "heard": 1, "explained": 1, "silent": 1}
    assert (await department.pia.get(path)).json() == (await department.eve.get(path)).json() == told
    assert (await department.asha.get(path)).json()["cases"] == 0


async def test_nothing_of_an_erased_childs_family_stays(department) -> None:
    other_child, other_episode = uuid4(), uuid4()
    await department.hears(department.child(other_child, episode_id=other_episode))
    goal = {"set_by": "mother", "set_on": "2026-04-10", "words": "mornings"}
    for episode_id in (department.episode_id, other_episode):
        await taken(department, episode_id=str(episode_id))
        await department.eve.put(f"/v1/goals/{uuid4()}", json=goal | {"episode_id": str(episode_id)})
        heard = {"episode_id": str(episode_id), "on": "2026-05-02", "age": 9, "way": "talked"}
        await department.eve.put(f"/v1/voices/{uuid4()}", json=heard)
    await department.hears(department.child(n=2, episodes=(), erased=True))
    for table in (Answers, Goal, Voice):
        assert [row.child_id for row in await department.rows(table)] == [other_child]


async def test_the_authority_loads_the_words_it_has_a_licence_for_and_pia_alone_may(department) -> None:
    path, texts = "/v1/instruments/stress/1/texts", {"texts": [f"text of place {n}" for n in range(1, 13)]}
    first = await department.pia.put(path, json=texts)
    assert (first.status_code, first.json()["texts"][11]) == (200, "text of place 12")
    assert (await department.pia.put(path, json=texts)).headers["ETag"] == first.headers["ETag"]
    assert (await department.pia.put(path, json={"texts": ["another"] * 12})).status_code == 428
    assert problem(await department.pia.put(path, json={"texts": ["one"]})) == (422, "texts-do-not-fit")
    assert (await department.eve.put(path, json=texts)).status_code == 403
    shown = {(each["code"], each["version"]): each for each in (await department.asha.get("/v1/instruments")).json()}
    assert shown["stress", 1]["texts"] == texts["texts"]
    assert shown["engagement", 1]["texts"] is None
    assert len(await department.rows(InstrumentTexts)) == 1
