"""One database a service, and one transaction a request: committed at the edge, before the answer is sent.

PostgreSQL in production, a SQLite file by default. SQLite has one writer: writes queue on a lock here, before
`BEGIN IMMEDIATE`, because a deferred transaction that reads and then writes fails under load (measured: 458 of 600).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Column, DateTime, Dialect, Executable, Integer, MetaData, Table, Text, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.ext.asyncio import AsyncSession as CoreSession
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

CONNECT_SECONDS = 2.5
STATEMENT_SECONDS = 60

S = TypeVar("S", bound=Executable)

BeforeCommit = Callable[["Session"], Awaitable[None]]
"""What a service does at the end of each transaction, while it can still fail as a whole."""

CODE = Text().with_variant(Text(collation="C"), "postgresql")
"""A code or an id: sorted by its bytes, as Python sorts it, whatever language PostgreSQL is set to."""

GROUND = MetaData(naming_convention=NAMING)
"""Tables every service has in its own database: outbox, inbox, audit and the like."""


class UTCDateTime(TypeDecorator[datetime]):
    """An instant in UTC. SQLite drops the time zone, so that the two databases would differ in silence."""

    impl = DateTime
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def __repr__(self) -> str:
        return "UTCDateTime()"

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


epoch_table = Table(
    "epoch",
    GROUND,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("began_at", UTCDateTime, nullable=False),
)
"""The epochs this service has spoken in, the newest of which it speaks in now; none while it is the first."""


class Session(AsyncSession):
    """One transaction. `exec` answers rows of models, `execute` whatever Core was asked for."""

    execute = CoreSession.execute  # SQLModel only warns people off it


class Database:
    """A service's database: transactions that write, and reads that do not."""

    def __init__(
        self, service: str, url: str | URL, *, authority: str = "", before_commit: BeforeCommit | None = None
    ) -> None:
        self.service = service
        self.authority = authority
        """DfE code of the authority whose data this is; one deployment, one authority."""
        self._before_commit = before_commit
        self.url = make_url(url)
        self.epoch: int | None = None
        """Raised when a backup is restored, so that what is said now outvotes what was said before it. While None it
        has not been read, and nothing can be said.
        """
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.leads = False
        """Whether this process is the one that relays and keeps house for the service."""
        self.spoken = asyncio.Event()
        """Set after each commit that left something in the outbox, so that the relay need not poll."""
        if self.is_sqlite:
            self.engine = _sqlite_engine(self.url, begin="BEGIN IMMEDIATE", connections=1)
            self._readers = _sqlite_engine(self.url, begin="BEGIN", connections=4)
            self._writing: Any = asyncio.Lock()
        else:
            self.engine = _postgresql_engine(self.url)
            self._readers = self.engine
            self._writing = nullcontext()
        # A connection of its own: when every other is busy, whoever asks how things are must still be told.
        self._watcher = _watching_engine(self.url)

    async def read_epoch(self) -> None:
        """Read the epoch this service speaks in. Once is enough: it is raised only while no process of the service runs."""
        async with self.reading() as session:
            self.epoch = (await session.execute(select(func.max(epoch_table.c.number)))).scalar_one() or 1

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """One transaction that writes: committed at the end of the block, rolled back if it raises."""
        info = {"service": self.service, "authority": self.authority, "epoch": self.epoch}
        async with self._writing, Session(self.engine, expire_on_commit=False, info=info) as session:
            async with session.begin():
                await _connected(session)
                yield session
                if self._before_commit is not None:
                    await self._before_commit(session)
            if session.info.get("spoke"):
                self.spoken.set()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        """One consistent view of the rows, which nothing is written to."""
        async with Session(self._readers, expire_on_commit=False) as session:
            await _connected(session)
            yield session

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[Session]:
        """A view for health and figures, which no load on the service keeps waiting."""
        async with Session(self._watcher, expire_on_commit=False) as session:
            await _connected(session)
            yield session

    def is_there(self) -> bool:
        """False for a SQLite file that nobody has made yet; a server is asked by connecting."""
        return not self.is_sqlite or Path(self.url.database or "").exists()

    def connections(self) -> dict[str, int]:
        """How many connections of this process are in use, and how many idle."""
        pools = {id(engine.pool): engine.pool for engine in (self.engine, self._readers)}.values()
        queues = [pool for pool in pools if isinstance(pool, QueuePool)]
        return {"in_use": sum(each.checkedout() for each in queues), "idle": sum(each.checkedin() for each in queues)}

    async def close(self) -> None:
        for engine in (self.engine, self._readers, self._watcher):
            await engine.dispose()


