"""A child process of the benchmarks, which is asked by a line of JSON and answers by one."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.servers.lifeline import dies_with_parent

ROOT = Path(__file__).parents[2]
WITHIN = 1800.0  # seconds for one answer; who takes longer is ended


class ChildError(Exception):
    """A child ended or could not do what it was asked; the text is what it said."""


class Child(AbstractContextManager["Child"]):
    """A module of the benchmarks as a process. Its errors go to our stderr; it ends when stdin does."""

    def __init__(
        self,
        module: str,
        *words: str,
        before: tuple[str, ...] = (),
        python: Path | None = None,
        wait: bool = True,
    ) -> None:
        """Start `python -m module words`, by default by our own Python; `before` is put before it, for who
        wants a profile. Who does not wait here waits when it is asked; nothing is to be measured till then."""
        self.process = subprocess.Popen(
            [*before, str(python or sys.executable), "-m", module, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - it calls into the kernel only
        )
        if wait:
            assert self.said is not None

    @cached_property
    def said(self) -> dict[str, Any]:
        """Its first words: that it is ready, and where. Raises ChildError."""
        return self._hear()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def ask(self, **command: Any) -> dict[str, Any]:
        """Its answer to a command. Raises ChildError when it says it cannot, or is gone."""
        self.tell(**command)
        return self.hear()

    def tell(self, **command: Any) -> None:
        """Ask without waiting; the answer is heard later."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """The answer to what it was told. Raises ChildError."""
        assert self.said is not None  # it comes before any answer
        answer = self._hear()
        if "error" in answer:
            raise ChildError(answer["error"])
        return answer

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        too_late = threading.Timer(WITHIN, self.process.kill)
        too_late.start()
        line = next((one for one in self.process.stdout if one.startswith("{")), None)  # a profiler talks, too
        too_late.cancel()
        if line is None:
            raise ChildError(f"process {self.process.pid} ended with {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def cpu_of(*pids: int) -> float:
    """User and system seconds these processes, all their threads and ended children have used.

    To the nanosecond by the clock the kernel keeps for each process; only what ended children left
    behind comes in its ticks of 10 ms.
    """
    return sum(time.clock_gettime(_clock_of(pid)) + _of_ended_children(pid) for pid in pids)


def with_children(pid: int) -> list[int]:
    """A process and all that it started, as they are now."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").iterdir():
            try:
                found += [int(child) for child in (task / "children").read_text().split()]
            except OSError:
                continue
    return found


def _clock_of(pid: int) -> int:
    """The clock of a process's own CPU time (POSIX clock_getcpuclockid, which Python offers for threads alone)."""
    clock = ctypes.c_int()
    wrong: int = ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock))
    if wrong:
        raise ProcessLookupError(wrong, os.strerror(wrong), f"process {pid}")
    return clock.value


def _of_ended_children(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
