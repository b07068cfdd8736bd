"""What is done to take a case from one team to another, without the family losing one worker before it knows the next."""

from datetime import date
from uuid import UUID

from sqlmodel import col, select

from services.intake.allocation.models import Allocation, AllocationIn
from services.intake.allocation.operations import allocate
from services.intake.episodes.casework import CaseInHand, case_in_hand
from services.intake.people.models import Team, Worker
from services.intake.people.queries import lock_workers, memberships_of, own_team, team_on
from services.intake.sight import SEES_THE_TEAMS_CASES
from services.intake.transfers.models import AcceptanceIn, CompletionIn, Involvement, RefusalIn, Transfer, TransferIn
from services.intake.transfers.stages import OPEN, TransferStage, move
from shared import clock
from shared.contracts.codes import InvolvementRole
from shared.database import Session
from shared.problems import Conflict, NotAllowed, Unprocessable
from shared.web.roles import Principal


class NobodyHoldsTheCase(Conflict):
    title = "Nobody holds this case"


class TransferOpen(Conflict):
    title = "This case is being transferred already"


class NoTransferOpen(Conflict):
    title = "This case is not being transferred"


class NoOtherTeam(Unprocessable):
    title = "A case is transferred to another team of the department"
    at = "/to_team"


class NotOfTheNewTeam(Unprocessable):
    title = "The worker does not belong to the team that the case was offered to"
    at = "/worker"


class AnotherTeamsTransfer(NotAllowed):
    title = "Another team's manager answers for this"


class VisitedOutOfOrder(Unprocessable):
    title = "The joint visit lies between acceptance and completion"
    at = "/joint_visit_on"


class CompletedOutOfOrder(Unprocessable):
    title = "A transfer is completed after it was accepted, and not after today"
    at = "/on"


async def offer(session: Session, episode_id: UUID, transfer: TransferIn, *, by: Principal) -> None:
    """The team that holds a case offers it to another."""
    async with case_in_hand(session, episode_id, by=by) as case:
        held = await _held(case)
        await _check_speaks_for(session, held.team_code, by)
        if transfer.to_team == held.team_code or await session.get(Team, transfer.to_team) is None:
            raise NoOtherTeam("give the code of a team other than the one that holds the case")
        if await _open(case) is not None:
            raise TransferOpen("have it answered, or withdraw it, before the case is offered to somebody else")
        today = clock.today()
        case.record(
            Transfer,
            "transfer.offered",
            on=today,
            trigger=transfer.trigger,
            from_team=held.team_code,
            to_team=transfer.to_team,
            offered_on=today,
        )


async def accept(session: Session, episode_id: UUID, acceptance: AcceptanceIn, *, by: Principal) -> None:
    """The new team takes the case, and names who is to hold it: from now on both workers are involved."""
    async with case_in_hand(session, episode_id, by=by) as case:
        transfer = await _at(case, TransferStage.ACCEPTED)
        await _check_speaks_for(session, transfer.to_team, by)
        worker = (await lock_workers(session, [acceptance.worker]))[acceptance.worker]
        today = clock.today()
        if team_on((await memberships_of(session, [worker.id]))[worker.id], today) != transfer.to_team:
            raise NotOfTheNewTeam("choose a worker of the new team")
        _involve(case, worker.id, InvolvementRole.RECEIVING, since=today)
        accepted = {"stage": TransferStage.ACCEPTED, "accepted_on": today, "worker_id": worker.id}
        case.change(transfer, "transfer.accepted", on=today, **accepted)


async def decline(session: Session, episode_id: UUID, refusal: RefusalIn, *, by: Principal) -> None:
    """The new team does not take the case, and says why: it stays where it is."""
    async with case_in_hand(session, episode_id, by=by) as case:
        transfer = await _at(case, TransferStage.DECLINED)
        await _check_speaks_for(session, transfer.to_team, by)
        _end(case, transfer, TransferStage.DECLINED, on=clock.today(), refusal=refusal.reason)


