"""A record whose time is up goes whole and is said to be gone; one that is held, open, undated or not yet due stays."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text
from typer.testing import CliRunner

from services.cli import app
from services.intake.database import TABLES
from services.intake.main import SERVICE
from services.intake.people.models import Child
from services.intake.referrals.models import Referral
from services.intake.retention.operations import dispose, hanging_on_a_child, lift_hold, place_hold
from services.intake.retention.period import disposed_of_from
from services.intake.retention.queries import due
from services.reporting.indicators.operations import differences
from shared.audit import audit_table
from shared.clock import held_at
from shared.contracts.intake import ChildState
from shared.messaging import outbox

YEARS = 3
LATER = datetime(2031, 1, 1, 12, tzinfo=UTC)
"""Robin, born in 2008, whose case ended in May 2026, is due on 11 May 2029."""


@pytest.mark.parametrize(
    ("born_on", "last_closed_on", "from_day"),
    [
        (date(2008, 2, 29), date(2020, 1, 1), date(2029, 2, 28)),
        (date(2008, 5, 10), date(2026, 5, 10), date(2029, 5, 10)),
        (date(2008, 5, 10), date(2026, 5, 11), date(2029, 5, 11)),
        (date(2000, 1, 1), date(2026, 8, 31), date(2029, 8, 31)),
    ],
)
def test_the_years_count_from_the_later_of_the_eighteenth_birthday_and_the_last_closure(
    born_on, last_closed_on, from_day
) -> None:
    assert disposed_of_from(born_on=born_on, last_closed_on=last_closed_on, years=YEARS) == from_day


async def referred(
    house: Any, reference: str, *, born_on: str | None, ends: str | None = "2026-05-10", **with_: str
) -> Any:
    """A child referred (and siblings), assessed, and closed on a day unless the case goes on."""
    manager = house.signed_in_as("service_manager").intake
    children = [{"la_child_id": reference, "forename": "Robin", **({"born_on": born_on} if born_on else {})}]
    children += [{"la_child_id": sibling, "born_on": born} for sibling, born in with_.items()]
    form = {
        "source_reference": reference,
        "received_on": "2026-05-01",
        "source": "6",
        "concern": "worry",
        "children": children,
    }
    posted = await manager.post("/v1/referrals", json=form, headers={"Idempotency-Key": reference})
    assert posted.status_code == 201, posted.text
    for referral in posted.json()["referrals"]:
        path = f"/v1/referrals/{referral['id']}/decision"
        key = {"Idempotency-Key": f"d{referral['id']}"}
        decided = (await manager.post(path, json={"outcome": "assessment"}, headers=key)).json()
        if ends:
            closure = {"closed_on": ends, "reason": "RC7"}
            path = f"/v1/episodes/{decided['episode_id']}/closure"
            assert (
                await manager.post(path, json=closure, headers={"Idempotency-Key": f"c{referral['id']}"})
            ).is_success
    return posted.json()["referrals"]


async def test_two_records_of_one_child_go_together_or_not_at_all(house) -> None:
    await referred(house, "KEPT", born_on="2008-01-01")
    await referred(house, "MERGED", born_on="2008-01-01", ends=None)
    await referred(house, "ALONE", born_on="2008-01-01")
    manager = house.signed_in_as("service_manager").intake
    pair = (await manager.post("/v1/possible-matches", json={"children": ["KEPT", "MERGED"]})).json()
    same = {"decision": "same", "keep": "KEPT"}
    assert (await manager.post(f"/v1/possible-matches/{pair['id']}/decision", json=same)).is_success
    with held_at(LATER):
        assert await dispose(house.databases["intake"], years=YEARS, by="an operator") == 1
    async with house.databases["intake"].reading() as session:
        left = (await session.execute(select(Child.la_child_id))).scalars().all()
    assert sorted(left) == ["KEPT", "MERGED"]


async def rows(database: Any, table: Any) -> int:
    async with database.reading() as session:
        return int((await session.execute(select(func.count()).select_from(table))).scalar_one())


async def test_what_is_due_goes_whole_and_everything_else_stays(house) -> None:
    robin = (await referred(house, "ROBIN", born_on="2008-01-01"))[0]
    await referred(house, "OPEN", born_on="2008-01-01", ends=None)
    await referred(house, "UNDATED", born_on=None)
    await referred(house, "YOUNG", born_on="2020-01-01")
    await referred(house, "ELDER", born_on="2008-01-01", LITTLE="2021-01-01")
    await house.settle()
    intake, reporting = house.databases["intake"], house.databases["reporting"]
    before = {table.name: await rows(intake, table) for table in TABLES.sorted_tables}
    with held_at(LATER):
        async with intake.reading() as session:
            found = await due(session, on=LATER.date(), years=YEARS)
        assert (len(found.children), found.held) == (2, 0)
        assert await dispose(intake, years=YEARS, by="dwc dispose") == 2
        assert await dispose(intake, years=YEARS, by="dwc dispose") == 0
    after = {table.name: await rows(intake, table) for table in TABLES.sorted_tables}
    gone = {name: before[name] - after[name] for name in before if before[name] != after[name]}
    pairs = {"possible_match": 3}  # three children of one forename and one day
    assert gone == pairs | {"child": 2, "referral": 2, "episode": 2, "referral_form": 1}, "a sibling's form stays"
    await house.settle()
    async with reporting.reading() as session:
        kept = (await session.execute(text("SELECT subject_id, state FROM child_history"))).all()
        assert sum(state is None for _, state in kept) == 2
    async with reporting.reading() as session:
        assert await differences(session) == [], "the figures are those of the children who are left"
    manager = house.signed_in_as("service_manager").intake
    assert (await manager.get(f"/v1/referrals/{robin['id']}")).status_code == 404


async def test_a_hold_on_the_child_or_on_everything_keeps_the_record_until_it_is_lifted(house) -> None:
    await referred(house, "ROBIN", born_on="2008-01-01")
    await referred(house, "ASH", born_on="2008-01-01")
    intake = house.databases["intake"]
    with held_at(LATER):
        async with intake.transaction() as session:
            everything = (await place_hold(session, la_child_id=None, reason="inquiry", by="legal")).id
            await place_hold(session, la_child_id="ROBIN", reason="claim", by="legal")
        assert await dispose(intake, years=YEARS, by="dwc dispose") == 0
        async with intake.transaction() as session:
            await lift_hold(session, everything, by="legal")
        async with intake.reading() as session:
            assert (await due(session, on=LATER.date(), years=YEARS)).held == 1
        assert await dispose(intake, years=YEARS, by="dwc dispose") == 1
    async with intake.reading() as session:
        assert (await session.execute(select(Child.la_child_id))).scalars().all() == ["ROBIN"]


async def test_what_is_said_of_a_disposed_child_is_that_it_was_erased(open_database) -> None:
    async with open_database(SERVICE) as database:
        async with database.transaction() as session:
            child = Child(la_child_id="ROBIN", n=7, born_on=date(2008, 1, 1), forename="Robin")
            session.add(child)
            await session.flush()
            session.add(Referral(child_id=child.id, received_on=date(2026, 5, 1), no_further_action=True))
        with held_at(LATER):
            assert await dispose(database, years=YEARS, by="dwc dispose") == 1
        async with database.reading() as session:
            ((_, envelope),) = await outbox.oldest(session, limit=10)
            audited = (await session.execute(select(audit_table.c.act, audit_table.c.subjects))).all()
    said = ChildState.model_validate_json(envelope.data)
    assert (said.child_id, said.n, said.erased, said.referrals, said.episodes) == (child.id, 8, True, (), ())
    assert (b"Robin" in envelope.data, b"ROBIN" in envelope.data) == (False, False)
    assert audited == [("dispose of case records", [str(child.id)])]


def test_every_table_is_known_to_hang_on_a_child_or_not() -> None:
    """A new table must be decided about: what hangs on a child goes with it."""
    hang = {table.name for table in hanging_on_a_child()}
    assert hang == {
        "address", "allocation", "allocation_override", "assessment", "broken_glass", "care_episode",
        "child_details", "cin_plan", "conference", "contact", "correction", "duty_worker", "episode", "goal", "handover", "involvement",
        "meeting", "offer", "offer_session", "permanence_plan", "planned_allocation", "possible_match", "pre_proceedings", "protection_plan",
        "referral", "restriction", "restriction_named", "risk_rating", "section_47_enquiry", "source_document", "transfer", "visit",
        "write_back",
    }  # fmt: skip
    assert {table.name for table in TABLES.sorted_tables} - hang == {
        "absence", "allocation_plan", "caseload_breach", "child", "legal_hold", "offer_year", "referral_form", "team",
        "team_allocation_mode", "team_membership", "team_remit", "worker", "working_terms",
    }  # fmt: skip


def test_without_a_decision_nothing_is_disposed_of_and_holds_are_placed_from_the_command_line(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("DWC_DATA_DIR", str(tmp_path))
    run = CliRunner()
    undecided = run.invoke(app, ["dispose"])
    assert (undecided.exit_code, "DWC_KEEP_CASES_YEARS" in undecided.output) == (2, True)
    monkeypatch.setenv("DWC_KEEP_CASES_YEARS", "3")
    run.invoke(app, ["migrate", "intake"])
    assert "0 records' time is up" in run.invoke(app, ["dispose", "--dry-run"]).output
    place = ["hold", "place", "--by", "legal", "--reason", "claim", "--child", "ROBIN"]
    unknown = run.invoke(app, place)
    assert (unknown.exit_code, "No child of this id is known here" in unknown.output) == (2, True)
    assert run.invoke(app, ["hold", "list"]).output == "0 holds stand\n"
    told, _, hold = run.invoke(app, [*place, "--not-known-yet"]).output.strip().rpartition(" ")
    assert told == "the record of ROBIN is kept until this hold is lifted:"
    assert hold in run.invoke(app, ["hold", "list"]).output
    assert run.invoke(app, ["hold", "lift", hold, "--by", "legal"]).exit_code == 0
    assert run.invoke(app, ["hold", "lift", hold, "--by", "legal"]).exit_code == 2
    assert run.invoke(app, ["hold", "list", "--json"]).output.strip() == "[]"
