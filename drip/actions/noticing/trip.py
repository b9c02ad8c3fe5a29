"""One mailbox's notices on their way: one connection, one notice after the other."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from datetime import timedelta

from drip.actions.noticing.ready import LATER, Post, Ready
from drip.actions.sending import WayOut
from drip.actions.settle import NO_CONNECTION, fate_of, wait_before_retry
from drip.actions.slow_down import rest_all
from drip.domain.answers import Class
from drip.domain.errors import DripError
from drip.domain.outcome import Care, Kind, Outcome, Phase, Verdict, judge
from drip.domain.pace import WHOLE
from drip.domain.send import State
from drip.outbound.transport import Wire
from drip.store import leases, mailboxes, notice_leases, rests
from drip.store.engine import Unit
from drip.store.failures import StoreUnreachableError
from drip.store.leases import Lease
from drip.store.mailboxes import Mailbox
from drip.store.notice_leases import Landed

A_MINUTE = timedelta(minutes=1)
INSIST = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds between tries to write an answer down
_BROKE = "The conversation broke off while the notice was on its way."


class _BrokenOffError(Exception):
    """The connection is of no more use."""


class Trip:
    """What is sent from one mailbox (None: the shelf) in one round."""

    def __init__(self, post: Post, mailbox_id: int | None, ready: list[Ready], stopping: asyncio.Event) -> None:
        self.accepted = 0
        self._post, self._sending = post, post.sending
        self._mailbox_id, self._ready, self._stopping = mailbox_id, ready, stopping
        self._marked = False

    async def go(self) -> None:
        """Send them; what may not go now is given back, with the reason."""
        try:
            mailbox, why, room = await self._look()
            way_out = self._sending.way_out(mailbox)
        except StoreUnreachableError:
            raise
        except DripError as error:
            await self._release(str(error), LATER)
            return
        if why is not None:
            await self._release(why, LATER)
            return
        later, self._ready = self._ready[room:], self._ready[:room]
        for one in later:
            await self._post.release(one.notice, "pace", A_MINUTE)
        if self._ready:
            await self._travel(way_out)

    async def _look(self) -> tuple[Mailbox | None, str | None, int]:
        """The mailbox, why nothing may go from it now, and how many its pace lets go this minute.

        Notices are no letters to prospects and take nothing of their day; a minute has as many of them as it
        may have letters.
        """
        if self._mailbox_id is None:
            return None, None, len(self._ready)
        async with self._sending.store.reading() as unit:
            machine = await leases.machine_time(unit, self._sending.machine())
            found = await mailboxes.get(unit, self._mailbox_id)
            assert found is not None
            if found.state != "active":
                return found, "mailbox_paused", 0
            if WHOLE in await rests.resting(unit, found.id, machine):
                return found, "mailbox_rests", 0
            if found.per_minute is None:
                return found, None, len(self._ready)
            gone = await notice_leases.gone_since(unit, found.id, machine - A_MINUTE)
            return found, None, max(0, found.per_minute - gone)

    async def _travel(self, way_out: WayOut) -> None:
        with suppress(_BrokenOffError):
            async with way_out.transport.open(way_out.account) as wire:
                while self._ready and not self._stopping.is_set():
                    trouble = await self._one(wire, self._ready.pop(0))
                    if trouble is not None:
                        await self._heed(trouble)
        await self._release(None, None)

    async def _one(self, wire: Wire, ready: Ready) -> Verdict | None:
        """Send one; what its answer means for those behind it, if anything."""
        self._marked = False
        outcome = await self._bounded(wire.deliver(ready.letter, lambda: self._mark(ready)))
        if outcome is None:
            cut = Outcome(Kind.UNCERTAIN if self._marked else Kind.DEFERRED, Phase.BODY, text=_BROKE)
            await self._land(ready, cut, judge(cut.phase, None, None, cut.text))
            raise _BrokenOffError
        if outcome.kind is Kind.WITHDRAWN:
            await self._post.release(ready.notice, "withdrawn", A_MINUTE)  # it is looked at anew, and not at once
            return None
        verdict = judge(outcome.phase, outcome.code, outcome.enhanced, outcome.text)
        await self._land(ready, outcome, verdict)
        unreached = outcome.kind is not Kind.ACCEPTED and outcome.phase in NO_CONNECTION
        stops = unreached or verdict.cls is Class.RATE_LIMITED or verdict.mailbox is Care.PAUSE
        return verdict if stops and outcome.kind is not Kind.ACCEPTED else None

    async def _bounded(self, work: Awaitable[Outcome]) -> Outcome | None:
        """The outcome; None when it did not come before the lease would end, or in the time a stop leaves."""
        limits = self._sending.limits
        task, stop = asyncio.ensure_future(work), asyncio.ensure_future(self._stopping.wait())
        try:
            patience = (limits.handing - limits.margin).total_seconds()
            await asyncio.wait({task, stop}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if self._stopping.is_set():
                await asyncio.wait({task}, timeout=limits.drain.total_seconds())
            return task.result() if task.done() else None
        finally:
            stop.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait({task})

    async def _mark(self, ready: Ready) -> bool:
        async def work(unit: Unit) -> bool:
            machine = await leases.machine_time(unit, self._sending.machine())
            lease = Lease(self._post.token, machine, machine + self._sending.limits.handing)
            return await notice_leases.hand_over(unit, ready.notice, self._sending.now(), lease)

        self._marked = await self._sending.store.unit(work, durable=True)
        return self._marked

    async def _land(self, ready: Ready, outcome: Outcome, verdict: Verdict) -> None:
        """Write the answer down, and again if the database is away for a moment."""
        waits = iter(INSIST)
        while True:
            try:
                state = await self._sending.store.unit(lambda unit: self._settle(unit, ready, outcome, verdict))
            except StoreUnreachableError:
                wait = next(waits, None)
                if wait is None:
                    raise
                await asyncio.sleep(wait)
            else:
                self.accepted += state is State.ACCEPTED
                return

    async def _settle(self, unit: Unit, ready: Ready, outcome: Outcome, verdict: Verdict) -> State:
        notice, state = ready.notice, fate_of(outcome, verdict)
        said, now = outcome.text or verdict.why, self._sending.now()
        landed = Landed(str(state), None if state is State.ACCEPTED else said, now)
        if state is State.DUE:
            machine = await leases.machine_time(unit, self._sending.machine())
            wait = wait_before_retry(self._sending, verdict, notice.attempts)
            landed = Landed("due", said, None, machine + wait)
        ours = await notice_leases.land(unit, notice.id, self._post.token, landed)
        if not ours and state in (State.ACCEPTED, State.REFUSED):
            await notice_leases.land_late(unit, notice.id, notice.attempts, landed)
        return state

    async def _heed(self, trouble: Verdict) -> None:
        """What troubles one from this mailbox troubles the next: it rests, or is paused until a person looks."""
        mailbox_id, sending = self._mailbox_id, self._sending
        if mailbox_id is not None and trouble.cls is Class.RATE_LIMITED:
            await sending.store.unit(lambda unit: rest_all(unit, sending, mailbox_id, trouble))
        if mailbox_id is not None and trouble.mailbox is Care.PAUSE:
            await sending.store.unit(lambda unit: mailboxes.pause(unit, mailbox_id, trouble.why, sending.now()))
        await self._release(trouble.why, wait_before_retry(sending, trouble, 1))

    async def _release(self, why: str | None, wait: timedelta | None) -> None:
        """Give back what is left."""
        while self._ready:
            await self._post.release(self._ready.pop().notice, why or "", wait)
