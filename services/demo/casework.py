"""The borough's casework, lived through a fortnight at a time: records come in, and each open case gets a worker."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias
from uuid import UUID

from sqlmodel import col, select

from services.demo.calibration import Span
from services.demo.children import Child
from services.demo.practice import Held
from services.demo.workforce import Desks, Post
from services.intake.allocation.models import AllocationIn
from services.intake.allocation.operations import allocate_all
from services.intake.episodes.models import Episode
from services.intake.people import models as people
from services.intake.sources.document import StatedCase
from services.intake.sources.operations import Source, Statement, state
from shared.calendar import add_working_days
from shared.database import Session
from shared.web.roles import Principal, Role

CASE_SYSTEM = "made-up-borough"
SERVICE_MANAGER = Principal(id="service manager (demo)", role=Role.SERVICE_MANAGER)
FORTNIGHT = timedelta(days=14)

Key: TypeAlias = tuple[str, date]
"""A case: the child's LAchildID and the day of the referral."""


@dataclass(frozen=True)
class Round:
    """What the case system states on the last day of a fortnight: the children of whom there is news."""

    begins: date
    day: date
    children: Sequence[Child]


def rounds(children: Sequence[Child], span: Span) -> Iterator[Round]:
    """The history at once, then a round a fortnight; on the last day everything that is open is stated as it stands."""
    news: dict[int, list[Child]] = defaultdict(list)
    last = _number(span.today, span)
    for child in children:
        numbers = {_number(day, span) for day in child.days_of_news() if day <= span.today}
        for number in numbers | ({last} if child.is_open_on(span.today) else set()):
            news[number].append(child)
    for number in sorted(news):
        ends = span.casework_from + number * FORTNIGHT
        begins = ends - FORTNIGHT + timedelta(days=1) if number else ends
        yield Round(begins, min(ends, span.today), news[number])


def _number(day: date, span: Span) -> int:
    """0 for the history up to the first day of casework, then a number a fortnight."""
    return max(-((span.casework_from - day) // FORTNIGHT), 0)


class Casework:
    """Who holds what, as the fortnights go by."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self.held: dict[Key, Held] = {}
        """Every case that was ever given to a worker, in that order."""
        self._desks = Desks(posts)
        self._holding: dict[Key, Post] = {}
        self._waiting: dict[Key, tuple[Child, StatedCase]] = {}

    def begin(self, each: Round) -> None:
        self._desks.open_on(each.begins)

    async def state_and_allocate(self, session: Session, children: Sequence[Child], on: Round) -> None:
        """State some of a round's children, and give what is open to the workers who have most room."""
        documents = [Statement(child.record_on(on.day)) for child in children]
        await state(session, Source(CASE_SYSTEM, on.day), documents, by="demo")
        for child in children:
            self._note(child, on.day)
        found = {key: post for key, (child, _) in self._waiting.items() if (post := self._desks.take(child.team))}
        episodes = await _episodes_of(session, found)
        wanted = {}
        for key, post in found.items():
            _, case = self._waiting.pop(key)
            held_from = max(on.begins, min(add_working_days(case.referred_on, 1), on.day))
            wanted[episodes[key]] = AllocationIn(worker=post.reference, held_from=held_from)
            self.held[key] = Held(episodes[key], post, held_from, case.closed_on)
            self._holding[key] = post
        if wanted:
            await allocate_all(session, wanted, by=SERVICE_MANAGER)

    def _note(self, child: Child, day: date) -> None:
        """Which of the child's cases wait for a worker on a day, and which leave one: intake lets go of a closed case."""
        for case in child.cases:
            key = (child.about.la_child_id, case.referred_on)
            if case.no_further_action or case.referred_on > day:
                continue
            if case.closed_on is not None and case.closed_on <= day:
                self._waiting.pop(key, None)
                if key in self._holding:
                    self._desks.leave(self._holding.pop(key))
            elif key not in self.held:
                self._waiting[key] = (child, case)


async def _episodes_of(session: Session, cases: Collection[Key]) -> dict[Key, UUID]:
    """The open episodes of these children, by case."""
    wanted = (
        select(col(people.Child.la_child_id), col(Episode.started_on), col(Episode.id))
        .join(Episode, col(Episode.child_id) == people.Child.id)
        .where(col(people.Child.la_child_id).in_([child for child, _ in cases]), col(Episode.closed_on).is_(None))
    )
    return {(child, started_on): episode for child, started_on, episode in (await session.exec(wanted)).all()}
