"""A migrated database for each test: copied from one that was migrated once for the run."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.engine import make_url

from drip.store.engine import Store, open_store
from drip.store.migrations import upgrade
from tests.servers.postgres import Postgres


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest schema, for copying."""
    path = tmp_path_factory.mktemp("migrated") / "drip.sqlite3"
    asyncio.run(upgrade(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres: Postgres) -> str:
    """The name of a PostgreSQL database at the newest schema, for use as a template."""
    name = postgres.create()
    asyncio.run(upgrade(postgres.url(name)))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database at the newest schema; each test runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "drip.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    cluster: Postgres = request.getfixturevalue("postgres")
    name = cluster.create(request.getfixturevalue("migrated_database"))
    yield cluster.url(name)
    cluster.drop(name)


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
