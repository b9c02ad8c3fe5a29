"""A lane of a run: one connection that draws letters, has each marked, sends it, and lands its outcome."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from drip.actions.commit_together import Asked, Committer
from drip.actions.delivering.deadline import Deadline
from drip.actions.delivering.ledger import Ledger
from drip.actions.delivering.stock import Stock, Turn
from drip.actions.sending import Sending, WayOut
from drip.actions.settle import Ended
from drip.domain.outcome import Kind, Outcome, Phase
from drip.outbound.letter import Letter
from drip.outbound.transport import Wire

_WITHDRAWN = Kind.WITHDRAWN
_BROKE = "The conversation broke off while the letter was on its way."
_NOT_STARTED = "We stopped before the letter was on its way."


@dataclass(frozen=True, slots=True)
class Shared:
    """What the lanes of a run share."""

    sending: Sending
    way_out: WayOut
    stock: Stock
    committer: Committer
    ledger: Ledger


@dataclass(slots=True)
class _Try:
    """One letter on the wire. `next`: the turn the server was asked for behind its body."""

    turn: Turn
    began_at: datetime
    may_go: bool = False
    next: Turn | None = None


class Lane:
    """One connection."""

    def __init__(self, shared: Shared) -> None:
        self.has_body_out = False  # a body may be on the wire: it is given time at a stop
        self._sending, self._way_out = shared.sending, shared.way_out
        self._stock, self._committer, self._ledger = shared.stock, shared.committer, shared.ledger
        self._time = asyncio.get_running_loop().time

    async def run(self) -> None:
        """Draw letters and send them until none come, a lease ends or the server is in trouble."""
        self._committer.join()
        try:
            async with self._way_out.transport.open(self._way_out.account) as wire, Deadline() as deadline:
                await self._letters(wire, deadline)
        finally:
            self._committer.leave()

    async def _letters(self, wire: Wire, deadline: Deadline) -> None:
        asked: Turn | None = None
        while (turn := asked or await self._draw()) is not None and self._may_begin(turn):
            one = _Try(turn, self._sending.machine())
            deadline.move(turn.until)
            await self._send(wire, one, deadline)
            deadline.move()
            asked = one.next
        if asked is not None:
            wire.leave()

    async def _draw(self) -> Turn | None:
        """The next letter, waited for if there may be one; the others do not wait for our mark meanwhile."""
        turn = self._stock.draw()
        if turn is None and self._stock.may_grow:
            self._committer.leave()
            try:
                turn = await self._stock.wait()
            finally:
                self._committer.join()
        return turn

    def _may_begin(self, turn: Turn) -> bool:
        """Whether its lease lasts. If not, nor do those behind it: the run is over for all."""
        if turn.until <= self._time():
            self._ledger.is_stale = True
            self._stock.clear()
        return not self._stock.is_cleared

    async def _send(self, wire: Wire, one: _Try, deadline: Deadline) -> None:
        """One letter. The lease bounds it; once its body may be on the wire that is never unsaid."""
        letter = one.turn.ready.letter
        try:
            outcome = await wire.deliver(letter, lambda: self._mark(one, deadline), lambda: self._following(one))
        except BaseException:
            if one.may_go:
                self._land(one, Outcome(Kind.UNCERTAIN, Phase.BODY, text=_BROKE))
            raise
        finally:
            self.has_body_out = False
        if outcome.kind is not _WITHDRAWN:
            self._heed(self._land(one, outcome))

    async def _mark(self, one: _Try, deadline: Deadline) -> bool:
        """Ask whether the body may start; from then on its own, longer lease bounds it."""
        asked = self._committer.ask(one.turn.ready, one.turn.token)
        try:
            one.may_go = await asked.heard()
        except asyncio.CancelledError:
            if await _insist(asked):  # it is marked by now, but its body never starts
                self._land(one, Outcome(Kind.DEFERRED, Phase.DATA, text=_NOT_STARTED))
            raise
        if one.may_go:
            self.has_body_out = True
            self._ledger.allow()
            handing = self._sending.limits.handing - self._sending.limits.margin
            deadline.move(self._time() + handing.total_seconds())
        else:
            self._refuse(one.turn)
        return one.may_go

    def _refuse(self, turn: Turn) -> None:
        self._ledger.refuse(turn.ready.leased.id)
        if self._ledger.is_stale:
            self._stock.clear()

    def _following(self, one: _Try) -> Letter | None:
        """The letter this connection sends next: nobody else does from now on."""
        one.next = self._stock.draw()
        return None if one.next is None else one.next.ready.letter

    def _land(self, one: _Try, outcome: Outcome) -> Ended:
        ready, ended_at = one.turn.ready, self._sending.machine()
        ended = Ended(
            ready.leased, one.turn.token, outcome, one.began_at, ended_at, open=ready.open, stamp=ready.mark.stamp
        )
        self._ledger.land(ended, last=one.next is None and not self._stock)
        return ended

    def _heed(self, ended: Ended) -> None:
        self._ledger.heed(ended)
        if self._ledger.trouble is not None:
            self._stock.clear()


async def _insist(asked: Asked) -> bool:
    """The answer to a request that is on its way to the database, however often we are cancelled."""
    while asked.may_go is None:
        with suppress(asyncio.CancelledError):
            await asked.heard()
    return asked.may_go
