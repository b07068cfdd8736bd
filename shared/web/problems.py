"""Refusals as RFC 9457 problem documents: what, where, what to do. Never a rejected value: it may be a child's name."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared import telemetry
from shared.failures import is_transient
from shared.problems import Conflict, Problem, TryAgain
from shared.telemetry import log
from shared.web.faults import Fault, Faulty, of_shape
from shared.web.refusals import audit_refusal

MEDIA_TYPE = "application/problem+json"
DATABASE_FAULTS = (DBAPIError, PoolTimeout, OSError, TimeoutError)


class ProblemDocument(BaseModel):
    """The body of every refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[Fault] = []


class Invalid(Faulty):
    status = 422
    title = "The request has fields that are missing or wrong"


class FaultOfOurs(Problem):
    status = 500
    title = "Something is wrong with this service"


def refusal(problem: Problem) -> JSONResponse:
    """A refusal as the answer to the request being served."""
    return _answer(document(problem), problem.headers)


def _faults(problem: Problem) -> list[Fault]:
    if isinstance(problem, Faulty):
        return problem.faults
    if problem.at:
        return [Fault(pointer=problem.at, code=problem.type.rpartition(":")[2], message=problem.title)]
    return []


def document(problem: Problem) -> ProblemDocument:
    """A refusal as a document, for the request being served."""
    return ProblemDocument(
        status=problem.status,
        type=problem.type,
        title=problem.title,
        detail=problem.detail,
        errors=_faults(problem),
        request_id=telemetry.request_id.get(),
    )


def _answer(document: ProblemDocument, headers: Mapping[str, str]) -> JSONResponse:
    return JSONResponse(document.model_dump(), document.status, dict(headers), MEDIA_TYPE)


async def on_problem(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, Problem)
    return await _recorded(request, refusal(problem))


async def _recorded(request: Request, answer: JSONResponse) -> JSONResponse:
    """A refusal is told once it stands in the audit; while it cannot be recorded the answer is to try again. Nobody
    without a token is kept waiting for the database: that token is as bad tomorrow.
    """
    try:
        await audit_refusal(request, answer.status_code)
    except DATABASE_FAULTS as failure:
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            log.warning("audit.stranger_not_recorded", error=type(failure).__name__)
            return answer
        return await on_database(request, failure)
    return answer


async def on_invalid(request: Request, failure: Exception) -> JSONResponse:
    """A body or parameter of the wrong shape. FastAPI's own handler echoes the input, and crashes on NaN in it."""
    assert isinstance(failure, RequestValidationError)
    problem = Invalid(
        "correct the fields named in errors and send it again", of_shape(failure.errors(), _body_of(request))
    )
    return await _recorded(request, refusal(problem))


def _body_of(request: Request) -> object:
    """The shape that the body of this route is to have."""
    body = getattr(request.scope.get("route"), "body_field", None)
    return body.field_info.annotation if body else None


async def on_http(request: Request, failure: Exception) -> JSONResponse:
    """What the framework refuses by itself: an address or a method that is not there."""
    assert isinstance(failure, HTTPException)
    phrase = HTTPStatus(failure.status_code).phrase
    told = ProblemDocument(
        status=failure.status_code,
        type="urn:dwc:problem:" + re.sub(r"[^a-z]+", "-", phrase.lower()),
        title=phrase,
        detail=f"check the address and the method; what there is stands in {_described(request)}",
        request_id=telemetry.request_id.get(),
    )
    return _answer(told, failure.headers or {})


def _described(request: Request) -> str:
    """Where what there is here is described: below the path that this application is mounted at, if it describes itself."""
    openapi = request.app.openapi_url
    return f"{request.scope.get('root_path', '')}{openapi}" if openapi else "the pages that / lists"


async def on_database(request: Request, failure: Exception) -> JSONResponse:
    """The database refused or is away. A constraint that no rule foresaw is a conflict, not a crash; it is logged as a fault of ours."""
    if is_transient(failure):
        return refusal(TryAgain("the database is busy or away; nothing was changed: send the same request again"))
    if isinstance(failure, IntegrityError):
        log.error("constraint.unforeseen", error=type(failure.orig).__name__)
        return refusal(Conflict("nothing was changed; read what is recorded before you decide"))
    return await on_fault(request, failure)


async def on_fault(_request: Request, failure: Exception) -> JSONResponse:
    """The last answer. The fault is logged with its places, and without a word of what it says."""
    log.error("fault", error=type(failure).__name__, exc_info=failure)
    return refusal(FaultOfOurs("nothing was changed; the fault is logged under request_id"))


def install(app: FastAPI) -> None:
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    for kind in DATABASE_FAULTS:
        app.add_exception_handler(kind, on_database)
    app.add_exception_handler(Exception, on_fault)
