"""A retry is always safe: the same key with the same body is answered from what the first one did.

The record is a row of the request's own transaction, inserted first: a second request with the key waits for the first
to finish and is then its replay. Kept are a fingerprint and, where a replay could not tell them, the status and the
ids and codes of the answer, never what was said: a replay reads the answer again, through the same permissions as
anybody. A request that was refused, or broke, leaves no record: its key is as good as new.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import JSON, Column, Integer, LargeBinary, Table, Text, delete, select, update
from sqlalchemy.exc import DBAPIError

from shared import clock
from shared.database import GROUND, Database, Insert, Session, UTCDateTime, put_together_once
from shared.problems import Conflict, Unprocessable
from shared.settings import Misconfigured
from shared.web.guard import depends_on

idempotency_table = Table(
    "idempotency",
    GROUND,
    Column("client", Text, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", Integer, nullable=True),
    Column("outcome", JSON(none_as_null=True), nullable=True),
    Column("at", UTCDateTime, nullable=False),
)

KEPT = timedelta(days=30)
"""A phone may be offline for weeks and then send everything again."""

LOCK_NOT_AVAILABLE = "55P03"


class KeyUsedForSomethingElse(Unprocessable):
    title = "This Idempotency-Key came with a different request before"
    at = "#/header/idempotency-key"


class StillBeingAnswered(Conflict):
    title = "The first request with this Idempotency-Key is still being carried out"
    headers = {"Retry-After": "5"}  # noqa: RUF012 -- as everywhere, read only


class Once:
    """One request that may be sent again. Ask `is_first` before anything is changed."""

    def __init__(self, request: Request, response: Response, key: str | None) -> None:
        self._request, self._response, self._key = request, response, key
        self.outcome: Any = None
        """In a replay: what the first one remembered."""

    async def is_first(self, session: Session) -> bool:
        """Whether this request is to be carried out; if not, it is a replay and is answered from what stands.

        Raises `KeyUsedForSomethingElse`, or `StillBeingAnswered` when the first one takes longer than we would wait.
        """
        if self._key is None:
            return True
        fingerprint = await _fingerprint(self._request)
        if await self._claim(session, fingerprint):
            return True
        first = (await session.execute(select(idempotency_table).filter_by(**self._here()))).one()
        if first.fingerprint != fingerprint:
            raise KeyUsedForSomethingElse("use a new key for a new request, or send exactly the first one again")
        self._response.headers["Idempotency-Replayed"] = "true"
        self._response.status_code = first.status or self._response.status_code
        self.outcome = first.outcome
        return False

    async def remember(self, session: Session, *, status: int | None = None, outcome: Any = None) -> None:
        """Answer with this status, and keep what a replay could not read again: ids and codes, never what was said."""
        self._response.status_code = status or self._response.status_code
        if self._key is not None:
            kept = update(idempotency_table).filter_by(**self._here()).values(status=status, outcome=outcome)
            await session.execute(kept)

    async def _claim(self, session: Session, fingerprint: bytes) -> bool:
        row = {**self._here(), "fingerprint": fingerprint, "at": clock.now()}
        try:
            return bool((await session.execute(_claimed(session), row)).rowcount)  # type: ignore[attr-defined]
        except DBAPIError as failure:
            if getattr(failure.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
                raise StillBeingAnswered("wait, then send exactly the same request again") from failure
            raise

    def _here(self) -> dict[str, str]:
        route = self._request.scope["route"].path
        return {"client": self._request.state.principal.id, "route": route, "key": self._key or ""}


@put_together_once(idempotency_table)
def _claimed(claim: Insert) -> Insert:
    return claim.on_conflict_do_nothing()


async def _fingerprint(request: Request) -> bytes:
    """Of what is asked for. Neither the order of fields nor white space makes another request: not every client that
    writes the same thing twice writes it in the same order.
    """
    body = await request.body()
    if body and request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        body = json.dumps(await request.json(), sort_keys=True).encode()
    return hashlib.sha256(f"{request.url.path}?{request.url.query}\n".encode() + body).digest()


async def _once(
    request: Request,
    response: Response,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=255,
            pattern=r"^[ -~]+$",
            description="Your own name for this request, kept for 30 days; sending it again is safe",
        ),
    ] = None,
) -> Once:
    return Once(request, response, idempotency_key)


OnceOnly = Annotated[Once, Depends(_once)]


def refuse_unrepeatable(routers: Iterable[APIRouter]) -> None:
    """Raise `Misconfigured` if any POST could not be sent again under an Idempotency-Key."""
    for route in (route for router in routers for route in router.routes if isinstance(route, APIRoute)):
        if "POST" in (route.methods or ()) and not depends_on(route, _once):
            raise Misconfigured(f"POST {route.path} takes no Idempotency-Key: ask for it with OnceOnly")


async def keep_only_recent(database: Database) -> None:
    """The leader's housekeeping: forget what is past keeping."""
    async with database.transaction() as session:
        await forget_old_keys(session, clock.now() - KEPT)


async def forget_old_keys(session: Session, before: datetime) -> int:
    """Remove the records of requests made before an instant; returns how many there were."""
    gone = await session.execute(delete(idempotency_table).where(idempotency_table.c.at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]
