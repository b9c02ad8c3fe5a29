"""The pulse of a process: a file that says when it last saw its database, for health checks."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

EVERY = timedelta(seconds=5)
TOO_OLD = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Beat:
    """One line of a pulse file. `at` is the host's time, aware UTC; `redis` is up or away."""

    process: str
    pid: int
    at: str
    redis: str


class Pulse:
    """Writes the file, at most every EVERY. To be told of each look at the database that went well."""

    def __init__(self, path: Path | None, process: str) -> None:
        """`path` None: nobody wants to know."""
        self._path = path
        self._process = process
        self._last: datetime | None = None

    def beat(self, at: datetime, *, redis_away: bool) -> None:
        """The process was well at this time of the host. A file that cannot be written is logged."""
        if self._path is None or (self._last is not None and self._last <= at < self._last + EVERY):
            return
        self._last = at
        line = json.dumps(asdict(Beat(self._process, os.getpid(), at.isoformat(), "away" if redis_away else "up")))
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            draft.write_text(line + "\n")
            draft.replace(self._path)
        except OSError as error:
            import structlog  # late: a health check needs none

            structlog.get_logger().warning("pulse.failed", path=str(self._path), why=error.strerror)

    def end(self) -> None:
        """The process ends; nobody shall take its file for a living one."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def read_pulse(path: Path) -> Beat | None:
    """The last beat; None when there is none, or the file is none of ours."""
    try:
        beat = Beat(**json.loads(path.read_text()))
        return beat if datetime.fromisoformat(beat.at).tzinfo is not None else None
    except (OSError, ValueError, TypeError):
        return None
