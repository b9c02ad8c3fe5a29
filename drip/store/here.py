"""Units on SQLite that work where they stand: by the rules of the house they are short, and a crossing to
another thread costs more than most of their statements do."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from drip.store.sqlite import BUSY_MS, SETTINGS, STATEMENTS

_BEGIN = "BEGIN IMMEDIATE"
_LOOK_AGAIN = 0.01  # seconds, while another process writes


class How(Enum):
    """What a unit is for."""

    WRITE = "writes"
    DURABLE = "writes, and is on the disk when it ends; the wait for that is left to a thread"
    GLANCE = "looks up a few things"


def engine_here(url: URL, synchronous: str) -> Engine:
    """An engine for `begun`; it never waits in the driver."""
    engine = create_engine(
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

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for setting in ("journal_mode = WAL", f"synchronous = {synchronous}", *SETTINGS, "busy_timeout = 0"):
            connection.execute(f"PRAGMA {setting}")

    return engine


@asynccontextmanager
async def begun(connection: Connection, how: How) -> AsyncIterator[Connection]:
    """A unit on a fresh connection: committed at the end of the block, rolled back when it raises.

    A writing one begins when no other process writes. A glance begins nothing: each of its statements
    sees its own moment.
    """
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
        raise
    finally:
        connection.close()


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