async def withdraw(session: Session, episode_id: UUID, *, by: Principal) -> None:
    """The team that offered the case keeps it. Whoever was getting to know it is involved no longer."""
    async with case_in_hand(session, episode_id, by=by) as case:
        transfer = await _at(case, TransferStage.WITHDRAWN)
        await _check_speaks_for(session, transfer.from_team, by)
        await _end_receiving(case, transfer, on=clock.today())
        _end(case, transfer, TransferStage.WITHDRAWN, on=clock.today())


async def complete(session: Session, episode_id: UUID, completion: CompletionIn, *, by: Principal) -> None:
    """The new worker holds the case from a day on, after both have visited together. Raises as `allocate` does."""
    async with case_in_hand(session, episode_id, by=by) as case:
        transfer = await _at(case, TransferStage.COMPLETED)
        await _check_speaks_for(session, transfer.to_team, by)
        held, on = await _held(case), completion.on
        assert transfer.accepted_on is not None
        if not max(transfer.accepted_on, held.held_from) <= on <= clock.today():
            raise CompletedOutOfOrder("on lies between the day of acceptance and today")
        if not transfer.accepted_on <= completion.joint_visit_on <= on:
            raise VisitedOutOfOrder("visit together once the transfer is accepted, and before it is completed")
        held.held_until = on
        await _end_receiving(case, transfer, on=on)
        if completion.hands_over_until is not None and completion.hands_over_until > on:
            until = completion.hands_over_until
            _involve(case, held.worker_id, InvolvementRole.HANDING_OVER, since=on, until=until)
        await session.flush()
        worker = await session.get_one(Worker, transfer.worker_id)
        await allocate(session, episode_id, AllocationIn(worker=worker.reference, held_from=on), by=by)
        _end(case, transfer, TransferStage.COMPLETED, on=on, joint_visit_on=completion.joint_visit_on)


async def _held(case: CaseInHand) -> Allocation:
    holds = select(Allocation).where(Allocation.episode_id == case.episode.id, col(Allocation.held_until).is_(None))
    if (held := (await case.session.exec(holds)).first()) is None:
        raise NobodyHoldsTheCase("a case that nobody holds needs no transfer: allocate it to a worker of the new team")
    return held


async def _open(case: CaseInHand) -> Transfer | None:
    wanted = select(Transfer).where(Transfer.episode_id == case.episode.id, col(Transfer.stage).in_(OPEN))
    return (await case.session.exec(wanted)).first()


async def _at(case: CaseInHand, to: TransferStage) -> Transfer:
    """The transfer that is open, if it may go to this stage."""
    if (transfer := await _open(case)) is None:
        raise NoTransferOpen("offer the case to the other team first")
    move(TransferStage(transfer.stage), to=to)
    return transfer


async def _check_speaks_for(session: Session, team: str, by: Principal) -> None:
    """A team manager answers for the own team, whoever sees every case for any."""
    if by.role in SEES_THE_TEAMS_CASES and await own_team(session, by) != team:
        raise AnotherTeamsTransfer("ask the other team's manager, or the service manager")


def _involve(
    case: CaseInHand, worker_id: UUID, role: InvolvementRole, *, since: date, until: date | None = None
) -> None:
    case.record(
        Involvement,
        "worker.involved",
        on=since,
        worker_id=worker_id,
        role=role,
        involved_from=since,
        involved_until=until,
    )


async def _end_receiving(case: CaseInHand, transfer: Transfer, *, on: date) -> None:
    wanted = select(Involvement).where(
        Involvement.episode_id == case.episode.id,
        Involvement.worker_id == transfer.worker_id,
        Involvement.role == InvolvementRole.RECEIVING,
        col(Involvement.involved_until).is_(None),
    )
    for involvement in (await case.session.exec(wanted)).all():
        involvement.involved_until = max(on, involvement.involved_from)


def _end(case: CaseInHand, transfer: Transfer, stage: TransferStage, *, on: date, **values: object) -> None:
    case.change(transfer, f"transfer.{stage}", on=on, stage=stage, ended_on=on, **values)
