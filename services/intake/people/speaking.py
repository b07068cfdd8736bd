"""What is said of workers (`intake.workforce`), put together when a transaction commits."""

from collections import defaultdict
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.intake.allocation.models import CaseloadBreach
from services.intake.people.models import Membership, Team, Worker, WorkingTerms
from services.intake.people.queries import remits_of
from services.intake.people.remits import periods
from shared.contracts import intake as said
from shared.contracts.state import Change
from shared.database import Session


async def worker_states(session: Session, changes: dict[UUID, list[Change]]) -> list[said.WorkerState]:
    """Everything said of these workers, as the tables stand now."""
    workers = await _of(session, Worker, col(Worker.id), changes)
    wanted = (
        select(Membership, Team.name)
        .join(Team, col(Team.code) == Membership.team_code)
        .where(col(Membership.worker_id).in_(list(changes)))
        .order_by(col(Membership.member_from), col(Membership.id))
    )
    belonged = (await session.exec(wanted)).all()
    teams = await remits_of(session, {membership.team_code for membership, _ in belonged})
    memberships: dict[UUID, list[said.TeamMembership]] = defaultdict(list)
    for membership, team_name in belonged:
        remits = teams[membership.team_code]
        memberships[membership.worker_id].append(
            said.TeamMembership(
                team=membership.team_code,
                team_name=team_name,
                member_from=membership.member_from,
                member_until=membership.member_until,
                remits=tuple(said.RemitPeriod(in_force_from=each.in_force_from, remit=each.remit) for each in remits),
                in_practice_model=tuple(
                    said.PracticePeriod(worked_from=each.worked_from, worked_until=each.worked_until)
                    for each in periods(remits)
                ),
            )
        )
    terms: dict[UUID, list[said.WorkingTerms]] = defaultdict(list)
    for row in sorted(
        await _of(session, WorkingTerms, col(WorkingTerms.worker_id), changes), key=attrgetter("in_force_from")
    ):
        terms[row.worker_id].append(
            said.WorkingTerms(
                in_force_from=row.in_force_from,
                full_time_equivalent_percent=row.full_time_equivalent_percent,
                stage=row.stage,
            )
        )
    breaches: dict[UUID, list[said.CaseloadBreach]] = defaultdict(list)
    for row in sorted(
        await _of(session, CaseloadBreach, col(CaseloadBreach.worker_id), changes),
        key=attrgetter("began_on", "id"),
    ):
        breaches[row.worker_id].append(
            said.CaseloadBreach(
                began_on=row.began_on,
                ended_on=row.ended_on,
                cause=row.cause,
                children=row.children,
                children_limit=row.children_limit,
                points=row.points,
                points_limit=row.points_limit,
            )
        )
    return [
        said.WorkerState(
            authority=session.info["authority"],
            epoch=session.info["epoch"],
            n=worker.n,
            changes=tuple(changes[worker.id]),
            worker_id=worker.id,
            reference=worker.reference,
            role=worker.role,
            full_time_equivalent_percent=worker.full_time_equivalent_percent,
            line_manager=worker.line_manager,
            terms=tuple(terms[worker.id]),
            memberships=tuple(memberships[worker.id]),
            caseload_breaches=tuple(breaches[worker.id]),
        )
        for worker in workers
    ]


async def _of(session: Session, table: Any, worker: Any, changes: dict[UUID, list[Change]]) -> list[Any]:
    """Plain rows of these workers."""
    return list((await session.execute(select(table.__table__).where(worker.in_(list(changes))))).all())
