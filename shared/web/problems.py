"""Refusals as RFC 9457 problem documents: what, where, what to do. Never a rejected value: it may be a child's name."""

import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared import telemetry
from shared.messaging.inbox import is_transient
from shared.problems import NotAuthenticated, Problem
from shared.telemetry import log
from shared.web.refusals import audit_refusal

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 50
DATABASE_FAULTS = (DBAPIError, PoolTimeout, OSError, TimeoutError)


class Fault(BaseModel):
    """One thing wrong with the request, and where."""

    pointer: str = Field(description="JSON pointer into the body, or `#/query/…`, `#/path/…`, `#/header/…`")
    code: str
    message: str


class ProblemDocument(BaseModel):
    """The body of every refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[Fault] = []


REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemDocument, "description": HTTPStatus(status).phrase}
    for status in (400, 401, 403, 404, 409, 422, 503)
}


def answer(
    status: int,
    *,
    type: str,
    title: str,
    detail: str,
    errors: list[Fault] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    document = ProblemDocument(
        type=type, title=title, status=status, detail=detail, request_id=telemetry.request_id.get(), errors=errors or []
    )
    return JSONResponse(document.model_dump(), status, headers, MEDIA_TYPE)


async def on_problem(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, Problem)
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(problem, NotAuthenticated) else None
    refusal = answer(problem.status, type=problem.type, title=problem.title, detail=problem.detail, headers=headers)
    return await _recorded(request, refusal)


async def _recorded(request: Request, refusal: JSONResponse) -> JSONResponse:
    """A refusal is told once it stands in the audit; while it cannot be recorded the answer is to try again. Nobody
    without a token is kept waiting for the database: that token is as bad tomorrow.
    """
    try:
        await audit_refusal(request, refusal.status_code)
    except DATABASE_FAULTS as failure:
        if refusal.status_code == HTTPStatus.UNAUTHORIZED:
            log.warning("audit.stranger_not_recorded", error=type(failure).__name__)
            return refusal
        return await on_database(request, failure)
    return refusal


async def on_invalid(request: Request, failure: Exception) -> JSONResponse:
    """A body or parameter of the wrong shape. FastAPI's own handler echoes the input, and crashes on NaN in it."""
    assert isinstance(failure, RequestValidationError)
    found = failure.errors()
    if any(error["type"] == "json_invalid" for error in found):
        return answer(
            400,
            type="urn:dwc:problem:malformed",
            title="The body is not JSON",
            detail="send one JSON document in UTF-8",
        )
    faults = [
        Fault(pointer=_pointer(error["loc"]), code=error["type"], message=_message(error))
        for error in found[:MOST_ERRORS]
    ]
    refusal = answer(
        422,
        type="urn:dwc:problem:invalid",
        title="The request has fields that are missing or wrong",
        detail="correct the fields named in errors and send it again",
        errors=faults,
    )
    return await _recorded(request, refusal)


def _pointer(place: tuple[int | str, ...]) -> str:
    source, *path = place
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in path]
    if source == "body":
        return "/" + "/".join(steps) if steps else ""
    return "#/" + "/".join([str(source), *steps])


def _message(error: dict[str, Any]) -> str:
    """Pydantic's sentence for the kind of fault; a validator's own words are ours and never hold a value."""
    if error["type"] == "extra_forbidden":
        return "this field is not known here"
    return str(error["msg"]).removeprefix("Value error, ")


async def on_http(_request: Request, failure: Exception) -> JSONResponse:
    assert isinstance(failure, HTTPException)
    phrase = HTTPStatus(failure.status_code).phrase
    name = re.sub(r"[^a-z]+", "-", phrase.lower())
    headers = dict(failure.headers or {})
    return answer(
        failure.status_code,
        type=f"urn:dwc:problem:{name}",
        title=phrase,
        detail=f"{phrase.lower()} at this address",
        headers=headers,
    )


async def on_database(_request: Request, failure: Exception) -> JSONResponse:
    """The database refused or is away. A constraint that no rule foresaw is a conflict, not a crash; it is logged as a fault of ours."""
    if is_transient(failure):
        return answer(
            503,
            type="urn:dwc:problem:busy",
            title="The database is busy or away",
            detail="nothing was changed; send the same request again",
            headers={"Retry-After": "2"},
        )
    if isinstance(failure, IntegrityError):
        log.error("constraint.unforeseen", error=type(failure.orig).__name__)
        return answer(
            409,
            type="urn:dwc:problem:conflict",
            title="This conflicts with what is already recorded",
            detail="nothing was changed",
        )
    return await on_fault(_request, failure)


async def on_fault(_request: Request, failure: Exception) -> JSONResponse:
    log.error("fault", error=type(failure).__name__, exc_info=failure)
    return answer(
        500,
        type="urn:dwc:problem:fault",
        title="Something is wrong with this service",
        detail="nothing was changed; the fault is logged under request_id",
    )


def install(app: FastAPI) -> None:
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    for kind in DATABASE_FAULTS:
        app.add_exception_handler(kind, on_database)
    app.add_exception_handler(Exception, on_fault)
