"""A case in the hands of somebody who works on it: locked, changed, and looked at before the change stands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import func, select

from services.intake.episodes import queries
from services.intake.episodes.facts import Case, Kind
from services.intake.episodes.models import Conference, Episode, Recorded
from services.intake.episodes.soundness import check_adds_no_fault
from services.intake.episodes.stages import move, stage_of
from services.intake.people.changes import child_changed, lock_children
from services.intake.people.models import Child
from shared import audit, clock
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict
from shared.web.roles import Principal

Done = TypeVar("Done", bound=Recorded)


class EpisodeClosed(Conflict):
    title = "This episode of need is closed"


class NothingUnderWay(Conflict):
    title = "Nothing of this kind is under way"


@dataclass(frozen=True)
class CaseInHand:
    """An episode whose child is locked, with what was done in it before this act."""

    session: Session
    episode: Episode
    child: Child
    before: Case
    by: Principal

    def record(self, table: Any, what: str, *, on: date, **values: Any) -> None:
        """Something new was done."""
        self.add(table(id=new_id(), episode_id=self.episode.id, **values), what, on=on)

    def add(self, done: Recorded, what: str, *, on: date) -> None:
        self.session.add(done)
        self._sign(done, what, on=on)

    def change(self, done: Recorded, what: str, *, on: date, **values: Any) -> None:
        """What had been begun went on, or ended."""
        for name, value in values.items():
            setattr(done, name, value)
        self._sign(done, what, on=on)

    def _sign(self, done: Recorded, what: str, *, on: date) -> None:
        done.recorded_at, done.recorded_by = clock.now(), self.by.id
        audit.touches(self.session, [done.id])
        child_changed(self.session, self.child, what, item=done.id, on=on, by=self.by.id)

    async def running(self, table: type[Done], kind: Kind) -> Done:
        """The row of what is under way. Raises `NothingUnderWay`."""
        if (found := await self.running_if_any(table, kind)) is None:
            raise NothingUnderWay("read the episode to see what was done in it, and what goes on")
        return found

    async def running_if_any(self, table: type[Done], kind: Kind) -> Done | None:
        fact = self.before.running(kind)
        return None if fact is None else await self.session.get_one(table, fact.id)

    async def occurrence(self, table: Any, on: date) -> int:
        """The number of what begins now among what began on that day."""
        begins = table.held_on if table is Conference else table.started_on
        last = select(func.max(table.occurrence)).where(table.episode_id == self.episode.id, begins == on)
        return ((await self.session.exec(last)).one() or 0) + 1


@asynccontextmanager
async def case_in_hand(
    session: Session, episode_id: UUID, *, by: Principal, corrects: bool = False
) -> AsyncIterator[CaseInHand]:
    """A case for the length of one act: its child is locked, and what was done to it is looked at before it stands.

    Raises `EpisodeClosed`; `NoLegalMove` if what was done is no legal move, `DoesNotFit` if it made the case unsound. What
    only corrects the record may be done to a closed case, and is no move.
    """
    seen = await queries.episode(session, episode_id, by=by)
    (child,) = await lock_children(session, [seen.child_id])
    await session.refresh(seen)
    if seen.closed_on is not None and not corrects:
        raise EpisodeClosed("read the episode to see when and why it closed")
    before = await queries.case_of(session, seen.id)
    yield CaseInHand(session, seen, child, before, by)
    await session.flush()
    after = await queries.case_of(session, seen.id)
    if not corrects:
        move(stage_of(before), to=stage_of(after))
    check_adds_no_fault(before, after, clock.today())
