"""The embedded service: broker, workers, scheduler, mail that comes in and web server in one process, on one loop."""

import asyncio
import concurrent.futures
import socket
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol, TypeVar

import structlog
from dramatiq import Worker
from dramatiq.asyncio import get_event_loop_thread

from drip.actions.deliver import Delivered
from drip.actions.rescue import Rescued, rescue
from drip.actions.rescue_notices import rescue_notices
from drip.clock import ControlledClock
from drip.inbound.source import MailSource
from drip.store import business_time, leases, notice_leases, pace, read_folders, rescues, rests, sent_copies
from drip.wiring import Wired
from workers.actors import declare
from workers.bell import LocalBell
from workers.broker import collect_less_often, make_broker
from workers.engine import Engine
from workers.intake import Intake
from workers.scheduler import Scheduler
from workers.sources import open_sources, places

log = structlog.get_logger()
T = TypeVar("T")
THREADS = 8  # mailboxes that are sent from at once, and chores beside them
POLL_MS = 250  # how often an idle thread looks whether it should stop
BOOT_WITHIN = 60.0  # seconds for what the start has to do
STOP_WITHIN = 1.5  # seconds for what is left once bodies had their time


class Server(Protocol):
    """What uvicorn.Server is to us."""

    should_exit: bool

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until `should_exit` is set."""
        ...


class Service:
    """The whole service in this process. It may be started once.

    Its methods may be called from any thread; coroutines given to `run` and `submit` run on its
    loop. `idle`, `next_moment` and `jump` are for who drives a controlled clock, and are awaited
    on that loop.
    """

    def __init__(self, wired: Wired) -> None:
        self.wired = wired
        self._engine = Engine(wired.sending)
        self._broker = make_broker()
        self._actors = declare(self._broker, self._engine, self._finished)
        self._worker = Worker(self._broker, worker_threads=THREADS, worker_timeout=POLL_MS)
        self._bell = LocalBell(self._actors.deliver.send, lambda: wired.sending.machine().timestamp())
        tick = wired.settings.tick.total_seconds()
        chore = self._actors.chore.send
        self._scheduler = Scheduler(self._engine, self._bell, chore, tick, notices=self._notify)
        self._notifying: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._server: Server | None = None
        self._stopping = asyncio.Event()
        self.takes_in: list[str] = []  # where mail can come in by, as a person is told, once it was started

    def start(self, server: Server | None = None, sockets: Sequence[socket.socket] = ()) -> Rescued:
        """Take back what an earlier process held, then begin; what was taken back.

        Only for the one process that works on a SQLite file (see hold). Raises what the database says, and
        SettingsError for a source of mail that cannot be opened.
        """
        sources = open_sources(self.wired)
        collect_less_often()
        self._worker.start()
        thread = get_event_loop_thread()
        assert thread is not None
        self._loop = thread.loop
        return self.run(self._begin(sources, server, list(sockets)), BOOT_WITHIN)

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run `work` on the service's loop, beside everything else."""
        assert self._loop is not None, "the service was not started"
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T], within: float | None = None) -> T:
        """Run `work` on the service's loop and wait for it, at most `within` seconds."""
        return self.submit(work).result(within)

    async def idle(self) -> datetime | None:
        """Wait until nothing is due, leased or handing, and everybody due was planned.

        The business time of what comes next, as `next_moment` says it.
        """
        return await self._scheduler.quiet()

    async def next_moment(self) -> datetime | None:
        """Business time of what comes next; None when nothing ever does."""
        return (await self._engine.outlook()).next_at

    async def jump(self, to: datetime, *, look: bool = True) -> None:
        """Let a controlled clock stand at `to`. To be called when idle; everything due by then is
        looked at without waiting for a tick, unless nothing is and `look` says so. Each new day is
        kept in the database, and the last moment at the end. Raises ClockError when it would go back."""
        clock = self.wired.clock
        assert isinstance(clock, ControlledClock), "only a controlled clock jumps"
        if to.date() > clock.now().date():
            await self._remember(to)
        clock.jump(to)
        if look:
            self._scheduler.wake()

    def stop(self) -> None:
        """Stop taking, give back what is leased, give bodies on the wire their time, close (HOUSE)."""
        if self._loop is None:
            return
        drain = self.wired.sending.limits.drain.total_seconds()
        try:
            self.run(self._end(drain), drain + 2 * STOP_WITHIN)
        except TimeoutError:
            log.exception("stop.unfinished")
        self._worker.stop(timeout=int(STOP_WITHIN * 1000))

    async def _begin(
        self, sources: Sequence[MailSource], server: Server | None, sockets: list[socket.socket]
    ) -> Rescued:
        rescued = await self._take_back()
        self.takes_in = await places(self.wired, sources)
        intake = Intake(self.wired, sources, self._scheduler.wake)
        self._tasks = [asyncio.create_task(self._scheduler.run()), asyncio.create_task(intake.run(self._stopping))]
        if server is not None:
            self._server = server
            self._tasks.append(asyncio.create_task(server.serve(sockets=sockets or None)))
        return rescued

    async def _take_back(self) -> Rescued:
        """On SQLite nobody else can be at work: what is leased or handing is left from a dead process."""
        sending = self.wired.sending
        if sending.store.kind != "sqlite":
            return Rescued()
        found = await rescue(sending, all_leases=True)
        await rescue_notices(sending, all_leases=True)
        async with sending.store.begin() as unit:
            machine = await leases.machine_time(unit, sending.machine())
            await rescues.clamp_retries(unit, machine + 2 * sending.limits.retry_most)
            await rests.clamp(unit, machine + sending.limits.retry_most)
            await pace.clamp(unit, machine)
            await sent_copies.free_all(unit)
            await read_folders.free_all(unit)
            await notice_leases.clamp(unit, machine + 2 * sending.limits.retry_most)
        if found != Rescued():
            log.warning("service.rescued", due=found.due, uncertain=found.uncertain)
        return found

    async def _remember(self, now: datetime) -> None:
        async with self.wired.store.begin() as unit:
            await business_time.move(unit, now)

    def _finished(self, mailbox_id: int | None, done: Delivered) -> None:
        """Called on the loop, at the end of every run for a mailbox."""
        self._bell.finished(mailbox_id, progress=bool(done.settled or done.held))
        self._scheduler.wake()

    def _notify(self) -> None:
        """Send what is due to our own people, beside everything else; called on the loop."""
        if self._notifying is None or self._notifying.done():
            self._notifying = asyncio.create_task(self._deliver_notices())

    async def _deliver_notices(self) -> None:
        done = await self._engine.deliver_notices()
        if done.accepted or done.ended:
            self._scheduler.wake()

    async def _end(self, drain: float) -> None:
        self._engine.stopping.set()
        self._stopping.set()
        self._bell.silence()
        for task in self._tasks[:1]:
            task.cancel()  # the scheduler; the web server ends by itself
        if self._server is not None:
            self._server.should_exit = True
        with suppress(TimeoutError):
            async with asyncio.timeout(drain + STOP_WITHIN):
                await self._bell.at_rest.wait()
                await self._engine.at_rest.wait()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_WITHIN)
            self._tasks[1].cancel()  # a mail that is still being handled comes again
        if isinstance(self.wired.clock, ControlledClock):
            await self._remember(self.wired.clock.now())
        await self.wired.close()
