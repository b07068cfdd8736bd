"""The pulse survey is answered once a quarter by nobody in particular."""

from datetime import UTC, datetime
from uuid import uuid4

from services.observation.pulse.models import PulseAnswered, PulseTally
from services.observation.pulse.survey import QUESTIONS
from shared import audit
from shared.clock import held_at

ALL_LOW = {"answers": {asked: question.lowest for asked, question in QUESTIONS.items()}}
AFTERWARDS = datetime(2026, 7, 2, 9, tzinfo=UTC)


async def test_answers_become_counts_nothing_joins_them_to_whoever_gave_them_and_the_first_count(department) -> None:
    crowd = {f"w{n}": uuid4() for n in range(8)}
    await department.hears(
        *(department.worker("asha", worker_id=id, reference=reference) for reference, id in crowd.items())
    )
    for reference in crowd:
        asked = department.token("social_worker", worker=reference)
        answered = await asked.put("/v1/pulse", json={"answers": {"trust": 3 if reference == "w0" else 5}})
        assert (answered.status_code, answered.json()) == (201, {"quarter": "2026-27-Q1", "is_first": True})
    assert (await department.ben.put("/v1/pulse", json=ALL_LOW)).status_code == 201
    again = await department.ben.put("/v1/pulse", json={"answers": {"trust": 7}})
    assert (again.status_code, again.json()["is_first"]) == (200, False)

    tallies = {(row.team, row.asked, row.answer): row.count for row in await department.rows(PulseTally)}
    assert (tallies["north", "trust", 3], tallies["north", "trust", 5], tallies["south", "trust", 1]) == (1, 7, 1)
    assert {*PulseTally.model_fields} & {*PulseAnswered.model_fields} == {"quarter"}
    assert len(await department.rows(PulseAnswered)) == 9
    async with department.database.reading() as session:
        rows = await audit.rows(session, audit.Asked(act="answer the pulse survey"), after=0, limit=100)
    assert {str(row.subjects) for row in rows} == {"[]"}

    asks = "/v1/pulse?quarter=2026-27-Q1"
    assert (await department.norma.get(asks)).json() | {"fewest": 8} == {
        "quarter": "2026-27-Q1",
        "is_over": False,
        "fewest": 8,
        "service": {},
        "teams": {},
    }
    with held_at(AFTERWARDS):
        norma, sid = (await department.norma.get(asks)).json(), (await department.sid.get(asks)).json()
    assert norma["teams"]["north"] == {"trust": {"n": 8, "mean": 4.75, "spread": {"3": 1, "5": 7}}}
    assert (norma["service"], sid["teams"], sid["service"]) == ({}, {}, {}), "Ben would be told by subtraction"
    with held_at(AFTERWARDS):
        assert (await department.ben.put("/v1/pulse", json=ALL_LOW)).json()["quarter"] == "2026-27-Q2"
    assert [row.quarter for row in await department.rows(PulseAnswered)] == ["2026-27-Q2"]


async def test_an_answer_out_of_range_is_refused_and_so_is_whoever_is_in_no_team(department) -> None:
    refused = await department.asha.put("/v1/pulse", json={"answers": {"trust": 8}})
    assert refused.status_code == 422
    await department.hears(department.worker("asha", n=2, memberships=()))
    homeless = await department.asha.put("/v1/pulse", json={"answers": {"trust": 7}})
    assert (homeless.status_code, homeless.json()["type"]) == (422, "urn:dwc:problem:in-no-team-today")
    assert await department.rows(PulseAnswered) == []
