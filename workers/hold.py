"""Hold a SQLite database: only one process at a time may send from it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drip.domain.errors import DripError


class HeldError(DripError):
    """Another process of ours works on this database already."""


@contextmanager
def hold(database: Path | None) -> Iterator[None]:
    """Hold the database's file for this process until the block ends, or the process does.

    None: a database server, which any number of processes may share. Raises HeldError.
    """
    if database is None:
        yield
        return
    path = database.with_name(f"{database.name}.up")
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            who = file.read().strip() or "?"
            raise HeldError(
                f"The service already runs on {database} (process {who}). Stop it first, or give this one "
                "another database with DRIP_DATABASE_URL."
            ) from None
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
