"""What our door is measured against: a bare endpoint, the insert a textbook shows, and the driver alone.

    python -m tests.benchmarks.yardsticks bare|textbook|raw PORT DATABASE_URL

The last two write the six rows a posted referral becomes (form, child, referral, event, audit row, key), durably and in
one transaction, and check nobody's token.
"""

import hashlib
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import FastAPI
from sqlalchemy import JSON, DateTime, LargeBinary, Text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.intake.referrals.models import FormOut, ReferralIn, ReferralOut
from shared.ids import new_id


def form_out(posted: ReferralIn, form_id: UUID, referral_id: UUID, child_id: UUID) -> FormOut:
    referral = ReferralOut(
        id=referral_id,
        child_id=child_id,
        received_on=posted.received_on,
        source=posted.source,
        primary_need=posted.primary_need,
        outcome=None,
        no_further_action=None,
        decision_due_on=posted.received_on,
        decided_at=None,
    )
    return FormOut(id=form_id, source_reference=posted.source_reference, referrals=[referral])


def bare() -> FastAPI:
    """The same model in and out, and nothing done."""
    app = FastAPI()

    @app.post("/v1/referrals", status_code=201)
    async def post(posted: ReferralIn) -> FormOut:
        return form_out(posted, new_id(), new_id(), new_id())

    return app


class FormRow(SQLModel, table=True):
    __tablename__ = "form"
    id: UUID = Field(primary_key=True)
    source_system: str
    source_reference: str = Field(unique=True)
    fingerprint: bytes = Field(sa_type=LargeBinary)
    concern: str | None
    received_at: datetime = Field(sa_type=DateTime(timezone=True))


class ChildRow(SQLModel, table=True):
    __tablename__ = "child"
    id: UUID = Field(primary_key=True)
    n: int
    la_child_id: str = Field(unique=True)
    forename: str | None
    surname: str | None
    disabilities: list[str] = Field(sa_type=JSON)


class ReferralRow(SQLModel, table=True):
    __tablename__ = "referral"
    id: UUID = Field(primary_key=True)
    child_id: UUID = Field(foreign_key="child.id", index=True)
    form_id: UUID = Field(foreign_key="form.id", index=True)
    received_on: date
    source: str
    primary_need: str | None


class EventRow(SQLModel, table=True):
    __tablename__ = "event"
    pos: int | None = Field(default=None, primary_key=True)
    topic: str
    key: UUID
    headers: dict[str, str] = Field(sa_type=JSON)
    data: bytes = Field(sa_type=LargeBinary)


class AuditRow(SQLModel, table=True):
    __tablename__ = "audit"
    seq: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=DateTime(timezone=True))
    actor: str
    act: str = Field(sa_type=Text)
    subjects: list[str] = Field(sa_type=JSON)


class KeyRow(SQLModel, table=True):
    __tablename__ = "idempotency"
    client: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: bytes = Field(sa_type=LargeBinary)
    made: UUID


def textbook(url: str) -> FastAPI:
    """SQLModel as its documentation shows: objects added to a session, one commit, the row refreshed."""
    engine = create_async_engine(url, pool_size=10, max_overflow=5)

    @asynccontextmanager
    async def tables(_app: FastAPI) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.drop_all)
            await connection.run_sync(SQLModel.metadata.create_all)
        yield
        await engine.dispose()

    app = FastAPI(lifespan=tables)

    @app.post("/v1/referrals", status_code=201)
    async def post(posted: ReferralIn) -> FormOut:
        rows = made_of(posted)
        async with AsyncSession(engine) as session:
            for row in rows.values():
                session.add(row)
            await session.commit()
            for name in ("form", "child", "referral"):
                await session.refresh(rows[name])
            return form_out(posted, rows["form"].id, rows["referral"].id, rows["child"].id)

    return app


def made_of(posted: ReferralIn) -> dict[str, Any]:
    """The rows that a form about one child becomes."""
    (stated,) = posted.children
    form_id, child_id, referral_id = new_id(), new_id(), new_id()
    now, fingerprint = datetime.now(UTC), hashlib.sha256(posted.model_dump_json().encode()).digest()
    state = {"child_id": str(child_id), "referrals": [{"id": str(referral_id), "received_on": str(posted.received_on)}]}
    return {
        "form": FormRow(
            id=form_id,
            source_system="case-system",
            source_reference=posted.source_reference,
            fingerprint=fingerprint,
            concern=posted.concern,
            received_at=now,
        ),
        "child": ChildRow(
            id=child_id,
            n=1,
            la_child_id=stated.la_child_id,
            forename=stated.forename,
            surname=stated.surname,
            disabilities=[],
        ),
        "referral": ReferralRow(
            id=referral_id,
            child_id=child_id,
            form_id=form_id,
            received_on=posted.received_on,
            source=posted.source,
            primary_need=posted.primary_need,
        ),
        "event": EventRow(
            topic="intake.child", key=child_id, headers={"ce_id": str(new_id())}, data=json.dumps(state).encode()
        ),
        "audit": AuditRow(at=now, actor="case-system", act="post referrals", subjects=[str(child_id)]),
        "key": KeyRow(client="case-system", key=posted.source_reference, fingerprint=fingerprint, made=form_id),
    }


STATEMENTS = {
    "form": "INSERT INTO form (id, source_system, source_reference, fingerprint, concern, received_at) VALUES ($1, $2, $3, $4, $5, $6)",
    "child": "INSERT INTO child (id, n, la_child_id, forename, surname, disabilities) VALUES ($1, $2, $3, $4, $5, $6)",
    "referral": "INSERT INTO referral (id, child_id, form_id, received_on, source, primary_need) VALUES ($1, $2, $3, $4, $5, $6)",
    "event": "INSERT INTO event (topic, key, headers, data) VALUES ($1, $2, $3, $4)",
    "audit": "INSERT INTO audit (at, actor, act, subjects) VALUES ($1, $2, $3, $4)",
    "key": "INSERT INTO idempotency (client, key, fingerprint, made) VALUES ($1, $2, $3, $4)",
}
DRAWN_BY_DATABASE = {"pos", "seq"}


def raw(url: str) -> FastAPI:
    """asyncpg alone: BEGIN, six prepared inserts, COMMIT, into the tables the textbook made."""

    @asynccontextmanager
    async def pool(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(url.replace("+asyncpg", ""), min_size=10, max_size=15) as app.state.pool:
            yield

    app = FastAPI(lifespan=pool)

    @app.post("/v1/referrals", status_code=201)
    async def post(posted: ReferralIn) -> FormOut:
        rows = made_of(posted)
        async with app.state.pool.acquire() as connection, connection.transaction():
            for name, statement in STATEMENTS.items():
                await connection.execute(statement, *_values(rows[name]))
        return form_out(posted, rows["form"].id, rows["referral"].id, rows["child"].id)

    return app


def _values(row: SQLModel) -> list[Any]:
    return [
        json.dumps(value) if isinstance(value, dict | list) else value
        for name, value in row
        if name not in DRAWN_BY_DATABASE
    ]


if __name__ == "__main__":
    kind, port, *rest = sys.argv[1:]
    application = {"bare": bare, "textbook": textbook, "raw": raw}[kind](*rest)
    uvicorn.run(application, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)
