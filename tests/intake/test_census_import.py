"""Taking in a census file: what is new, changed and unchanged, and what is kept when something goes wrong."""

import asyncio
import io
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from services.intake.episodes.models import Assessment, Episode, Section47
from services.intake.people.models import Child
from services.intake.referrals.models import Referral
from services.intake.returns.operations import ImportReport, import_census
from services.intake.sources.models import SourceDocument
from shared.messaging import outbox


@dataclass
class Case:
    """A `CINdetails`, with as little as may be."""

    on: str = "2025-06-02"
    nfa: str = "0"
    closed: str | None = None
    assessments: tuple[tuple[str, str | None], ...] = ()
    enquiries: tuple[tuple[str, str | None], ...] = ()

    def xml(self) -> str:
        closure = f"<CINclosureDate>{self.closed}</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure>"
        assessments = "".join(
            f"<Assessments><AssessmentActualStartDate>{begun}</AssessmentActualStartDate>"
            + (f"<AssessmentAuthorisationDate>{done}</AssessmentAuthorisationDate>" if done else "")
            + "</Assessments>"
            for begun, done in self.assessments
        )
        enquiries = "".join(
            f"<Section47><S47ActualStartDate>{begun}</S47ActualStartDate>"
            + (f"<DateOfInitialCPC>{held}</DateOfInitialCPC>" if held else "")
            + "<ICPCnotRequired>0</ICPCnotRequired></Section47>"
            for begun, held in self.enquiries
        )
        return (
            f"<CINdetails><CINreferralDate>{self.on}</CINreferralDate><ReferralSource>2A</ReferralSource>"
            f"<PrimaryNeedCode>N1</PrimaryNeedCode>{closure if self.closed else ''}{assessments}{enquiries}"
            f"<ReferralNFA>{self.nfa}</ReferralNFA></CINdetails>"
        )


@dataclass
class Told:
    """A `Child`."""

    id: str
    cases: tuple[Case, ...] = field(default_factory=lambda: (Case(),))
    upn: str = ""

    def xml(self) -> str:
        upn = f"<UPN>{self.upn}</UPN>" if self.upn else ""
        return (
            f"<Child><ChildIdentifiers><LAchildID>{self.id}</LAchildID>{upn}"
            "<PersonBirthDate>2024-05-02</PersonBirthDate><Sex>F</Sex></ChildIdentifiers>"
            "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities><Disability>NONE</Disability></Disabilities>"
            f"</ChildCharacteristics>{''.join(case.xml() for case in self.cases)}</Child>"
        )


def census(*children: Told, year: int = 2026, authority: str = "206") -> bytes:
    return (
        f"<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>"
        f"<ReferenceDate>{year}-03-31</ReferenceDate></CollectionDetails><Source><LEA>{authority}</LEA></Source></Header>"
        f"<Children>{''.join(child.xml() for child in children)}</Children></Message>"
    ).encode()


async def imported(department, *children: Told, dry_run: bool = False, **of: Any) -> ImportReport:
    stream = io.BytesIO(census(*children, **of))
    return await import_census(department.database, stream, by="a test", dry_run=dry_run)


def outcomes(report: ImportReport) -> tuple[int, int, int]:
    told = report.as_dict()
    return told["new"], told["changed"], told["unchanged"]


async def states_of(department, la_child_id: str) -> list[Any]:
    (child,) = [row for row in await department.rows(Child) if row.la_child_id == la_child_id]
    return await department.said_of(child.id)


async def test_each_child_is_new_then_unchanged_then_changed_and_says_so_once(bare_department) -> None:
    department = bare_department
    assert outcomes(await imported(department, Told("C1"), Told("C2"))) == (2, 0, 0)
    assert [state.n for state in await department.said()] == [1, 1]
    assert outcomes(await imported(department, Told("C2"), Told("C1"))) == (0, 0, 2)
    assert len(await department.said()) == 2
    assert outcomes(await imported(department, Told("C1", (Case(closed="2025-12-01"),)), Told("C2"), Told("C3"))) == (
        1,
        1,
        1,
    )
    assert [state.n for state in await department.said()][2:] == [2, 1]
    assert [change.what for state in await department.said() for change in state.changes] == ["record.stated"] * 4
    assert {str(change.on) for state in await department.said() for change in state.changes} == {"2026-03-31"}


async def test_no_event_of_an_import_holds_an_id_of_the_authoritys_or_a_date_of_birth(bare_department) -> None:
    await imported(bare_department, Told("LA0001", upn="A123456789012"))
    async with bare_department.database.reading() as session:
        ((_, envelope),) = await outbox.oldest(session, limit=10)
    told = envelope.data.decode() + repr(envelope.headers())
    assert not [secret for secret in ("LA0001", "A123456789012", "2024-05-02") if secret in told]


async def test_an_import_stands_in_the_audit_with_everybody_it_was_about(bare_department) -> None:
    await imported(bare_department, Told("C1"), Told("C2"))
    (row,) = await bare_department.audited()
    assert (row.actor, row.role, row.act) == ("a test", "operator", "import a census")
    assert set(row.subjects) == {str(child.id) for child in await bare_department.rows(Child)}