async def _connected(session: Session) -> None:
    """A connection in a moment, or `TimeoutError`, which is answered 503: a database that is away, or that is there and says
    nothing, must not gather up everybody who asks.
    """
    async with asyncio.timeout(CONNECT_SECONDS):
        await session.connection()


Insert: TypeAlias = "postgresql.Insert | sqlite.Insert"
"""An INSERT that may say what to do on conflict."""


def insert_or(session: Session, table: Table | type[SQLModel]) -> Insert:
    """An INSERT that may say what to do on conflict, in the dialect of this session's database."""
    dialect = session.get_bind().dialect.name
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def put_together_once(table: Table) -> Callable[[Callable[[Insert], S]], Callable[[Session], S]]:
    """A statement that every request needs and that is always the same: to put it together costs more than to have it carried
    out. The function is given an INSERT into the table; it is called once for each dialect.
    """

    def decorated(make: Callable[[Insert], S]) -> Callable[[Session], S]:
        made: dict[str, S] = {}

        def statement(session: Session) -> S:
            dialect = session.get_bind().dialect.name
            if dialect not in made:
                made[dialect] = make(insert_or(session, table))
            return made[dialect]

        return statement

    return decorated


def _sqlite_engine(url: URL, *, begin: str, connections: int) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, pool_size=connections, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy, not the driver, says when a transaction begins
        connection.driver_connection.stop = _once(connection.driver_connection.stop)
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # NORMAL loses the last commits when the power fails
        cursor.execute("PRAGMA foreign_keys=on")
        cursor.execute("PRAGMA busy_timeout=5000")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _once(stop: Callable[[], Any]) -> Callable[[], Any]:
    """A driver that is told to stop once. Told twice, as when whoever was cancelled is cancelled again, aiosqlite waits for
    ever for its thread, which ended the first time: a process stopped under load would never end.
    """
    told = False

    def stop_once() -> Any:
        nonlocal told
        told, before = True, told
        return None if before else stop()

    return stop_once


def _watching_engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, begin="BEGIN", connections=1)
    return _postgresql_engine(url, connections=1, statement_seconds=2)


def _postgresql_engine(url: URL, *, connections: int = 10, statement_seconds: int = STATEMENT_SECONDS) -> AsyncEngine:
    """Errors hide their parameters: by default SQLAlchemy writes a child's name into the log of a failed insert.

    The server ends a statement that takes too long, and a second later we do: a server that is frozen ends nothing.
    """
    limits = {"lock_timeout": "10s", "statement_timeout": f"{statement_seconds}s"}
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=connections,
        max_overflow=connections // 2,
        pool_timeout=10,
        connect_args={"timeout": 5, "command_timeout": statement_seconds + 1, "server_settings": limits},
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def answers(connection: Any, _record: Any, _proxy: Any) -> None:
        """Whether a connection still answers is asked while whoever waits for one waits no longer than a moment, and by the BEGIN
        that has to be sent in any case: `pool_pre_ping` makes three round trips of it.
        """
        try:
            connection.run_async(lambda _driver: connection._start_transaction())  # noqa: SLF001 -- else the first statement does
        except Exception as gone:  # whichever way it fails, this connection answers no more
            raise InvalidatePoolError from gone

    return engine
