"""Send one taken batch over a few connections: each letter is marked, sent and settled, or given back."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from drip.actions.commit_together import Asked, Committer
from drip.actions.draft import Spoilt, finish
from drip.actions.release import release
from drip.actions.sending import Sending, WayOut
from drip.actions.settle import NO_CONNECTION, Ended, wait_before_retry
from drip.actions.take import Batch
from drip.actions.write_letter import Ready
from drip.domain.answers import Class
from drip.domain.outcome import Care, Kind, Outcome, Phase, Verdict
from drip.outbound.letter import Letter
from drip.outbound.transport import Wire

REFUSED_WAIT = timedelta(minutes=1)  # for a letter the handover refused, lest it is taken at once
LIMITED = 3  # letters of one batch that meet a rate limit before the whole mailbox waits
_BROKE = "The conversation broke off while the letter was on its way."
_NOT_STARTED = "We stopped before the letter was on its way."


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a batch. `trouble` is an answer that concerns the whole mailbox."""

    settled: int
    released: int
    trouble: Verdict | None
    errors: tuple[Exception, ...]


@dataclass(slots=True)
class _Try:
    """One letter on one connection. `next`: whose recipient the server was asked for behind its body."""

    ready: Ready
    began_at: datetime
    may_go: bool = False
    next: Ready | None = None


async def send_batch(sending: Sending, way_out: WayOut, batch: Batch, stopping: asyncio.Event) -> Sent:
    """Send what is ready; give back what did not start. At a stop bodies on the wire get
    `limits.drain`, then they are uncertain."""
    run = _Run(sending, batch)
    for one in batch.spoilt:
        run.spoil(one)
    count = min(batch.connections or sending.limits.connections, sending.limits.connections, len(batch.drafts))
    tasks = [asyncio.create_task(run.connection(way_out)) for _ in range(count)]
    try:
        await _until_done_or_stopped(tasks, stopping)
    finally:
        await run.end(tasks)
    return await run.account()


async def _until_done_or_stopped(tasks: list[asyncio.Task[None]], stopping: asyncio.Event) -> None:
    stop = asyncio.create_task(stopping.wait())
    open_ = set(tasks)
    while open_ and not stop.done():
        await asyncio.wait({*open_, stop}, return_when=asyncio.FIRST_COMPLETED)
        open_ = {task for task in open_ if not task.done()}
    stop.cancel()


