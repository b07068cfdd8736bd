"""What is done here in a mirrored team's case goes back to the case system, signed, until it says what became of it."""

import json
from typing import Any

from joserfc import jws
from joserfc.jwk import OKPKey

from services.intake.write_backs.models import WriteBack
from tests.intake.test_source_documents import case, document, mirrored, put

AT = "/v1/sources/school/write-backs"


async def fetched(department) -> list[dict[str, Any]]:
    answer = await department.school.get(AT)
    assert answer.is_success, answer.text
    return list(answer.json()["items"])


async def opened(department, message: dict[str, Any]) -> dict[str, Any]:
    """The message as its signature vouches for it."""
    key = OKPKey.import_key((await department.school.get(f"{AT}/key")).json())
    return dict(json.loads(jws.deserialize_compact(message["signed"], key, algorithms=["Ed25519"]).payload))


async def episode_of(department) -> str:
    (child,) = {state.child_id for state in await department.said() if state.topic == "intake.child"}
    return str((await department.said_of(child))[-1].episodes[0].id)


async def test_an_act_goes_back_signed_once_and_its_echo_changes_nothing(department) -> None:
    await mirrored(department)
    held = {"allocations": [{"held_from": "2026-02-03", "worker": "asha"}]}
    await put(department, document(case(**held)))
    assert await fetched(department) == []
    episode = await episode_of(department)
    meeting = {"on": "2026-05-12", "kind": "legal_planning"}
    assert (await department.norma.post(f"/v1/episodes/{episode}/meetings", json=meeting)).is_success
    (message,) = await fetched(department)
    told = await opened(department, message)
    assert told["id"] == message["id"]
    assert (told["la_child_id"], told["system"], told["done_by"]) == ("C1", "school", "norma")
    assert told["acts"] == [{"what": "legal_planning_meeting.held", "on": "2026-05-12"}]
    assert told["case"]["meetings"] == [{"recorded_in_error": False, "held_on": "2026-05-12", "kind": "legal_planning"}]
    assert [(each["worker"], each["held_from"]) for each in told["case"]["allocations"]] == [("asha", "2026-02-03")]
    echo = await put(department, document(case(**held, meetings=[{"held_on": "2026-05-12", "kind": "legal_planning"}])))
    assert [each for each in echo["findings"] if each["done"] == "ours_stands"] == []
    assert len((await department.said_of((await department.rows(WriteBack))[0].child_id))[-1].episodes[0].meetings) == 1
    assert len(await fetched(department)) == 1


async def test_a_receipt_closes_a_message_and_what_was_refused_is_listed_for_people(department) -> None:
    await mirrored(department)
    (referral,) = await department.referred("C1")
    episode = (await department.decided(referral, "assessment"))["episode_id"]
    await department.allocated("asha", episode)
    (given,) = await fetched(department)
    assert [each["what"] for each in given["message"]["acts"]] == ["case.allocated"]
    assert (await department.norma.post(f"/v1/episodes/{episode}/assessment", json={"on": "2026-05-14"})).is_success
    first, second = await fetched(department)
    taken = {"standing": "taken", "reference": "A-9"}
    for _ in range(2):
        answer = await department.school.post(f"{AT}/{first['id']}/receipt", json=taken)
        assert (answer.status_code, answer.json()["standing"]) == (200, "taken")
    another = await department.school.post(f"{AT}/{first['id']}/receipt", json={"standing": "refused"})
    assert (another.status_code, another.json()["type"]) == (409, "urn:dwc:problem:another-receipt-given")
    nothing = await department.school.post(f"{AT}/{second['id']}/receipt", json={"standing": "waiting"})
    assert (nothing.status_code, nothing.json()["errors"][0]["pointer"]) == (422, "/standing")
    refused = {"standing": "refused", "reason": "the assessment is locked"}
    assert (await department.school.post(f"{AT}/{second['id']}/receipt", json=refused)).is_success
    assert await fetched(department) == []
    (listed,) = (await department.norma.get("/v1/write-backs?standing=refused")).json()["items"]
    assert (listed["id"], listed["reason"], listed["episode_id"]) == (second["id"], refused["reason"], episode)
    assert (await department.sid.get("/v1/write-backs")).json()["items"] == []


async def test_where_cases_are_given_here_nothing_goes_back_and_no_system_fetches_anothers(department) -> None:
    await put(department, document(case()))
    await department.allocated("cleo", await episode_of(department))
    assert await department.rows(WriteBack) == []
    await mirrored(department, "south")
    meeting = {"on": "2026-05-12", "kind": "strategy_discussion"}
    assert (await department.sid.post(f"/v1/episodes/{await episode_of(department)}/meetings", json=meeting)).is_success
    (message,) = await fetched(department)
    mosaic = department.token("source_system", id="mosaic")
    assert (await mosaic.get(AT)).status_code == 404
    stolen = await mosaic.post(f"/v1/sources/mosaic/write-backs/{message['id']}/receipt", json={"standing": "taken"})
    assert stolen.status_code == 404
