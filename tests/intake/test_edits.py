"""Two managers open the same worker's record: whoever saves second is told, and overwrites nothing."""

import asyncio

import pytest

from services.intake.people.models import Worker

PATH = "/v1/workers/zoe"
POST = {
    "name": "Zoe Sample",
    "role": "social_worker",
    "team": "north",
    "team_name": "North",
    "member_from": "2024-01-01",
}


async def save(department, *, replacing: str | None = None, **changes: object):
    headers = {} if replacing is None else {"If-Match": replacing}
    return await department.vera.put(PATH, json=POST | changes, headers=headers)


async def entered(department) -> str:
    """Zoe's record, and its version."""
    answer = await save(department)
    assert answer.status_code == 204
    return str(answer.headers["ETag"])


async def full_time(department) -> int:
    (percent,) = [row.full_time_equivalent_percent for row in await department.rows(Worker) if row.reference == "zoe"]
    return int(percent)


async def test_an_edit_that_names_what_it_replaces_is_made_and_answers_the_version_it_made(department) -> None:
    first = await entered(department)
    answer = await save(department, replacing=first, full_time_equivalent_percent=80)
    assert answer.status_code == 204
    assert answer.headers["ETag"] != first
    assert (await department.vera.get(PATH)).headers["ETag"] == answer.headers["ETag"]


async def test_an_edit_that_names_no_version_is_told_to_name_one(department) -> None:
    await entered(department)
    answer = await save(department, full_time_equivalent_percent=80)
    assert (answer.status_code, answer.json()["type"]) == (428, "urn:dwc:problem:version-not-named")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["#/header/if-match"]
    assert "ETag" in answer.json()["detail"]
    assert await full_time(department) == 100


@pytest.mark.parametrize("named", ["what was read before", '"1.99"', '"elsewhere", "made-up"', "weak"])
async def test_an_edit_of_what_has_changed_since_is_refused_and_changes_nothing(department, named) -> None:
    first = await entered(department)
    second = (await save(department, replacing=first, full_time_equivalent_percent=80)).headers["ETag"]
    said = len(await department.said())
    replacing = {"what was read before": first, "weak": f"W/{second}"}.get(named, named)
    answer = await save(department, replacing=replacing, full_time_equivalent_percent=60, team_name="Renamed")
    assert (answer.status_code, answer.json()["type"]) == (412, "urn:dwc:problem:another-version-stands")
    assert await full_time(department) == 80
    assert len(await department.said()) == said
    assert "Renamed" not in (await department.vera.get("/v1/teams")).text


@pytest.mark.parametrize("named", ["unquoted", '"one" "two"', 'W"1"', ""])
async def test_a_version_that_is_not_written_as_one_is_a_fault_of_the_request(department, named) -> None:
    await entered(department)
    answer = await save(department, replacing=named, full_time_equivalent_percent=80)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["#/header/if-match"]


async def test_any_version_may_be_replaced_by_whoever_says_so_and_one_of_several(department) -> None:
    first = await entered(department)
    second = await save(department, replacing="*", full_time_equivalent_percent=80)
    third = await save(department, replacing=f'"other", {second.headers["ETag"]}', full_time_equivalent_percent=60)
    assert (second.status_code, third.status_code) == (204, 204)
    assert first != second.headers["ETag"] != third.headers["ETag"]


async def test_an_edit_sent_again_is_as_good_as_done_whatever_it_names(department) -> None:
    """No answer came: the client sends the same again, with the version that its own first try replaced."""
    first = await entered(department)
    done = await save(department, replacing=first, full_time_equivalent_percent=80)
    again = await save(department, replacing=first, full_time_equivalent_percent=80)
    assert (again.status_code, again.headers["ETag"]) == (204, done.headers["ETag"])


@pytest.mark.parametrize("named", ['"1.1"', "*"])
async def test_what_is_not_there_cannot_be_replaced(department, named) -> None:
    assert (await save(department, replacing=named)).status_code == 412
    assert (await department.vera.get(PATH)).status_code == 404


async def test_whoever_asks_to_be_first_is_refused_when_somebody_was(department) -> None:
    first_only = {"If-None-Match": "*"}
    assert (await department.vera.put(PATH, json=POST, headers=first_only)).status_code == 204
    other = await department.vera.put(PATH, json=POST | {"name": "Another"}, headers=first_only)
    assert other.status_code == 412


async def test_of_many_who_edit_one_version_at_once_one_does(department) -> None:
    version = await entered(department)
    shares = range(10, 30)
    answers = await asyncio.gather(
        *(save(department, replacing=version, full_time_equivalent_percent=share) for share in shares)
    )
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [204] + [412] * (len(shares) - 1)
    assert await full_time(department) == shares[statuses.index(204)]


async def test_the_new_name_of_a_team_is_a_new_version_of_everybody_in_it(department) -> None:
    before = (await department.vera.get("/v1/workers/asha")).headers["ETag"]
    version = await entered(department)
    assert (await save(department, replacing=version, team_name="North and East")).status_code == 204
    assert (await department.vera.get("/v1/workers/asha")).headers["ETag"] != before


HALF = {"full_time_equivalent_percent": 50}


@pytest.mark.parametrize(
    ("part", "first", "second"),
    [
        ("terms/2026-06-01", HALF, {"full_time_equivalent_percent": 60}),
        ("absences/2026-05-11", {}, {"back_on": "2026-05-18"}),
    ],
)
async def test_what_is_stated_of_a_day_is_added_freely_and_replaced_or_withdrawn_by_version(
    department, part, first, second
) -> None:
    path = f"/v1/workers/asha/{part}"
    before = (await department.vera.get("/v1/workers/asha")).headers["ETag"]
    added = await department.vera.put(path, json=first)
    assert (added.status_code, added.headers["ETag"] == before) == (204, False)
    assert (await department.vera.put(path, json=first)).headers["ETag"] == added.headers["ETag"]
    assert (await department.vera.put(path, json=second)).status_code == 428
    assert (await department.vera.put(path, json=second, headers={"If-Match": before})).status_code == 412
    replaced = await department.vera.put(path, json=second, headers={"If-Match": added.headers["ETag"]})
    assert replaced.status_code == 204
    assert (await department.vera.delete(path)).status_code == 428
    assert (await department.vera.delete(path, headers={"If-Match": before})).status_code == 412
    gone = await department.vera.delete(path, headers={"If-Match": replaced.headers["ETag"]})
    assert gone.status_code == 204
    assert (await department.vera.delete(path, headers={"If-Match": replaced.headers["ETag"]})).status_code == 204
    assert (await department.vera.get("/v1/workers/asha")).headers["ETag"] == gone.headers["ETag"]
