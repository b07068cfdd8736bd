"""Who holds a case, as a source states it. In a team that is mirrored it is a fact: nothing refuses it, what passes a limit is
flagged, and whoever was given the case here holds it no longer. In a team whose cases are given here ours stands.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlmodel import col, select

from services.intake.allocation.breaches import beyond
from services.intake.allocation.mode import Cause, Mode
from services.intake.allocation.models import Allocation
from services.intake.allocation.queries import modes_on
from services.intake.people.models import Membership, Worker
from services.intake.people.queries import memberships_of, team_on
from services.intake.sources.document import StatedAllocation, StatedCase
from services.intake.sources.findings import Done
from shared import clock
from shared.database import Session
from shared.ids import new_id

if TYPE_CHECKING:
    from services.intake.sources.writing import CaseKey, Record


@dataclass(frozen=True)
class Held:
    """A worker of a team holds a case, as it is stated."""

    worker_id: UUID
    team: str
    held_from: date
    held_until: date | None


async def workers_named(session: Session, references: Collection[str]) -> dict[str, Worker]:
    """The workers with these staff references, as far as there are any."""
    if not references:
        return {}
    found = (await session.exec(select(Worker).where(col(Worker.reference).in_(references)))).all()
    return {worker.reference: worker for worker in found}


async def hold(session: Session, record: "Record", cases: Mapping[UUID, tuple["CaseKey", StatedCase]]) -> None:
    """Bring allocations to what sources state of who holds these cases."""
    wanted = col(Allocation.episode_id).in_(list(cases))
    rows: dict[UUID, list[Allocation]] = defaultdict(list)
    for row in (await session.exec(select(Allocation).where(wanted).order_by(col(Allocation.id)))).all():
        rows[row.episode_id].append(row)
    named = {each.worker for _, case in cases.values() for each in case.allocations}
    if not named and not any(row.allocated_by in record.systems for those in rows.values() for row in those):
        return
    workers = await workers_named(session, named)
    memberships = await memberships_of(session, [worker.id for worker in workers.values()])
    modes = await modes_on(session, clock.today())
    change = _Change()
    for episode, (key, case) in cases.items():
        stated = list(_resolved(record, key, case.allocations, workers, memberships))
        ours = [row for row in rows[episode] if row.allocated_by not in record.systems]
        theirs = [row for row in rows[episode] if row.allocated_by in record.systems]
        left = _beside_ours(record, key, _one_at_a_time(stated), ours, modes)
        change.bring(episode, key[0], theirs, left)
    await change.make(session, record)


def _resolved(
    record: "Record",
    key: "CaseKey",
    allocations: Sequence[StatedAllocation],
    workers: Mapping[str, Worker],
    memberships: Mapping[UUID, list[Membership]],
) -> list[Held]:
    """Those of workers who are known here and ever were in a team."""
    found = []
    for each in allocations:
        worker = workers.get(each.worker)
        posts = memberships[worker.id] if worker else []
        if worker is None or not posts:
            record.found(key, "/allocations", "a worker is not known here, or in no team", Done.SET_ASIDE)
            continue
        team = team_on(posts, each.held_from) or min(posts, key=lambda post: post.member_from).team_code
        found.append(Held(worker.id, team, each.held_from, each.held_until))
    return found


def _one_at_a_time(stated: Sequence[Held]) -> list[Held]:
    """A case has one worker now: of several who are said to hold it, whoever took it last."""
    in_order = sorted(stated, key=lambda each: each.held_from)
    still = [each for each in in_order if each.held_until is None]
    return [
        Held(each.worker_id, each.team, each.held_from, still[-1].held_from)
        if each.held_until is None and each is not still[-1]
        else each
        for each in in_order
    ]


def _beside_ours(
    record: "Record", key: "CaseKey", stated: Sequence[Held], ours: Sequence[Allocation], modes: Mapping[str, Mode]
) -> list[Held]:
    """What is left to write of what is stated, once it has been held against what was given here."""
    given = {(row.worker_id, row.held_from): row for row in ours}
    now = next((row for row in ours if row.held_until is None), None)
    left = []
    for each in stated:
        echoed = given.get((each.worker_id, each.held_from))
        is_fact = Mode.MIRRORED in (modes[each.team], modes[now.team_code] if now else None)
        if echoed is not None:
            if echoed is now and each.held_until is not None and is_fact:
                now.held_until = max(now.held_from, each.held_until)
        elif each.held_until is not None or now is None:
            left.append(each)
        elif now.worker_id == each.worker_id:
            continue
        elif is_fact:
            now.held_until = max(now.held_from, each.held_from)
            left.append(each)
        else:
            record.found(key, "/allocations", "the case was given to somebody else here: ours stands", Done.OURS_STANDS)
    return left


class _Change:
    """Rows that go, end, go on and come; in that order, because a case has one worker at a time."""

    def __init__(self) -> None:
        self._gone: list[UUID] = []
        self._changed: list[dict[str, Any]] = []
        self._added: list[dict[str, Any]] = []

    def bring(self, episode: UUID, child: UUID, rows: Sequence[Allocation], wanted: Sequence[Held]) -> None:
        kept = {(row.worker_id, row.held_from): row for row in rows}
        told = {(each.worker_id, each.held_from): each for each in wanted}
        self._gone += [row.id for key, row in kept.items() if key not in told]
        for key, each in told.items():
            values = {"team_code": each.team, "held_until": each.held_until}
            if key not in kept:
                ids = {"id": new_id(), "episode_id": episode, "child_id": child}
                self._added.append(ids | {"worker_id": each.worker_id, "held_from": each.held_from} | values)
            elif (kept[key].team_code, kept[key].held_until) != (each.team, each.held_until):
                self._changed.append({"id": kept[key].id} | values)

    async def make(self, session: Session, record: "Record") -> None:
        await session.flush()
        if self._gone:
            await session.execute(delete(Allocation).where(col(Allocation.id).in_(self._gone)))
        if self._changed:
            await session.execute(update(Allocation), sorted(self._changed, key=lambda row: row["held_until"] is None))
        if self._added:
            signed = {"allocated_at": clock.now(), "allocated_by": record.by}
            await session.execute(insert(Allocation), [row | signed for row in self._added])
        beyond(session, {row["worker_id"]: Cause.MIRRORED for row in self._added})
        for row in self._added:
            record.happened.append((row["child_id"], "case.allocated", row["id"], row["held_from"]))
