"""From a contact to its screening and decision: each timed and signed, within one working day."""

from typing import Any

from services.intake.contacts.models import Contact
from services.intake.people.models import Child
from services.intake.referrals.models import Referral


def told(child: str = "C1", **changes: Any) -> dict[str, Any]:
    named = {"la_child_id": child, "forename": "Robin", "surname": "Example", "born_on": "2019-05-02"}
    sent = {"source_reference": "K-1", "received_on": "2026-05-13", "source": "6", "concern": "Robin was out late"}
    return sent | {"child": named} | changes


async def taken(department, **changes: Any) -> dict[str, Any]:
    answer = await department.school.post("/v1/contacts", json=told(**changes))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def decided(department, contact: dict[str, Any], outcome: str, *, screened: bool = True) -> Any:
    found = {"proposed": outcome, "found": "The school says the same"}
    if screened:
        await department.duty.post(f"/v1/contacts/{contact['id']}/screening", json=found)
    return await department.norma.post(f"/v1/contacts/{contact['id']}/decision", json={"outcome": outcome})


async def test_a_contact_becomes_a_referral_step_by_step_each_signed_and_said(department) -> None:
    contact = await taken(department)
    assert (contact["decision_due_on"], contact["urgency"], contact["episode_id"]) == ("2026-05-14", "due", None)
    early = await decided(department, contact, "referral", screened=False)
    assert (early.status_code, early.json()["type"]) == (409, "urn:dwc:problem:not-screened")
    answer = (await decided(department, contact, "referral")).json()
    (row,) = await department.rows(Contact)
    assert (row.screened_by, row.decided_by) == ("duty", "norma")
    (referral,) = (await department.duty.get("/v1/referrals?undecided=true")).json()["items"]
    assert (referral["id"], referral["received_on"]) == (answer["referral_id"], "2026-05-13")
    states = await department.said_of(contact["child_id"])
    assert [change.what for state in states for change in state.changes] == [
        "contact.received",
        "contact.screened",
        "referral.received",
        "contact.decided",
    ]
    assert [state.n for state in states] == [1, 2, 3]
    (said,) = states[-1].contacts
    assert (str(said.screened_on), str(said.decided_on), said.outcome) == ("2026-05-14", "2026-05-14", "referral")
    assert str(said.referral_id) == answer["referral_id"]
    again = await decided(department, contact, "early_help")
    assert (again.status_code, again.json()["type"]) == (409, "urn:dwc:problem:contact-decided")


async def test_a_new_concern_on_an_open_case_is_a_contact_on_it_and_no_second_referral(department) -> None:
    episode = await department.allocated("asha", await department.episode("C1"))
    contact = await taken(department)
    assert contact["episode_id"] == episode
    (seen,) = (await department.asha.get("/v1/contacts?undecided=true")).json()["items"]
    assert seen["id"] == contact["id"]
    refused = await decided(department, contact, "referral")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:dwc:problem:episode-already-open")
    closure = {"closed_on": "2026-05-14", "reason": "RC7"}
    early = await department.norma.post(f"/v1/episodes/{episode}/closure", json=closure)
    assert early.json()["type"] == "urn:dwc:problem:concern-undecided"
    assert (await decided(department, contact, "open_episode")).json()["outcome"] == "open_episode"
    assert len(await department.rows(Referral)) == 1
    assert (await department.norma.post(f"/v1/episodes/{episode}/closure", json=closure)).is_success


async def test_the_same_contact_again_is_the_first_and_another_under_its_reference_is_refused(department) -> None:
    first = await taken(department)
    again = await department.school.post("/v1/contacts", json=told())
    assert (again.status_code, again.json()) == (200, first)
    other = await department.school.post("/v1/contacts", json=told(source="2A"))
    assert (other.status_code, other.json()["errors"][0]["pointer"]) == (409, "/source_reference")
    late = await department.school.post("/v1/contacts", json=told(source_reference="K-2", received_on="2026-05-15"))
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "/received_on")
    assert len(await department.rows(Child)) == len(await department.rows(Contact)) == 1
    assert len(await department.said_of(first["child_id"])) == 1


async def test_contacts_are_listed_by_when_their_decision_is_due_and_seen_by_those_who_see_the_child(
    department,
) -> None:
    await taken(department, child="C2", source_reference="K-2")
    await taken(department, child="C1", source_reference="K-1", received_on="2026-05-11")
    page = (await department.duty.get("/v1/contacts?limit=1")).json()
    following = (await department.duty.get(f"/v1/contacts?limit=1&after={page['next']}")).json()
    assert [(each["received_on"], each["urgency"]) for each in page["items"] + following["items"]] == [
        ("2026-05-11", "overdue"),
        ("2026-05-13", "due"),
    ]
    assert (await department.asha.get("/v1/contacts")).json()["items"] == []
    mosaic = department.token("source_system", id="mosaic")
    assert (await mosaic.get(f"/v1/contacts/{page['items'][0]['id']}")).status_code == 404
    assert len((await department.sid.get("/v1/contacts")).json()["items"]) == 2