class _Run:
    """What the connections of one batch share."""

    def __init__(self, sending: Sending, batch: Batch) -> None:
        self._sending = sending
        self._batch = batch
        self._waiting = deque(batch.drafts)
        self._committer = Committer(sending, batch.token)
        self._bodies: set[asyncio.Task[None]] = set()
        self._landed: set[int] = set()
        self._refused: set[int] = set()
        self._limited = 0
        self._is_over = False
        self._trouble: Verdict | None = None
        self._errors: list[Exception] = []
        loop = asyncio.get_running_loop()
        self._lease_ends = loop.time() + (sending.limits.lease - sending.limits.margin).total_seconds()

    def spoil(self, spoilt: Spoilt) -> None:
        """Refuse a send no letter can be made of."""
        now = self._sending.machine()
        outcome = Outcome(Kind.REFUSED, Phase.DATA, text=spoilt.why)
        self._land(Ended(spoilt.leased, self._batch.token, outcome, now, now, spoilt=True))

    async def connection(self, way_out: WayOut) -> None:
        """Pull letters and send them until there are none, the lease ends or the server is in trouble."""
        self._committer.join()
        try:
            async with way_out.transport.open(way_out.account) as wire:
                await self._letters(wire)
        finally:
            self._committer.leave()

    async def _letters(self, wire: Wire) -> None:
        asked: Ready | None = None
        while self._goes_on() and (ready := asked or self._next()) is not None:
            one = _Try(ready, self._sending.machine())
            await self._send(wire, one)
            asked = one.next
        if asked is not None:
            wire.leave()

    async def end(self, tasks: list[asyncio.Task[None]]) -> None:
        """Let bodies on the wire finish for a while, stop the rest, and write all that is known."""
        self._waiting.clear()
        self._is_over = True
        self._committer.refuse_marks()
        bodies = set(self._bodies)
        for task in set(tasks) - bodies:
            task.cancel()
        if bodies:
            await asyncio.wait(bodies, timeout=self._sending.limits.drain.total_seconds())
        for task in bodies:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        self._errors += [one for one in ended if isinstance(one, Exception)]
        await self._committer.close()

    async def account(self) -> Sent:
        """Give back what is still leased, and say what was done."""
        left = {one.leased.id for one in self._batch.drafts} - self._landed
        refused = left & self._refused
        token, trouble = self._batch.token, self._trouble
        wait = wait_before_retry(self._sending, trouble, 1) if trouble else None
        gone = await release(self._sending, token, left - refused, wait)
        # A mark that could not be written says nothing about its letter.
        gone |= await release(self._sending, token, refused, None if self._committer.errors else REFUSED_WAIT)
        return Sent(self._committer.settled, len(gone), trouble, (*self._errors, *self._committer.errors))

    async def _send(self, wire: Wire, one: _Try) -> None:
        """One letter. The lease bounds it; once its body may be on the wire that is never unsaid."""
        try:
            async with asyncio.timeout(self._time_left()) as limit:
                outcome = await wire.deliver(
                    one.ready.letter, lambda: self._mark(one, limit), lambda: self._following(one)
                )
        except BaseException:
            if one.may_go:
                self._land(self._ended(one, Outcome(Kind.UNCERTAIN, Phase.BODY, text=_BROKE)))
            raise
        finally:
            self._bodies.discard(_this_task())
        if outcome.kind is not Kind.WITHDRAWN:
            ended = self._ended(one, outcome)
            self._land(ended, one.next)
            self._heed(ended)

    async def _mark(self, one: _Try, limit: asyncio.Timeout) -> bool:
        """Ask whether the body may start; from then on its own, longer lease bounds it."""
        asked = self._committer.ask(one.ready)
        try:
            one.may_go = await asked.heard()
        except asyncio.CancelledError:
            if await _insist(asked):  # it is marked by now, but its body never starts
                self._land(self._ended(one, Outcome(Kind.DEFERRED, Phase.DATA, text=_NOT_STARTED)))
            raise
        if one.may_go:
            self._bodies.add(_this_task())
            handing = self._sending.limits.handing - self._sending.limits.margin
            limit.reschedule(asyncio.get_running_loop().time() + handing.total_seconds())
        else:
            self._refused.add(one.ready.leased.id)
        return one.may_go

    def _following(self, one: _Try) -> Letter | None:
        """The letter this connection sends next: nobody else does from now on."""
        one.next = self._next() if self._goes_on() else None
        return None if one.next is None else one.next.letter

    def _heed(self, ended: Ended) -> None:
        """Stop the whole batch for an answer that is about us and not about one letter."""
        said = ended.outcome
        if said.kind is Kind.ACCEPTED:
            return
        verdict = ended.verdict
        if verdict.cls is Class.RATE_LIMITED:
            self._limited += 1
        ours = said.phase in NO_CONNECTION or verdict.mailbox is Care.PAUSE
        if ours or said.code == 421 or self._limited >= LIMITED:
            self._trouble = verdict

    def _ended(self, one: _Try, outcome: Outcome) -> Ended:
        return Ended(one.ready.leased, self._batch.token, outcome, one.began_at, self._sending.machine())

    def _land(self, ended: Ended, following: Ready | None = None) -> None:
        self._landed.add(ended.leased.id)
        self._committer.land(ended, last=following is None and not self._waiting)

    def _next(self) -> Ready | None:
        """The letter whose turn it is, written now; those that cannot be written are refused on the way."""
        while self._waiting:
            written = finish(self._sending, self._waiting.popleft())
            if isinstance(written, Ready):
                return written
            self.spoil(written)
        return None

    def _goes_on(self) -> bool:
        return self._trouble is None and not self._is_over and self._time_left() > 0

    def _time_left(self) -> float:
        return self._lease_ends - asyncio.get_running_loop().time()


async def _insist(asked: Asked) -> bool:
    """The answer to a request that is on its way to the database, however often we are cancelled."""
    while asked.may_go is None:
        with suppress(asyncio.CancelledError):
            await asked.heard()
    return asked.may_go


def _this_task() -> asyncio.Task[None]:
    task = asyncio.current_task()
    assert task is not None
    return task
