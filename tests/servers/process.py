"""Start a real server as a child process that says when it is ready and dies with the test run."""

import os
import pwd
import signal
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.servers.lifeline import dies_with_parent
from tests.servers.nest import Warm, can_warm

Started = TypeVar("Started")
READY_WITHIN = 60.0  # seconds


class ServerError(Exception):
    """A server did not start; the text has what it printed last."""


class Server:
    """One child process whose output is read by a thread of its own, so that it never blocks on a full pipe."""

    def __init__(
        self,
        words: Sequence[str],
        ready: str,
        *,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        folder: Path | None = None,
        last_signal: signal.Signals = signal.SIGKILL,
    ) -> None:
        """Start `words` and wait until a line of output contains `ready`; ServerError when it ends or takes too long.

        `user` is who it runs as (only root may say so); `last_signal` is what it gets when the test run dies.
        Our own program comes from the nest.
        """
        self.output: deque[str] = deque(maxlen=200)
        self._ready_text = ready
        self._settled = threading.Event()
        self._ready = False
        reads, writes = os.pipe()
        self._printed = open(reads, encoding="utf-8", errors="replace")  # noqa: SIM115 - closed by its reader
        self.process: subprocess.Popen[bytes] | Warm
        with open(os.devnull, "rb") as nothing, open(writes, "wb") as prints:
            if env is not None and can_warm(words):
                streams = [nothing.fileno(), prints.fileno(), prints.fileno()]
                self.process = Warm(words[1:], env, folder or Path("/"), streams)
            else:
                self.process = subprocess.Popen(
                    list(words),
                    stdin=nothing,
                    stdout=prints,
                    stderr=prints,
                    env=dict(env) if env is not None else None,
                    cwd=folder or "/",
                    preexec_fn=dies_with_parent(last_signal),  # noqa: PLW1509 - it calls into the kernel only
                    **as_user(user),
                )
        threading.Thread(target=self._read, name=f"output of {words[0]}", daemon=True).start()
        if not self._settled.wait(READY_WITHIN) or not self._ready:
            self.stop(signal.SIGKILL)
            raise ServerError(f"{words[0]} did not start:\n" + "".join(self.output))

    def _read(self) -> None:
        with self._printed:
            for line in self._printed:
                self.output.append(line)
                if self._ready_text in line:
                    self._ready = True
                    self._settled.set()
        self._settled.set()

    def stop(self, how: signal.Signals = signal.SIGTERM, within: float = 20.0) -> int:
        """End the process by the signal `how`, by SIGKILL when it is not gone after `within` seconds; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def as_user(name: str | None) -> dict[str, Any]:
    """The arguments of Popen and run that make a child run as `name`; none for None."""
    if name is None:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def readable_by_all(path: Path) -> bool:
    """True when any user may reach and read `path`: each folder above it lets others through."""
    above = [path.resolve(), *path.resolve().parents]
    return all(os.stat(step).st_mode & 0o001 for step in above) and bool(os.stat(path).st_mode & 0o004)


def package_folder(name: str) -> Path:
    """Where an installed package's files are; it is not imported, since some do more than they should when it is."""
    found = find_spec(name)
    if found is None or found.origin is None:
        raise ServerError(f"the package {name} is not installed; `./run test` installs it")
    return Path(found.origin).parent


def free_port() -> int:
    """A loopback TCP port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def on_a_free_port(start: Callable[[int], Started]) -> Started:
    """`start(port)` with a free port; once more with another when somebody else took it in between."""
    for _ in range(4):
        try:
            return start(free_port())
        except ServerError as error:
            if "in use" not in str(error):
                raise
    return start(free_port())