async def test_a_dry_run_says_what_would_be_and_stores_nothing(bare_department) -> None:
    department = bare_department
    report = await imported(department, Told("C1"), Told("C2"), dry_run=True)
    assert (outcomes(report), report.children, report.cases) == ((2, 0, 0), 2, 2)
    assert await department.rows(Child) == await department.said() == await department.audited() == []
    await imported(department, Told("C1"), Told("C2"))
    later = (Told("C1"), Told("C2", (Case(closed="2025-12-01"),)), Told("C3"))
    foreseen = await imported(department, *later, dry_run=True)
    assert outcomes(foreseen) == (1, 1, 1)
    assert len(await department.said()) == 2
    assert outcomes(await imported(department, *later)) == outcomes(foreseen)


async def test_the_report_has_the_shape_that_is_published(bare_department) -> None:
    report = await imported(bare_department, Told("C1", (Case(nfa="perhaps"),)), authority="202")
    assert report.as_dict() == {
        "year": 2026,
        "authority": "202",
        "dry_run": False,
        "children": 1,
        "cases": 1,
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "set_aside": 1,
        "findings": [
            {
                "child": "",
                "element": "LEA",
                "rule": None,
                "sentence": "the file is another authority's than this installation's",
                "done": "stored",
            },
            {
                "child": "C1",
                "element": "ReferralNFA",
                "rule": "8568",
                "sentence": "this is neither true nor false",
                "done": "set_aside",
            },
        ],
    }


async def test_findings_are_kept_beside_what_was_stated(bare_department) -> None:
    await imported(bare_department, Told("C1", (Case(closed="2025-06-01"),)))
    (row,) = await bare_department.rows(SourceDocument)
    assert (row.source, str(row.period_to)) == ("cin-census/2026", "2026-03-31")
    assert [finding["rule"] for finding in row.findings] == ["8630"]
    assert row.document["cases"][0]["closed_on"] == "2025-06-01"


async def test_a_child_or_a_pupil_number_that_comes_twice_is_found(bare_department) -> None:
    upn = "A206000000001"
    report = await imported(
        bare_department, Told("C1", upn=upn), Told("C2", upn=upn), Told("C1", (Case(on="2025-07-01"),))
    )
    found = [
        (finding.la_child_id, finding.rule, finding.done.value) for finding in report.findings if finding.rule != "1510"
    ]
    assert found == [("C2", "1520", "stored"), ("C1", "8510", "set_aside")]
    assert (report.children, [str(row.received_on) for row in await bare_department.rows(Referral)]) == (
        2,
        ["2025-06-02"] * 2,
    )


async def test_a_year_says_nothing_of_what_lies_outside_it(bare_department) -> None:
    department = bare_department
    await imported(department, Told("C1", (Case(on="2024-05-01", closed="2024-09-01"),)), Told("C2"), year=2025)
    await imported(department, Told("C1", (Case(on="2025-06-02"),)))
    (state,) = (await states_of(department, "C1"))[-1:]
    assert [(str(each.started_on), str(each.closed_on)) for each in state.episodes] == [
        ("2024-05-01", "2024-09-01"),
        ("2025-06-02", "None"),
    ]
    assert len(await states_of(department, "C2")) == 1


async def test_a_file_sent_again_corrected_takes_back_what_it_no_longer_says(bare_department) -> None:
    department = bare_department
    wrong = Case(
        on="2025-06-02",
        assessments=(("2025-06-03", "2025-07-01"), ("2025-06-03", None)),
        enquiries=(("2025-06-10", None),),
    )
    await imported(department, Told("C1", (wrong, Case(on="2025-10-01"))))
    before = {row.started_on: row.id for row in await department.rows(Episode)}
    right = Case(on="2025-06-02", assessments=(("2025-06-03", "2025-07-02"),))
    await imported(department, Told("C1", (right,)))
    (episode,) = await department.rows(Episode)
    assert before[episode.started_on] == episode.id  # what stays keeps its id
    assert [str(row.authorised_on) for row in await department.rows(Assessment)] == ["2025-07-02"]
    assert await department.rows(Section47) == []
    assert len((await states_of(department, "C1"))[-1].referrals) == 1


async def test_one_child_that_cannot_be_stored_leaves_its_neighbours_alone(bare_department) -> None:
    department = bare_department
    async with department.database.transaction() as session:
        await session.execute(text("CREATE UNIQUE INDEX fault ON child (upn)"))  # a constraint that no rule foresees
    upn = "A206000000001"
    report = await imported(department, Told("C1", upn=upn), Told("C2", upn=upn), Told("C3"))
    assert outcomes(report) == (2, 0, 0)
    assert {child.la_child_id for child in await department.rows(Child)} == {"C1", "C3"}
    (finding,) = [each for each in report.findings if each.element == "Child"]
    assert (finding.la_child_id, finding.done.value) == ("C2", "set_aside")
    assert "could not be stored" in finding.sentence
    assert upn not in finding.sentence
    assert len(await department.said()) == 2


