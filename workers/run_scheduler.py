"""Run a scheduler until a signal ends it: what `drip scheduler` does."""

import asyncio
import signal
from collections.abc import Callable

from drip.clock import SystemClock
from drip.config import Settings
from drip.wiring import Wired
from workers.broker import collect_less_often, new_loop
from workers.doorbell import DoorbellBroker
from workers.engine import Engine
from workers.far_bell import FarBell
from workers.pulse import Pulse
from workers.ready import make_ready_to_ring
from workers.scheduler import Scheduler

STOP_WITHIN = 5.0  # seconds for a unit of work that has begun


def run_scheduler(settings: Settings, ready: Callable[[], None]) -> None:
    """Plan, ring, rescue and do the other chores until SIGTERM or SIGINT; `ready` is called once it runs.

    A scheduler does its chores itself: what brings lost letters back must not need Redis. Raises what
    make_ready_to_ring raises.
    """
    wired, broker = make_ready_to_ring(settings)
    collect_less_often()
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(_SchedulerProcess(wired, broker).run(ready))


class _SchedulerProcess:
    def __init__(self, wired: Wired, broker: DoorbellBroker) -> None:
        self._wired = wired
        self._broker = broker
        self._engine = Engine(wired.sending, wired.catch_up)
        self._pulse = Pulse(wired.settings.pulse, "scheduler")
        self._chores: dict[str, asyncio.Task[None]] = {}

    async def run(self, ready: Callable[[], None]) -> None:
        """Until a signal comes; then what has begun is finished."""
        stop = asyncio.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(one, stop.set)
        tick = self._wired.settings.tick.total_seconds()
        bell = FarBell(self._broker, tick)
        looking = asyncio.create_task(Scheduler(self._engine, bell, self._begin, tick, self._looked).run())
        ready()
        await stop.wait()
        self._engine.stopping.set()
        looking.cancel()
        await asyncio.wait([looking, *self._chores.values()], timeout=STOP_WITHIN)
        await bell.rung()
        await self._wired.close()
        self._pulse.end()

    def _begin(self, chore: str) -> None:
        """Do a chore beside the looks, unless it is still being done."""
        running = self._chores.get(chore)
        if running is None or running.done():
            self._chores[chore] = asyncio.create_task(self._engine.do_chore(chore))

    def _looked(self) -> None:
        self._pulse.beat(SystemClock().now(), redis_away=self._broker.reach.away)
