"""A bar on stderr while a file is read, where that is a terminal; nothing anywhere else."""

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
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("rows", total=_rows(file))
        yield lambda done: bar.update(task, completed=done)


def _rows(file: Path) -> int:
    """About how many there are, the header left out."""
    with file.open("rb") as raw:
        return max(sum(chunk.count(b"\n") for chunk in iter(lambda: raw.read(1 << 20), b"")) - 1, 1)
