"""Run a worker until a signal ends it: what `drip worker` does."""

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import structlog
from dramatiq import Worker
from dramatiq.asyncio import get_event_loop_thread

from drip.clock import SystemClock
from drip.config import Settings
from drip.store.failures import StoreUnreachableError
from drip.wiring import Wired
from workers.actors import declare
from workers.broker import collect_less_often
from workers.doorbell import DoorbellBroker
from workers.engine import Engine
from workers.far_bell import call, pass_on
from workers.pulse import Pulse
from workers.ready import make_ready_to_ring

log = structlog.get_logger()
THREADS = 8  # mailboxes that are sent from at once
POLL_MS = 1000  # how often an idle thread looks whether it should stop
LOOK_EVERY = 5  # ticks between two looks of a worker's own
STOP_WITHIN = 1.0  # seconds for what is left once bodies had their time


def run_worker(settings: Settings, ready: Callable[[], None]) -> None:
    """Send letters until SIGTERM or SIGINT; `ready` is called once it listens. Nothing stays leased.

    Raises what make_ready_to_ring raises.
    """
    process = WorkerProcess(*make_ready_to_ring(settings))
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    process.start()
    try:
        ready()
        stop.wait()
    finally:
        process.stop()


class WorkerProcess:
    """A worker: dramatiq's threads hear the doorbells, one event loop does the work.

    The bell may be away for long, so a worker also looks by itself at what is due: every LOOK_EVERY
    ticks, and at every tick while Redis does not answer. What it finds it sends without being rung for.
    """

    def __init__(self, wired: Wired, broker: DoorbellBroker) -> None:
        self._wired = wired
        self._broker = broker
        self._engine = Engine(wired.sending, wired.catch_up, self._call)
        declare(broker, self._engine, lambda _mailbox_id, _done: None, partial(pass_on, broker))
        self._worker = Worker(broker, queues={"deliver"}, worker_threads=THREADS, worker_timeout=POLL_MS)
        self._worker.queue_prefetch = THREADS  # what one worker cannot begin is left to the others
        self._pulse = Pulse(wired.settings.pulse, "worker")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._looking: asyncio.Task[None] | None = None
        self._own: set[asyncio.Task[object]] = set()

    def start(self) -> None:
        """Listen and look. May be called once."""
        collect_less_often()
        self._worker.start()
        thread = get_event_loop_thread()
        assert thread is not None
        self._loop = thread.loop
        asyncio.run_coroutine_threadsafe(self._begin(), self._loop).result()

    def stop(self) -> None:
        """Take no more, give back what is leased, give bodies on the wire their time, close (HOUSE)."""
        assert self._loop is not None
        self._broker.stopping.set()
        for consumer in self._worker.consumers.values():
            consumer.stop()
        for thread in self._worker.workers:
            thread.stop()
        drain = self._wired.sending.limits.drain.total_seconds()
        try:
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(drain + STOP_WITHIN)
        except TimeoutError:
            log.exception("stop.unfinished")
        self._worker.stop(timeout=int(STOP_WITHIN * 1000))
        self._pulse.end()

    async def _begin(self) -> None:
        self._looking = asyncio.create_task(self._look_again_and_again())

    async def _end(self) -> None:
        self._engine.stopping.set()
        if self._looking is not None:
            self._looking.cancel()
        await self._engine.at_rest.wait()
        await self._wired.close()

    async def _look_again_and_again(self) -> None:
        tick = self._wired.settings.tick.total_seconds()
        while True:
            try:
                await self._look()
            except StoreUnreachableError as error:
                self._engine.database.lost(error)
            except Exception:
                log.exception("worker.failed")
            await asyncio.sleep(tick if self._broker.reach.away else tick * LOOK_EVERY)

    async def _look(self) -> None:
        view = await self._engine.outlook()
        self._engine.database.found()
        self._pulse.beat(SystemClock().now(), redis_away=self._broker.reach.away)
        for mailbox_id in view.ready[: THREADS - len(self._own)]:
            self._begin_to(self._engine.deliver(mailbox_id))
        if view.notices:
            self._begin_to(self._engine.deliver_notices())

    def _call(self, mailbox_id: int | None) -> None:
        """Let another worker hear of a mailbox that has more due than we leased."""
        self._begin_to(call(self._broker, mailbox_id))

    def _begin_to(self, work: Coroutine[Any, Any, object]) -> None:
        task: asyncio.Task[object] = asyncio.create_task(work)
        self._own.add(task)
        task.add_done_callback(self._own.discard)
