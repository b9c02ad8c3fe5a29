"""What the people of the demo did, written down by themselves: never read from the service's database."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType


class Happenings:
    """The file of happenings, one JSON object a line, in order of time.

    `counts` says how many there are of each kind, and of each outcome of a call.
    """

    def __init__(self, path: Path) -> None:
        """Begin a new file."""
        self._stream = path.open("w", encoding="utf-8")
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> "Happenings":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def add(self, at: datetime, email: str, what: str, **more: str) -> None:
        """Somebody did something, at an aware time."""
        self.counts[what] += 1
        self.counts[more.get("outcome", "")] += 1
        line = {"at": at.astimezone(UTC).isoformat(timespec="seconds"), "email": email, "what": what, **more}
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
