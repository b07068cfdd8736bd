"""A retry is always safe: the same key with the same body is answered from what the first one did.

The record is a row of the request's own transaction, inserted first: a second request with the key waits for the first
to finish and then replays it. Kept are the status, the id made and a fingerprint, never the body: a replay reads the
answer again, through the same permissions as anybody.
"""

import hashlib
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from sqlalchemy import Column, LargeBinary, Table, Text, Uuid, select, update

from shared import clock
from shared.database import GROUND, Session, UTCDateTime, insert_or
from shared.problems import Unprocessable

idempotency_table = Table(
    "idempotency",
    GROUND,
    Column("client", Text, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("made", Uuid, nullable=True),
    Column("at", UTCDateTime, nullable=False),
)


class KeyUsedForSomethingElse(Unprocessable):
    title = "This Idempotency-Key came with a different request before"
    at = "#/header/idempotency-key"


class Once:
    """One request that may be sent again. Ask `earlier` first; say what was made with `made`."""

    def __init__(self, request: Request, response: Response, key: str | None) -> None:
        self._request, self._response, self._key = request, response, key

    async def earlier(self, session: Session) -> UUID | None:
        """What the first request with this key made; None when this is the first."""
        if self._key is None:
            return None
        fingerprint = hashlib.sha256(self._request.url.path.encode() + b"\n" + await self._request.body()).digest()
        here = self._here()
        claim = insert_or(session, idempotency_table).values(**here, fingerprint=fingerprint, at=clock.now())
        if (await session.execute(claim.on_conflict_do_nothing())).rowcount:  # type: ignore[attr-defined]
            return None
        row = (await session.execute(select(idempotency_table).filter_by(**here))).one()
        if row.fingerprint != fingerprint:
            raise KeyUsedForSomethingElse("use a new key for a new request, or send exactly the first body again")
        self._response.headers["Idempotency-Replayed"] = "true"
        return row.made  # type: ignore[no-any-return]

    async def made(self, session: Session, subject: UUID) -> None:
        """Remember what this request made."""
        if self._key is not None:
            await session.execute(update(idempotency_table).filter_by(**self._here()).values(made=subject))

    def _here(self) -> dict[str, str]:
        route = self._request.scope["route"].path
        return {"client": self._request.state.principal.id, "route": route, "key": self._key or ""}


def _once(
    request: Request,
    response: Response,
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=255, description="Your own name for this request; sending it again is safe"),
    ] = None,
) -> Once:
    return Once(request, response, idempotency_key)


OnceOnly = Annotated[Once, Depends(_once)]
