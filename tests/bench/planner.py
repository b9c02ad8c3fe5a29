"""A scheduler in a process of its own, ticked by hand: what a tick costs."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from drip.clock import ControlledClock
from drip.config import load_settings
from drip.wiring import Wired, wire
from tests.bench.answering import Answer, Meter, answer_until_end
from tests.bench.senders import SECRET
from workers.engine import Engine
from workers.scheduler import Scheduler

NEVER = 3600.0  # seconds; a tick of its own does not come


class Nobody:
    """A bell that nobody hears; the scheduler is told at once that there is nothing more to wait for."""

    anybody_at_work = False

    def __init__(self) -> None:
        self.wake: Callable[[], None] = lambda: None

    def ring(self, _mailbox_id: int | None) -> None:
        """Ring."""
        self.wake()


class Planner:
    """The real scheduler on one database; letters it makes stay due, since their mailbox is paused. Nobody is there
    to send notices."""

    def __init__(self, asked: Answer) -> None:
        self._clock = ControlledClock(datetime.fromisoformat(asked["at"]))
        self._wired: Wired = wire(load_settings(database_url=asked["url"], secret=SECRET, notices=False), self._clock)
        engine = Engine(self._wired.sending)
        nobody = Nobody()
        self._scheduler = Scheduler(engine, nobody, lambda _chore: None, NEVER)
        nobody.wake = self._scheduler.wake
        self._task: asyncio.Task[Any] = asyncio.create_task(self._scheduler.run())

    async def tick(self, at: datetime) -> Answer:
        """Let the clock stand at `at`, and look until there is nothing left to plan."""
        self._clock.jump(at)
        meter = Meter()
        await self._scheduler.quiet()
        return meter.read(1)

    async def close(self) -> None:
        """Stop looking."""
        self._task.cancel()
        await asyncio.wait([self._task])
        await self._wired.close()


PLANNERS: dict[str, Planner] = {}


async def tick(asked: Answer) -> Answer:
    """One tick on the database at `url`; a scheduler that was made for it stays."""
    if asked["url"] not in PLANNERS:
        PLANNERS[asked["url"]] = Planner(asked)
    return await PLANNERS[asked["url"]].tick(datetime.fromisoformat(asked["at"]))


async def close(_asked: Answer) -> Answer:
    """Close every scheduler."""
    for one in PLANNERS.values():
        await one.close()
    PLANNERS.clear()
    return {}


if __name__ == "__main__":
    answer_until_end({"tick": tick, "close": close})
