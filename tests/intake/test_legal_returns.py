"""Whatever is done in whatever order: if it was legal, every year's return of it is clean, but for what is true of practice."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlmodel import col

from services.intake.episodes.models import Episode
from services.intake.episodes.operations import open_episode
from services.intake.people.models import Child
from services.intake.people.operations import recognise
from services.intake.referrals.models import Referral
from services.intake.returns.findings import Done
from services.intake.returns.reading import Judged, census_year, judged_children
from shared.clock import held_at
from shared.contracts.codes import ClosureReason, Disability, Sex
from shared.database import Session
from shared.ids import new_id
from tests.intake.legal_sequences import BEGINS, carry_out, sequences

LATER = datetime(2046, 1, 1, 12, tzinfo=UTC)
"""After whatever a sequence comes to."""
TRUE_OF_PRACTICE = {"8670Q", "8675Q", "8825Q", "2991Q", "8873Q"}
"""Queries that a true record may raise; docs/census-return.md says why."""
LEFT_OUT = {"8736", "8740"}

pytestmark = pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)


async def referred(session: Session, on: date = BEGINS) -> tuple[Child, Episode]:
    """A child of whom all is known that a census asks for, and the episode that a referral led to."""
    (child,) = await recognise(session, [f"C{new_id().hex[-12:]}"])
    child.born_on, child.sex, child.ethnicity, child.upn_unknown = date(2018, 5, 2), Sex.FEMALE, "WBRI", "UN2"
    child.disabilities = [Disability.NONE]
    referral = Referral(child_id=child.id, received_on=on, no_further_action=False, primary_need="N1", source="6")
    session.add(referral)
    await session.flush()
    episode = open_episode(session, referral)
    await session.flush()
    return child, episode


async def returns_of(session: Session, child_id: UUID, year: int) -> list[Judged]:
    asked = judged_children(session, census_year(year), seen=col(Child.id) == child_id)
    return [each async for batch in asked for each in batch]


async def assert_every_return_is_clean(department, acts, years: range) -> None:
    with held_at(LATER):
        async with department.database.transaction() as session:
            child, episode = await referred(session)
            child_id, episode_id = child.id, episode.id
            await carry_out(session, episode_id, acts)
            await session.refresh(child)  # an act that was refused took back what was known of them
            await session.refresh(episode)
            if episode.closure_reason == ClosureReason.DIED:
                child.died_on = episode.closed_on
            await session.flush()
            for year in years:
                for each in await returns_of(session, child_id, year):
                    stated = {finding.rule for _, finding in each.findings if finding.done is not Done.LEFT_OUT}
                    assert stated <= TRUE_OF_PRACTICE, (year, each.returned.child)
                    left_out = {finding.rule for _, finding in each.findings if finding.done is Done.LEFT_OUT}
                    assert left_out <= LEFT_OUT, year


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=10, phases=[Phase.generate], suppress_health_check=QUIET)
@given(acts=sequences(most=40))
async def test_any_legal_sequence_of_acts_is_clean_in_every_years_return(department, acts) -> None:
    await assert_every_return_is_clean(department, acts, range(2023, 2029))


@pytest.mark.campaign
@settings(max_examples=300, suppress_health_check=QUIET, derandomize=False, print_blob=True)
@given(acts=sequences())
async def test_many_legal_sequences_are_clean_in_every_years_return(department, acts) -> None:
    """Others each time: `--hypothesis-seed` says which, and what fails is printed with a blob that brings it back."""
    await assert_every_return_is_clean(department, acts, range(2023, 2040))
