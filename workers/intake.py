"""The intake of a process: all its sources at once, and what is done with each mail that comes in."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog

from drip.actions.receive import receive
from drip.inbound.source import Incoming, MailSource
from drip.store.failures import StoreError
from drip.wiring import Wired
from workers.reach import Reach

log = structlog.get_logger()
AGAIN_AFTER = 5.0  # seconds until a source that failed as none should begins again


class Intake:
    """Takes in mail until it is told to stop. Nothing is lost by its end: what is not kept is not acknowledged."""

    def __init__(self, wired: Wired, sources: Sequence[MailSource], kept: Callable[[], object] = lambda: None) -> None:
        """`kept` is called after each mail that was kept."""
        self._wired = wired
        self._sources = sources
        self._kept = kept
        self.database = Reach("database")

    async def run(self, stop: asyncio.Event) -> None:
        """All sources, until `stop` is set and each of them has ended."""
        await asyncio.gather(*(self._keep_running(source, stop) for source in self._sources))

    async def handle(self, incoming: Incoming) -> None:
        """Keep a mail and act on it. Raises whatever kept it from being kept; it is in the log then."""
        try:
            await self._wired.catch_up()
            done = await receive(self._wired.store, incoming, self._wired.secret, self._wired.clock.now())
        except StoreError as error:
            self.database.lost(error)
            raise
        except Exception:
            log.exception("mail.failed", octets=len(incoming.raw))
            raise
        self.database.found()
        log.info("mail.kept", received=done.id, code=done.code, cls=str(done.cls), rule=done.rule, send=done.send_id)
        self._kept()

    async def _keep_running(self, source: MailSource, stop: asyncio.Event) -> None:
        """A source that raises has a bug; the others go on, and so shall it."""
        while not stop.is_set():
            try:
                await source.run(self.handle, stop)
            except Exception:
                log.exception("source.failed", source=source.name)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), AGAIN_AFTER)
