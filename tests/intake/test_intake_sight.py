"""Who may do what, and who sees what: truth tables over the roles."""

from uuid import uuid4

import pytest

from services.intake import permissions
from shared.web.roles import Role

MANAGERS = {"deputy_team_manager", "team_manager", "service_manager"}
READERS = MANAGERS | {"social_worker", "duty", "principal_social_worker", "performance_analyst"}


@pytest.mark.parametrize(
    ("act", "roles"),
    [
        (permissions.RECEIVE_REFERRALS, MANAGERS | {"source_system", "duty"}),
        (permissions.READ_REFERRALS, READERS | {"source_system"}),
        (permissions.DECIDE_REFERRALS, MANAGERS | {"duty"}),
        (permissions.READ_EPISODES, READERS),
        (permissions.ALLOCATE_CASES, MANAGERS),
        (permissions.RECORD_CASEWORK, MANAGERS | {"social_worker"}),
        (permissions.DECIDE_ON_CASES, MANAGERS),
        (permissions.TRANSFER_CASES, MANAGERS),
        (permissions.CORRECT_CASES, MANAGERS),
        (permissions.CLOSE_EPISODES, MANAGERS),
        (permissions.READ_WORKFORCE, READERS | {"evaluator", "coach", "operator"}),
        (permissions.STATE_WORKFORCE, {"service_manager", "operator"}),
    ],
)
def test_who_may_do_what(act, roles) -> None:
    assert {str(role) for role in act.roles} == roles


WHO = {
    "asha, who holds it": {"role": "social_worker", "worker": "asha"},
    "ben, of the same team": {"role": "social_worker", "worker": "ben"},
    "cleo, of another team": {"role": "social_worker", "worker": "cleo"},
    "a social worker nobody knows": {"role": "social_worker", "worker": "zoe"},
    "a social worker without a reference": {"role": "social_worker"},
    "the manager of the team": {"role": "team_manager", "worker": "norma"},
    "the deputy of the team": {"role": "deputy_team_manager", "worker": "dee"},
    "a manager covering the team": {"role": "team_manager", "team": "north"},
    "another team's manager": {"role": "team_manager", "worker": "sid"},
    "a manager covering another team": {"role": "deputy_team_manager", "team": "south"},
    "a manager covering no team there is": {"role": "team_manager", "team": "nowhere"},
    "a manager nobody knows": {"role": "team_manager", "worker": "zoe"},
    "the service manager": {"role": "service_manager"},
    "duty": {"role": "duty"},
    "the principal social worker": {"role": "principal_social_worker"},
    "the performance analyst": {"role": "performance_analyst"},
    "the school that sent it": {"role": "source_system", "id": "school"},
    "another source system": {"role": "source_system", "id": "hospital"},
    "an evaluator": {"role": "evaluator", "worker": "asha"},
    "a coach": {"role": "coach", "worker": "asha"},
    "the auditor": {"role": "auditor"},
    "an operator": {"role": "operator"},
    "an outside analyst": {"role": "outside_analyst"},
}
EVERYWHERE = {"the service manager", "duty", "the principal social worker", "the performance analyst"}
NOT_EVEN_THE_DOOR = {"an evaluator", "a coach", "the auditor", "an operator", "an outside analyst"}
THE_TEAMS = {"the manager of the team", "the deputy of the team", "a manager covering the team"}
OTHER_TEAMS = {"another team's manager", "a manager covering another team"}
SEES = {
    "held by asha": EVERYWHERE | THE_TEAMS | {"asha, who holds it", "the school that sent it"},
    "held by asha until it closed": EVERYWHERE | THE_TEAMS | {"the school that sent it"},
    "held by nobody yet": EVERYWHERE | THE_TEAMS | OTHER_TEAMS | {"the school that sent it"},
    "joined to asha's case": EVERYWHERE | THE_TEAMS | {"asha, who holds it", "the school that sent it"},
}


async def a_case(department, which: str) -> tuple[dict, str | None]:
    """A referral and its episode, in one of the states that SEES names."""
    (referral,) = await department.referred("C1", received_on="2026-05-01")
    decided = await department.decided(referral, "assessment")
    if which == "held by nobody yet":
        return referral, decided["episode_id"]
    await department.allocated("asha", decided["episode_id"])
    if which == "held by asha until it closed":
        closure = {"closed_on": "2026-05-14", "reason": "RC8"}
        await department.vera.post(f"/v1/episodes/{decided['episode_id']}/closure", json=closure)
    if which == "joined to asha's case":
        (second,) = await department.referred("C1")
        await department.decided(second, "open_episode")
        return second, None
    return referral, decided["episode_id"]


@pytest.mark.parametrize("which", SEES)
async def test_who_sees_which_case(department, which) -> None:
    referral, episode = await a_case(department, which)
    for person, asks_as in WHO.items():
        visitor = department.token(**asks_as)
        one = await visitor.get(f"/v1/referrals/{referral['id']}")
        every = await visitor.get("/v1/referrals")
        of_need = await visitor.get(f"/v1/episodes/{episode or uuid4()}")
        if person in NOT_EVEN_THE_DOOR:
            assert [one.status_code, every.status_code, of_need.status_code] == [403] * 3, person
            continue
        sees = person in SEES[which]
        assert one.status_code == (200 if sees else 404), person
        assert (referral["id"] in {item["id"] for item in every.json()["items"]}) is sees, person
        if asks_as["role"] == "source_system":
            assert of_need.status_code == 403, person
        else:
            assert of_need.status_code == (200 if sees and episode else 404), person


async def test_what_is_not_yours_answers_exactly_like_what_is_not_there(department) -> None:
    referral, episode = await a_case(department, "held by asha")
    doors = {
        f"/v1/referrals/{referral['id']}": f"/v1/referrals/{uuid4()}",
        f"/v1/episodes/{episode}": f"/v1/episodes/{uuid4()}",
        f"/v1/referrals/{referral['id']}/recommended-workers": f"/v1/referrals/{uuid4()}/recommended-workers",
    }
    for foreign, missing in doors.items():
        answers = [await department.sid.get(path) for path in (foreign, missing)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json() | {"request_id": ""} == answers[1].json() | {"request_id": ""}
    acts = [
        ("/v1/referrals/{}/decision", referral["id"], {"outcome": "assessment"}),
        ("/v1/episodes/{}/allocation", episode, {"worker": "cleo"}),
        ("/v1/episodes/{}/closure", episode, {"closed_on": "2026-05-14", "reason": "RC7"}),
    ]
    for path, foreign, body in acts:
        answers = [await department.sid.post(path.format(id), json=body) for id in (foreign, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json() | {"request_id": ""} == answers[1].json() | {"request_id": ""}


async def test_a_case_goes_out_of_sight_when_its_worker_moves_to_another_team(department) -> None:
    _, episode = await a_case(department, "held by asha")
    await department.staffed({"asha": {"name": "Asha Sample", "team": "south", "member_from": "2026-05-14"}})
    assert (await department.norma.get(f"/v1/episodes/{episode}")).json()["team"] == "north"
    assert (await department.sid.get(f"/v1/episodes/{episode}")).status_code == 404
    assert (await department.asha.get(f"/v1/episodes/{episode}")).status_code == 200


async def test_nobody_enters_without_a_token(department) -> None:
    for path in ("/v1/referrals", "/v1/teams", "/v1/workers", f"/v1/episodes/{uuid4()}"):
        answer = await department.duty.get(path, headers={"Authorization": ""})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_every_role_is_in_the_table() -> None:
    assert {asks_as["role"] for asks_as in WHO.values()} == {str(role) for role in Role}
