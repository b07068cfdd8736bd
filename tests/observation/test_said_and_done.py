"""You said, we did: what came of what was said is added, and nobody leaves it open unseen."""

from uuid import uuid4

from services.observation.said_and_done.models import SaidAndDone

SAID = {"on": "2026-05-04", "who": "parents", "how_many": 6, "said": "Letters come after the meeting they call us to."}


async def test_what_was_said_stands_open_until_something_is_done_or_it_is_said_why_not(department) -> None:
    path = f"/v1/said-and-done/{uuid4()}"
    first = await department.norma.put(path, json=SAID)
    assert (first.status_code, first.json()["is_open"]) == (201, True)
    assert (await department.norma.put(path, json=SAID)).status_code == 200
    done = SAID | {"done": "Texts go out two days before.", "done_on": "2026-05-12"}
    assert (await department.pia.put(path, json=done)).status_code == 428
    answered = await department.pia.put(path, json=done, headers={"If-Match": first.headers["ETag"]})
    assert (answered.status_code, answered.json()["is_open"]) == (200, False)
    (shown,) = (await department.asha.get("/v1/said-and-done")).json()["items"]
    assert shown["done"] == "Texts go out two days before."
    assert len(await department.rows(SaidAndDone)) == 1


async def test_what_was_done_has_its_day_and_is_not_both_done_and_left(department) -> None:
    for wrong in (
        {"done": "Texts."},
        {"done": "Texts.", "done_on": "2026-05-03"},
        {"done": "Texts.", "done_on": "2026-05-05", "why_not": "no money"},
        {"on": "2026-05-15"},
    ):
        answer = await department.norma.put(f"/v1/said-and-done/{uuid4()}", json=SAID | wrong)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:dwc:problem:done-or-not")
