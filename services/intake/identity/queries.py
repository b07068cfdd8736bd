"""Reads of pairs that may be one child. Only whoever may see both records sees the pair."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, bindparam
from sqlmodel import col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from services.intake.identity.likeness import Record
from services.intake.identity.models import MatchOut, PossibleMatch
from services.intake.people.models import Child
from services.intake.people.names import keys
from services.intake.sight import children_seen_by
from shared import audit
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


def record_of(child: Any) -> Record:
    """What tells this child from another, whether it was read as a row of the model or not."""
    return Record(
        forename=child.forename,
        surname=child.surname,
        born_on=child.born_on,
        sex=child.sex,
        upn=child.upn,
        nhs_number=child.nhs_number,
        postcode=child.postcode,
        family=child.family_id,
    )


def keys_of(child: Any) -> dict[str, str]:
    """The keys under which this child meets other records, by the column that keeps each."""
    every = {"upn": child.upn, "nhs_number": child.nhs_number, **keys(child.forename, child.surname, child.born_on)}
    return {name: key for name, key in every.items() if key}


async def met_by(session: Session, children: Collection[Any]) -> Mapping[tuple[str, str], Sequence[Row[Any]]]:
    """Every record that meets one of these under a key, by key; in one statement, each part of which has its index."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for child in children:
        for name, key in keys_of(child).items():
            wanted[name].add(key)
    found: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    if wanted:
        keys_by_name = {name: sorted(each) for name, each in wanted.items()}
        for row in await session.execute(_meeting(frozenset(wanted)), keys_by_name):
            for name, each in wanted.items():
                if (key := getattr(row, name)) in each:
                    found[name, key].append(row)
    return found


@cache
def _meeting(names: frozenset[str]) -> Select[Any]:
    """Put together once for the keys that are asked about: every referral needs it."""
    table = Child.__table__  # type: ignore[attr-defined]
    ways = [table.c[name].in_(bindparam(name, expanding=True)) for name in sorted(names)]
    return select(table).where(or_(*ways), table.c.merged_into.is_(None))


async def match(session: Session, match_id: UUID, *, by: Principal) -> PossibleMatch:
    """One pair. Raises `NotFound` when it is not there, or when either record is not theirs to see."""
    seen = await children_seen_by(session, by)
    wanted = _seen_pairs(seen).where(col(PossibleMatch.id) == match_id)
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("there is no such pair, or it is not yours to see")
    _touch(session, [found])
    return found


async def pair(session: Session, child_id: UUID, other_id: UUID) -> PossibleMatch:
    """The pair of these two records, which there is."""
    wanted = select(PossibleMatch).where(PossibleMatch.child_id == child_id, PossibleMatch.other_id == other_id)
    found = (await session.exec(wanted)).one()
    _touch(session, [found])
    return found


async def page_of_matches(session: Session, *, asked: PageAsked, undecided: bool, by: Principal) -> Page[MatchOut]:
    """The pairs whoever asks may decide on, the longest waiting first."""
    wanted = _seen_pairs(await children_seen_by(session, by))
    if undecided:
        wanted = wanted.where(col(PossibleMatch.decision).is_(None))
    shown, following = await asked.read(session, wanted, col(PossibleMatch.id))
    _touch(session, shown)
    return Page(items=await shown_matches(session, shown), next=following)


async def shown_matches(session: Session, rows: Sequence[PossibleMatch]) -> list[MatchOut]:
    """Pairs as they are shown, with the records side by side."""
    ids = {id for row in rows for id in (row.child_id, row.other_id)}
    children = {child.id: child for child in (await session.exec(select(Child).where(col(Child.id).in_(ids)))).all()}
    return [
        MatchOut.model_validate(vars(row) | {"children": [children[row.child_id], children[row.other_id]]})
        for row in rows
    ]


def _seen_pairs(seen: ColumnElement[bool]) -> SelectOfScalar[PossibleMatch]:
    theirs = select(Child.id).where(seen)
    return select(PossibleMatch).where(col(PossibleMatch.child_id).in_(theirs), col(PossibleMatch.other_id).in_(theirs))


def _touch(session: Session, rows: Iterable[PossibleMatch]) -> None:
    audit.touches(session, {id for row in rows for id in (row.id, row.child_id, row.other_id)})
