"""From which moment on to look for enrollments whose time has come.

What was planned leaves dead rows behind in the index; with a long transaction open anywhere they stay, and a
look from the beginning walks over all of them. So a look begins shortly before the last one's moment, and
every fiftieth one at the beginning, for what was locked, or written late, the last time (HOUSE, "plan").
"""

from datetime import datetime, timedelta

FULL_EVERY = 50  # looks
MARGIN = timedelta(minutes=1)  # for clocks that differ, and for who committed late


class Horizon:
    """Where one planner's looks begin. Times are business time."""

    def __init__(self) -> None:
        self._planned: datetime | None = None
        self._looks = 0

    def since(self, now: datetime) -> datetime | None:
        """Where the next look begins; None: at the beginning, also when the clock was set back."""
        self._looks += 1
        if self._planned is None or now < self._planned or self._looks >= FULL_EVERY:
            self._looks = 0
            return None
        return self._planned - MARGIN

    def planned(self, until: datetime) -> None:
        """All was planned that was due at a moment."""
        self._planned = until
