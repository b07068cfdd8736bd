"""Forms from a phone: the same again, edits in any order, two at odds, and what never came."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.observation.concerns.models import Concern
from services.observation.forms.models import Form
from services.observation.main import SERVICE
from services.observation.practice.models import Observation
from shared.audit import audit_table
from shared.clock import held_at
from shared.due import fire
from tests.observation.conftest import NOON

FEEDBACK = {"strengths": ["warm"], "stretch": "name the risk", "given_on": "2026-05-14"}


def scored(department, empathy: int, **changes):
    return department.form(scores=department.form()["scores"] | {"empathy": empathy}, **changes)


async def sent(department, observation_id, form, *, replaces: int | str | None = None, by: str = "eve"):
    headers = {} if replaces is None else {"If-Match": f'"{replaces}"' if isinstance(replaces, int) else replaces}
    return await getattr(department, by).put(f"/v1/observations/{observation_id}", json=form, headers=headers)


async def shown(department, observation_id) -> tuple[int, int]:
    row = (await department.eve.get(f"/v1/observations/{observation_id}")).json()
    return row["version"], row["scores"]["empathy"]


async def standings(department) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in sorted(await department.rows(Form), key=lambda row: (row.version, str(row.id))):
        found.setdefault(row.version, []).append(row.standing)
    return found


async def the_leader_looks(department, after: timedelta) -> int:
    with held_at(NOON + after):
        return await fire(department.database, SERVICE.timers)


async def test_an_edit_lands_on_the_version_it_names_and_is_said(department) -> None:
    observation_id = await department.observed()
    edited = await sent(department, observation_id, scored(department, 5), replaces=1)
    assert (edited.status_code, edited.json()["version"], edited.json()["scores"]["empathy"]) == (200, 2, 5)
    again = await sent(department, observation_id, scored(department, 5), replaces=1)
    assert (again.status_code, again.json()) == (200, edited.json())
    recorded, changed = await department.said()
    assert [change.what for change in changed.changes] == ["observation.edited"]
    assert changed.version > recorded.version
    assert {str(each.skill): each.score for each in changed.scores}["empathy"] == 5


async def test_the_first_form_sent_again_after_its_edit_is_answered_and_changes_nothing(department) -> None:
    observation_id = await department.observed()
    await sent(department, observation_id, scored(department, 5), replaces=1)
    late = await sent(department, observation_id, department.form())
    assert (late.status_code, late.json()["version"]) == (200, 2)
    assert await standings(department) == {1: ["landed"], 2: ["landed"]}


async def test_a_different_form_under_the_same_id_is_kept_for_a_person_and_changes_nothing(department) -> None:
    observation_id = await department.observed()
    for form, by in ((scored(department, 5), "eve"), (department.form(), "evan")):
        for _ in range(2):
            answer = await sent(department, observation_id, form, by=by)
            assert (answer.status_code, answer.json()["type"]) == (409, "urn:dwc:problem:kept-for-a-person")
    assert await shown(department, observation_id) == (1, 4)
    assert await standings(department) == {1: ["landed", "disputed", "disputed"]}
    assert len(await department.said()) == 1
    async with department.database.reading() as session:
        outcomes = [row.outcome for row in await session.execute(audit_table.select())]
    assert outcomes.count(409) == 4


async def test_of_two_edits_of_one_version_the_second_is_kept_for_a_person(department) -> None:
    observation_id = await department.observed()
    assert (await sent(department, observation_id, scored(department, 5), replaces=1)).status_code == 200
    assert (await sent(department, observation_id, scored(department, 1), replaces=1)).status_code == 409
    assert await shown(department, observation_id) == (2, 5)


async def test_edits_that_come_before_what_they_replace_are_held_and_land_in_order(department) -> None:
    observation_id = uuid4()
    third = await sent(department, observation_id, scored(department, 3), replaces=2)
    second = await sent(department, observation_id, scored(department, 2), replaces=1)
    assert [(each.status_code, each.json()["standing"]) for each in (third, second)] == [(202, "held")] * 2
    assert await department.rows(Observation) == []
    first = await sent(department, observation_id, scored(department, 1))
    assert (first.status_code, first.json()["version"], first.json()["scores"]["empathy"]) == (201, 3, 3)
    assert await standings(department) == {1: ["landed"], 2: ["landed"], 3: ["landed"]}
    assert [state.n for state in await department.said()] == [1, 2, 3]
    assert await the_leader_looks(department, timedelta(days=4)) == 0


async def test_what_never_came_is_not_waited_for_for_ever_and_that_is_audited(department) -> None:
    observation_id = uuid4()
    await sent(department, observation_id, scored(department, 5), replaces=2)
    assert await the_leader_looks(department, timedelta(days=3, seconds=-1)) == 0
    assert await the_leader_looks(department, timedelta(days=3)) == 1
    assert await the_leader_looks(department, timedelta(days=3, hours=1)) == 0
    assert await shown(department, observation_id) == (3, 5)
    (form,) = await department.rows(Form)
    assert (form.is_forced, form.landed_as) == (True, 3)
    async with department.database.reading() as session:
        rows = (await session.execute(audit_table.select().where(audit_table.c.act == "form.held"))).all()
    assert [(row.actor, str(observation_id) in row.subjects) for row in rows] == [("observation", True)]
    late = await sent(department, observation_id, scored(department, 1))
    assert late.status_code == 409
    assert await shown(department, observation_id) == (3, 5)


async def test_what_a_worker_was_fed_back_is_not_changed_behind_her_back(department) -> None:
    observation_id = await department.observed()
    await department.eve.post(f"/v1/observations/{observation_id}/feedback", json=FEEDBACK)
    late = await sent(department, observation_id, scored(department, 5), replaces=1)
    assert (late.status_code, "had feedback" in late.json()["detail"]) == (409, True)
    assert await shown(department, observation_id) == (1, 4)


async def test_an_edit_of_a_parked_observation_lands_and_is_said_once_the_case_is_heard_of(department) -> None:
    unknown, observation_id = uuid4(), uuid4()
    await sent(department, observation_id, scored(department, 2, episode_id=str(unknown)))
    edited = await sent(department, observation_id, scored(department, 5, episode_id=str(unknown)), replaces=1)
    assert (edited.status_code, edited.json()["is_parked"]) == (202, True)
    await department.hears(department.child(uuid4(), episode_id=unknown))
    (state,) = await department.said()
    assert {str(each.skill): each.score for each in state.scores}["empathy"] == 5


async def test_a_safety_concern_on_a_form_that_is_held_waits_for_nothing(department) -> None:
    observation_id = uuid4()
    await sent(department, observation_id, department.form(safety_concern=True), replaces=7)
    assert [row.observation_id for row in await department.rows(Concern)] == [observation_id]


async def test_a_form_that_cannot_be_right_is_refused_though_it_would_only_be_held(department) -> None:
    answer = await sent(department, uuid4(), department.form(worker="zoe"), replaces=1)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:dwc:problem:worker-not-known")
    assert await department.rows(Form) == []


@pytest.mark.parametrize("named", ['"x"', 'W/"1"', '"1", "2"', '"0"', '"1.1"'])
async def test_a_version_the_form_cannot_have_is_refused(department, named) -> None:
    observation_id = await department.observed()
    answer = await sent(department, observation_id, scored(department, 5), replaces=named)
    assert (answer.status_code, answer.json()["type"]) == (412, "urn:dwc:problem:another-version-stands")


async def test_the_edit_of_whatever_stands_replaces_it(department) -> None:
    observation_id = await department.observed()
    assert (await sent(department, observation_id, scored(department, 5), replaces="*")).status_code == 200
    assert await shown(department, observation_id) == (2, 5)


async def test_the_time_of_the_device_and_the_release_of_the_app_make_no_other_form(department) -> None:
    observation_id = uuid4()
    first = department.form(saved_at="2026-05-12T11:00:00Z", form="visit/3")
    later = department.form(saved_at="2026-05-13T08:00:00Z", form="visit/4", interpreter=False)
    answers = [await sent(department, observation_id, form) for form in (first, later)]
    assert [answer.status_code for answer in answers] == [201, 200]
    (listed,) = (await department.eve.get("/v1/forms")).json()["items"]
    assert (listed["name"], listed["saved_at"]) == ("visit/3", "2026-05-12T11:00:00Z")
    assert listed["received_at"] == NOON.isoformat().replace("+00:00", "Z")


async def test_a_person_adopts_one_of_two_and_it_can_be_read_who_and_why(department) -> None:
    observation_id = await department.observed()
    await sent(department, observation_id, scored(department, 5))
    (waiting,) = (await department.cara.get("/v1/forms?standing=disputed")).json()["items"]
    assert waiting["sent"]["scores"]["empathy"] == 5
    path = f"/v1/forms/{waiting['id']}/settlement"
    assert (await department.evan.post(path, json={"adopt": True, "reason": "mine"})).status_code == 404
    settled = await department.cara.post(path, json={"adopt": True, "reason": "Eve corrected a slip"})
    assert (settled.status_code, settled.json()["standing"], settled.json()["landed_as"]) == (200, "landed", 2)
    assert settled.json()["settled_by"] == "cara"
    assert await shown(department, observation_id) == (2, 5)
    twice = await department.cara.post(path, json={"adopt": False, "reason": "changed my mind"})
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:dwc:problem:not-disputed")


async def test_a_form_set_aside_is_kept_and_the_phone_that_sends_it_again_is_told(department) -> None:
    observation_id = await department.observed()
    await sent(department, observation_id, scored(department, 5))
    (waiting,) = (await department.cara.get("/v1/forms?standing=disputed")).json()["items"]
    await department.cara.post(
        f"/v1/forms/{waiting['id']}/settlement", json={"adopt": False, "reason": "a second phone"}
    )
    again = await sent(department, observation_id, scored(department, 5))
    assert (again.status_code, again.json()["standing"]) == (200, "set_aside")
    assert await shown(department, observation_id) == (1, 4)


async def test_what_forms_noted_about_an_erased_child_goes_and_the_same_form_brings_nothing_back(department) -> None:
    observation_id = await department.observed()
    await department.hears(department.child(n=2, episodes=(), erased=True))
    (form,) = await department.rows(Form)
    assert "evidence" not in form.sent
    assert (await sent(department, observation_id, department.form())).status_code == 200
    (row,) = await department.rows(Observation)
    assert (row.evidence, row.id) == ({}, UUID(str(observation_id)))
