"""What all processes of one run of the tests share: a nest for our programs, and one that has read the tests.

So modules are read twice in a run, not twice for each of its processes. With --long, and where there is no Linux,
each process reads for itself.
"""

import asyncio
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.servers.lifeline import dies_with_parent
from tests.servers.nest import DOOR, ROOT, be, brood, read_all
from tests.store.migrated import migrate

TESTER = Path(__file__).with_name("tester.py")


def share(specs: Sequence[Any], tests: Sequence[str]) -> None:
    """Start both. The processes of xdist that `specs` tell of become forks of the one that has read `tests`."""
    os.environ[DOOR] = _hatch([])
    door = _hatch(["--collect-only", "-qq", *tests])
    for spec in specs:
        spec.python = shlex.join([sys.executable, "-P", str(TESTER), door])


def _hatch(words: Sequence[str]) -> str:
    """Start a nest that reads our programs, or what pytest reads for `words`; the address where it is asked."""
    address = f"drip-tests-{os.getpid()}-{secrets.token_hex(8)}"
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(f"\0{address}")
        door.listen()
        subprocess.Popen(
            [sys.executable, "-m", "tests.servers.shared", str(door.fileno()), *words],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[door.fileno()],
            process_group=0,  # what is typed to end the run is for whoever asked
            preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - it calls into the kernel only
        )
    return address


def comer(door: socket.socket) -> socket.socket:
    """Fork for each that comes in at the door, for ever. Returns in the forks alone: the line to who came."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    while True:
        line, _ = door.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            door.close()
            return line
        line.close()


def read_tests(words: Sequence[str]) -> None:
    """Read what pytest reads for `words`, and keep it, with a migrated file of SQLite.

    A module that cannot be read is told by who needs it.
    """
    pytest.main(list(words))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(migrate(f"sqlite+aiosqlite:///{folder}/drip.db"))
    read_all()


if __name__ == "__main__":
    if sys.argv[2:]:
        read_tests(sys.argv[2:])
    else:
        read_all()
    be(brood(comer(socket.socket(fileno=int(sys.argv[1])))))
