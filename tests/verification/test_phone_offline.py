"""The phone that was offline for two weeks, over real Kafka and real PostgreSQL: reporting ends with what was saved last."""

import asyncio
import json
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.phone import FORMS, two_weeks_offline
from tests.verification.test_killed_processes import acknowledged, department_database, staffed

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("kafka"), pytest.mark.timeout(600)]

SEED = 20261125
FORM = {
    "worker": "W1",
    "observed_at": "2026-05-12T10:30:00+01:00",
    "contact": "home_visit",
    "purpose": "sampled",
    "rubric": "msw-7.1",
}


async def opened(department, number: int) -> UUID:
    """A case that observation hears of by Kafka, whenever that is."""
    referral = {"source_reference": f"PHONE-{number}", "received_on": "2026-05-01", "source": "6"}
    referral |= {"children": [{"la_child_id": f"PHONE{number}"}]}
    async with department.client("intake", "source_system", id="case-system") as source:
        posted = await acknowledged(source, "POST", "/v1/referrals", referral)
    async with department.client("intake", "service_manager") as manager:
        path = f"/v1/referrals/{posted.json()['referrals'][0]['id']}/decision"
        return UUID((await acknowledged(manager, "POST", path, {"outcome": "assessment"})).json()["episode_id"])


async def test_two_hundred_forms_of_an_offline_phone_reach_reporting_as_they_were_saved_last(department) -> None:
    print(f"seed {SEED}")
    await staffed(department)
    episodes = [await opened(department, number) for number in range(6)]
    sent, last = two_weeks_offline(SEED, FORM, episodes)
    async with department.client("observation", "coach", worker="C1") as phone:
        for start in range(0, len(sent), 4):
            answers = await asyncio.gather(*(phone.put(**each.request) for each in sent[start : start + 4]))
            assert {answer.status_code for answer in answers} <= {200, 201, 202}, [each.text for each in answers]
    observation, reporting = (department_database(department, name) for name in ("observation", "reporting"))
    async with observation.reading() as session:
        assert (await session.execute(text("SELECT count(*) FROM observation"))).scalar_one() == FORMS

    async def told() -> dict[str, dict[str, int]]:
        async with reporting.reading() as session:
            states = [
                json.loads(row.state) for row in await session.execute(text("SELECT state FROM practice_history"))
            ]
        return {state["observation_id"]: {each["skill"]: each["score"] for each in state["scores"]} for state in states}

    expected = {str(id): form.body["scores"] for id, form in last.items()}

    async def all_told() -> bool:
        return await told() == expected

    await department.until(all_told, seconds=60, what="reporting to hold the last version of each form")
    await observation.close()
    await reporting.close()
