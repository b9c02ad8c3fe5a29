"""`drip` on a host whose wall clock is wrong: python -m tests.acceptance.wrong_clock FILE COMMAND...

FILE says by how many seconds, and is read at each look at the clock, so that the clock can jump. Only
drip/clock.py reads the time in drip; what libraries read is moved as well. The count that never goes back
(time.monotonic) stays right, as it does on such a host.
"""

import sys
import time
from datetime import datetime, timedelta, tzinfo
from pathlib import Path


def main(file: Path, words: list[str]) -> None:
    """Put the clock wrong, then be `drip`."""
    right = time.time  # noqa: TID251 - this is the host's clock

    class WrongTime(datetime):
        """What the host's calendar says."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(seconds=offset(file))  # noqa: TID251 - as above

    def wrong() -> float:
        """What the host's clock says."""
        return right() + offset(file)

    time.time = wrong  # noqa: TID251 - so is this
    for module in list(sys.modules.values()):  # those who have the right one already
        for name in [name for name, value in vars(module).items() if value is right]:
            vars(module)[name] = wrong
    from drip import clock

    vars(clock)["datetime"] = WrongTime
    from drip.cli.main import main as drip

    sys.exit(drip(words))


def offset(file: Path) -> float:
    """Seconds the clock is ahead."""
    return float(file.read_text())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
