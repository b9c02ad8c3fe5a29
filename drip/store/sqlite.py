"""Connections to SQLite that cross to their thread once a statement, not four times.

aiosqlite crosses for the cursor, the statement, its rows and the closing; each crossing costs more
than most of our statements do.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_MS = 15_000  # how long a unit waits for one of another process
_STATEMENTS = 512  # prepared statements a connection remembers
_SETTINGS = ("journal_mode = WAL", "foreign_keys = ON", "temp_store = MEMORY", "cache_size = -16000")


def sqlite_engine(url: URL, synchronous: str, pool: int) -> AsyncEngine:
    """An engine whose connections wait for others, keep foreign keys, and begin as they are told.

    `synchronous` is NORMAL, or FULL to have every commit on the disk before it returns. A
    connection begins with what its info says under "begin", else with BEGIN IMMEDIATE.
    """

    async def connect() -> aiosqlite.Connection:
        opened = await _open(url)
        try:
            for setting in (*_SETTINGS, f"synchronous = {synchronous}"):
                await opened.execute_fetchall(f"PRAGMA {setting}")
        except BaseException:
            await opened.close()
            raise
        return opened

    engine = create_async_engine(url, pool_size=pool, max_overflow=pool, async_creator=connect)

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(connection.info.get("begin", "BEGIN IMMEDIATE"))

    return engine


async def _open(url: URL) -> aiosqlite.Connection:
    def connector() -> sqlite3.Connection:
        return sqlite3.connect(
            url.database or "",
            timeout=BUSY_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS,
        )

    connection = _Connection(connector, 64)
    connection._thread.daemon = True  # a process that ends does not wait for it
    return await connection


class _Connection(aiosqlite.Connection):
    """A connection whose BEGIN travels with the first statement after it."""

    begin: str | None = None

    def cursor(self, factory: Any = None) -> Any:
        return _Cursor(self)

    async def commit(self) -> None:
        await self._end(super().commit)

    async def rollback(self) -> None:
        await self._end(super().rollback)

    async def _end(self, how: Callable[[], Awaitable[None]]) -> None:
        self.begin = None
        if self._conn.in_transaction:
            await how()


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
            self._connection.begin = statement
        else:
            await self._cross("execute", statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Sequence[Any]) -> "_Cursor":
        await self._cross("executemany", statement, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """The rows are here already, and the real cursor is closed."""

    async def _cross(self, *what: Any) -> None:
        await self._connection._execute(self._run, *what)  # type: ignore[no-untyped-call]

    def _run(self, how: str, statement: str, parameters: Sequence[Any]) -> None:
        cursor = self._connection._conn.cursor()
        try:
            if self._connection.begin is not None:
                cursor.execute(self._connection.begin)
                self._connection.begin = None
            getattr(cursor, how)(statement, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall()
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()
