"""The supply of a run: it takes the next batch while one is being sent, no more than is soon used up."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from drip.actions.delivering.ledger import Ledger
from drip.actions.delivering.stock import Stock
from drip.actions.release import release
from drip.actions.sending import Limits, Sending
from drip.actions.take import Batch, take

FEW = 8  # letters a connection in a first batch: other workers may be there to send the others
LEAST = 4  # letters a connection in a later one, however slow the server is
AHEAD = timedelta(seconds=1)  # how long a later batch is to last; each has a cost of its own
TAKEN_BY_OTHERS = (0.01, 0.02, 0.04, 0.08, 0.1, 0.1, 0.1)  # seconds between tries while somebody else takes


def first_size(limits: Limits) -> int:
    """How many letters to lease to begin with."""
    return min(limits.batch, limits.connections * FEW)


def next_size(limits: Limits, before: int, rate: float) -> int:
    """How many letters to lease after `before`, when `rate` letters a second go out: what lasts for AHEAD,
    at most twice as many as before. What is leased here nobody else can send."""
    wanted = min(int(rate * AHEAD.total_seconds()), 2 * before)
    return min(limits.batch, max(wanted, limits.connections * min(FEW, LEAST)))


async def take_in_turn(sending: Sending, mailbox_id: int | None, most: int, stopping: asyncio.Event) -> Batch:
    """Take; while somebody else is taking from this mailbox, which is soon over, try again."""
    for seconds in TAKEN_BY_OTHERS:
        batch = await take(sending, mailbox_id, most)
        if not batch.busy or stopping.is_set():
            return batch
        await asyncio.sleep(seconds)
    return await take(sending, mailbox_id, most)


class Supply:
    """Keeps the stock of one run filled."""

    def __init__(self, sending: Sending, mailbox_id: int | None, stock: Stock, ledger: Ledger) -> None:
        self.more = False  # there may be more to take
        self.held = 0  # letters that were withdrawn again and planned anew
        self.stopping = asyncio.Event()  # take no more
        self._sending, self._mailbox_id = sending, mailbox_id
        self._stock, self._ledger = stock, ledger
        self._size = 0  # of the last batch
        self._began_at = 0.0  # the loop's time when it was put in
        self._drawn = 0  # letters that had been drawn then
        self._time = asyncio.get_running_loop().time

    def put_in(self, batch: Batch) -> None:
        """Enter a batch, and let it be drawn. Its lease is let go before it ends."""
        lease = self._sending.limits.lease - self._sending.limits.margin
        self.more, self.held = batch.full, self.held + batch.held
        self._size, self._drawn, self._began_at = len(batch.drafts), self._stock.drawn, self._time()
        self._ledger.enter(batch)
        self._stock.add(batch, self._time() + lease.total_seconds())

    async def run(self, like: Batch, came: Callable[[], None]) -> None:
        """Take each time the stock runs low, until nothing is due; `came` is told of each batch.

        All batches of a run leave by the same way as the first, `like`. While a rate limit slows the
        mailbox it is one batch at a time, and none is taken ahead.
        """
        try:
            while self.more and like.connections is None and await self._wants_more():
                batch = await take_in_turn(self._sending, self._mailbox_id, self._next_size(), self.stopping)
                await self._ledger.give_back_refused()
                if not await self._fits(batch, like):
                    break
                self.put_in(batch)
                came()
        finally:
            self._stock.close()

    async def _wants_more(self) -> bool:
        await self._stock.ran_low.wait()
        return self._stock.may_grow

    def _next_size(self) -> int:
        seconds = max(self._time() - self._began_at, 0.001)
        return next_size(self._sending.limits, self._size, (self._stock.drawn - self._drawn) / seconds)

    async def _fits(self, batch: Batch, like: Batch) -> bool:
        """Whether the run can go on with it; if not, it is given back to be taken by another one."""
        leaves_so = batch.way_out is None or (batch.way_out, batch.connections) == (like.way_out, like.connections)
        if leaves_so and not batch.busy and batch.unusable is None:
            return True
        self.more = True
        await release(self._sending, batch.token, [one.id for one in batch.leased])
        return False
