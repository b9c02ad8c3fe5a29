"""Connections to SQLite that cross to another thread as seldom as can be.

aiosqlite crosses for a cursor, its statement, its rows and its closing, and a crossing costs more
than most of our statements do. Here a reader crosses once a statement. A writer, whose units are
short by the rules of the house, works where it stands and crosses only to wait: for another
process that writes, and for the disk.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_MS = 15_000  # how long a unit waits for one of another process
_STATEMENTS = 512  # prepared statements a connection remembers
_SETTINGS = ("foreign_keys = ON", "temp_store = MEMORY", "cache_size = -16000")


def writing_engine(url: URL, *, durable: bool) -> AsyncEngine:
    """An engine for one unit at a time; each holds the database's one right to write from its begin.

    `durable`: a commit is on the disk before it returns.
    """
    synchronous = "FULL" if durable else "NORMAL"
    return _engine(url, 1, "BEGIN IMMEDIATE", lambda: _open(url, synchronous, here=True, durable=durable))


def reading_engine(url: URL, pool: int) -> AsyncEngine:
    """An engine for `pool` units that read beside whoever writes; each sees one moment."""
    return _engine(url, pool, "BEGIN", lambda: _open(url, "NORMAL", here=False, durable=False))


def _engine(url: URL, pool: int, begin: str, opened: Callable[[], Awaitable[aiosqlite.Connection]]) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=pool, max_overflow=pool, async_creator=opened, hide_parameters=True)

    @event.listens_for(engine.sync_engine, "begin")
    def emit(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


async def _open(url: URL, synchronous: str, *, here: bool, durable: bool) -> aiosqlite.Connection:
    def connector() -> sqlite3.Connection:
        return sqlite3.connect(
            url.database or "",
            timeout=BUSY_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS,
        )

    connection = _Connection(connector, 64)
    connection.here, connection.durable = here, durable
    connection._thread.daemon = True  # a process that ends does not wait for it
    try:
        await connection
        for setting in ("journal_mode = WAL", f"synchronous = {synchronous}", *_SETTINGS):
            await connection.execute_fetchall(f"PRAGMA {setting}")
        if here:
            await connection.execute_fetchall("PRAGMA busy_timeout = 0")
    except BaseException:
        await connection.close()
        if connection.ended is not None:
            await connection.ended
        raise
    return connection


class _Connection(aiosqlite.Connection):
    """A connection whose BEGIN travels with the first statement after it."""

    here = False
    durable = False
    pending: str | None = None  # a BEGIN that was asked for
    ended: asyncio.Future[Any] | None = None  # done when the thread has ended

    def cursor(self, factory: Any = None) -> Any:
        return _Cursor(self)

    def stop(self) -> asyncio.Future[Any] | None:
        self.ended = super().stop()
        return self.ended

    async def commit(self) -> None:
        self.pending = None
        if not self._conn.in_transaction:
            return
        if self.here and not self.durable:
            self._conn.commit()
        else:
            await super().commit()

    async def rollback(self) -> None:
        self.pending = None
        if self._conn.in_transaction:
            await super().rollback()

    async def run(self, work: Callable[..., None], *what: Any) -> None:
        """Do `work` here or in the connection's thread, after the BEGIN that was asked for."""
        if not self.here:
            await self._execute(self._begin_and, work, *what)  # type: ignore[no-untyped-call]
            return
        try:
            self._begin()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            await self._execute(self._wait_and_begin)  # type: ignore[no-untyped-call]
        work(*what)

    def _begin(self) -> None:
        if self.pending is not None:
            self._conn.execute(self.pending)
            self.pending = None

    def _begin_and(self, work: Callable[..., None], *what: Any) -> None:
        self._begin()
        work(*what)

    def _wait_and_begin(self) -> None:
        self._conn.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        try:
            self._begin()
        finally:
            self._conn.execute("PRAGMA busy_timeout = 0")


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
