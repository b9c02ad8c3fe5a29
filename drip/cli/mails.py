"""Mails that a command is given: files, maildirs, and standard input."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from drip.cli.output import InputError

STDIN = Path("-")
_LARGEST = 64 * 2**20  # bytes of one mail; mail servers take no larger ones
_FOLDERS = ("new", "cur")  # of a maildir, where its mails are


def read_mails(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Each mail with its name, in order; - is standard input. Raises InputError where nothing can be read."""
    for path in paths:
        if path == STDIN:
            yield "-", sys.stdin.buffer.read(_LARGEST)
            continue
        for file in _files(path):
            try:
                with file.open("rb") as opened:
                    raw = opened.read(_LARGEST)
            except OSError as error:
                raise InputError(f"{file} cannot be read: {(error.strerror or 'error').lower()}.") from error
            yield str(file), raw


def _files(path: Path) -> list[Path]:
    """A file itself; of a maildir its mails, of another folder its files, by name."""
    if not path.is_dir():
        return [path]
    inside = [path / name for name in _FOLDERS if (path / name).is_dir()] or [path]
    return sorted(one for folder in inside for one in folder.iterdir() if one.is_file())
