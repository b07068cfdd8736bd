"""Whatever is done in whatever order: what is legal keeps the case sound, and what is said of it is what stands."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from services.intake.corrections.models import Correction, CorrectionIn, WithdrawalIn
from services.intake.corrections.operations import correct, withdraw
from services.intake.episodes.facts import Fact
from services.intake.episodes.models import Episode
from services.intake.episodes.operations import open_episode
from services.intake.episodes.queries import case_of
from services.intake.episodes.soundness import faults
from services.intake.episodes.stages import LEGAL_MOVES, stage_of
from services.intake.people.changes import Changed
from services.intake.people.models import Child
from services.intake.people.operations import recognise
from services.intake.referrals.models import Referral
from services.intake.speaking import child_states
from shared.clock import held_at
from shared.database import Session
from shared.ids import new_id
from shared.problems import Problem
from tests.intake.legal_sequences import BEGINS, MANAGER, carry_out, sequences

LATER = datetime(2046, 1, 1, 12, tzinfo=UTC)
"""After whatever a sequence comes to."""
SOME = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


async def referred(session: Session) -> tuple[UUID, UUID]:
    """A child and the episode that a referral led to."""
    (child,) = await recognise(session, [f"C{new_id().hex[-12:]}"])
    referral = Referral(child_id=child.id, received_on=BEGINS, no_further_action=False, primary_need="N1", source="6")
    session.add(referral)
    await session.flush()
    episode = open_episode(session, referral)
    await session.flush()
    return child.id, episode.id


@SOME
@given(acts=sequences())
async def test_any_legal_sequence_of_acts_keeps_the_case_sound(department, acts) -> None:
    with held_at(LATER):
        async with department.database.transaction() as session:
            _, episode_id = await referred(session)
            for act in acts:
                before = await case_of(session, episode_id)
                done = await carry_out(session, episode_id, [act], begins=_last_day(before))
                after = await case_of(session, episode_id)
                assert faults(after, LATER.date()) == set()
                assert stage_of(after) in {stage_of(before), *LEGAL_MOVES[stage_of(before)]}
                assert done or after == before, "what is refused leaves nothing behind"


WRONG = st.lists(st.tuples(st.integers(0, 99), st.integers(-30, 30), st.integers(-30, 30), st.booleans()), max_size=15)


@SOME
@given(acts=sequences(), wrong=WRONG)
async def test_any_correction_that_is_taken_leaves_the_case_sound_and_keeps_what_stood(department, acts, wrong) -> None:
    with held_at(LATER):
        async with department.database.transaction() as session:
            _, episode_id = await referred(session)
            await carry_out(session, episode_id, acts)
            taken = 0
            for which, *how in wrong:
                facts = (await case_of(session, episode_id)).facts
                if facts and await _corrected(session, episode_id, facts[which % len(facts)], *how):
                    taken += 1
                assert faults(await case_of(session, episode_id), LATER.date()) == set()
            kept = await session.exec(select(Correction).where(Correction.episode_id == episode_id))
            assert len(kept.all()) >= taken


async def _corrected(session: Session, episode_id: UUID, fact: Fact, begin: int, end: int, withdrawn: bool) -> bool:
    """Whether a correction of a fact by so many days, or its withdrawal, was taken."""
    meant = {"item_id": fact.id, "kind": fact.kind, "began_on": fact.began_on, "error": "wrong_day"}
    days = {"right_began_on": fact.began_on + timedelta(days=begin)}
    days |= {"right_ended_on": fact.ended_on + timedelta(days=end)} if fact.ended_on else {}
    try:
        async with session.begin_nested():
            if withdrawn:
                await withdraw(session, episode_id, WithdrawalIn(**meant), by=MANAGER)
            else:
                await correct(session, episode_id, CorrectionIn(**meant, **days), by=MANAGER)
    except Problem:
        return False
    return True


def _last_day(case) -> object:
    return max([case.started_on, *(day for fact in case.facts for day in (fact.began_on, fact.ended_on) if day)])


@SOME
@given(acts=sequences())
async def test_what_is_said_of_a_case_is_everything_that_was_done_in_it(department, acts) -> None:
    with held_at(LATER):
        async with department.database.transaction() as session:
            child_id, episode_id = await referred(session)
            await carry_out(session, episode_id, acts)
            child = await session.get_one(Child, child_id)
            (state,) = await child_states(session, {child_id: Changed(child, 1)})
            case = await case_of(session, episode_id)
            episodes = (await session.exec(select(Episode).where(Episode.child_id == child_id))).all()
    (told,) = state.episodes
    dated = [*told.assessments, *told.cin_plans, *told.section_47_enquiries, *told.protection_plans]
    dated += [*told.pre_proceedings, *told.care_episodes]
    conferences = [each.held_on for each in told.conferences]
    conferences += [each.conference_on for each in told.section_47_enquiries if each.conference_on]
    reviews = [day for plan in told.protection_plans for day in plan.reviewed_on]
    days = [each.started_on for each in dated] + [each.held_on for each in told.meetings] + conferences + reviews
    days += [each.visited_on for each in told.visits] + [each.planned_on for each in told.permanence_plans]
    assert sorted(days) == sorted(fact.began_on for fact in case.facts)
    assert sum(each.closed_on is None for each in episodes) <= 1
    assert (told.closed_on, told.closure_reason) == (case.closed_on, case.closure_reason)
