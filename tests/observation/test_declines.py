"""Who declines is the largest bias there is: that it was declined or cancelled, by whom and why, is recorded in codes."""

from uuid import uuid4

from services.observation.declines.models import Decline


def declined(department, **changes):
    return {
        "episode_id": str(department.episode_id),
        "worker": "asha",
        "planned_for": "2026-05-20",
        "purpose": "sampled",
        "outcome": "declined",
        "whose": "parent",
        "reason": "too_much_going_on",
    } | changes


async def test_eve_records_that_a_parent_declined_and_again_is_the_same(department) -> None:
    path = f"/v1/declines/{uuid4()}"
    first = await department.eve.put(path, json=declined(department))
    again = await department.eve.put(path, json=declined(department))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["worker"], first.json()["observer"], first.json()["team"]) == ("asha", "eve", "north")
    assert len(await department.rows(Decline)) == 1


async def test_a_correction_names_what_it_replaces(department) -> None:
    path = f"/v1/declines/{uuid4()}"
    tag = (await department.eve.put(path, json=declined(department))).headers["ETag"]
    corrected = declined(department, whose="worker", reason="fears_how_it_is_used")
    assert (await department.eve.put(path, json=corrected)).status_code == 428
    edited = await department.eve.put(path, json=corrected, headers={"If-Match": tag})
    assert (edited.status_code, edited.json()["whose"]) == (200, "worker")
    stale = await department.eve.put(path, json=declined(department), headers={"If-Match": tag})
    assert stale.status_code == 412


async def test_nobody_changes_what_somebody_else_recorded(department) -> None:
    path = f"/v1/declines/{uuid4()}"
    await department.eve.put(path, json=declined(department))
    other = await department.evan.put(path, json=declined(department), headers={"If-Match": "*"})
    assert (other.status_code, other.json()["type"]) == (409, "urn:dwc:problem:another-observer")


async def test_the_counts_say_who_and_why_of_what_somebody_may_see(department) -> None:
    for changes in ({}, {}, {"outcome": "cancelled", "whose": "nobody", "reason": "observer_away"}, {"worker": "ben"}):
        await department.eve.put(f"/v1/declines/{uuid4()}", json=declined(department, **changes))
    path = "/v1/declines/counts?since=2026-05-01&until=2026-05-31"
    assert [(each["whose"], each["reason"], each["count"]) for each in (await department.norma.get(path)).json()] == [
        ("parent", "too_much_going_on", 2),
        ("nobody", "observer_away", 1),
    ]
    assert [each["count"] for each in (await department.pia.get(path)).json()] == [3, 1]
    assert (await department.ben.get("/v1/declines")).json()["items"][0]["worker"] == "ben"
