"""Units on SQLite that work where they stand: by the rules of the house they are short, and a crossing to
another thread costs more than most of their statements do."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import Enum
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from drip.store.failures import unreachable
from drip.store.sqlite import BUSY_MS, SETTINGS, STATEMENTS

_BEGIN = "BEGIN IMMEDIATE"
_LOOK_AGAIN = 0.01  # seconds, while another process writes


class How(Enum):
    """What a unit is for."""

    WRITE = "writes"
    DURABLE = "writes, and is on the disk when it ends; the wait for that is left to a thread"
    GLANCE = "looks up a few things"


class Here:
    """Connections to one SQLite file; they never wait in the driver, and are used again and again."""

    def __init__(self, url: URL, synchronous: str) -> None:
        """Nothing is connected yet. `synchronous`: NORMAL, or FULL where commits wait for the disk."""
        self._url = url
        self.engine = create_engine(
            url.set(drivername="sqlite+pysqlite"),
            pool_size=0,
            hide_parameters=True,
            connect_args={
                "isolation_level": None,
                "check_same_thread": False,
                "cached_statements": STATEMENTS,
                "timeout": BUSY_MS / 1000,
            },
        )
        self._idle: list[Connection] = []

        @event.listens_for(self.engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            for setting in ("journal_mode = WAL", f"synchronous = {synchronous}", *SETTINGS, "busy_timeout = 0"):
                connection.execute(f"PRAGMA {setting}")

    @asynccontextmanager
    async def begun(self, how: How) -> AsyncIterator[Connection]:
        """A unit: committed at the end of the block, rolled back when it raises.

        A writing one begins when no other process writes. A glance begins nothing: each of its
        statements sees its own moment. Raises StoreUnreachableError when the file cannot be opened.
        """
        connection = self._connected()
        try:
            if how is not How.GLANCE:
                await _begin(connection)
            yield connection
            if how is How.DURABLE:
                await _elsewhere(connection.commit)
            else:
                connection.commit()
        except BaseException:
            connection.rollback()
            connection.close()
            raise
        self._idle.append(connection)

    def close(self) -> None:
        """Close what is idle; nothing else is to be open."""
        while self._idle:
            self._idle.pop().close()
        self.engine.dispose()

    def _connected(self) -> Connection:
        if self._idle:
            return self._idle.pop()
        try:
            return self.engine.connect()
        except (DBAPIError, OSError) as error:
            raise unreachable(self._url, error) from error


async def _begin(connection: Connection) -> None:
    connection.begin()
    driver: Any = connection.connection.dbapi_connection
    until = asyncio.get_running_loop().time() + BUSY_MS / 1000
    while True:
        try:
            driver.execute(_BEGIN)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or asyncio.get_running_loop().time() >= until:
                connection.exec_driver_sql(_BEGIN)  # raises it as the errors of all statements are raised
                return
        else:
            return
        await asyncio.sleep(_LOOK_AGAIN)


async def _elsewhere(work: Callable[[], None]) -> None:
    """Do `work` in a thread, and be there when it ends, cancelled or not."""
    done = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(done)
    except asyncio.CancelledError:
        while not done.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([done])
        raise
