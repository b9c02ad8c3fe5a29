"""A bar on stderr while a file is read or a database gone through, where that is a terminal; nothing anywhere else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def progress_of(file: Path) -> Iterator[Callable[[int], None]]:
    """Gives what is to be told how many rows of the file are done."""
    if not sys.stderr.isatty() or not file.is_file():
        yield lambda done: None
        return
    total = _rows(file)
    with progress("rows") as seen:
        seen(0, total)
        yield lambda done: seen(done, total)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Gives what is to be told how many of how many are done; `what` they are stands before the bar."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _rows(file: Path) -> int:
    """About how many there are, the header left out."""
    with file.open("rb") as raw:
        return max(sum(chunk.count(b"\n") for chunk in iter(lambda: raw.read(1 << 20), b"")) - 1, 1)
