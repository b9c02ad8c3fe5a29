"""The scheduler: each second, and whenever it is woken, it plans what is due and rings for what can go."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

import structlog

from drip.store.failures import StoreUnreachableError
from workers.bell import Bell
from workers.engine import Engine
from workers.horizon import Horizon

log = structlog.get_logger()
EVERY = {  # seconds between chores
    "rescue": 5.0,
    "rescue_notices": 5.0,
    "send_again": 10.0,
    "give_up": 60.0,
    "explain_waiting": 15.0,
    "brake": 30.0,
    "finish_telling": 60.0,
    "copy_sent": 20.0,
}


class Scheduler:
    """The loop of one process. Nothing is lost while it is away: the rows are the jobs."""

    def __init__(
        self,
        engine: Engine,
        bell: Bell,
        chore: Callable[[str], object],
        tick: float,
        looked: Callable[[], None] = lambda: None,
        notices: Callable[[], object] = lambda: None,
    ) -> None:
        """`chore` rings for a chore; `tick` is the longest wait between two looks, in seconds; `looked` is
        called after each look that went well, `notices` when one to our own people could go."""
        self._engine = engine
        self._bell = bell
        self._chore = chore
        self._tick = tick
        self._looked = looked
        self._notices = notices
        self._wake = asyncio.Event()
        self._waiters: list[asyncio.Future[datetime | None]] = []
        self._due: dict[str, float] = {}
        self._next_at: datetime | None = None  # as the last look saw it
        self._in_vain = False
        self._horizon = Horizon()

    def wake(self) -> None:
        """Look at once. To be called on the loop."""
        self._wake.set()

    async def quiet(self) -> datetime | None:
        """Wait until a look that begins after this call finds nothing to do and nobody at work.

        The business time of what comes next, as that look saw it; None when nothing ever does.
        """
        waiter: asyncio.Future[datetime | None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        self._wake.set()
        return await waiter

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self._look()
                self._engine.database.found()
                self._looked()
            except StoreUnreachableError as error:
                self._engine.database.lost(error)
            except Exception:
                log.exception("scheduler.failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._tick):
                    await self._wake.wait()

    async def _look(self) -> None:
        """Plan what is known to be due and ring; else look what there is to do.

        After a plan that made letters the end of their delivery wakes us for the next look.
        """
        asked = list(self._waiters)
        self._ring_for_chores(EVERY)
        if await self._plan_known():
            return
        since = self._horizon.since(self._engine.sending.now())
        view = await self._engine.outlook(since)
        if since is not None and asked and not view.moves and not self._due_by_now(view.next_at):
            view = await self._engine.outlook()  # nobody is told that there is nothing to do by half a look
        self._next_at = view.next_at
        self._in_vain = self._in_vain and self._due_by_now(view.next_at)
        planned = await self._plan_known()
        for mailbox_id in view.ready:
            self._bell.ring(mailbox_id)
        if view.notices:
            self._notices()
        if not planned and not view.moves and not self._bell.anybody_at_work:
            self._release(asked, view.next_at)

    async def _plan_known(self) -> bool:
        """Plan, if the earliest moment we know of has come; whether it had."""
        if not self._due_by_now(self._next_at):
            return False
        since, self._next_at = self._next_at, None
        now = self._engine.sending.now()
        planned = await self._engine.plan(since)
        self._horizon.planned(now)
        for mailbox_id in planned.mailboxes:
            self._bell.ring(mailbox_id)
        if not planned.mailboxes and (planned.looked_at or not self._in_vain):
            self._wake.set()
        self._in_vain = not planned.looked_at  # twice in vain: somebody else is at it, and a tick is soon enough
        return True

    def _due_by_now(self, moment: datetime | None) -> bool:
        return moment is not None and moment <= self._engine.sending.now()

    def _release(self, asked: list[asyncio.Future[datetime | None]], next_at: datetime | None) -> None:
        for waiter in asked:
            self._waiters.remove(waiter)
            if not waiter.done():
                waiter.set_result(next_at)

    def _ring_for_chores(self, every: Mapping[str, float]) -> None:
        """Each chore from time to time, the first time at once."""
        count = asyncio.get_running_loop().time()
        for name, seconds in every.items():
            if count >= self._due.get(name, 0.0):
                self._due[name] = count + seconds
                self._chore(name)
