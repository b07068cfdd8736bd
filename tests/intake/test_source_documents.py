"""What a case management system states of a child: one document, one version, one event, and a receipt."""

from datetime import date
from typing import Any

from sqlalchemy import text

from services.intake.allocation.models import Allocation
from services.intake.care.models import CareEpisode
from services.intake.corrections.models import Correction
from services.intake.episodes.models import Assessment, Episode, Meeting, ProtectionPlan, Visit
from services.intake.people.models import Child
from services.intake.referrals.models import Referral
from services.intake.sources.models import SourceDocument
from tests.intake.test_census_import import Case, Told, imported

EVERYTHING = [
    "cases", "assessments", "cin_plans", "section_47_enquiries", "conferences", "protection_plans", "meetings", "visits",
    "pre_proceedings", "care_episodes", "permanence_plans", "involvements", "allocations",
]  # fmt: skip
ROBIN = {
    "forename": "Robin", "surname": "Example", "born_on": "2019-05-02", "sex": "F", "ethnicity": "WBRI",
    "disabilities": ["NONE"],
}  # fmt: skip


def case(**changes: Any) -> dict[str, Any]:
    return {
        "referred_on": "2026-02-02",
        "source": "6",
        "primary_need": "N1",
        "no_further_action": False,
        "assessments": [{"started_on": "2026-02-03", "authorised_on": "2026-03-20", "factors": ["1A"]}],
    } | changes


def document(*cases: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"scope": EVERYTHING, "child": ROBIN, "cases": list(cases)} | changes


WHOLE = case(
    reference="K-17",
    section_47_enquiries=[{"started_on": "2026-02-04", "conference_on": "2026-02-20"}],
    protection_plans=[
        {
            "started_on": "2026-02-20",
            "initial_category": "NEG",
            "latest_category": "NEG",
            "previous_plans": 0,
            "reviewed_on": ["2026-05-07"],
        }
    ],
    meetings=[
        {"kind": "core_group", "held_on": "2026-03-02"},
        {"kind": "legal_planning", "held_on": "2026-03-09"},
    ],
    visits=[
        {"kind": "protection", "visited_on": "2026-03-02", "child_seen": True, "seen_alone": True},
        {"kind": "protection", "visited_on": "2026-03-02", "child_seen": False, "seen_alone": False},
    ],
    pre_proceedings=[{"started_on": "2026-03-09", "ended_on": "2026-04-13", "outcome": "proceedings_issued"}],
    care_episodes=[{"started_on": "2026-04-13", "start_reason": "S", "legal_status": "C1", "placement": "U4"}],
    permanence_plans=[{"planned_on": "2026-05-04", "permanence": "adoption"}],
    involvements=[{"involved_from": "2026-03-02", "worker": "ben", "role": "co_working"}],
    allocations=[
        {"held_from": "2026-02-03", "held_until": "2026-03-02", "worker": "ben"},
        {"held_from": "2026-03-02", "worker": "asha"},
    ],
)


async def put(department, sent: dict[str, Any], child: str = "C1", system: str = "school") -> Any:
    answer = await department.token("source_system", id=system).put(f"/v1/sources/{system}/children/{child}", json=sent)
    assert answer.is_success, answer.text
    return answer.json()


async def mirrored(department, team: str = "north") -> None:
    mode = {"in_force_from": "2026-01-01", "mode": "mirrored"}
    assert (await department.vera.post(f"/v1/teams/{team}/allocation-modes", json=mode)).is_success


async def last_said(department) -> Any:
    (child,) = await department.rows(Child)
    return (await department.said_of(child.id))[-1]


