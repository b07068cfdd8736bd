"""Is it alive, is it ready, which version is it. Anybody may ask; the answers say nothing about anyone."""

from importlib.metadata import version

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from shared.messaging import outbox
from shared.migrations import is_current
from shared.sealing.queries import unsealed_seconds
from shared.web.guard import public

router = APIRouter(tags=["health"])


class Version(BaseModel):
    service: str
    version: str


class Readiness(BaseModel):
    ready: bool
    database: str
    tables: str
    events_waiting: int | None = None
    audit_unsealed_seconds: float | None = None
    """Age of the oldest audit row under no seal: the window in which a change to the audit would not be found."""


@router.get("/health/live")
@public
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/health/ready", response_model=Readiness)
@public
async def ready(request: Request) -> JSONResponse:
    """The database answers and has the tables this version needs. A broker that is away does not make it unready:
    writes go on, and `events_waiting` says how much is still to be delivered.
    """
    database, service = request.app.state.database, request.app.state.service
    try:
        current = await is_current(database, service.migrations)
        async with database.watching() as session:
            waiting = await outbox.depth(session) if current else None
            unsealed = await unsealed_seconds(session) if current else None
    except Exception:
        return JSONResponse(Readiness(ready=False, database="unreachable", tables="unknown").model_dump(), 503)
    readiness = Readiness(
        ready=current,
        database="reachable",
        tables="current" if current else "behind",
        events_waiting=waiting,
        audit_unsealed_seconds=unsealed,
    )
    return JSONResponse(readiness.model_dump(), 200 if current else 503)


@router.get("/version")
@public
async def which_version(request: Request) -> Version:
    """Which service this is, and which version of it."""
    return Version(service=request.app.state.service.name, version=version("doing-what-counts"))
