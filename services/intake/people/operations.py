"""What is done with people: children are recognised by the authority's id, workers are put in their posts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, update
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import col, func, or_, select

from services.intake.people.changes import worker_changed, worker_edited
from services.intake.people.models import (
    Absence,
    AbsenceIn,
    Child,
    Membership,
    ReferredChild,
    Remit,
    RemitIn,
    Team,
    TermsIn,
    Worker,
    WorkerIn,
    WorkingTerms,
)
from services.intake.people.names import keys
from services.intake.people.queries import NoSuchTeam, lock_managed_worker
from shared.database import Insert, Session, insert_or, put_together_once
from shared.ids import new_id
from shared.problems import Unprocessable
from shared.web.conditional import Replacing
from shared.web.roles import Principal

CHILDREN = Child.__table__  # type: ignore[attr-defined]
BLANKS_FILLED = (
    "forename",
    "surname",
    "born_on",
    "expected_on",
    "sex",
    "ethnicity",
    "upn",
    "nhs_number",
    "postcode",
    "family_id",
)


class BackBeforeAway(Unprocessable):
    title = "Nobody is back before being away"
    at = "/back_on"


async def recognise(session: Session, la_child_ids: Iterable[str]) -> Sequence[Child]:
    """The children with these ids, locked; those not yet known are entered. Two callers at once enter a child once.

    One statement that enters and locks in the order of their ids, as everybody does, so that nobody waits in a circle.
    """
    rows = [{**_new(), "n": 0, "la_child_id": name} for name in sorted(set(la_child_ids))]
    stated = insert_or(session, Child)
    locked = stated.on_conflict_do_update(index_elements=["la_child_id"], set_={"n": Child.n}).returning(Child)
    return (await session.scalars(locked, rows, execution_options={"populate_existing": True})).all()


class Entered(NamedTuple):
    """Children as they are kept, by LAchildID; and those of them of whom something new tells who they are."""

    children: Mapping[str, Row[Any]]
    told: Sequence[Row[Any]]


async def enter(session: Session, forms: Iterable[Sequence[ReferredChild]]) -> Entered:
    """The children whom referrers name, form by form, the version of each raised.

    One statement enters those not yet known, and locks the others and fills their blanks: what we hold already stands,
    because a referrer is not its master. Of a child who is named twice, the first to say something is believed. Children
    named on one form are of one family, which is that of whoever of them was known before.
    """
    rows: dict[str, dict[str, Any]] = {}
    families: dict[UUID, list[str]] = {}
    for form in forms:
        family = new_id()
        families[family] = [child.la_child_id for child in form]
        for child in form:
            row = rows.setdefault(child.la_child_id, {**_new(), "n": 1, "family_id": family})
            row |= {name: said for name, said in child if row.get(name) is None}
    for row in rows.values():
        row.update(keys(row["forename"], row["surname"], row["born_on"]))
    found = await session.execute(_entered(session), [rows[name] for name in sorted(rows)])
    children = {row.la_child_id: row for row in found}
    await _join_families(session, children, families)
    named = await _name_again(session, children.values())
    numbered = {name for name, row in rows.items() if row["upn"] or row["nhs_number"]}
    told = [row for name, row in children.items() if row.n == 1 or row.id in named or name in numbered]
    return Entered(children, told)


async def _name_again(session: Session, children: Collection[Row[Any]]) -> set[UUID]:
    """Keep children of whom a name or a date was blank until now under the keys which that makes."""
    wanted = {child.id: keys(child.forename, child.surname, child.born_on) for child in children}
    kept = {child.id: {"name_key": child.name_key, "born_key": child.born_key} for child in children}
    stale = [{"id": id, **each} for id, each in wanted.items() if each != kept[id]]
    if stale:
        await session.execute(update(Child), stale)
    return {row["id"] for row in stale}


def _new() -> dict[str, Any]:
    return {"id": new_id(), "disabilities": [], "stands_for": []}


async def _join_families(
    session: Session, children: Mapping[str, Row[Any]], families: Mapping[UUID, Sequence[str]]
) -> None:
    """A child nobody knew belongs to the family of the brother or sister on the form who was known."""
    for family, named in families.items():
        known = [children[name].family_id for name in named if children[name].family_id != family]
        new = [children[name].id for name in named if children[name].family_id == family]
        if known and new:
            await session.execute(update(Child).where(col(Child.id).in_(new)).values(family_id=known[0]))


@put_together_once(CHILDREN)
def _entered(stated: Insert) -> ReturningInsert[Any]:
    children = CHILDREN.c
    filled = {name: func.coalesce(children[name], stated.excluded[name]) for name in BLANKS_FILLED}
    entered = stated.on_conflict_do_update(index_elements=["la_child_id"], set_={"n": children.n + 1, **filled})
    return entered.returning(*children)


async def state_worker(
    session: Session, reference: str, stated: WorkerIn, *, replacing: Replacing | None = None, by: str
) -> Worker:
    """Enter a worker, or bring one up to date; moving to another team ends the membership of the one before.

    Stating the same again changes nothing and says nothing. A team's new name is said of everybody who belonged to it.
    A file replaces whatever stands.
    """
    renamed = await _name_team(session, stated)
    worker, *colleagues = await _worker_and_colleagues(session, reference, stated, of=renamed)
    held = (await session.exec(select(Membership).where(Membership.worker_id == worker.id))).all()
    memberships = _placed(held, worker.id, stated)
    session.add_all(memberships)
    worker.name, worker.role = stated.name, stated.role
    worker.registration, worker.line_manager = stated.registration, stated.line_manager
    worker.full_time_equivalent_percent = stated.full_time_equivalent_percent
    worker.newly_qualified_from = stated.newly_qualified_from
    if renamed or worker.n == 0 or any(session.is_modified(row) for row in (worker, *memberships)):
        if replacing is not None:
            replacing.check(worker.n)
        colleagues.append(worker)
    for each in colleagues:
        worker_changed(session, each, "worker.stated", by=by)
    return worker


async def _name_team(session: Session, stated: WorkerIn) -> str | None:
    """Enter the team, or take its new name; returns its code if anything of it changed."""
    team = insert_or(session, Team.__table__).values(code=stated.team, name=stated.team_name)  # type: ignore[attr-defined]
    named = team.on_conflict_do_update(
        index_elements=["code"], set_={"name": stated.team_name}, where=col(Team.name) != stated.team_name
    )
    return (await session.execute(named.returning(col(Team.code)))).scalar_one_or_none()


async def _worker_and_colleagues(session: Session, reference: str, stated: WorkerIn, *, of: str | None) -> list[Worker]:
    """The worker, entered if not yet known, then everybody else who ever belonged to a team; all locked, in order of id."""
    entered = insert_or(session, Worker.__table__).values(  # type: ignore[attr-defined]
        id=new_id(), n=0, reference=reference, name=stated.name, role=stated.role, full_time_equivalent_percent=100
    )
    await session.execute(entered.on_conflict_do_nothing())
    members = select(Membership.worker_id).where(Membership.team_code == of)
    found = select(Worker).where(or_(Worker.reference == reference, col(Worker.id).in_(members)))
    locked = found.order_by(col(Worker.id)).with_for_update().execution_options(populate_existing=True)
    return sorted((await session.exec(locked)).all(), key=lambda worker: worker.reference != reference)


def _placed(held: Sequence[Membership], worker_id: UUID, stated: WorkerIn) -> list[Membership]:
    """The worker's memberships with the one stated among them, none of which overlap."""
    current = next((row for row in held if (row.team_code, row.member_from) == (stated.team, stated.member_from)), None)
    current = current or Membership(worker_id=worker_id, team_code=stated.team, member_from=stated.member_from)
    others = [row for row in held if row is not current and row.member_until != row.member_from]
    for row in others:
        if row.member_from <= stated.member_from and (row.member_until or date.max) > stated.member_from:
            row.member_until = stated.member_from
    later = [row.member_from for row in others if row.member_from > stated.member_from]
    current.member_until = min([*later, *([stated.member_until] if stated.member_until else [])], default=None)
    return [*others, current]


