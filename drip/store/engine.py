"""The store: connections to SQLite or PostgreSQL, handed out as units of work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

import psycopg
from sqlalchemy import Connection, CursorResult, Executable
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from drip.store.failures import (
    StoreBusyError,
    StoreUrlError,
    is_lost,
    is_repeatable,
    shown,
    unreachable,
)
from drip.store.here import Here, How
from drip.store.postgres import Straight, postgres_engine
from drip.store.prepared import AnyRow, Prepared, on_postgres, on_sqlite
from drip.store.sqlite import reading_engine

__all__ = ["AnyRow", "Kind", "Store", "Unit", "open_store", "read_url"]

T = TypeVar("T")
Kind = Literal["sqlite", "postgresql"]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
Statement: TypeAlias = Executable | Prepared

PATIENCE = timedelta(seconds=30)  # with a unit in which nothing happens
REPEATS = 12  # of a unit that lost a race against others
_DRIVERS: dict[str, tuple[Kind, str]] = {
    "sqlite": ("sqlite", "sqlite+aiosqlite"),
    "sqlite+aiosqlite": ("sqlite", "sqlite+aiosqlite"),
    "postgres": ("postgresql", "postgresql+psycopg"),
    "postgresql": ("postgresql", "postgresql+psycopg"),
    "postgresql+psycopg": ("postgresql", "postgresql+psycopg"),
}
_ADVICE = (
    "Write sqlite+aiosqlite:///drip.db (a file in the working folder), sqlite+aiosqlite:////folder/drip.db, "
    "or postgresql+psycopg://user:password@host:5432/database."
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One transaction. It ends with the block that opened it; nothing else commits.

    `kept` outlives the unit: what the store remembers of rows that never change.
    """

    connection: AsyncConnection | Connection | None  # None: for prepared statements alone
    kind: Kind
    kept: dict[Any, Any]
    driver: Any  # the connection of sqlite3 (None where it is in another thread) or of psycopg

    async def run(self, statement: Statement, parameters: Parameters | None = None) -> CursorResult[*tuple[Any, ...]]:
        """Execute a statement by SQLAlchemy's own means; its rows are already here when this returns."""
        if isinstance(statement, Prepared):
            statement = statement.statement
        if isinstance(self.connection, Connection):
            return self.connection.execute(statement, parameters)
        assert self.connection is not None, "this unit takes prepared statements alone"
        return await self.connection.execute(statement, parameters)

    async def rows(self, statement: Statement, parameters: Parameters | None = None) -> Sequence[AnyRow]:
        """All rows of a statement."""
        if isinstance(statement, Prepared) and self.driver is not None:
            return (await self._straight(statement, parameters))[0]
        return (await self.run(statement, parameters)).all()

    async def row(self, statement: Statement, parameters: Parameters | None = None) -> AnyRow | None:
        """The first row of a statement, or None."""
        found = await self.rows(statement, parameters)
        return found[0] if found else None

    async def value(self, statement: Statement, parameters: Parameters | None = None) -> Any:
        """The first column of the first row, or None."""
        found = await self.rows(statement, parameters)
        return found[0][0] if found else None

    async def moved(self, statement: Statement, parameters: Parameters | None = None) -> int:
        """Execute a statement that writes; how many rows it wrote."""
        if isinstance(statement, Prepared) and self.driver is not None:
            return (await self._straight(statement, parameters))[1]
        return (await self.run(statement, parameters)).rowcount

    async def work(self, work: Callable[[Connection], T]) -> T:
        """Give the bare connection to `work`, for what speaks to SQLAlchemy itself."""
        if isinstance(self.connection, Connection):
            return work(self.connection)
        assert self.connection is not None, "this unit takes prepared statements alone"
        return await self.connection.run_sync(work)

    async def _straight(self, statement: Prepared, parameters: Parameters | None) -> tuple[Sequence[AnyRow], int]:
        """Rows and count, by the driver alone."""
        assert parameters is None or isinstance(parameters, Mapping)
        if isinstance(self.connection, Connection):
            return on_sqlite(statement, self.connection.dialect).run(self.driver, parameters or {})
        return await on_postgres(statement).run(self.driver, parameters or {})


