"""Which failures pass by themselves. What may succeed later is tried again; anything else is a fault of what was asked."""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

PASSING_STATES = frozenset({"08", "25", "40", "53", "55", "57", "58"})
"""PostgreSQL's classes of error: connection, read-only after a failover, rollback, resources, lock, intervention, system."""

PASSING_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_SCHEMA,
    }
)
"""SQLite says "operational" of a full disk and of a misspelt column alike; only its code tells them apart."""


def is_transient(failure: BaseException) -> bool:
    """Whether the same attempt may succeed later: the database is away, busy, full or would not wait."""
    if isinstance(failure, PoolTimeout | OSError):  # TimeoutError and ConnectionError are OSErrors
        return True
    if not isinstance(failure, DBAPIError):
        return False
    if failure.connection_invalidated or _plan_is_stale(failure):
        return True
    code = getattr(failure.orig, "sqlite_errorcode", None)
    return _sqlstate(failure)[:2] in PASSING_STATES if code is None else (code & 0xFF) in PASSING_CODES


def _sqlstate(failure: DBAPIError) -> str:
    return getattr(failure.orig, "sqlstate", None) or getattr(failure.orig, "pgcode", None) or ""


def _plan_is_stale(failure: DBAPIError) -> bool:
    """A table was migrated under a prepared statement; asyncpg prepares it again at the next attempt."""
    return type(failure.orig).__name__ == "InvalidCachedStatementError"
