"""Who may do what, and who sees what: truth tables over the roles."""

from datetime import date

import pytest

from services.observation import permissions
from shared.contracts.intake import TeamMembership
from shared.web.roles import Role

GUIDES = {"evaluator", "coach", "principal_social_worker"}
MANAGERS = {"deputy_team_manager", "team_manager", "service_manager"}


@pytest.mark.parametrize(
    ("act", "roles"),
    [
        (permissions.READ_RUBRIC, set(Role)),
        (permissions.RECORD_OBSERVATIONS, GUIDES),
        (permissions.READ_OBSERVATIONS, GUIDES | MANAGERS | {"social_worker"}),
        (permissions.GIVE_FEEDBACK, GUIDES),
        (permissions.HOLD_COACHING, GUIDES),
        (permissions.READ_OVERDUE_FEEDBACK, GUIDES | MANAGERS),
        (permissions.READ_FORMS, GUIDES),
        (permissions.SETTLE_FORMS, GUIDES),
        (permissions.CODE_AGAIN, GUIDES),
        (permissions.READ_RELIABILITY, GUIDES),
        (permissions.CERTIFY, {"principal_social_worker"}),
        (permissions.READ_CONCERNS, GUIDES | MANAGERS | {"duty"}),
        (permissions.TAKE_UP_CONCERNS, MANAGERS | {"duty", "principal_social_worker"}),
    ],
)
def test_who_may_do_what(act, roles) -> None:
    assert {str(role) for role in act.roles} == roles


@pytest.mark.parametrize(
    ("person", "asks_as", "sees"),
    [
        ("asha, who was observed", {"role": "social_worker", "worker": "asha"}, "scores"),
        ("eve, who observed", {"role": "evaluator", "worker": "eve"}, "scores"),
        ("the coach", {"role": "coach", "worker": "cara"}, "scores"),
        ("the principal social worker", {"role": "principal_social_worker"}, "scores"),
        ("the manager of asha's team", {"role": "team_manager", "worker": "norma"}, "scores"),
        ("a deputy covering asha's team", {"role": "deputy_team_manager", "team": "north"}, "scores"),
        ("the service manager", {"role": "service_manager"}, "the fact"),
        ("a colleague", {"role": "social_worker", "worker": "ben"}, "nothing"),
        ("another evaluator", {"role": "evaluator", "worker": "evan"}, "nothing"),
        ("another team's manager", {"role": "team_manager", "worker": "sid"}, "nothing"),
        ("a manager nobody knows", {"role": "team_manager", "worker": "zoe"}, "nothing"),
        ("a social worker without a staff reference", {"role": "social_worker"}, "nothing"),
        ("the performance analyst", {"role": "performance_analyst"}, "not even the door"),
        ("the auditor", {"role": "auditor"}, "not even the door"),
        ("a source system", {"role": "source_system"}, "not even the door"),
    ],
)
async def test_who_sees_what_of_ashas_observation(department, person, asks_as, sees) -> None:
    observation_id = await department.observed()
    path = f"/v1/observations/{observation_id}"
    feedback = {"strengths": ["warm"], "stretch": "name the risk", "given_on": "2026-05-14"}
    assert (await department.eve.post(f"{path}/feedback", json=feedback)).status_code == 201
    visitor = department.token(**asks_as)
    one, words, all = (
        await visitor.get(path),
        await visitor.get(f"{path}/feedback"),
        await visitor.get("/v1/observations"),
    )
    if sees == "not even the door":
        assert [one.status_code, words.status_code, all.status_code] == [403] * 3, person
        return
    assert one.status_code == (404 if sees == "nothing" else 200), person
    assert words.status_code == (200 if sees == "scores" else 404), person
    assert [item["id"] for item in all.json()["items"]] == ([] if sees == "nothing" else [str(observation_id)]), person
    if sees != "nothing":
        for shown in (one.json(), all.json()["items"][0]):
            hidden = [shown["scores"], shown["evidence"], shown["composites"]] == [None] * 3
            assert hidden is (sees == "the fact"), person
            assert shown["feedback_given_on"] == "2026-05-14"


async def test_scores_do_not_follow_asha_to_a_new_team_and_leave_the_old_manager(department) -> None:
    observation_id = await department.observed()
    moved = (
        TeamMembership(team="north", team_name="North", member_from=date(2024, 1, 1), member_until=date(2026, 5, 13)),
        TeamMembership(team="south", team_name="South", member_from=date(2026, 5, 13)),
    )
    await department.hears(department.worker("asha", n=2, memberships=moved))
    old = await department.norma.get(f"/v1/observations/{observation_id}")
    assert (old.status_code, old.json()["scores"], old.json()["team"]) == (200, None, "north")
    assert (await department.sid.get(f"/v1/observations/{observation_id}")).status_code == 404
    assert (await department.asha.get(f"/v1/observations/{observation_id}")).json()["scores"]["empathy"] == 4


async def test_a_staff_reference_that_two_carry_names_neither(department) -> None:
    await department.observed()
    await department.hears(department.worker("ben", n=2, reference="asha"))
    assert (await department.asha.get("/v1/observations")).json()["items"] == []
