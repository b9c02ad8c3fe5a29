"""A person's shell: `python -m drip` in a folder of its own, with a clean environment."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers.nest import can_warm, run
from tests.servers.process import Server

ROOT = Path(__file__).parents[2]
WITHIN = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Told:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON lines on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Shell:
    """A folder, and the settings commands are started with there."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    within: float = WITHIN

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of who runs the tests, and a home of its own."""
        return {
            "PATH": os.defpath,
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "100",
            **self.settings,
        }

    def __call__(self, words: str, typed: str = "", program: tuple[str, ...] = (sys.executable, "-m", "drip")) -> Told:
        """Start a command and wait for its end; `typed` is its standard input."""
        done = self._run([*program, *shlex.split(words)], typed)
        assert "Traceback" not in done.stderr, done.stderr
        return Told(done.returncode, done.stdout, done.stderr)

    def _run(self, words: list[str], typed: str) -> "subprocess.CompletedProcess[str]":
        if can_warm(words) and "PYTHONIOENCODING" not in self.settings:
            return run(words, self.environment, self.folder, typed, self.within)
        return subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=self.within,
            check=False,
        )

    def up(self, words: str = "") -> Server:
        """`drip up` on a free port, as soon as it says that it is up and what to type next."""
        return Server(
            [sys.executable, "-u", "-m", "drip", "up", "--port", "0", *shlex.split(words)],
            "Next, in another terminal:",
            env=self.environment,
            folder=self.folder,
        )
