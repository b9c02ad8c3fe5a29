"""The servers of a benchmark: a PostgreSQL that syncs, and the CPU it takes."""

import asyncio
import signal
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from drip.store.engine import Unit, open_store
from drip.store.migrations import upgrade
from tests.servers.postgres import Postgres, find_binaries, make_cluster, reachable, server_user

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "256MB"}
FOR_LOADS = {"max_wal_size": "4GB", "checkpoint_timeout": "30min"}


class BenchPostgres(Postgres):
    """A cluster whose databases we look into by ourselves, too."""

    _empty: str | None = None

    def fresh(self) -> str:
        """The name of a new database with our tables and nothing in them."""
        if self._empty is None:
            self._empty = self.create()
            asyncio.run(upgrade(self.url(self._empty)))
        return self.create(self._empty)

    def connect(self, database: str) -> "psycopg.Connection[Any]":
        """A connection that commits by itself."""
        return psycopg.connect(self.dsn(database), autocommit=True)


@contextmanager
def durable_postgres() -> Iterator[BenchPostgres]:
    """A cluster of its own in a temporary folder, fsync and synchronous_commit on."""
    with tempfile.TemporaryDirectory(prefix="drip-bench-", ignore_cleanup_errors=True) as name:
        folder, user = Path(name), server_user()
        binaries = reachable(find_binaries(), folder, user)
        if user is not None:
            folder.chmod(0o755)
        make_cluster(folder, binaries, user)
        cluster = BenchPostgres(folder, binaries, user, **DURABLE, **FOR_LOADS)
        try:
            yield cluster
        finally:
            cluster.stop(signal.SIGQUIT)  # nothing of it is kept, so nothing has to be written down


class Filler:
    """Fills a database, which has our tables, time and again over one connection: a new one each time costs more than
    what is filled."""

    def __init__(self, url: str) -> None:
        self._runner, self._store = asyncio.Runner(), open_store(url)

    def fill(self, work: Callable[[Unit], Awaitable[object]]) -> None:
        """Do `work` in one unit."""

        async def do() -> None:
            async with self._store.begin() as unit:
                await work(unit)

        self._runner.run(do())

    def close(self) -> None:
        """Let go of the connection."""
        self._runner.run(self._store.close())
        self._runner.close()


def fill(url: str, work: Callable[[Unit], Awaitable[object]]) -> None:
    """Do `work` in one unit of a database, which has our tables; a file is made with them."""

    async def do() -> None:
        if url.startswith("sqlite") and not Path(url.partition(":///")[2]).exists():
            await upgrade(url)
        store = open_store(url)
        try:
            async with store.begin() as unit:
                await work(unit)
        finally:
            await store.close()

    asyncio.run(do())
