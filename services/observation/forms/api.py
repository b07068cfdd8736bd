"""The HTTP door of forms: what a phone sends, and what a person settles."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.observation import permissions
from services.observation.forms import operations, queries
from services.observation.forms.landing import IN_WORDS, Dispute, Standing
from services.observation.forms.models import FormOut, SettlementIn
from services.observation.practice.models import ObservationIn, ObservationOut
from services.observation.practice.queries import shown_observation
from shared.problems import Conflict
from shared.settings import Settings
from shared.web.conditional import Replaces
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.problems import refusal
from shared.web.roles import Principal
from shared.web.shapes import Code, Id

router = APIRouter(prefix="/v1", tags=["forms"])


class KeptForAPerson(Conflict):
    title = "This form contradicts another; both are kept"


@router.put(
    "/observations/{observation_id}",
    status_code=201,
    response_model=ObservationOut | FormOut,
    responses={
        200: {"model": ObservationOut, "description": "The same form has come before, or the edit has landed"},
        202: {
            "model": ObservationOut | FormOut,
            "description": "Kept: parked until its case is heard of, or held until the version it replaces has come",
        },
    },
)
async def put_observation(
    observation_id: Id,
    posted: ObservationIn,
    session: Transaction,
    request: Request,
    response: Response,
    version: Replaces,
    by: Annotated[Principal, may(permissions.RECORD_OBSERVATIONS)],
) -> ObservationOut | FormOut | Response:
    """Record an observation under an id of your own making, or edit it. Send it as often as you like: it is recorded once.

    An edit names the version of the form that it replaces: `If-Match: "1"` is the first.
    """
    settings: Settings = request.app.state.settings
    form, is_new = await operations.receive(
        session,
        observation_id,
        posted,
        replaces=version.chained,
        by=by,
        own_manager_may=settings.own_managers_observe,
    )
    if form.standing == Standing.DISPUTED:
        response.status_code = KeptForAPerson.status
        why = IN_WORDS[form.disputed_because or Dispute.REPLACED_ALREADY]
        return refusal(KeptForAPerson(f"{why}; send nothing again: a person decides, at /v1/forms"))
    if form.standing != Standing.LANDED:
        response.status_code = 202 if form.standing == Standing.HELD else 200
        return (await queries.shown_forms(session, [form]))[0]
    shown = await shown_observation(session, observation_id, by=by)
    if shown.is_parked:
        response.status_code = 202
    elif not is_new or form.version > 1:
        response.status_code = 200
    return shown


@router.get("/forms")
async def list_forms(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_FORMS)],
    standing: Code[Standing] | None = None,
    observation_id: Id | None = None,
) -> Page[FormOut]:
    """Forms as they came, and what became of each; `standing=disputed` are those that wait for a person."""
    return await queries.page_of_forms(session, standing=standing, observation_id=observation_id, asked=asked, by=by)


@router.post("/forms/{form_id}/settlement")
async def post_settlement(
    form_id: Id,
    settlement: SettlementIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.SETTLE_FORMS)],
) -> FormOut:
    """Decide on a form that contradicts another: it replaces what stands, or is set aside. Both are kept."""
    if await once.is_first(session):
        await operations.settle(session, form_id, settlement, by=by)
    return (await queries.shown_forms(session, [await queries.form(session, form_id, by=by)]))[0]
