"""A child who is restricted is there for named people alone; for everyone else nobody has heard of the child."""

import pytest

from services.intake.children.models import Named, Restriction

PEOPLE = ("vera", "duty", "norma", "dee", "asha", "ben")


async def child_of(department, episode: str) -> str:
    return (await department.duty.get(f"/v1/episodes/{episode}")).json()["child_id"]


async def restricted(department, child: str, *named: str, **headers: str):
    path = f"/v1/children/{child}/restriction"
    return await department.vera.put(path, json={"named": list(named)}, headers=headers)


async def hidden_case(department) -> dict[str, str]:
    """Asha's case of a child whom she and Vera alone may see."""
    episode = await department.allocated("asha", await department.episode("HIDDEN1"))
    child = await child_of(department, episode)
    referral = (await department.duty.get(f"/v1/episodes/{episode}")).json()["referral_id"]
    answer = await restricted(department, child, "asha")
    assert answer.status_code == 204, answer.text
    return {"episode": episode, "child": child, "referral": referral}


async def test_asha_and_vera_are_named_and_see_the_child(department) -> None:
    case = await hidden_case(department)
    for who in ("asha", "vera"):
        seen = [
            await getattr(department, who).get(f"/v1/{path}")
            for path in (f"episodes/{case['episode']}", f"children/{case['child']}", f"referrals/{case['referral']}")
        ]
        assert [answer.status_code for answer in seen] == [200, 200, 200], who
    shown = (await department.vera.get(f"/v1/children/{case['child']}/restriction")).json()
    assert (shown["named"], shown["restricted_by"]) == (["asha", "vera"], "vera")


@pytest.mark.parametrize("who", ["duty", "norma", "dee", "ben"])
async def test_for_whoever_is_not_named_nobody_has_heard_of_the_child(department, who) -> None:
    """By every way to the child the answer is, but for the request's own id, that for a child there is not."""
    case = await hidden_case(department)
    visitor = getattr(department, who)
    nobody = "00000000-0000-7000-8000-000000000001"
    for path, id in (
        ("episodes/{}", case["episode"]),
        ("referrals/{}", case["referral"]),
        ("referrals/{}/family-history", case["referral"]),
        ("referrals/{}/recommended-workers", case["referral"]),
        ("children/{}", case["child"]),
    ):
        answers = [await visitor.get("/v1/" + path.format(each)) for each in (id, nobody)]
        told = [(each.status_code, {**each.json(), "request_id": ""}) for each in answers]
        assert told[0] == told[1], path
        assert told[0][0] in {403, 404}
    assert (await visitor.get("/v1/referrals")).json()["items"] == []
    assert (await visitor.get("/v1/children?la_child_id=HIDDEN1")).json() == []


async def test_a_restricted_child_pairs_with_nobody_in_sight_of_who_is_not_named(department) -> None:
    case = await hidden_case(department)
    await department.referred("HIDDEN2")
    assert (await department.duty.get("/v1/possible-matches")).json()["items"] == []
    assert len((await department.vera.get("/v1/possible-matches")).json()["items"]) == 1
    assert case["child"] not in (await department.duty.get("/v1/possible-matches?undecided=false")).text


async def test_a_restricted_child_still_counts_in_the_caseload_as_one_of_so_many(department) -> None:
    await department.allocated("asha")
    case = await hidden_case(department)
    answer = await department.norma.get("/v1/workers?team=north")
    assert {each["reference"]: each["children_held"] for each in answer.json()}["asha"] == 2
    assert case["child"] not in answer.text


async def test_the_question_is_the_same_whether_anybody_is_restricted_or_not(department) -> None:
    """No path costs more for a restricted child than for one who is not there: the statements are the same."""
    from tests.intake.test_referral_batches import Statements

    case = await hidden_case(department)
    asked = []
    for id in (case["referral"], "00000000-0000-7000-8000-000000000001"):
        with Statements().counted(department.database.engine) as statements:
            assert (await department.norma.get(f"/v1/referrals/{id}")).status_code == 404
        asked.append(list(statements))
    assert asked[0] == asked[1]


async def test_the_school_that_sent_the_referral_learns_nothing_of_the_restriction(department) -> None:
    form = department.form("C1")
    first = await department.school.post("/v1/referrals", json=form)
    child = first.json()["referrals"][0]["child_id"]
    assert (await restricted(department, child, "asha")).status_code == 204
    again = await department.school.post("/v1/referrals", json=form)
    assert (again.status_code, again.json()) == (200, first.json())


async def test_who_may_see_a_child_is_changed_by_whoever_sees_it_and_has_read_who_may_now(department) -> None:
    case = await hidden_case(department)
    path = f"/v1/children/{case['child']}/restriction"
    assert (await restricted(department, case["child"], "asha")).status_code == 204  # the same again
    assert (await restricted(department, case["child"], "ben")).status_code == 428
    tag = (await department.vera.get(path)).headers["etag"]
    assert (await restricted(department, case["child"], "ben", **{"If-Match": tag})).status_code == 204
    assert (await restricted(department, case["child"], "asha", **{"If-Match": tag})).status_code == 412
    assert sorted(row.who for row in await department.rows(Named)) == ["ben", "vera"]
    assert (await department.asha.get(f"/v1/children/{case['child']}")).status_code == 404
    wanda = department.token("service_manager", id="wanda")
    for answer in (await wanda.put(path, json={"named": ["wanda"]}), await wanda.get(path), await wanda.delete(path)):
        assert answer.status_code == 404
    assert (await department.norma.put(path, json={"named": ["norma"]})).status_code == 403


async def test_a_restriction_is_lifted_and_everybody_sees_by_their_role_again(department) -> None:
    case = await hidden_case(department)
    path = f"/v1/children/{case['child']}/restriction"
    tag = (await department.vera.get(path)).headers["etag"]
    assert (await department.vera.delete(path, headers={"If-Match": tag})).status_code == 204
    assert (await department.vera.delete(path)).status_code == 204
    assert await department.rows(Restriction) == await department.rows(Named) == []
    assert (await department.norma.get(f"/v1/children/{case['child']}")).status_code == 200
    acts = [row for row in await department.audited() if row.act == "restrict a child's record to named people"]
    assert len(acts) == 4
    assert all(case["child"] in row.subjects for row in acts)


async def test_every_record_of_a_child_is_restricted_with_it(department) -> None:
    await department.referred("C1")
    await department.referred("C2")
    (pair,) = (await department.vera.get("/v1/possible-matches")).json()["items"]
    same = {"decision": "same", "keep": "C1"}
    assert (await department.vera.post(f"/v1/possible-matches/{pair['id']}/decision", json=same)).is_success
    assert (await restricted(department, pair["children"][1]["id"], "asha")).status_code == 204
    assert (await department.duty.get("/v1/referrals")).json()["items"] == []
    assert len(await department.rows(Restriction)) == 2
