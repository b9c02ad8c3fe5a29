"""A migrated database for each test: copied from one that was migrated once for the run."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy.engine import make_url

from drip.store.engine import Store, open_store
from drip.store.migrations import newest, upgrade
from drip.store.tables import METADATA
from tests.servers.postgres import Postgres


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest schema, for copying."""
    path = tmp_path_factory.mktemp("migrated") / "drip.sqlite3"
    asyncio.run(upgrade(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres: Postgres) -> str:
    """The address of a PostgreSQL database at the newest schema; every test leaves it empty."""
    url = postgres.url(postgres.create())
    asyncio.run(upgrade(url))
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database at the newest schema; each test runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "drip.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    url: str = request.getfixturevalue("migrated_database")
    yield url
    empty(url)


def empty(url: str) -> None:
    """Take every row away, and let ids begin at 1 again. Making a database takes ten times as long."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # no trigger refuses it
        for table in METADATA.sorted_tables:
            connection.execute(f"DELETE FROM {table.name}")
        connection.execute("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'")
        connection.execute("UPDATE alembic_version SET version_num = %s", [newest()])


@pytest_asyncio.fixture
async def store(migrated_url: str) -> AsyncIterator[Store]:
    """A store on an empty database at the newest schema."""
    opened = open_store(migrated_url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def other(migrated_url: str, store: Store) -> AsyncIterator[Store]:
    """A second process's view of the same database: its own connections, its own gate."""
    assert make_url(migrated_url).database == store.url.database
    opened = open_store(migrated_url)
    yield opened
    await opened.close()