@dataclass(frozen=True, slots=True)
class Store:
    """A database we remember in. On SQLite one gate lets one writing unit in at a time."""

    url: URL
    kind: Kind
    writing: AsyncEngine | Here  # on PostgreSQL all are one
    durable: AsyncEngine | Here  # on SQLite its commits wait for the disk
    readers: AsyncEngine
    glances: AsyncEngine | Here
    gate: asyncio.Lock
    straight: Straight | None = None  # on PostgreSQL
    kept: dict[Any, Any] = field(default_factory=dict)

    @asynccontextmanager
    async def begin(self, *, durable: bool = False) -> AsyncIterator[Unit]:
        """A writing unit: committed at the end of the block, rolled back when it raises.

        `durable`: what is committed is on the disk before the block ends, on SQLite too.
        Raises StoreUnreachableError when the database cannot be reached or goes away.
        """
        engine = self.durable if durable else self.writing
        if isinstance(engine, Here):
            async with self.gate, engine.begun(How.DURABLE if durable else How.WRITE) as connection:
                yield self._here(connection)
        else:
            async with self._begun(engine) as unit:
                yield unit

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Unit]:
        """A unit that only reads, beside whoever writes; it sees one moment on SQLite."""
        async with self._begun(self.readers) as unit:
            yield unit

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[Unit]:
        """A unit of a few quick lookups by an index, as cheap as can be: on SQLite it crosses to no
        other thread, so everybody waits while it looks, and each of its statements sees its own moment."""
        if isinstance(self.glances, Here):
            async with self.glances.begun(How.GLANCE) as connection:
                yield self._here(connection)
        else:
            async with self._begun(self.glances) as unit:
                yield unit

    @asynccontextmanager
    async def peek(self) -> AsyncIterator[Unit]:
        """A glance by prepared statements alone, for who looks again and again: on PostgreSQL SQLAlchemy's own
        connection, begun and ended around each glance, costs several times what the lookup does."""
        async with self.glance() if self.straight is None else self._alone() as unit:
            yield unit

    async def unit(self, work: Callable[[Unit], Awaitable[T]], *, durable: bool = False) -> T:
        """Do `work` in a writing unit, again from its start when it lost a race (deadlock,
        serialization failure, busy). `work` must be repeatable. Raises StoreBusyError after REPEATS times."""
        return await self._repeat(partial(self.begin, durable=durable), work)

    async def statement(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        """As `unit`, for work that is a single prepared statement: on PostgreSQL it commits by itself, durably,
        and BEGIN and COMMIT are spared."""
        return await self._repeat(self._alone, work)

    async def _repeat(
        self, begin: Callable[[], AbstractAsyncContextManager[Unit]], work: Callable[[Unit], Awaitable[T]]
    ) -> T:
        for _ in range(REPEATS):
            try:
                async with begin() as unit:
                    return await work(unit)
            except DBAPIError as error:
                if not is_repeatable(error):
                    raise
                lost = error
        raise StoreBusyError(
            f"A unit of work lost {REPEATS} races for the same rows of {shown(self.url)}. Try again; if it "
            "stays so, look for a process that keeps a transaction open."
        ) from lost

    async def close(self) -> None:
        """Close every connection."""
        if self.straight is not None:
            await self.straight.close()
        for engine in {self.writing, self.durable, self.readers, self.glances}:
            if isinstance(engine, AsyncEngine):
                await engine.dispose()
            else:
                engine.close()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[Unit]:
        if self.straight is None:
            async with self.begin() as unit:
                yield unit
            return
        try:
            async with self.straight.lent() as driver:
                yield Unit(None, self.kind, self.kept, driver)
        except psycopg.Error as error:
            raise unreachable(self.url, error) from error
        except DBAPIError as error:
            if is_lost(error):
                raise unreachable(self.url, error) from error
            raise

    def _here(self, connection: Connection) -> Unit:
        return Unit(connection, self.kind, self.kept, connection.connection.dbapi_connection)

    @asynccontextmanager
    async def _begun(self, engine: AsyncEngine) -> AsyncIterator[Unit]:
        async with AsyncExitStack() as stack:
            try:
                connected = await stack.enter_async_context(engine.connect())
            except (DBAPIError, OSError) as error:
                raise unreachable(self.url, error) from error
            driver = None if self.kind == "sqlite" else (await connected.get_raw_connection()).driver_connection
            stopped: asyncio.CancelledError | None = None
            try:
                async with connected.begin():
                    try:
                        yield Unit(connected, self.kind, self.kept, driver)
                    except asyncio.CancelledError as error:
                        stopped = error
                        raise
            except DBAPIError as error:
                if stopped is not None:  # who was told to stop does; that the rollback was not heard is no news
                    raise stopped from error
                if is_lost(error):
                    raise unreachable(self.url, error) from error
                raise


def open_store(url: str, *, gate: asyncio.Lock | None = None, pool: int = 5, patience: timedelta = PATIENCE) -> Store:
    """A store on the database at `url`; nothing is connected before the first unit.

    `gate` is shared by stores of one process on the same SQLite file; `pool` is the number of
    connections kept. A server ends the unit of a process that stands still in it for `patience`: one
    that is stopped, or whose host is gone, must not keep its locks from the others. Raises StoreUrlError
    for a URL that is no URL or of another database.
    """
    parsed, kind = read_url(url)
    gate = gate or asyncio.Lock()
    if kind == "postgresql":
        engine = postgres_engine(parsed, pool, patience)
        glances = engine.execution_options(isolation_level="AUTOCOMMIT")  # no BEGIN, no COMMIT
        return Store(parsed, kind, engine, engine, engine, glances, gate, Straight(engine, patience))
    return Store(
        parsed,
        kind,
        writing=Here(parsed, "NORMAL"),
        durable=Here(parsed, "FULL"),
        readers=reading_engine(parsed, pool),
        glances=Here(parsed, "NORMAL"),
        gate=gate,
    )


def read_url(url: str) -> tuple[URL, Kind]:
    """The URL with our driver in it, and the kind of its database. Raises StoreUrlError."""
    try:
        parsed = make_url(url)
        if parsed.port is not None and not 1 <= parsed.port <= 65_535:
            raise ValueError(f"no port: {parsed.port}")
    except (ArgumentError, ValueError) as error:
        raise StoreUrlError(f"The database URL cannot be read (DRIP_DATABASE_URL). {_ADVICE}") from error
    known = _DRIVERS.get(parsed.drivername)
    if known is None:
        raise StoreUrlError(f'"{parsed.drivername}" is no database drip can use (DRIP_DATABASE_URL). {_ADVICE}')
    kind, driver = known
    if kind == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StoreUrlError(f"A database in memory is gone when it is closed (DRIP_DATABASE_URL). {_ADVICE}")
    if "@" in (parsed.host or ""):  # what stands before it is a part of the password, and is not shown
        raise StoreUrlError(f"Write an @ in a password as %40 (DRIP_DATABASE_URL). {_ADVICE}")
    if kind == "postgresql" and not parsed.database:
        raise StoreUrlError(f"{shown(parsed)} names no database (DRIP_DATABASE_URL). {_ADVICE}")
    return parsed.set(drivername=driver), kind
