"""What is done with messages to case systems: made with the act they tell of, and closed by a receipt."""

from collections.abc import Mapping
from uuid import UUID

from services.intake.allocation.mode import Mode
from services.intake.allocation.queries import modes_on
from services.intake.people.changes import Changes
from services.intake.write_backs import queries
from services.intake.write_backs.acts import acts
from services.intake.write_backs.models import ActOut, Message, Standing, WriteBack, WriteBackReceiptIn
from shared import clock
from shared.contracts.state import Change
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict, Unprocessable


class AnotherReceiptGiven(Conflict):
    title = "Another receipt was given for this message"


class SayWhatBecameOfIt(Unprocessable):
    title = "A receipt says whether it was taken or refused"
    at = "/standing"


async def write_back(session: Session, noted: Changes) -> None:
    """At the end of a transaction: what people did in the case of a team that is mirrored goes back to the case system."""
    done = {child: told for child, changed in noted.children.items() if (told := acts(changed.changes))}
    cases = await queries.cases_held(session, done) if done else {}
    if cases:
        modes = await modes_on(session, clock.today())
        await _make(
            session, {id: case for id, case in cases.items() if modes[case.team_code] is Mode.MIRRORED}, done, noted.by
        )


async def _make(
    session: Session, cases: Mapping[UUID, queries.CaseHeld], done: Mapping[UUID, list[Change]], by: str
) -> None:
    systems = await queries.systems_of(session, cases) if cases else {}
    for child, case in cases.items():
        system = systems.get(child) or case.source_system
        if system is None:
            continue
        message = Message(
            id=new_id(),
            authority=session.info["authority"],
            system=system,
            la_child_id=case.la_child_id,
            acts=[ActOut.model_validate(each) for each in done[child]],
            done_by=by,
            done_at=clock.now(),
            case=await queries.case_as_stated(session, case.id),
        )
        session.add(
            WriteBack(
                id=message.id,
                system=system,
                child_id=child,
                episode_id=case.id,
                message=message.model_dump(mode="json", exclude_defaults=True),
                made_at=message.done_at,
            )
        )


async def acknowledge(session: Session, system: str, message_id: UUID, receipt: WriteBackReceiptIn) -> WriteBack:
    """The system says what became of a message. The same again changes nothing.

    Raises `NotFound`, `SayWhatBecameOfIt`, `AnotherReceiptGiven`.
    """
    if receipt.standing is Standing.WAITING:
        raise SayWhatBecameOfIt("give no receipt before you know")
    row = await queries.one_of(session, system, message_id)
    if row.standing == Standing.WAITING:
        row.standing, row.reference, row.reason = receipt.standing, receipt.reference, receipt.reason
        row.receipt_at = clock.now()
    elif (row.standing, row.reference, row.reason) != (receipt.standing, receipt.reference, receipt.reason):
        raise AnotherReceiptGiven("the first one stands; tell whoever runs this service if it was wrong")
    return row
