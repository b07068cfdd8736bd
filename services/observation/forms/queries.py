"""Reads of forms as they came. Every one starts from what whoever asks may see."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.observation.forms.landing import Standing
from services.observation.forms.models import Form, FormOut
from services.observation.people.queries import workers
from services.observation.sight import forms_seen_by
from shared import audit
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def page_of_forms(
    session: Session, *, standing: Standing | None, observation_id: UUID | None, asked: PageAsked, by: Principal
) -> Page[FormOut]:
    """The forms whoever asks may see, in the order in which they came; of one observation, or of one standing."""
    wanted = select(Form).where(await forms_seen_by(session, by))
    if standing is not None:
        wanted = wanted.where(Form.standing == standing)
    if observation_id is not None:
        wanted = wanted.where(Form.observation_id == observation_id)
    shown, following = await asked.read(session, wanted, col(Form.id))
    return Page(items=await shown_forms(session, shown), next=following)


async def form(session: Session, form_id: UUID, *, by: Principal) -> Form:
    """One form. Raises `NotFound` when it is not there or not theirs to see."""
    wanted = select(Form).where(Form.id == form_id, await forms_seen_by(session, by))
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("there is no such form, or it is not yours to see")
    return found


async def shown_forms(session: Session, forms: Sequence[Form]) -> list[FormOut]:
    """Forms as they are shown."""
    audit.touches(session, {id for each in forms for id in (each.observation_id, each.id)})
    people = await workers(session, {each.observer_id for each in forms})
    return [
        FormOut.model_validate(each.model_dump(warnings=False) | {"observer": people[each.observer_id].reference})
        for each in forms
    ]
