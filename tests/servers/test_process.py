"""A server of the tests tells why it did not start, and dies with the process that started it."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.process import Server, ServerError

DYING_PARENT = """
import os, signal, sys
from tests.servers.process import Server
server = Server([sys.executable, "-c", "import signal; print('ready', flush=True); signal.pause()"], "ready")
print(server.process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_server_that_ends_at_once_is_reported_with_its_last_words() -> None:
    with pytest.raises(ServerError, match="the disk is full"):
        Server([sys.executable, "-c", "print('the disk is full')"], "ready")


def test_a_server_dies_with_a_killed_test_run() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", DYING_PARENT], cwd=root, stdout=subprocess.PIPE, text=True, check=False, timeout=30
    )
    pid = int(done.stdout)
    assert not alive(pid) or gone(pid)


def alive(pid: int) -> bool:
    """True when the process is still there."""
    return Path(f"/proc/{pid}/stat").exists()


def gone(pid: int) -> bool:
    """True as soon as the process has ended; False after ten seconds."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    return bool(select.select([watched], [], [], 10.0)[0])
