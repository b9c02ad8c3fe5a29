"""A person at a terminal, in this process: types a command and reads what comes."""

import json
import shlex
from dataclasses import dataclass
from typing import Any

import pytest

from drip.cli.main import main


@dataclass(frozen=True)
class Answer:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON lines on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Terminal:
    """Where commands are typed; each ends as a process would."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, words: str) -> Answer:
        """Type `words` after "drip"."""
        self.capture.readouterr()
        code = main(shlex.split(words))
        out, err = self.capture.readouterr()
        assert "Traceback" not in err
        return Answer(code, out, err)
