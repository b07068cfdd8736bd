"""The auditor's door: who did or saw what, and the seals over it. Ids and names of acts only; nothing of any case.

Reading the audit is itself audited, with the subject that was asked about.
"""

import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from annotated_types import Interval
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from shared import audit
from shared.audit import Asked
from shared.database import Database
from shared.sealing.queries import last_row, signed_seals, unsealed_seconds
from shared.sealing.statement import sha256_of
from shared.spreadsheets import inert
from shared.web.guard import Transaction, may
from shared.web.paging import PageAsked, page_asked
from shared.web.roles import Principal, Role, act
from shared.web.shapes import IN_DIGITS, Id, Instant, Out

READ_AUDIT = act("read the audit", Role.AUDITOR)

router = APIRouter(prefix="/v1/audit", tags=["audit"])

EXPORTED_AT_ONCE = 1000
COLUMNS = tuple(column.name for column in audit.audit_table.columns)

Status = Annotated[int, Interval(ge=100, le=599), IN_DIGITS]
Actor = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_.:/@|+ -]{1,200}$")]
ActName = Annotated[str | None, Query(pattern=r"^[a-z', -]{1,100}$")]


class AuditRowOut(Out):
    seq: int
    at: datetime
    request_id: str
    actor: str
    """`sub` of the token; empty for whoever had none."""
    role: str
    act: str
    subjects: list[UUID]
    outcome: int
    """The status the request ended with."""
    break_glass: str | None
    """Id of the broken glass through which it was read, where it was read so."""


class AuditPage(Out):
    items: list[AuditRowOut]
    next: str | None = None
    """Send this as `after` for the next page, or follow the `Link`; absent on the last."""


class SealOut(Out):
    seal: int
    last: int
    """`seq` of the last row it covers."""
    sha256: str
    """Head of the chain: keep a copy, and no earlier row can be changed without your noticing."""
    signed: str
    """A JWS of the statement, to be verified with the public keys in the anchors' folder."""


class SealPage(Out):
    items: list[SealOut]
    next: str | None = None
    unsealed_seconds: float
    """Age of the oldest row under no seal."""


async def asked_for(
    subject: Id | None = None,
    actor: Actor = None,
    act: ActName = None,
    outcome: Status | None = None,
    break_glass: Id | None = None,
    since: Annotated[Instant | None, Query(alias="from")] = None,
    before: Annotated[Instant | None, Query(alias="to")] = None,
) -> Asked:
    return Asked(
        subject=subject, actor=actor, act=act, outcome=outcome, break_glass=break_glass, since=since, before=before
    )


@router.get("")
async def list_audit_rows(
    session: Transaction,
    asked: Annotated[Asked, Depends(asked_for)],
    page: Annotated[PageAsked, Depends(page_asked)],
    _by: Annotated[Principal, may(READ_AUDIT)],
) -> AuditPage:
    """Who did or saw what, oldest first: by subject, actor, act, outcome, broken glass, and from an instant until, but not
    at, another.
    """
    audit.touches(session, [asked.subject])
    (after,) = page.place(int) or (0,)
    found = await audit.rows(session, asked, after=after, limit=page.limit + 1)
    shown, following = page.cut(found, lambda row: (row.seq,))
    return AuditPage(items=[AuditRowOut.model_validate(row) for row in shown], next=following)


@router.get("/export", response_class=StreamingResponse, responses={200: {"content": {"text/csv": {}}}})
async def export_audit(
    request: Request,
    session: Transaction,
    asked: Annotated[Asked, Depends(asked_for)],
    _by: Annotated[Principal, may(READ_AUDIT)],
) -> StreamingResponse:
    """All rows asked for as CSV, one a line: those there are at this moment."""
    audit.touches(session, [asked.subject])
    whole = Asked(**vars(asked) | {"until": await last_row(session)})
    name = f'attachment; filename="audit-{request.app.state.service.name}.csv"'
    lines = _lines(request.app.state.database, whole)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


async def _lines(database: Database, asked: Asked) -> AsyncIterator[str]:
    """The request's own transaction ends before the answer begins, so each part is read by itself."""
    yield _line(COLUMNS)
    after = 0
    while True:
        async with database.reading() as session:
            found = await audit.rows(session, asked, after=after, limit=EXPORTED_AT_ONCE)
        if not found:
            return
        yield "".join(_line([*map(_cell, row)]) for row in found)
        after = found[-1].seq


def _line(cells: Any) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def _cell(value: Any) -> str:
    """An actor's name comes from elsewhere."""
    if isinstance(value, datetime):
        return value.isoformat()
    text = " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return inert(text)


@router.get("/seals")
async def list_seals(
    session: Transaction,
    page: Annotated[PageAsked, Depends(page_asked)],
    _by: Annotated[Principal, may(READ_AUDIT)],
) -> SealPage:
    """The signed statements over the audit, oldest first. `dwc audit verify` compares them with every row."""
    (after,) = page.place(int) or (0,)
    found = await signed_seals(session, after=after, limit=page.limit + 1)
    shown, following = page.cut(found, lambda seal: (seal[0],))
    items = [SealOut(seal=n, last=last, sha256=sha256_of(signed), signed=signed) for n, last, signed in shown]
    return SealPage(items=items, next=following, unsealed_seconds=await unsealed_seconds(session))
