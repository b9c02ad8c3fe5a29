"""An empty database at the newest schema for each test, from one that is migrated once for the run."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.servers.postgres import Postgres

_migrated: list[bytes] = []  # the first file of SQLite that was migrated; the processes of a run begin with one


async def migrate(url: str) -> None:
    """Bring the database at `url`, which is empty, to the newest schema: a file of SQLite by copying one that was."""
    from drip.store.migrations import upgrade

    known = make_url(url)
    file = Path(known.database) if known.drivername.startswith("sqlite") and known.database else None
    if file is not None and _migrated and not file.exists():
        file.write_bytes(_migrated[0])
        return
    await upgrade(url)
    if file is not None:
        _migrated.append(file.read_bytes())


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest schema, for copying."""
    path = tmp_path_factory.mktemp("migrated") / "drip.sqlite3"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres: Postgres) -> str:
    """The address of a PostgreSQL database at the newest schema; every test leaves it empty."""
    url = postgres.url(postgres.create())
    asyncio.run(migrate(url))
    return url


@pytest.fixture(scope="session")
def empty(migrated_database: str) -> Iterator[Callable[[], None]]:
    """Take every row of that database away, and let ids begin at 1 again. Making a database takes fifty times as long.

    It is one message to the server on a connection that stays; a test may have crashed the server meanwhile.
    """
    words, dsn = _sweeping(), migrated_database.replace("+psycopg", "")
    broom = psycopg.connect(dsn, autocommit=True)

    def sweep() -> None:
        nonlocal broom
        try:
            broom.execute(words)
        except psycopg.OperationalError:
            broom.close()
            broom = psycopg.connect(dsn, autocommit=True)
            broom.execute(words)

    yield sweep
    broom.close()


def _sweeping() -> bytes:
    from drip.store.migrations import newest
    from drip.store.tables import METADATA

    statements = [
        "SET session_replication_role = replica",  # no trigger refuses it
        *(f"DELETE FROM {table.name}" for table in METADATA.sorted_tables),
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
        f"UPDATE alembic_version SET version_num = '{newest()}'",
    ]
    return ";".join(statements).encode()


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database at the newest schema; each test runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "drip.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    url: str = request.getfixturevalue("migrated_database")
    sweep: Callable[[], None] = request.getfixturevalue("empty")
    yield url
    sweep()
