"""Reads of what was said and done: open to everybody who works here."""

from sqlmodel import col, select

from services.observation.said_and_done.models import SaidAndDone, SaidAndDoneOut
from shared.database import Session
from shared.web.paging import Page, PageAsked


async def page_of_said_and_done(session: Session, *, asked: PageAsked) -> Page[SaidAndDoneOut]:
    """What was said and what came of it, the earliest first."""
    shown, following = await asked.read(session, select(SaidAndDone), col(SaidAndDone.on), col(SaidAndDone.id))
    return Page(items=[shown_row(row) for row in shown], next=following)


def shown_row(row: SaidAndDone) -> SaidAndDoneOut:
    """One row as it is shown."""
    is_open = row.done is None and row.why_not is None
    return SaidAndDoneOut.model_validate(row.model_dump(warnings=False) | {"is_open": is_open})
