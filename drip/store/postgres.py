"""Connections to PostgreSQL that notice when the server, or the line to it, is gone."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import orjson
import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader
from psycopg.pq import Format
from psycopg.types.json import set_json_loads
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_NOTICES_A_DEAD_LINE = {  # within half a minute, where the system would wait for hours
    "keepalives_idle": 15,  # seconds
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds
}


def postgres_engine(url: URL, pool: int, patience: timedelta) -> AsyncEngine:
    """Connections to a server that ends what stands still for `patience`; `pool` of them are kept."""
    return create_async_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        hide_parameters=True,  # errors are logged, and parameters hold addresses
        connect_args=_arguments(patience),
    )


class Straight:
    """Connections of the driver alone, on which each statement commits by itself."""

    def __init__(self, engine: AsyncEngine, patience: timedelta) -> None:
        """To the database of `engine`; nothing is connected yet."""
        words, options = engine.dialect.create_connect_args(engine.url)
        self._words, self._options = words, {**options, **_arguments(patience)}
        self._idle: list[psycopg.AsyncConnection[Any]] = []

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """A connection that nobody else has. Raises psycopg.Error. After an error it is closed, and so are the
        idle ones: they may have died with it."""
        driver = self._idle.pop() if self._idle else await self._connect()
        try:
            yield driver
        except BaseException:
            await driver.close()
            await self.close()
            raise
        self._idle.append(driver)

    async def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            await self._idle.pop().close()

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(*self._words, autocommit=True, **self._options)


def _arguments(patience: timedelta) -> dict[str, Any]:
    """`application_name` says in pg_stat_activity whose session it is."""
    told = {"application_name": f"drip {os.getpid()}", "options": _options(patience), "connect_timeout": 10}
    return told | _NOTICES_A_DEAD_LINE | {"context": _READERS}


class _JsonbLoader(Loader):
    """Reads what a JSON column holds where it lies; psycopg's own copies it first."""

    format = Format.BINARY

    def load(self, data: Buffer) -> Any:
        """The value after the version of the format."""
        if data[0] != 1:
            raise psycopg.DataError(f"unknown jsonb binary format: {data[0]}")
        return orjson.loads(data[1:])


def _readers() -> AdaptersMap:
    readers = AdaptersMap(psycopg.adapters)
    set_json_loads(orjson.loads, readers)
    readers.register_loader("jsonb", _JsonbLoader)
    return readers


_READERS = _readers()


def _options(patience: timedelta) -> str:
    still = int(patience.total_seconds() * 1000)
    return f"-c timezone=UTC -c idle_in_transaction_session_timeout={still}ms"
