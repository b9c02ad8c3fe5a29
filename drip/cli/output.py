"""What the command says, and how it ends: results on stdout, all else on stderr, exit codes 0, 1 and 2."""

import json
import os
import re
import sys
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TextIO

from drip.domain.errors import DripError, MovedError


class Exit(IntEnum):
    """The exit codes there are; nothing else in the product knows them."""

    DONE = 0
    NO = 1  # it ran, and the answer is no
    WRONG = 2  # it did not run: what was given cannot be used
    STOPPED = 130  # Ctrl+C


class RefusedError(DripError):
    """It ran, and the answer is no: ends with exit code 1, not 2."""


class InputError(DripError):
    """What was typed cannot be used. The text says what is allowed."""


_liking = SimpleNamespace(colors=False, program="drip")
_COMMAND = re.compile(r"(`|\$\(|^ {2,})drip (?=[a-z-])", re.MULTILINE)
_REFUSALS = (RefusedError, MovedError)


def prepare(*, colors: bool, program: str = "drip") -> None:
    """Make both streams take any text; remember whether colours are wanted, and how we are called."""
    _liking.colors, _liking.program = colors, program
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def say(text: str = "") -> None:
    """A result: one or more lines on stdout."""
    sys.stdout.write(as_typed(text) + "\n")


def note(text: str) -> None:
    """Something to know beside the result: on stderr."""
    sys.stdout.flush()
    sys.stderr.write(as_typed(text) + "\n")
    sys.stderr.flush()


def as_typed(text: str) -> str:
    """The text with its commands, in backticks, in `$(...)` or on an indented line, as they are typed where we are."""
    return _COMMAND.sub(lambda found: f"{found[1]}{_liking.program} ", text)


def say_json(value: object) -> None:
    """One JSON object on a line of its own; see `plain` for what values become."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False) + "\n")


def plain(value: Any) -> Any:
    """A value as JSON knows it: dataclasses and named tuples become objects, times ISO 8601, the rest text."""
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if hasattr(value, "_asdict"):  # a named tuple
        return plain(value._asdict())
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    return value


def strong(text: str, stream: TextIO | None = None) -> str:
    """The text in bold, where the stream (stdout) is a terminal that likes it."""
    return f"\033[1m{text}\033[0m" if wants_colors(stream or sys.stdout) else text


def wants_colors(stream: TextIO) -> bool:
    """Whether a stream is a terminal on which colours are wanted."""
    return _liking.colors and stream.isatty()


def fail(error: DripError) -> int:
    """Tell an error of ours; the exit code."""
    _tell(str(error))
    return Exit.NO if isinstance(error, _REFUSALS) else Exit.WRONG


def fail_on_disk(error: OSError) -> int:
    """Tell what a file or folder would not let us do; the exit code."""
    where = f"{error.filename}: " if error.filename else ""
    _tell(f"{where}{(error.strerror or str(error)).lower()}. Check the name, and that you may read and write there.")
    return Exit.WRONG


def misused(error: Exception) -> int | None:
    """Tell how a command was typed wrongly; the exit code. None for an error that is none of typer's."""
    words = getattr(error, "format_message", None)
    if words is None:
        return None
    context = getattr(error, "ctx", None)
    text = str(words()).rstrip()
    if type(error).__name__ == "NoArgsIsHelpError":
        note(text)
    else:
        _tell(text + (f"\nSee `{context.command_path} --help`." if context else ""))
    return Exit.WRONG


def refused_by_database(error: Exception) -> int | None:
    """Tell why a database would not do it (locked, read-only, full); None for any other error."""
    kind = type(error)
    if kind.__name__ != "OperationalError" or not kind.__module__.startswith("sqlalchemy"):
        return None
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    _tell(f"The database did not do it: {said}. Check that it may be written to and that its disk is not full.")
    return Exit.NO


def stopped() -> int:
    """The exit code after Ctrl+C."""
    note("Stopped.")
    return Exit.STOPPED


def cut_off() -> int:
    """The exit code when who reads our output has left; nothing more is written there."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.DONE


def _tell(text: str) -> None:
    mark = "\033[31merror:\033[0m" if wants_colors(sys.stderr) else "error:"
    note(f"{mark} {text}")
