"""A run: the letters of one mailbox go over a few connections, batch after batch without a pause."""

import asyncio
from dataclasses import dataclass

from drip.actions.commit_together import Committer
from drip.actions.delivering.lane import Lane, Shared
from drip.actions.delivering.ledger import Ledger
from drip.actions.delivering.stock import Stock
from drip.actions.delivering.supply import Supply
from drip.actions.sending import Sending, WayOut
from drip.actions.take import Batch
from drip.domain.outcome import Verdict


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a run, in letters. `trouble` is an answer that concerns the whole mailbox; `more`:
    there may be more to take."""

    settled: int
    held: int
    released: int
    trouble: Verdict | None
    errors: tuple[Exception, ...]
    more: bool


async def run(sending: Sending, mailbox_id: int | None, way_out: WayOut, first: Batch, stopping: asyncio.Event) -> Sent:
    """Send a batch, and what is taken meanwhile; give back what did not start.

    At a stop bodies on the wire get `limits.drain`, then they are uncertain.
    """
    whole = _Run(sending, mailbox_id, way_out, first, stopping)
    try:
        await whole.until_done(stopping)
    finally:
        await whole.end()
    return await whole.account()


class _Run:
    """The lanes of one run, and what keeps them supplied."""

    def __init__(
        self, sending: Sending, mailbox_id: int | None, way_out: WayOut, first: Batch, stopping: asyncio.Event
    ) -> None:
        self._drain = sending.limits.drain
        self._most = min(first.connections or sending.limits.connections, sending.limits.connections)
        self._committer = Committer(sending, stopping)
        self._ledger = Ledger(sending, self._committer)
        self._stock = Stock(sending, self._most, self._ledger.spoil)
        self._shared = Shared(sending, way_out, self._stock, self._committer, self._ledger)
        self._lanes: dict[asyncio.Task[None], Lane] = {}
        self._errors: list[Exception] = []
        self._supply = Supply(sending, mailbox_id, self._stock, self._ledger)
        self._supply.put_in(first)
        self._open_lanes()
        self._supplying = asyncio.create_task(self._supply.run(first, self._open_lanes))

    async def until_done(self, stopping: asyncio.Event) -> None:
        """Until nothing is left to send, or `stopping` is set."""
        stop = asyncio.create_task(stopping.wait())
        while not stop.done() and (open_ := {one for one in (self._supplying, *self._lanes) if not one.done()}):
            await asyncio.wait({*open_, stop}, return_when=asyncio.FIRST_COMPLETED)
            if self._lanes and all(one.done() for one in self._lanes):
                self._stock.clear()  # whatever ended them: nobody draws any more
        stop.cancel()

    async def end(self) -> None:
        """Let bodies on the wire finish for a while, stop the rest, and write all that is known."""
        self._supply.stopping.set()
        self._stock.clear()
        self._committer.refuse_marks()
        patient = {self._supplying, *(task for task, lane in self._lanes.items() if lane.has_body_out)}
        for task in set(self._lanes) - patient:
            task.cancel()
        await asyncio.wait(patient, timeout=self._drain.total_seconds())
        for task in patient:
            task.cancel()
        ended = await asyncio.gather(self._supplying, *self._lanes, return_exceptions=True)
        self._errors += [one for one in ended if isinstance(one, Exception)]
        await self._committer.close()

    async def account(self) -> Sent:
        """Give back what is still leased, and say what was done."""
        released = await self._ledger.give_back()
        return Sent(
            settled=self._committer.settled,
            held=self._supply.held,
            released=released,
            trouble=self._ledger.trouble,
            errors=(*self._errors, *self._committer.errors),
            more=self._supply.more or self._ledger.is_stale,
        )

    def _open_lanes(self) -> None:
        """One for each letter that waits, up to as many as are allowed."""
        for _ in range(min(self._most, len(self._stock)) - len(self._lanes)):
            lane = Lane(self._shared)
            self._lanes[asyncio.create_task(lane.run())] = lane
