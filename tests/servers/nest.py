"""Starts our own programs by a fork of a Python that has read their modules already: a second of CPU less for each.

Modules of ours do nothing when they are read but define (the environment is asked by drip/config.py, when it is
told to), so a fork knows nothing of whoever ran before. With --long every process is started as a user starts it.
"""

import atexit
import contextlib
import ctypes
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, TextIO

from tests.servers.lifeline import dies_with_parent

ROOT = Path(__file__).parents[2]
LIBRARIES = (
    *("aiosmtplib", "aiosqlite", "alembic.command", "alembic.config", "css_inline", "dateutil.relativedelta"),
    *("dramatiq", "dramatiq.brokers.redis", "dramatiq.brokers.stub", "email_validator", "h11", "holidays", "idna"),
    *("inscriptis", "jinja2.ext", "jinja2.sandbox", "psycopg", "pydantic_settings", "python_multipart", "redis"),
    *("redis.asyncio", "rich.console", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite"),
    *("sqlalchemy.dialects.sqlite.aiosqlite", "sqlalchemy.ext.asyncio", "starlette.applications"),
    *("starlette.responses", "structlog", "typer", "uvicorn.main", "uvicorn.protocols.http.h11_impl", "uvloop"),
)
OURS = ("drip", "workers")
WARM = ("drip", "tests.acceptance.wrong_clock")  # what a fork may be
FLAGS = ("-u", "-P")  # of Python
RUN_ALONE = ("__main__", "migrations.")  # the ends of names of modules, or parts of them, that are programs
DOOR = "TESTS_NEST"  # the variable with the address of a nest that is shared
PATIENCE = 300.0  # seconds for a fork to say its number; the first on a slow machine waits for all to be compiled


class Warm:
    """A process that was forked from the nest; it is asked like a subprocess.Popen."""

    def __init__(
        self,
        words: Sequence[str],
        env: Mapping[str, str],
        folder: Path,
        streams: Sequence[int],
        nest: "Nest | None" = None,
    ) -> None:
        """Be `python *words` in `folder` with nothing but `env`; `streams` are the three standard ones."""
        self.args = [sys.executable, *words]
        self.returncode: int | None = None
        self._gate = threading.Lock()
        self._told, tells = os.pipe()
        (nest or _nest()).lay({"words": list(words), "env": dict(env), "folder": str(folder)}, [*streams, tells])
        os.close(tells)
        self.pid = self._next(PATIENCE)

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, negative for a signal. Raises subprocess.TimeoutExpired after so many seconds."""
        with self._gate:
            if self.returncode is None:
                self.returncode = self._next(timeout)
                os.close(self._told)
            return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # it ended just now, as subprocess.Popen has it, too
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _next(self, timeout: float | None) -> int:
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._told, selectors.EVENT_READ)
            if not waiting.select(timeout):
                raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        said = os.read(self._told, _WIDTH)
        assert said, f"the nest is gone, and with it {self.args}"
        return int(said)


def run(
    words: Sequence[str], env: Mapping[str, str], folder: Path, typed: str, within: float
) -> "subprocess.CompletedProcess[str]":
    """What `words` printed, and the exit code; `typed` is the standard input. It ends `within` seconds."""
    with tempfile.TemporaryFile() as keyboard, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        keyboard.write(typed.encode())
        files = (keyboard, out, err)
        keyboard.seek(0)
        started = Warm(words[1:], env, folder, [file.fileno() for file in files])
        try:
            code = started.wait(within)
        finally:
            started.kill()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(list(words), code, out.read().decode(), err.read().decode())


def can_warm(words: Sequence[str]) -> bool:
    """True for `python -m drip …`, unless everything is to be started cold."""
    return _warmth.wanted and sys.platform.startswith("linux") and _is_drip(words)


def _is_drip(words: Sequence[str]) -> bool:
    program, *rest = words
    _, asked = _flags_of(rest)
    return program == sys.executable and asked[:1] == ["-m"] and asked[1:2] != [] and asked[1] in WARM


def _flags_of(words: Sequence[str]) -> tuple[set[str], list[str]]:
    """What stands before `-m`, if a fork can do it, and the rest."""
    flags = list(takewhile(FLAGS.__contains__, words))
    return set(flags), list(words[len(flags) :])


def begin() -> None:
    """Let the nest begin to read the modules, while its first process is not yet wanted."""
    _nest()


def start_cold() -> None:
    """From now on no process is forked: each is started as a user starts it."""
    _warmth.wanted = False


class _Warmth:
    wanted = True


_warmth = _Warmth()
_OF_PYTHON = frozenset({"builtins", "sys", "__main__", "io", "_io", "codecs", "encodings"})  # needed to the very end
_WIDTH = 16  # bytes of a number in a pipe


class Nest:
    """A Python that has read the modules; it ends with us, and ends those it started."""

    def __init__(self, line: socket.socket, process: "subprocess.Popen[bytes] | None" = None) -> None:
        """It is asked by `line`; `process` is what ends with it, if that is a child of ours."""
        self._line, self._process, self._gate = line, process, threading.Lock()
        atexit.register(self._leave)

    def lay(self, order: Mapping[str, Any], handles: Sequence[int]) -> None:
        """Ask for one process."""
        said = json.dumps(order).encode()
        with self._gate:
            socket.send_fds(self._line, [len(said).to_bytes(4, "big")], handles)
            self._line.sendall(said)

    def _leave(self) -> None:
        with contextlib.suppress(OSError):  # it is gone already
            self._line.shutdown(socket.SHUT_WR)
            self._line.recv(1)  # until it has closed its end
        self._line.close()
        if self._process is not None:
            self._process.wait()


_nests: list[Nest] = []
_making = threading.Lock()


def _nest() -> Nest:
    with _making:
        if not _nests:
            _nests.append(behind(os.environ[DOOR]) if DOOR in os.environ else _own())
        return _nests[0]


def behind(door: str) -> Nest:
    """The nest that all processes of this run of the tests share; see tests/servers/shared.py."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(f"\0{door}")
    return Nest(line)


def _own() -> Nest:
    ours, its = socket.socketpair()
    words = [sys.executable, "-P", "-m", "tests.servers.nest", str(its.fileno())]
    env = {"PATH": os.defpath, "HOME": "/", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        words, env=env, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[its.fileno()]
    )
    its.close()
    return Nest(ours, process)


def brood(line: socket.socket) -> dict[str, Any]:
    """The nest's own life: fork for each order, and tell how each ended. Returns in the forks alone."""
    lives: dict[int, tuple[int, int]] = {}  # the end of a pipe that closes with the fork: its number, whom to tell
    waiting = selectors.DefaultSelector()
    waiting.register(line, selectors.EVENT_READ)
    while True:
        for key, _ in waiting.select():
            if key.fd == line.fileno():
                order, handles = _heard(line)
                life, lived = os.pipe()
                pid = os.fork()
                if pid == 0:
                    waiting.close()
                    for mine in (line.detach(), life, *lives, *(tells for _, tells in lives.values())):
                        os.close(mine)
                    return order | {"handles": handles}
                os.close(lived)
                for handle in handles[:3]:
                    os.close(handle)
                _tell(handles[3], pid)
                lives[life] = (pid, handles[3])
                waiting.register(life, selectors.EVENT_READ)
            else:
                waiting.unregister(key.fd)
                pid, tells = lives.pop(key.fd)
                os.close(key.fd)
                _tell(tells, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
                os.close(tells)


def _heard(line: socket.socket) -> tuple[dict[str, Any], list[int]]:
    size, handles, _, _ = socket.recv_fds(line, 4, 4)
    if not size:
        sys.exit()  # the tests have ended
    said = b""
    while len(said) < int.from_bytes(size, "big"):
        said += line.recv(int.from_bytes(size, "big") - len(said))
    order: dict[str, Any] = json.loads(said)
    return order, handles


def _tell(handle: int, number: int) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(handle, str(number).encode().ljust(_WIDTH))


def be(order: Mapping[str, Any]) -> None:
    """In the fork: become what was ordered, in its folder, with its environment and its streams."""
    dies = dies_with_parent(signal.SIGKILL)
    assert dies is not None
    dies()
    for number, handle in enumerate(order["handles"][:3]):
        os.dup2(handle, number)
    for handle in order["handles"]:
        os.close(handle)
    _leave_lightly()
    flags, (_, module, *rest) = _flags_of(order["words"])
    unbuffered = "-u" in flags
    sys.stdin = open(0, encoding=sys.stdin.encoding, closefd=False)  # noqa: SIM115 - open as long as the process
    sys.stdout, sys.stderr = _stream(1, sys.stdout, unbuffered), _stream(2, sys.stderr, True)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["env"])
    here = [] if "-P" in flags else [order["folder"]]
    sys.path[:0] = [*here, *filter(None, order["env"].get("PYTHONPATH", "").split(os.pathsep))]
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _leave_lightly() -> None:
    """At the end of this process the kernel takes back what the nest had read, all at once; Python would go through
    it piece by piece. Everything else ends as it always does."""
    read = {name: module for name, module in sys.modules.items() if name not in _OF_PYTHON}
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(read))

    def forget() -> None:
        for name in read:
            sys.modules.pop(name, None)

    atexit.register(forget)  # the first, and so done as the last


def _stream(number: int, like: TextIO, at_once: bool) -> io.TextIOWrapper:
    raw = io.FileIO(number, "w", closefd=False)
    return io.TextIOWrapper(
        raw if at_once else io.BufferedWriter(raw),
        encoding=like.encoding,
        errors=like.errors,
        write_through=at_once,
    )


def ours() -> Iterator[str]:
    """The names of our own modules, but those that are programs."""
    for top in OURS:
        for found in pkgutil.walk_packages(importlib.import_module(top).__path__, f"{top}."):
            if not any(part in found.name for part in RUN_ALONE):
                yield found.name


def read_all() -> None:
    """Read the libraries and our own modules, and keep them."""
    for name in [*LIBRARIES, *ours()]:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    read_all()
    be(brood(socket.socket(fileno=int(sys.argv[1]))))
