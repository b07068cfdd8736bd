"""Each kind of fault: stored with the finding that names its rule where a source states it, and refused at our own doors."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from services.intake.people.models import Child
from services.intake.referrals.models import ReferralIn
from services.intake.referrals.operations import try_out
from services.intake.returns import census_writing
from services.intake.returns.operations import import_census
from services.intake.sources.models import SourceDocument
from shared.clock import held_at
from shared.problems import Problem
from shared.web.roles import Principal, Role
from tests.intake.census_faults import OF_THE_FILE, OUR_OWN, Fault, clean
from tests.intake.legal_sequences import MANAGER
from tests.intake.test_legal_returns import referred

FAULTS = (*OF_THE_FILE, *OUR_OWN)
BEGINS = datetime(2025, 4, 7, 12, tzinfo=UTC)
LATER = datetime(2026, 5, 14, 12, tzinfo=UTC)
NOT_STORED = {"1570", "1580"}
"""Without a usable LAchildID nothing can be filed: the report says on which line the child begins."""

pytestmark = pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)


def census(faults: tuple[Fault, ...]) -> bytes:
    children = []
    for number, fault in enumerate(faults):
        child = clean(f"F{number}")
        assert child.count(fault.was) >= 1, fault
        children.append(child.replace(fault.was, fault.stated, 1))
    head = census_writing.head(year=2026, authority="206", release="1")
    return head + "\n".join([clean("CLEAN"), *children]).encode() + census_writing.FOOT


async def test_every_kind_of_fault_is_stored_with_the_finding_that_names_its_rule_when_a_source_states_it(
    bare_department,
) -> None:
    assert len({fault.rule for fault in FAULTS}) == len(FAULTS) >= 60
    report = await import_census(bare_department.database, io.BytesIO(census(FAULTS)), by="a test")
    ids = {child.id: child.la_child_id for child in await bare_department.rows(Child)}
    stored = {ids[row.child_id]: row for row in await bare_department.rows(SourceDocument)}
    assert stored["CLEAN"].findings == []
    for number, fault in enumerate(FAULTS):
        if fault.rule in NOT_STORED:
            assert f"F{number}" not in stored
            assert fault.rule in {finding.rule for finding in report.findings if not finding.la_child_id}
        else:
            assert fault.rule in {finding["rule"] for finding in stored[f"F{number}"].findings}, fault


async def test_every_kind_of_fault_that_can_be_tried_at_our_own_doors_is_refused_there(bare_department) -> None:
    tried = [fault for fault in FAULTS if not isinstance(fault.here, str)]
    assert len(tried) > 40
    with held_at(LATER):
        async with bare_department.database.transaction() as session:
            for fault in tried:
                here: Any = fault.here
                assert await (
                    _is_no_referral(session, here) if isinstance(here, dict) else _ends_refused(session, here)
                ), fault


async def _ends_refused(session, acts) -> bool:
    """Whether of these acts, in an episode of their own, all but the last are done and the last is refused."""
    _, episode = await referred(session, on=BEGINS.date())
    *before, last = acts
    for does, shape, how in before:
        await does(session, episode.id, shape.model_validate(how), by=MANAGER)
    try:
        does, shape, how = last
        async with session.begin_nested():
            await does(session, episode.id, shape.model_validate(how), by=MANAGER)
    except (Problem, ValidationError):
        return True
    return False


async def _is_no_referral(session, wrong: dict[str, Any]) -> bool:
    """Whether a referral that says this, of itself or of its child, is refused; without it, it is not."""
    school = Principal(id="school", role=Role.SOURCE_SYSTEM)
    right = {"source_reference": "S1", "received_on": "2026-05-13", "source": "6", "primary_need": "N1"}
    child = {"la_child_id": "C1"}
    form = right | {name: value for name, value in wrong.items() if name in right}
    form |= {"children": [child | {name: value for name, value in wrong.items() if name not in right}]}
    (taken,) = await try_out(session, [ReferralIn.model_validate(right | {"children": [child]})], by=school)
    assert not isinstance(taken, Problem)
    try:
        (outcome,) = await try_out(session, [ReferralIn.model_validate(form)], by=school)
    except ValidationError:
        return True
    return isinstance(outcome, Problem)