async def state_remit(session: Session, team: str, stated: RemitIn, *, by: str) -> None:
    """Say which children a team is for from a day on, and tell of it wherever somebody of the team is told of.

    Stating the same again changes nothing and says nothing. Raises `NoSuchTeam`.
    """
    if await session.get(Team, team) is None:
        raise NoSuchTeam("the code is stated with the first worker of the team")
    members = select(Membership.worker_id).where(Membership.team_code == team)
    locked = select(Worker).where(col(Worker.id).in_(members)).order_by(col(Worker.id)).with_for_update()
    colleagues = (await session.exec(locked.execution_options(populate_existing=True))).all()
    remit = await session.merge(Remit(team_code=team, **stated.model_dump()))
    if remit in session.new or session.is_modified(remit):
        for worker in colleagues:
            worker_changed(session, worker, "worker.stated", by=by)
    await session.flush()


async def state_terms(
    session: Session, reference: str, begin: date, stated: TermsIn, *, replacing: Replacing, by: Principal
) -> Worker:
    """Say which hours and stage begin on a day. Saying the same again changes nothing and says nothing."""
    worker = await lock_managed_worker(session, reference, by=by)
    terms = await session.merge(WorkingTerms(worker_id=worker.id, in_force_from=begin, **stated.model_dump()))
    if terms in session.new or session.is_modified(terms):
        replacing.check(worker.n, adds=terms in session.new)
        worker_changed(session, worker, "worker.stated", by=by.id)
    return worker


async def withdraw_terms(
    session: Session, reference: str, begin: date, *, replacing: Replacing, by: Principal
) -> Worker:
    """Take back that terms begin on a day; nothing is said where none did."""
    worker = await lock_managed_worker(session, reference, by=by)
    if terms := await session.get(WorkingTerms, (worker.id, begin)):
        replacing.check(worker.n)
        await session.delete(terms)
        worker_changed(session, worker, "worker.stated", by=by.id)
    return worker


async def state_absence(
    session: Session, reference: str, away_from: date, stated: AbsenceIn, *, replacing: Replacing, by: Principal
) -> Worker:
    """Say that a worker is away from a day on, or when one who is will be back."""
    if stated.back_on is not None and stated.back_on <= away_from:
        raise BackBeforeAway("give the first day back, or withdraw an absence that never was")
    worker = await lock_managed_worker(session, reference, by=by)
    away = await session.merge(Absence(worker_id=worker.id, away_from=away_from, back_on=stated.back_on))
    if away in session.new or session.is_modified(away):
        replacing.check(worker.n, adds=away in session.new)
        worker_edited(worker)
    return worker


async def withdraw_absence(
    session: Session, reference: str, away_from: date, *, replacing: Replacing, by: Principal
) -> Worker:
    """Take back an absence that never was."""
    worker = await lock_managed_worker(session, reference, by=by)
    if absence := await session.get(Absence, (worker.id, away_from)):
        replacing.check(worker.n)
        await session.delete(absence)
        worker_edited(worker)
    return worker
