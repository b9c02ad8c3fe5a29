"""Units on SQLite that work where they stand: by the rules of the house they are short, and a crossing to
another thread costs more than most of their statements do."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from drip.store.sqlite import BUSY_MS, SETTINGS, STATEMENTS

_LOOK_AGAIN = 0.01  # seconds, while another process writes


def engine_here(url: URL, begin: str, synchronous: str) -> Engine:
    """An engine whose units begin with the statement `begin`, and never wait in the driver."""
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

    @event.listens_for(engine, "begin")
    def emit(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@asynccontextmanager
async def begun(connection: Connection, durable: bool) -> AsyncIterator[Connection]:
    """A unit on a fresh connection: begun when no other process writes, committed at the end of the
    block, rolled back when it raises. `durable`: the wait for the disk is left to a thread."""
    try:
        await _begin(connection)
        yield connection
        if durable:
            await _elsewhere(connection.commit)
        else:
            connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.close()


async def _begin(connection: Connection) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + BUSY_MS / 1000
    while True:
        try:
            connection.begin()
        except DBAPIError as error:
            code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
            if code != sqlite3.SQLITE_BUSY or loop.time() >= until:
                raise
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
