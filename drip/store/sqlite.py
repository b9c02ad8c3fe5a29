"""Readers of SQLite that cross to another thread once a statement: what they look at may be much.

aiosqlite crosses for a cursor, its statement, its rows and its closing, and a crossing costs more
than most of our statements do.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_MS = 15_000  # how long a unit waits for one of another process
STATEMENTS = 512  # prepared statements a connection remembers
SETTINGS = ("foreign_keys = ON", "temp_store = MEMORY", "cache_size = -16000")


def reading_engine(url: URL, pool: int) -> AsyncEngine:
    """An engine for `pool` units that read beside whoever writes; each sees one moment."""

    async def opened() -> aiosqlite.Connection:
        return await _open(url)

    engine = create_async_engine(url, pool_size=pool, max_overflow=pool, async_creator=opened, hide_parameters=True)

    @event.listens_for(engine.sync_engine, "begin")
    def emit(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


async def _open(url: URL) -> aiosqlite.Connection:
    def connector() -> sqlite3.Connection:
        return sqlite3.connect(
            url.database or "",
            timeout=BUSY_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=STATEMENTS,
        )

    connection = _Connection(connector, 64)
    connection._thread.daemon = True  # a process that ends does not wait for it
    try:
        await connection
        for setting in ("journal_mode = WAL", "synchronous = NORMAL", *SETTINGS):
            await connection.execute_fetchall(f"PRAGMA {setting}")
    except BaseException:
        await connection.close()
        if connection.ended is not None:
            await connection.ended
        raise
    return connection


class _Connection(aiosqlite.Connection):
    """A connection whose BEGIN travels with the first statement after it."""

    pending: str | None = None  # a BEGIN that was asked for
    ended: asyncio.Future[Any] | None = None  # done when the thread has ended

    def cursor(self, factory: Any = None) -> Any:
        return _Cursor(self)

    def stop(self) -> asyncio.Future[Any] | None:
        self.ended = super().stop()
        return self.ended

    async def commit(self) -> None:
        self.pending = None
        if self._conn.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        self.pending = None
        if self._conn.in_transaction:
            await super().rollback()

    async def run(self, work: Callable[..., None], *what: Any) -> None:
        """Do `work` in the connection's thread, after the BEGIN that was asked for."""
        await self._execute(self._begin_and, work, *what)  # type: ignore[no-untyped-call]

    def _begin_and(self, work: Callable[..., None], *what: Any) -> None:
        if self.pending is not None:
            self._conn.execute(self.pending)
            self.pending = None
        work(*what)


class _Cursor:
    """A cursor whose rows are here when its statement is done."""

    arraysize = 1

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "_Cursor":
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> "_Cursor":
        if statement.startswith("BEGIN"):
            self._connection.pending = statement
        else:
            await self._connection.run(self._run, "execute", statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Sequence[Any]) -> "_Cursor":
        await self._connection.run(self._run, "executemany", statement, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """The rows are here already, and the real cursor is closed."""

    def _run(self, how: str, statement: str, parameters: Sequence[Any]) -> None:
        cursor = self._connection._conn.cursor()
        try:
            getattr(cursor, how)(statement, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall()
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()