class PowerCut(io.BytesIO):
    """A file of which only so many pieces can be read before the power goes."""

    pieces = 3

    def read(self, size: int | None = -1) -> bytes:
        self.pieces -= 1
        if self.pieces < 0:
            raise KeyboardInterrupt
        return super().read(size)


async def test_an_import_that_was_interrupted_is_sent_again_and_ends_as_if_it_had_not_been(bare_department) -> None:
    department = bare_department
    children = [Told(f"C{n}", (Case(assessments=(("2025-06-03", "2025-07-01"),)),)) for n in range(450)]
    with pytest.raises(KeyboardInterrupt):
        await import_census(department.database, PowerCut(census(*children)), by="a test")
    stored = len(await department.rows(Child))
    assert 0 < stored < 450
    assert stored % 200 == 0  # whole batches
    assert outcomes(await imported(department, *children)) == (450 - stored, 0, stored)
    assert (
        len(await department.said())
        == len(await department.rows(Episode))
        == len(await department.rows(Assessment))
        == 450
    )


async def test_what_was_done_in_a_case_referred_here_is_taken_from_the_census_and_the_rest_stays_ours(
    department,
) -> None:
    (referral,) = await department.referred("C1", received_on="2026-03-02", source="6", primary_need="N5")
    episode = await department.allocated("asha", (await department.decided(referral, "assessment"))["episode_id"])
    stated = Case(on="2026-03-02", closed="2026-03-30", assessments=(("2026-03-03", "2026-03-27"),))
    report = await imported(department, Told("C1", (stated,)))
    assert outcomes(report) == (0, 1, 0)
    state = (await department.said_of(referral["child_id"]))[-1]
    assert [(str(each.id), each.source, each.primary_need) for each in state.referrals] == [(referral["id"], "6", "N5")]
    (told,) = state.episodes
    assert (str(told.id), told.closed_on) == (episode, None)
    assert [(str(each.started_on), str(each.authorised_on)) for each in told.assessments] == [
        ("2026-03-03", "2026-03-27")
    ]
    assert [each.held_until for each in told.allocations] == [None]
    assert [finding for finding in report.findings if finding.element == "CINdetails"] == []


@pytest.mark.parametrize("outcome", [None, "early_help"])
async def test_what_was_done_on_a_referral_that_led_to_nothing_here_is_found_and_kept(department, outcome) -> None:
    (referral,) = await department.referred("C1", received_on="2026-03-02")
    if outcome:
        await department.decided(referral, outcome)
    report = await imported(department, Told("C1", (Case(on="2026-03-02", assessments=(("2026-03-03", None),)),)))
    (finding,) = [each for each in report.findings if each.element == "CINdetails"]
    assert (finding.la_child_id, finding.done.value) == ("C1", "set_aside")
    assert "no episode came of it here" in finding.sentence
    (document,) = await department.rows(SourceDocument)
    assert document.document["cases"][0]["assessments"]
    assert await department.rows(Episode) == []


async def test_a_referral_that_another_system_keeps_is_not_decided_here_nor_waits_to_be(department) -> None:
    await imported(department, Told("C1", (Case(nfa=""),)))
    (referral,) = await department.rows(Referral)
    assert (await department.duty.get("/v1/referrals?undecided=true")).json()["items"] == []
    for outcome in ("assessment", "no_further_action"):
        answer = await department.duty.post(f"/v1/referrals/{referral.id}/decision", json={"outcome": outcome})
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:dwc:problem:recorded-elsewhere")
    assert len(await department.rows(Episode)) == 1


async def test_a_case_that_a_census_states_may_be_given_to_a_worker_and_goes_with_it_when_it_closes(department) -> None:
    await imported(department, Told("C1"))
    (episode,) = await department.rows(Episode)
    await department.allocated("asha", str(episode.id))
    await imported(department, Told("C1", (Case(closed="2026-03-30"),)))
    assert (await department.asha.get(f"/v1/episodes/{episode.id}")).status_code == 404
    held = (await department.norma.get("/v1/workers?team=north")).json()
    assert {each["reference"]: each["children_held"] for each in held}["asha"] == 0


async def test_referrals_posted_while_a_file_is_taken_in_are_neither_lost_nor_said_out_of_order(department) -> None:
    ids = [f"C{n}" for n in range(12)]
    told = [Told(id, (Case(on="2025-06-02"),)) for id in ids]
    posts = [department.school.post("/v1/referrals", json=department.form(*ids[n : n + 3])) for n in range(10)]
    results = await asyncio.gather(imported(department, *told), imported(department, *told, year=2025), *posts)
    assert [answer.status_code for answer in results[2:]] == [201] * 10
    assert len(await department.rows(Child)) == 12
    for id in ids:
        states = await states_of(department, id)
        assert [state.n for state in states] == list(range(1, len(states) + 1))
        posted = sum(id in ids[n : n + 3] for n in range(10))
        assert len(states[-1].referrals) == 1 + posted
