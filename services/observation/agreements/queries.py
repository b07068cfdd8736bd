"""Reads of wordings and agreements."""

from uuid import UUID

from sqlmodel import col, select

from services.observation.agreements.models import Agreement, AgreementOut, Wording, WordingOut
from services.observation.waves.queries import participation
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def wording(session: Session, reference: str) -> WordingOut:
    """One wording. Raises `NotFound`."""
    found = await session.get(Wording, reference)
    if found is None:
        raise NotFound("there is no such wording")
    return WordingOut.model_validate(found)


async def page_of_wordings(session: Session, *, asked: PageAsked) -> Page[WordingOut]:
    """The words in which people are asked, in order of their id."""
    found, following = await asked.read(session, select(Wording), col(Wording.reference))
    return Page(items=[WordingOut.model_validate(each) for each in found], next=following)


async def agreements_of(session: Session, participation_id: UUID, *, by: Principal) -> list[AgreementOut]:
    """Everything that was answered in a case, in the order in which it was recorded. Raises `NotFound`."""
    case = await participation(session, participation_id, by=by)
    wanted = select(Agreement).where(Agreement.participation_id == case.id)
    found = (await session.exec(wanted.order_by(col(Agreement.recorded_at), col(Agreement.id)))).all()
    latest = {(each.person, each.purpose): each.id for each in found}
    return [
        AgreementOut.model_validate(
            each.model_dump(warnings=False) | {"stands": latest[each.person, each.purpose] == each.id}
        )
        for each in found
    ]
