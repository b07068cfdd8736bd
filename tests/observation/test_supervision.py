"""Supervision is recorded by whoever held it, scored by somebody who was no part of it, and followed by practice observed."""

from uuid import uuid4

import pytest

from services.observation.development.courses import Course, WhichDay, check_day, days_done
from services.observation.supervision.models import Supervised, Supervision
from services.observation.supervision.quality import RUBRIC, Kind, SupervisedNobody, SupervisionSkill, check_present

SESSION = {"kind": "individual", "workers": ["asha"], "held_on": "2026-05-01", "minutes": 75, "cases": 4}
QUALITY = {
    "scores": dict.fromkeys(SupervisionSkill, 3) | {"collaboration": None, "child_focus": 5},
    "evidence": {"child_focus": [{"at": "10:30", "note": "asked what Robin's mornings are like"}]},
}


@pytest.mark.parametrize(
    ("kind", "present", "among", "stands"),
    [
        (Kind.INDIVIDUAL, 1, False, True),
        (Kind.INDIVIDUAL, 2, False, False),
        (Kind.GROUP, 2, False, True),
        (Kind.GROUP, 1, False, False),
        (Kind.GROUP, 3, True, False),
    ],
)
def test_one_worker_is_an_individual_session_several_are_a_group_and_nobody_supervises_themself(
    kind, present, among, stands
) -> None:
    if stands:
        check_present(kind, present, supervisor_is_among=among)
        return
    with pytest.raises(SupervisedNobody):
        check_present(kind, present, supervisor_is_among=among)


def test_supervision_is_put_together_by_the_engine_that_puts_practice_together() -> None:
    four = dict.fromkeys(SupervisionSkill, 4) | {SupervisionSkill.COLLABORATION: None}
    assert RUBRIC.composed(four) == {"all5_mean": 4}
    assert RUBRIC.composed(four | {SupervisionSkill.CHILD_FOCUS: None}) == {"all5_mean": None}
    assert [each.skill for each in RUBRIC.skills] == [*SupervisionSkill]


def test_the_four_days_are_done_when_each_was_attended_in_any_order_and_however_often() -> None:
    assert days_done([(Course.FOUR_DAY, 3), (Course.CPD, None), (Course.FOUR_DAY, 1), (Course.FOUR_DAY, 3)]) == [1, 3]
    check_day(Course.FOUR_DAY, 4)
    for course, day in ((Course.FOUR_DAY, None), (Course.CPD, 1)):
        with pytest.raises(WhichDay):
            check_day(course, day)


async def test_norma_records_supervision_and_asha_sees_that_and_when_she_was_observed_next(department) -> None:
    path = f"/v1/supervisions/{uuid4()}"
    first = await department.norma.put(path, json=SESSION)
    assert (first.status_code, (await department.norma.put(path, json=SESSION)).status_code) == (201, 200)
    observation_id = str(await department.observed())
    (seen,) = (await department.asha.get("/v1/supervisions")).json()["items"]
    assert seen["workers"] == [
        {"worker": "asha", "next_observed": {"observation_id": observation_id, "observed_on": "2026-05-12"}}
    ]
    assert (await department.ben.get("/v1/supervisions")).json()["items"] == []
    assert (await department.sid.get("/v1/supervisions")).json()["items"] == []
    group = SESSION | {"kind": "group", "workers": ["asha", "ben"]}
    assert (await department.norma.put(path, json=group)).status_code == 428
    edited = await department.norma.put(path, json=group, headers={"If-Match": first.headers["ETag"]})
    assert [each["worker"] for each in edited.json()["workers"]] == ["asha", "ben"]
    assert (await department.sid.put(path, json=group)).json()["type"] == "urn:dwc:problem:another-supervisor"
    later = SESSION | {"held_on": "2026-05-15"}
    assert (await department.norma.put(f"/v1/supervisions/{uuid4()}", json=later)).status_code == 422
    assert (len(await department.rows(Supervision)), len(await department.rows(Supervised))) == (1, 2)


async def test_how_supervision_was_is_for_norma_whoever_observed_and_guides(department) -> None:
    path = f"/v1/supervisions/{uuid4()}"
    await department.norma.put(path, json=SESSION)
    scored = [await department.eve.put(f"{path}/quality", json=QUALITY) for _ in "12"]
    assert [each.status_code for each in scored] == [200, 200]
    assert scored[0].json()["quality"]["composites"] == {"all5_mean": 3.5}
    other = await department.evan.put(f"{path}/quality", json=QUALITY)
    assert (other.status_code, other.json()["type"]) == (409, "urn:dwc:problem:another-supervisor")
    told = {
        who: (await getattr(department, who).get("/v1/supervisions")).json()["items"][0]["quality"] is not None
        for who in ("norma", "eve", "evan", "cara", "pia", "asha")
    }
    assert told == {"norma": True, "eve": True, "evan": False, "cara": True, "pia": True, "asha": False}
    deputy = department.token("deputy_team_manager", worker="asha", team="north")
    assert (await deputy.get("/v1/supervisions")).json()["items"][0]["quality"] is None
    own = f"/v1/supervisions/{uuid4()}"
    await department.cara.put(own, json=SESSION)
    mine = await department.cara.put(f"{own}/quality", json=QUALITY)
    assert (mine.status_code, mine.json()["type"]) == (403, "urn:dwc:problem:own-practice")


async def test_one_worker_key_joins_what_is_known_of_ashas_development(department) -> None:
    await department.norma.put(f"/v1/supervisions/{uuid4()}", json=SESSION)
    await department.observed()
    for n in (1, 2, 3, 4):
        day = {"worker": "asha", "course": "four_day", "day": n, "on": f"2026-02-0{n}", "minutes": 360}
        path = f"/v1/attendances/{uuid4()}"
        assert [(await department.cara.put(path, json=day)).status_code for _ in "12"] == [201, 200]
    for on in ("2025-05-14", "2025-05-15"):
        cpd = {"worker": "asha", "course": "cpd", "about": "neglect", "on": on, "minutes": 90}
        assert (await department.cara.put(f"/v1/attendances/{uuid4()}", json=cpd)).status_code == 201
    screened = {"screened_on": "2025-11-03", "empathy": 4, "collaboration": 3, "child_focus": 5}
    told = await department.pia.put("/v1/workers/asha/screening", json=screened)
    assert told.status_code == 200, told.text

    asha = (await department.asha.get("/v1/workers/asha/development")).json()
    assert (asha["four_day"], asha["has_done_the_course"], asha["cpd_minutes"]) == ([1, 2, 3, 4], True, 90)
    assert (asha["screening"], len(asha["supervised"]), len(asha["observed"])) == (screened, 1, 1)
    norma = (await department.norma.get("/v1/workers/asha/development")).json()
    assert (norma["screening"], norma["goal"], norma["has_done_the_course"]) == (None, None, True)
    for who in ("ben", "sid"):
        assert (await getattr(department, who).get("/v1/workers/asha/development")).status_code == 404