def told(receipt: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    return [(each["pointer"], each["rule"], each["done"]) for each in receipt["findings"]]


async def test_a_whole_case_is_one_version_and_one_event_and_unchanged_when_it_comes_again(department) -> None:
    await mirrored(department)
    receipt = await put(department, document(WHOLE))
    assert (receipt["outcome"], receipt["set_aside"], receipt["findings"]) == ("new", 0, [])
    (state,) = [each for each in await department.said() if each.topic == "intake.child"]
    assert (state.n, [change.what for change in state.changes]) == (
        1,
        ["record.stated", "case.allocated", "case.allocated"],
    )
    (episode,) = state.episodes
    assert [(each.kind.value, each.child_seen) for each in episode.visits] == [
        ("protection", True),
        ("protection", False),
    ]
    assert [each.kind.value for each in episode.meetings] == ["core_group", "legal_planning"]
    assert episode.pre_proceedings[0].outcome == "proceedings_issued"
    assert (episode.care_episodes[0].legal_status, episode.permanence_plans[0].permanence) == ("C1", "adoption")
    assert [each.role.value for each in episode.involvements] == ["co_working"]
    assert [(each.team, str(each.held_until)) for each in episode.allocations] == [
        ("north", "2026-03-02"),
        ("north", "None"),
    ]
    ids = {row.id for table in (Visit, Meeting, Allocation, CareEpisode) for row in await department.rows(table)}
    turned = document(WHOLE | {"visits": WHOLE["visits"], "reference": "K-18", "meetings": WHOLE["meetings"][::-1]})
    assert (await put(department, turned))["outcome"] == "unchanged"
    assert (await put(department, document(WHOLE, until="2026-05-14")))["outcome"] == "unchanged"
    assert len(await department.said_of(state.child_id)) == 1
    changed = await put(department, document(WHOLE | {"closed_on": "2026-05-13", "closure_reason": "RC7"}))
    assert changed["outcome"] == "changed"
    assert (await last_said(department)).episodes[0].allocations[-1].held_until == date(2026, 5, 13)
    assert ids == {
        row.id for table in (Visit, Meeting, Allocation, CareEpisode) for row in await department.rows(table)
    }


async def test_what_is_not_said_is_taken_back_inside_scope_and_period_and_nowhere_else(department) -> None:
    await put(department, document(WHOLE, case(referred_on="2024-01-08", closed_on="2024-03-01", closure_reason="RC7")))
    bare = {"referred_on": "2026-02-02", "no_further_action": False, "primary_need": "N1", "source": "6"}
    visits = {"visits": [{"kind": "protection", "visited_on": "2026-03-23", "child_seen": True, "seen_alone": False}]}
    await put(department, {"scope": ["visits"], "since": "2026-03-03", "cases": [bare | visits]})
    assert [str(row.visited_on) for row in await department.rows(Visit)] == ["2026-03-02"] * 2 + ["2026-03-23"]
    assert len(await department.rows(Meeting)) == 2
    await put(department, {"scope": ["visits", "meetings", "cases"], "since": "2026-01-01", "cases": [bare]})
    assert await department.rows(Visit) == await department.rows(Meeting) == []
    assert {row.forename for row in await department.rows(Child)} == {"Robin"}
    assert {str(row.received_on) for row in await department.rows(Referral)} == {"2026-02-02", "2024-01-08"}
    await put(department, {"scope": ["cases"], "cases": [bare]})
    assert [str(row.started_on) for row in await department.rows(Episode)] == ["2026-02-02"]
    (plan,) = await department.rows(ProtectionPlan)
    assert plan.reviewed_on == ["2026-05-07"]


async def test_what_cannot_be_understood_costs_itself_and_no_more(department) -> None:
    odd = case(
        primary_need="N99",
        closed_on="31/03/2026",
        mood="cheerful",
        no_further_action="perhaps",
        visits=[{"kind": "cin", "child_seen": True, "seen_alone": True}, {"visited_on": "2026-03-02", "kind": "tea"}],
        meetings="none",
        allocations=[{"held_from": "2026-02-03", "worker": "nobody"}],
    )
    odd["assessments"][0]["factors"] = ["1A", "99Z"]
    receipt = await put(department, document({"source": "6"}, odd, child=ROBIN | {"upn": 7, "sex": "X", "hair": "red"}))
    assert {each for each in told(receipt) if each[2] == "set_aside"} >= {
        ("/child/upn", None, "set_aside"),
        ("/child/sex", "4180", "set_aside"),
        ("/child/hair", None, "set_aside"),
        ("/cases/0/referred_on", "8600", "set_aside"),
        ("/cases/1/primary_need", "8650", "set_aside"),
        ("/cases/1/closed_on", None, "set_aside"),
        ("/cases/1/mood", None, "set_aside"),
        ("/cases/1/no_further_action", "8568", "set_aside"),
        ("/cases/1/visits/0/visited_on", None, "set_aside"),
        ("/cases/1/visits/1/kind", None, "set_aside"),
        ("/cases/1/meetings", None, "set_aside"),
        ("/cases/1/assessments/0/factors/1", "8897Q", "set_aside"),
        ("/cases/0/allocations", None, "set_aside"),
    }
    (row,) = await department.rows(Assessment)
    assert row.factors == ["1A"]
    assert await department.rows(Visit) == await department.rows(Allocation) == []
    (kept,) = await department.rows(SourceDocument)
    assert kept.found == len(receipt["findings"])
    assert (await put(department, {"scope": ["cases"], "child": "Robin", "cases": {"a": 1}}))["set_aside"] == 2


async def test_what_is_odd_is_stored_with_the_finding_that_names_its_rule(department) -> None:
    odd = case(closed_on="2026-02-01", closure_reason="RC8")
    odd["assessments"][0]["started_on"] = "2026-01-30"
    receipt = await put(department, document(odd))
    assert set(told(receipt)) >= {
        ("/cases/0/closed_on", "8630", "stored"),
        ("/cases/0/closed_on", "8565", "stored"),
        ("/cases/0/assessments/0/started_on", "1103", "stored"),
    }
    assert [str(row.closed_on) for row in await department.rows(Episode)] == ["2026-02-01"]
    (found,) = (await department.vera.get("/v1/sources/findings")).json()["items"]
    assert [each["rule"] for each in found["findings"]] == [each["rule"] for each in receipt["findings"]]
    assert (await department.vera.get("/v1/sources/findings?source=another")).json()["items"] == []
    assert (await department.sid.get("/v1/sources/findings")).json()["items"] == [found]  # nobody holds it yet


async def test_what_was_recorded_in_error_is_taken_back_and_how_it_stood_is_kept(department) -> None:
    await put(department, document(WHOLE))
    (*_, visit) = await department.rows(Visit)
    never = WHOLE["visits"][1] | {"recorded_in_error": True}
    await put(department, document(WHOLE | {"visits": [WHOLE["visits"][0], never]}))
    (kept,) = await department.rows(Correction)
    assert (kept.item_id, kept.kind, kept.change, kept.before["seen_alone"], kept.corrected_by) == (
        visit.id, "visit", "withdrawn", False, "school",
    )  # fmt: skip
    assert len(await department.rows(Visit)) == 1
    assert ("record.withdrawn", visit.id) in [
        (each.what, each.item_id) for each in (await last_said(department)).changes
    ]
    await put(department, document(WHOLE | {"recorded_in_error": True}))
    assert await department.rows(Episode) == await department.rows(Referral) == []


async def test_a_case_whose_referral_date_is_corrected_stays_itself_and_with_whoever_holds_it(department) -> None:
    await put(department, document(case(reference="K-1")))
    (episode,) = await department.rows(Episode)
    await department.allocated("asha", str(episode.id))
    await put(department, document(case(reference="K-1", referred_on="2026-01-30")))
    (corrected,) = await department.rows(Episode)
    assert (corrected.id, str(corrected.started_on)) == (episode.id, "2026-01-30")
    assert [row.held_until for row in await department.rows(Allocation)] == [None]


async def test_a_case_in_which_something_was_recorded_here_is_not_taken_away(department) -> None:
    await put(department, document(case()))
    (episode,) = await department.rows(Episode)
    await department.allocated("asha", str(episode.id))
    receipt = await put(department, document())
    assert told(receipt)[-1] == ("/cases", None, "ours_stands")
    assert len(await department.rows(Episode)) == len(await department.rows(Allocation)) == 1
    receipt = await put(department, document({"referred_on": "2026-02-02", "no_further_action": True}))
    assert ("/cases/0", None, "ours_stands") in told(receipt)
    assert len(await department.rows(Episode)) == 1


async def test_where_ours_and_theirs_differ_ours_stands_and_a_person_is_told(department) -> None:
    (referral,) = await department.referred("C1", received_on="2026-02-02", source="2A", primary_need="N5")
    episode = (await department.decided(referral, "assessment"))["episode_id"]
    await department.allocated("asha", episode)
    done = await department.norma.post(f"/v1/episodes/{episode}/assessment", json={"on": "2026-02-03"})
    assert done.is_success, done.text
    receipt = await put(
        department, document(case(closed_on="2026-05-01", allocations=[{"held_from": "2026-05-01", "worker": "cleo"}]))
    )
    assert {each for each in told(receipt) if each[2] == "ours_stands"} == {
        ("/cases/0/source", None, "ours_stands"),
        ("/cases/0/primary_need", None, "ours_stands"),
        ("/cases/0/closed_on", None, "ours_stands"),
        ("/cases/0/assessments", None, "ours_stands"),
        ("/cases/0/allocations", None, "ours_stands"),
    }
    (row,) = await department.rows(Episode)
    assert row.closed_on is None
    assert [row.held_until for row in await department.rows(Allocation)] == [None]


async def test_in_a_mirrored_team_the_case_system_says_who_holds_a_case_and_when_it_closes(department) -> None:
    await mirrored(department, "south")
    episode = await department.allocated("asha", await department.episode("C1", received_on="2026-02-02"))
    await put(department, document(case(allocations=[{"held_from": "2026-05-01", "worker": "cleo"}])))
    allocations = (await last_said(department)).episodes[0].allocations
    assert [(each.team, str(each.held_until)) for each in allocations] == [("south", "None"), ("north", "2026-05-14")]
    closed = case(
        closed_on="2026-05-12", closure_reason="RC7", allocations=[{"held_from": "2026-05-01", "worker": "cleo"}]
    )
    await put(department, document(closed))
    (row,) = await department.rows(Episode)
    assert (str(row.id), str(row.closed_on)) == (episode, "2026-05-12")
    assert all(row.held_until for row in await department.rows(Allocation))


async def test_a_caseload_that_the_case_system_fills_is_flagged_and_never_refused(department) -> None:
    await mirrored(department)
    held = {"held_from": "2026-02-03", "worker": "asha"}
    many = [{"la_child_id": f"C{n}", **document(case(allocations=[held]), child={})} for n in range(40)]
    answer = await department.school.put("/v1/sources/school/children", json={"children": many})
    assert {each["status"] for each in answer.json()["results"]} == {201}
    (breach,) = (await department.norma.get("/v1/caseload-breaches")).json()
    assert (breach["worker"], breach["cause"], breach["children"]) == ("asha", "mirrored", 40)


async def test_one_bad_document_of_a_batch_leaves_its_neighbours_alone(department) -> None:
    async with department.database.transaction() as session:
        await session.execute(text("CREATE UNIQUE INDEX fault ON child (upn)"))  # a constraint that no rule foresees
    upn = {"upn": "A206000000001"}
    sent = [
        {"la_child_id": "C1", **document(case(), child=upn)},
        {"la_child_id": "C2", **document(case(), child=upn)},
        {"la_child_id": "C3", "scope": ["everything"]},
        {"la_child_id": "C4", **document(case(), child={})},
        {"la_child_id": "not an id", **document(case())},
    ]
    answer = await department.school.put("/v1/sources/school/children", json={"children": sent})
    results = answer.json()["results"]
    assert [each["status"] for each in results] == [201, 409, 422, 201, 422]
    assert [each["receipt"]["outcome"] for each in results if "receipt" in each] == ["new", "new"]
    assert results[2]["problem"]["errors"][0]["pointer"] == "/scope/0"
    assert upn["upn"] not in answer.text
    lines = '{"la_child_id": "C4", "scope": ["cases"]}\n{not json'
    answer = await department.school.put(
        "/v1/sources/school/children", content=lines, headers={"Content-Type": "application/x-ndjson"}
    )
    assert [each["status"] for each in answer.json()["results"]] == [200, 422]
    assert {row.la_child_id for row in await department.rows(Child)} == {"C1", "C4"}


async def test_a_system_speaks_for_itself_alone(department) -> None:
    answer = await department.school.put("/v1/sources/mosaic/children/C1", json=document(case()))
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:dwc:problem:not-yourself")
    assert await department.rows(Child) == []


async def test_whoever_comes_by_a_document_is_compared_with_whoever_is_known(department) -> None:
    await department.referred("C1")
    await put(department, document(case()), child="C2")
    (pair,) = (await department.duty.get("/v1/possible-matches")).json()["items"]
    assert {each["la_child_id"] for each in pair["children"]} == {"C1", "C2"}


async def test_a_live_record_stands_over_a_census_whichever_came_last(department) -> None:
    await put(department, document(case(closed_on="2026-03-02", closure_reason="RC1")))
    await imported(
        department, Told("C1", (Case(on="2026-02-02", closed="2026-03-30"), Case(on="2025-06-02", closed="2025-07-01")))
    )
    assert {str(row.closed_on) for row in await department.rows(Episode)} == {"2026-03-02", "2025-07-01"}
