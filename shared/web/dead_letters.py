"""The operator's door to dead letters: which there are, why, and to have one replayed. Nothing of what they say."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from shared.messaging import dead_letters
from shared.messaging.dead_letters import Kind
from shared.web.guard import Reading, Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal, Role, act
from shared.web.shapes import FlagAsked, Out

READ_DEAD_LETTERS = act("read dead letters", Role.OPERATOR)
REPLAY_DEAD_LETTERS = act("replay dead letters", Role.OPERATOR)

router = APIRouter(prefix="/v1/dead-letters", tags=["dead letters"])


class DeadLetterOut(Out):
    id: UUID
    kind: Kind
    topic: str
    type: str
    key: UUID | None
    """Id of the subject; absent for a record that is no event."""
    reason: str
    failed_at: datetime
    attempts: int
    replayed_at: datetime | None


@router.get("")
async def list_dead_letters(
    session: Reading,
    asked: Annotated[PageAsked, Depends(page_asked)],
    _by: Annotated[Principal, may(READ_DEAD_LETTERS)],
    *,
    replayed: FlagAsked = False,
) -> Page[DeadLetterOut]:
    """What was heard and could not be acted on, in the order it was said: what waits, or what has been replayed."""
    found = await dead_letters.dead_letters(session, after=asked.after, limit=asked.limit + 1, replayed=replayed)
    shown, following = asked.cut(found, lambda letter: (letter.id,))
    return Page(items=[DeadLetterOut.model_validate(letter) for letter in shown], next=following)


@router.get("/{letter_id}")
async def read_dead_letter(
    letter_id: UUID, session: Reading, _by: Annotated[Principal, may(READ_DEAD_LETTERS)]
) -> DeadLetterOut:
    """One dead letter: its event's ids, topic and type, why it could not be acted on, when, and how often that was tried."""
    return DeadLetterOut.model_validate(await dead_letters.dead_letter(session, letter_id))


@router.post("/{letter_id}/replay")
async def replay_dead_letter(
    letter_id: UUID,
    request: Request,
    session: Transaction,
    once: OnceOnly,
    _by: Annotated[Principal, may(REPLAY_DEAD_LETTERS)],
) -> DeadLetterOut:
    """Act on the event again. `replayed_at` is there when that went well; otherwise `reason` says why not."""
    if await once.is_first(session):
        await request.app.state.service.hearer(request.app.state.database).replay(session, letter_id)
    return DeadLetterOut.model_validate(await dead_letters.dead_letter(session, letter_id))
