"""The HTTP door of the pulse survey."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.observation import permissions
from services.observation.pulse import operations, queries
from services.observation.pulse.models import PulseAnsweredOut, PulseIn, PulseOut, QuestionOut
from services.observation.pulse.survey import QUESTIONS
from shared.web.guard import Reading, Transaction, may
from shared.web.roles import Principal

router = APIRouter(prefix="/v1/pulse", tags=["pulse survey"])

Quarter = Annotated[str, Query(pattern=r"^(19|20|21)[0-9]{2}-[0-9]{2}-Q[1-4]$")]
"""Of the financial year: `2026-27-Q1` is April to June 2026."""


@router.get("/questions")
async def list_questions(
    _session: Reading, _by: Annotated[Principal, may(permissions.ANSWER_PULSE)]
) -> list[QuestionOut]:
    """The ten questions, and between what each is answered."""
    return [QuestionOut.model_validate({"asked": asked, **vars(question)}) for asked, question in QUESTIONS.items()]


@router.put("", status_code=201, responses={200: {"model": PulseAnsweredOut}})
async def put_pulse(
    posted: PulseIn,
    session: Transaction,
    response: Response,
    by: Annotated[Principal, may(permissions.ANSWER_PULSE)],
) -> PulseAnsweredOut:
    """Answer for this quarter, once. What you answer is added to counts, and kept under nobody's name."""
    quarter, is_first = await operations.answer(session, posted, by=by)
    if not is_first:
        response.status_code = 200
    return PulseAnsweredOut(quarter=quarter, is_first=is_first)


@router.get("")
async def read_pulse(
    session: Transaction, quarter: Quarter, by: Annotated[Principal, may(permissions.READ_PULSE)]
) -> PulseOut:
    """What was answered in a quarter that is over, by at least eight: in the service, in your team, or in every team."""
    return await queries.pulse(session, quarter, by=by)
