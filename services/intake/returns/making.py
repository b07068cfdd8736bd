"""Makes a year's return: a file of everybody in it, and a report of what is to be put right before it leaves."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, text, true
from sqlmodel import col

from services.intake.people.models import Child
from services.intake.returns import census_writing
from services.intake.returns.findings import Finding
from services.intake.returns.models import FindingOut, HolderCount, ReturnOut, RuleCount
from services.intake.returns.queries import shown_finding, withheld
from services.intake.returns.reading import Judged, census_year, how_many, judged_children
from services.intake.returns.rules_of_the_return import Whole
from services.intake.sight import hidden_from
from shared import audit
from shared.database import Database, Session
from shared.web.roles import Principal, Role

MAKE = "make the census return"
"""The act by which a return stands in the audit: a row a batch of children."""


@dataclass
class Return:
    """A return as it would leave now, and what is found in it."""

    year: int
    authority: str
    whole: Whole
    withheld: int = 0
    findings: list[FindingOut] = field(default_factory=list)
    size: int = 0
    """Bytes."""
    digest: Any = field(default_factory=hashlib.sha256)

    def as_out(self) -> ReturnOut:
        every: list[Finding | FindingOut] = [*self.whole.findings(), *self.findings]
        rules = Counter((each.rule, each.element, each.sentence) for each in every)
        return ReturnOut(
            year=self.year,
            authority=self.authority,
            children=self.whole.children,
            cases=self.whole.cases,
            withheld=self.withheld,
            errors=sum(each.is_error for each in every),
            queries=sum(not each.is_error for each in every) - self._left_out(),
            left_out=self._left_out(),
            by_rule=[
                RuleCount(rule=rule, element=element, sentence=sentence, count=count)
                for (rule, element, sentence), count in rules.most_common()
            ],
            by_holder=list(_by_holder(self.findings)),
        )

    def _left_out(self) -> int:
        return sum(each.is_left_out for each in self.findings)


def _by_holder(findings: Sequence[FindingOut]) -> Iterator[HolderCount]:
    counts = Counter((each.team, each.worker, each.is_error) for each in findings)
    holders = {(team, worker) for team, worker, _ in counts}
    for team, worker in sorted(holders, key=lambda holder: tuple(name or "" for name in holder)):
        errors, others = counts[team, worker, True], counts[team, worker, False]
        yield HolderCount(team=team, worker=worker, errors=errors, others=others)


async def make_return(
    database: Database,
    into: BinaryIO,
    year: int,
    *,
    by: Principal,
    serial: int = 1,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Return:
    """Write a year's return, as the records stand at one moment, and say in the audit whose records went into it.

    An operator, who runs the installation, makes it whole. Anybody else is given it without the children who are restricted
    to others, and told how many those are.
    """
    made = Return(year, database.authority, Whole(census_year(year)))
    batches = []
    _write(made, into, _head(made, serial))
    async with database.reading() as session:
        await _at_one_moment(session)
        seen = _not_hidden_from(by)
        if by.role is not Role.OPERATOR:
            made.withheld = await withheld(session, made.whole.year, by=by)
        done, everybody = 0, await how_many(session, made.whole.year, seen=seen)
        async for batch in judged_children(session, made.whole.year, seen=seen):
            await asyncio.to_thread(_write_batch, made, into, batch)
            batches.append([each.child.child_id for each in batch if each.returned.child is not None])
            done += len(batch)
            progress(done, everybody)
    _write(made, into, census_writing.FOOT)
    for children in batches:
        async with database.transaction() as session:
            audit.touches(session, children)
            await audit.record(session, actor=by.id, role=by.role, act=MAKE, outcome=200)
    return made


async def review_return(session: Session, year: int, *, authority: str, by: Principal) -> ReturnOut:
    """What would be found in a year's return if it left now; counts, of which no child can be told."""
    made = Return(year, authority, Whole(census_year(year)))
    seen = _not_hidden_from(by)
    made.withheld = await withheld(session, made.whole.year, by=by)
    async for batch in judged_children(session, made.whole.year, seen=seen):
        for each in batch:
            _count(made, each)
    return made.as_out()


def _not_hidden_from(by: Principal) -> ColumnElement[bool]:
    return true() if by.role is Role.OPERATOR else col(Child.id).not_in(hidden_from(by))


async def _at_one_moment(session: Session) -> None:
    """The records go on being changed while the file is written."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def _head(made: Return, serial: int) -> bytes:
    release = version("doing-what-counts")
    return census_writing.head(year=made.year, authority=made.authority, release=release, serial=serial)


def _write_batch(made: Return, into: BinaryIO, batch: Sequence[Judged]) -> None:
    for each in batch:
        _count(made, each)
        if each.returned.child is not None:
            _write(made, into, census_writing.child(each.returned.child))


def _count(made: Return, each: Judged) -> None:
    if each.returned.child is not None:
        made.whole.count(each.returned.child)
    made.findings += [shown_finding(each, case, finding) for case, finding in each.findings]


def _write(made: Return, into: BinaryIO, data: bytes) -> None:
    into.write(data)
    made.size += len(data)
    made.digest.update(data)
