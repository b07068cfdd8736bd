"""The HTTP door of source systems: what they state of children, and what was found in it."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.intake import permissions
from services.intake.sources import operations, queries
from services.intake.sources.document import ChildDocument
from services.intake.sources.findings import Done, Finding, Outcome
from services.intake.sources.judging import judge
from services.intake.sources.models import (
    DocumentIn,
    DocumentOfManyIn,
    FindingOut,
    FoundOut,
    ReceiptOfMany,
    ReceiptOut,
    ReceiptsOut,
)
from services.intake.sources.operations import Source, Statement, Taken
from services.intake.sources.reading import read
from shared import clock
from shared.problems import NotFound, Problem
from shared.web.batch import body_of, read_batch
from shared.web.guard import Transaction, may
from shared.web.limits import BULK_BYTES
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.problems import document
from shared.web.roles import Principal
from shared.web.shapes import LAChildId, Reference

router = APIRouter(prefix="/v1/sources", tags=["sources"])

MOST = 100
"""Documents of one batch."""


class NotYourself(NotFound):
    title = "There is no such source system, or you are another"


Stating = Annotated[Principal, may(permissions.STATE_CHILDREN)]


def source_itself(system: str, by: Principal) -> Source:
    """The system in the address, if that is whoever asks. Raises `NotYourself`."""
    if by.id != system:
        raise NotYourself("the address names the system that the token was given to")
    return Source(system)


@router.get("/findings")
async def list_findings(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_FINDINGS)],
    source: Reference | None = None,
) -> Page[FoundOut]:
    """The children you may see of whom a source states something odd, or otherwise than it is recorded here."""
    return await queries.page_of_findings(session, asked=asked, source=source, by=by)


@router.put("/{system}/children/{la_child_id}")
async def put_child(
    system: Reference,
    la_child_id: LAChildId,
    stated: DocumentIn,
    session: Transaction,
    response: Response,
    by: Stating,
) -> ReceiptOut:
    """State what you hold of a child, within a scope and a period. 201 when nobody had stated anything of the child."""
    source, statement = source_itself(system, by), await asyncio.to_thread(_statement, la_child_id, stated)
    taken = await operations.state(session, source, [statement], by=by.id, judge=_judge)
    receipt = _receipt(la_child_id, taken)
    response.status_code = 201 if receipt.outcome is Outcome.NEW else 200
    return receipt


@router.put(
    "/{system}/children",
    response_model_exclude_none=True,
    max_body_size=BULK_BYTES,
    openapi_extra=body_of("children", "a document as the door of one child takes it, with its la_child_id"),
)
async def put_children(system: Reference, request: Request, session: Transaction, by: Stating) -> ReceiptsOut:
    """State up to 100 children, each as it would be by itself: `{"children": […]}`, or one a line (NDJSON).

    Every one is answered in its place, and none takes another with it. Of a child named twice the last stands.
    """
    source, media_type = source_itself(system, by), request.headers.get("content-type", "")
    sent = await asyncio.to_thread(_read_many, await request.body(), media_type)
    statements = {each.document.la_child_id: each for each in sent if isinstance(each, Statement)}
    taken = await operations.state_apart(session, source, [*statements.values()], by=by.id, judge=_judge)
    results = []
    for index, each in enumerate(sent):
        if isinstance(each, Problem):
            results.append(_refused(index, each))
        elif isinstance(outcome := taken[each.document.la_child_id], Problem):
            results.append(_refused(index, outcome))
        else:
            results.append(_taken(index, _receipt(each.document.la_child_id, outcome)))
    return ReceiptsOut(results=results)


def _read_many(body: bytes, media_type: str) -> list[Statement | Problem]:
    """In a thread: to understand a hundred documents takes a while."""
    read = read_batch(body, media_type, DocumentOfManyIn, name="children", most=MOST)
    return [each if isinstance(each, Problem) else _statement(each.la_child_id, each) for each in read]


def _statement(la_child_id: str, stated: DocumentIn) -> Statement:
    declared = {"scope": stated.scope, "since": stated.since, "until": stated.until}
    understood, findings = read(la_child_id, child=stated.child, cases=stated.cases, **declared)
    statement = Statement(understood, [each.as_dict() for each in findings])
    assert statement.fingerprint  # here, where it keeps nobody waiting
    return statement


def _judge(record: ChildDocument, sent: ChildDocument) -> Sequence[Finding]:
    return judge(record, sent, on=clock.today())


def _receipt(la_child_id: str, taken: Taken) -> ReceiptOut:
    findings = [FindingOut.model_validate(each) for each in taken.findings.get(la_child_id, ())]
    return ReceiptOut(
        la_child_id=la_child_id,
        outcome=taken.outcomes[la_child_id],
        set_aside=sum(each.done is Done.SET_ASIDE for each in findings),
        findings=findings,
    )


def _taken(index: int, receipt: ReceiptOut) -> ReceiptOfMany:
    return ReceiptOfMany(index=index, status=201 if receipt.outcome is Outcome.NEW else 200, receipt=receipt)


def _refused(index: int, problem: Problem) -> ReceiptOfMany:
    return ReceiptOfMany(index=index, status=problem.status, problem=document(problem))
