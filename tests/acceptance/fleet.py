"""A fleet: the distributed service as real processes on PostgreSQL and Valkey, driven like the embedded one."""

import asyncio
import concurrent.futures
import os
import sys
import threading
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from drip.actions.look import look
from drip.actions.rescue import Rescued
from drip.clock import ControlledClock
from drip.config import Settings
from drip.store import business_time, leases, sends
from drip.wiring import wire
from tests.servers.process import Server

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
LOOK_EVERY = 0.04  # seconds between two looks whether all is quiet; a process that ended is told at once
CREW = ("worker", "scheduler")


def environment(settings: Settings) -> dict[str, str]:
    """What a process of the service is started with: the settings that were given, as DRIP_*."""
    given = {f"DRIP_{name.upper()}": _as_text(getattr(settings, name)) for name in settings.model_fields_set}
    return {"PATH": os.defpath, "HOME": "/", "PYTHONPATH": str(ROOT), **given}


def start(name: str, settings: Settings, *words: str) -> Server:
    """One `drip worker`, `drip scheduler` or `drip web`, as soon as it says that it is up."""
    program = [sys.executable, "-u", "-m", "drip", name, *words]
    return Server(program, f"drip {name} is up", env=environment(settings), folder=ROOT)


class Fleet:
    """Processes on one database, and a loop of our own that looks into it and holds the controlled clock.

    It has the methods by which tests drive the embedded Service.
    """

    def __init__(self, settings: Settings, now: datetime, crew: Sequence[str] = CREW) -> None:
        """`settings` name a PostgreSQL database that is upgraded, and a Valkey. Business time stands at `now`."""
        self.wired = wire(settings, ControlledClock(now))
        self.crew = tuple(crew)
        self.processes: list[Server] = []
        self._starters = concurrent.futures.ThreadPoolExecutor()  # the kernel ends a child with its parent's thread
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def start(self) -> Rescued:
        """Start the processes; nothing is taken back at a start, since others may be at work."""
        self.run(self._stand_at(self.wired.clock.now()))
        self.processes += self._starters.map(lambda name: start(name, self.wired.settings), self.crew)
        return Rescued()

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run `work` beside everything else."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T], within: float | None = None) -> T:
        """Run `work` and wait for it, at most `within` seconds."""
        return self.submit(work).result(within)

    async def idle(self) -> datetime | None:
        """Wait until nothing is due, leased or handing, and everybody due was planned; what comes next."""
        while True:
            view = await self._outlook()
            if not view.moves and (view.next_at is None or view.next_at > self.wired.clock.now()):
                return view.next_at
            await self._a_moment()

    async def next_moment(self) -> datetime | None:
        """Business time of what comes next; None when nothing ever does."""
        return (await self._outlook()).next_at

    async def jump(self, to: datetime) -> None:
        """Let the time that all processes share stand at `to`. To be called when idle."""
        await self._stand_at(to)
        clock = self.wired.clock
        assert isinstance(clock, ControlledClock)
        clock.jump(to)

    def stop(self) -> None:
        """End every process as an operator does; each must end well."""
        try:
            codes = list(self._starters.map(lambda process: process.stop(within=10), self.processes))
            said = ["".join(process.output) for process in self.processes]
            assert set(codes) <= {0}, said
            self.run(self.wired.close(), 10)
        finally:
            self.processes.clear()
            self._starters.shutdown()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    async def _outlook(self) -> sends.Outlook:
        async with self.wired.store.reading() as unit:
            machine = await leases.machine_time(unit, self.wired.sending.machine())
            return (await look(unit, self.wired.sending, machine))[0]

    async def _stand_at(self, now: datetime) -> None:
        async with self.wired.store.begin() as unit:
            await business_time.move(unit, now)

    async def _a_moment(self) -> None:
        """Until it makes sense to look again. A process that is gone would never get anything done."""
        gone = [process for process in self.processes if process.process.poll() is not None]
        assert not gone, ["".join(process.output) for process in gone]
        await asyncio.wait([self._loop.create_future()], timeout=LOOK_EVERY)


def _as_text(value: object) -> str:
    return str(value.total_seconds()) if isinstance(value, timedelta) else str(value)
