"""Reads of practice and outcomes: the histories themselves, joined and weighed off the event loop."""

import asyncio
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlmodel import col, select

from services.reporting.histories.models import ChildHistory, ParticipationHistory, PracticeHistory
from services.reporting.indicators.queries import counts
from services.reporting.outcomes.followed import HELD
from services.reporting.outcomes.linked import link
from services.reporting.outcomes.models import FollowUpOut, SkillAndOutcomeOut
from services.reporting.outcomes.retained import follow_up
from services.reporting.outcomes.weighing import NOTES, coverage, weigh_outcomes
from shared import clock
from shared.calendar import Month, first_day, last_day
from shared.contracts.intake import ChildState
from shared.contracts.observation import ParticipationState, PracticeState
from shared.database import Session

BATCH = 500


async def skill_and_outcome(session: Session, *, authority: str, first: Month, last: Month) -> SkillAndOutcomeOut:
    """Practice observed in these months beside what became of the cases, in the whole service."""
    practice = await _practice(session, first, last)
    children = await _children(session, {observation.child_id for observation in practice})
    begun = await counts(session, authority=authority, indicators=["episodes_started"], first=first, last=last)
    today = clock.today()
    linkage = await asyncio.to_thread(link, practice, children, today=today)
    observed_of_begun = sum(first_day(first) <= case.began <= last_day(last) for case in linkage.linked)
    return SkillAndOutcomeOut(
        first=first,
        last=last,
        observed_of_begun=coverage(observed_of_begun, sum(started for started, _ in begun.values())),
        linked=coverage(len(linkage.linked), linkage.observed),
        held=list(HELD),
        outcomes=await asyncio.to_thread(weigh_outcomes, linkage),
        notes=list(NOTES),
    )


async def followed_up(session: Session, *, first: Month, last: Month) -> FollowUpOut:
    """Who was selected, asked, agreed, observed and interviewed, of cases allocated in these months."""
    participations = await _participations(session, first, last)
    cases = [each.case for each in participations if each.case]
    observed = await _observed(session)
    children = await _children(session, {case.child_id for case in cases})
    return await asyncio.to_thread(follow_up, participations, observed, children, first=first, last=last)


async def _participations(session: Session, first: Month, last: Month) -> list[ParticipationState]:
    stated = await session.exec(select(ParticipationHistory.state).where(col(ParticipationHistory.state).is_not(None)))
    since, until = first_day(first), last_day(last)

    def read(rows: Sequence[str | None]) -> list[ParticipationState]:
        states = (ParticipationState.model_validate_json(row) for row in rows if row is not None)
        return [each for each in states if each.case and since <= each.case.allocated_on <= until]

    return await asyncio.to_thread(read, stated.all())


async def _observed(session: Session) -> set[UUID]:
    """The episodes in which practice was observed."""
    stated = await session.exec(select(PracticeHistory.state).where(col(PracticeHistory.state).is_not(None)))

    def read(rows: Sequence[str | None]) -> set[UUID]:
        return {PracticeState.model_validate_json(row).episode_id for row in rows if row is not None}

    return await asyncio.to_thread(read, stated.all())


async def _practice(session: Session, first: Month, last: Month) -> list[PracticeState]:
    stated = await session.exec(select(PracticeHistory.state).where(col(PracticeHistory.state).is_not(None)))
    since, until = first_day(first), last_day(last)

    def read(rows: Sequence[str | None]) -> list[PracticeState]:
        states = (PracticeState.model_validate_json(row) for row in rows if row is not None)
        return [each for each in states if since <= each.observed_on <= until and each.merged_into is None]

    return await asyncio.to_thread(read, stated.all())


async def _children(session: Session, ids: Iterable[UUID]) -> list[ChildState]:
    """The histories of these children; of one merged into another, the other's."""
    found: list[ChildState] = []
    waiting, seen = set(ids), set[UUID]()
    while waiting:
        seen |= waiting
        rows: list[str | None] = []
        asked = sorted(waiting)
        for start in range(0, len(asked), BATCH):
            of_some = col(ChildHistory.subject_id).in_(asked[start : start + BATCH])
            rows += (await session.exec(select(ChildHistory.state).where(of_some))).all()
        states = await asyncio.to_thread(_read, rows)
        found += [state for state in states if state.merged_into is None]
        waiting = {state.merged_into for state in states if state.merged_into is not None} - seen
    return found


def _read(rows: Iterable[str | None]) -> list[ChildState]:
    return [ChildState.model_validate_json(row) for row in rows if row is not None]
