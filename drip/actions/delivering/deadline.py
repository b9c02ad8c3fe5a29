"""A deadline that is moved for each letter of a lane, without a timer for each."""

import asyncio
from math import inf
from types import TracebackType


class Deadline:
    """A block that is cancelled, and raises TimeoutError, when its deadline has passed; see asyncio.timeout.

    Times are the loop's.
    """

    def __init__(self) -> None:
        """Without an end, until `move` gives it one."""
        self._loop = asyncio.get_running_loop()
        self._limit = asyncio.timeout(None)
        self._until = self._rings_at = inf
        self._alarm: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> "Deadline":
        await self._limit.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        await self._limit.__aexit__(kind, error, trace)

    def move(self, until: float = inf) -> None:
        """Let it end at another time, or never. Most are moved on long before they pass: the alarm then stays where it
        is, and looks again when it rings."""
        self._until = until
        if self._limit.when() is not None and not self._limit.expired():
            self._limit.reschedule(None)  # it passed this moment, and whoever runs here was not told yet
        if until < self._rings_at:
            self._wind(until)

    def _wind(self, at: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._rings_at = at
        self._alarm = None if at == inf else self._loop.call_at(at, self._ring)

    def _ring(self) -> None:
        self._rings_at = inf
        if self._until <= self._loop.time():
            self._limit.reschedule(self._loop.time())
        else:
            self._wind(self._until)
