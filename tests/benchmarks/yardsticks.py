"""What our door is measured against: a bare endpoint, the insert a textbook shows, and the driver alone.

    python -m tests.benchmarks.yardsticks bare|textbook|raw PORT DATABASE_URL

The last two write the six rows a posted referral becomes (form, child, referral, event, audit row, key) into the tables
that ours go into, with their columns and indexes, durably and in one transaction. They check nobody's token, look for no
like child, and send no event on.
"""

import hashlib
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import FastAPI
from sqlalchemy import JSON, BigInteger, DateTime, LargeBinary
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.intake.database import TABLES
from services.intake.people.models import Child
from services.intake.people.names import keys
from services.intake.referrals.models import FormOut, Referral, ReferralForm, ReferralIn, ReferralOut
from shared.contracts.intake import ChildState
from shared.contracts.intake import Referral as ReferralSaid
from shared.contracts.state import Change
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


class EventRow(SQLModel, table=True):
    __tablename__ = "outbox"
    pos: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    topic: str
    key: UUID
    event_id: UUID
    headers: dict[str, str] = Field(sa_type=JSON)
    data: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class AuditRow(SQLModel, table=True):
    __tablename__ = "audit"
    seq: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    at: datetime = Field(sa_type=DateTime(timezone=True))
    request_id: str
    actor: str
    role: str
    act: str
    subjects: list[str] = Field(sa_type=JSON)
    outcome: int
    break_glass: str | None = None


class KeyRow(SQLModel, table=True):
    __tablename__ = "idempotency"
    client: str = Field(primary_key=True)
    route: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: bytes = Field(sa_type=LargeBinary)
    status: int | None = None
    outcome: dict[str, str] | None = Field(default=None, sa_type=JSON)
    at: datetime = Field(sa_type=DateTime(timezone=True))


OURS = [model.__table__ for model in (Child, ReferralForm, Referral)]  # type: ignore[attr-defined]


def textbook(url: str) -> FastAPI:
    """SQLModel as its documentation shows: objects added to a session, one commit, the row refreshed."""
    engine = create_async_engine(url, pool_size=10, max_overflow=5)

    @asynccontextmanager
    async def tables(_app: FastAPI) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(TABLES.drop_all, tables=OURS)
            await connection.run_sync(TABLES.create_all, tables=OURS)
            await connection.run_sync(SQLModel.metadata.drop_all)
            await connection.run_sync(SQLModel.metadata.create_all)
        yield
        await engine.dispose()

    app = FastAPI(lifespan=tables)

    @app.post("/v1/referrals", status_code=201)
    async def post(posted: ReferralIn) -> FormOut:
        rows = made_of(posted)
        async with AsyncSession(engine) as session:
            session.add_all([rows["form"], rows["child"]])
            await session.flush()  # a referral refers to both
            session.add_all(rows.values())
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
    said = ChildState(
        authority="206",
        epoch=1,
        n=1,
        changes=(Change(what="referral.received", item_id=referral_id, on=posted.received_on),),
        child_id=child_id,
        referrals=(
            ReferralSaid(
                id=referral_id,
                received_on=posted.received_on,
                source=posted.source,
                primary_need=posted.primary_need,
                no_further_action=None,
            ),
        ),
    )
    event_id, request_id = new_id(), str(new_id())
    headers = {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": str(event_id),
        "ce_type": said.type,
        "ce_source": "/206/intake",
        "ce_subject": str(child_id),
        "ce_time": now.isoformat(),
        "ce_actor": "case-system",
        "ce_correlationid": request_id,
        "ce_causationid": request_id,
    }
    return {
        "form": ReferralForm(
            id=form_id,
            source_system="case-system",
            source_reference=posted.source_reference,
            fingerprint=fingerprint,
            concern=posted.concern,
            received_at=now,
        ),
        "child": Child(
            id=child_id,
            n=1,
            la_child_id=stated.la_child_id,
            forename=stated.forename,
            surname=stated.surname,
            sex=stated.sex,
            family_id=new_id(),
            **keys(stated.forename, stated.surname, stated.born_on),
        ),
        "referral": Referral(
            id=referral_id,
            child_id=child_id,
            form_id=form_id,
            received_on=posted.received_on,
            source=posted.source,
            primary_need=posted.primary_need,
        ),
        "event": EventRow(
            topic=said.topic,
            key=child_id,
            event_id=event_id,
            headers=headers,
            data=said.model_dump_json().encode(),
            created_at=now,
        ),
        "audit": AuditRow(
            at=now,
            request_id=request_id,
            actor="case-system",
            role="source_system",
            act="receive referrals",
            subjects=[str(child_id), str(referral_id)],
            outcome=201,
        ),
        "key": KeyRow(
            client="case-system",
            route="/v1/referrals",
            key=posted.source_reference,
            fingerprint=fingerprint,
            at=now,
        ),
    }


DRAWN_BY_DATABASE = {"pos", "seq"}
STATEMENTS: dict[Any, str] = {}


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
            for row in rows.values():
                await connection.execute(*_inserted(row))
        return form_out(posted, rows["form"].id, rows["referral"].id, rows["child"].id)

    return app


def _inserted(row: SQLModel) -> tuple[Any, ...]:
    """The insert of one row, put together once a table, and its values."""
    table = type(row).__tablename__
    values = {name: value for name, value in row if name not in DRAWN_BY_DATABASE}
    if table not in STATEMENTS:
        places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        STATEMENTS[table] = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})"
    return (
        STATEMENTS[table],
        *(json.dumps(value) if isinstance(value, dict | list) else value for value in values.values()),
    )


if __name__ == "__main__":
    kind, port, *rest = sys.argv[1:]
    application = {"bare": bare, "textbook": textbook, "raw": raw}[kind](*rest)
    uvicorn.run(application, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)
