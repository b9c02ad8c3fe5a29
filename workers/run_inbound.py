"""Take in mail until a signal ends it: what `drip inbound` does."""

import asyncio
import signal
from collections.abc import Callable, Sequence

import structlog

from drip.clock import SystemClock
from drip.config import Settings
from drip.inbound.source import MailSource
from drip.store import business_time
from drip.store.failures import StoreError
from drip.wiring import Wired
from workers.broker import new_loop
from workers.intake import Intake
from workers.pulse import EVERY, Pulse
from workers.ready import make_ready
from workers.sources import open_sources, places

log = structlog.get_logger()
STOP_WITHIN = 8.0  # seconds for mails that are being handled


def run_inbound(settings: Settings, ready: Callable[[Sequence[str]], None]) -> None:
    """Take in mail from every source until SIGTERM or SIGINT; `ready` is called once all are open, with where mail can
    come in by.

    Any number may run. Raises what make_ready raises, and SettingsError for a source that cannot be opened.
    """
    wired = make_ready(settings)
    sources = open_sources(wired)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(_InboundProcess(wired, sources).run(ready))


class _InboundProcess:
    def __init__(self, wired: Wired, sources: Sequence[MailSource]) -> None:
        self._wired = wired
        self._sources = sources
        self._intake = Intake(wired, sources)
        self._pulse = Pulse(wired.settings.pulse, "inbound")

    async def run(self, ready: Callable[[Sequence[str]], None]) -> None:
        """Until a signal comes; then what is being handled is finished, or not acknowledged."""
        stop = asyncio.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(one, stop.set)
        looking = asyncio.create_task(self._look_again_and_again())
        taking = asyncio.create_task(self._intake.run(stop))
        ready(await places(self._wired, self._sources))
        await stop.wait()
        looking.cancel()
        await asyncio.wait([taking], timeout=STOP_WITHIN)
        if not taking.done():
            log.error("stop.unfinished")
            taking.cancel()
        await self._wired.close()
        self._pulse.end()

    async def _look_again_and_again(self) -> None:
        """For the pulse: whether the database is there, also while no mail comes."""
        while True:
            try:
                async with self._wired.store.glance() as unit:
                    await business_time.read(unit)
            except StoreError as error:
                self._intake.database.lost(error)
            else:
                self._intake.database.found()
                self._pulse.beat(SystemClock().now(), redis_away=False)
            await asyncio.sleep(EVERY.total_seconds())
