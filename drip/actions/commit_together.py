"""Commit together: the marks and outcomes of many connections in one unit of a few milliseconds."""

import asyncio
from dataclasses import dataclass
from functools import partial

from drip.actions.sending import Sending
from drip.actions.settle import Ended, all_accepted, settle
from drip.actions.write_letter import Ready
from drip.store import leases
from drip.store.engine import Unit
from drip.store.failures import StoreUnreachableError
from drip.store.handovers import Passed, settle_and_hand_over
from drip.store.leases import Lease, Mark

PAUSE = 0.03  # seconds outcomes and marks wait for those of the other connections, to be written with them
INSIST = (0.1, 0.3, 1.0, 3.0, 10.0, 20.0)  # seconds between tries to write an outcome the database refuses
AWAY = 1.0  # seconds between tries while it cannot be reached
LAST = 3  # such tries after we were told to stop


@dataclass(slots=True)
class Asked:
    """A letter that wants to go; `may_go` once the database has answered."""

    ready: Ready
    token: str  # of the letter's lease
    may_go: bool | None = None
    _waiter: asyncio.Future[None] | None = None

    async def heard(self) -> bool:
        """The answer. Who is cancelled here has asked all the same, and can hear it still."""
        while self.may_go is None:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self.may_go

    def tell(self, may_go: bool) -> None:
        """Answer who waits, or will."""
        self.may_go = may_go
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Committer:
    """What the connections of one run tell the database, grouped.

    An outcome is written before, or in the same unit as, any mark asked for after it: at most one
    letter a connection is marked and unsettled (HOUSE 4).
    """

    def __init__(self, sending: Sending, stopping: asyncio.Event | None = None) -> None:
        """Once `stopping` is set a database that is away is not waited for much longer."""
        self.settled = 0
        self.errors: list[Exception] = []
        self._sending = sending
        self._asked: list[Asked] = []
        self._ended: list[Ended] = []
        self._news = asyncio.Event()
        self._closing = False
        self._hurry = False
        self._refusing = False
        self._stopping = stopping or asyncio.Event()
        self._last = LAST
        self._lanes = 0
        self._gathered: asyncio.Future[None] | None = None
        self._task = asyncio.create_task(self._run())

    def join(self) -> None:
        """One connection more that asks: once all have asked there is nobody to wait for."""
        self._lanes += 1

    def leave(self) -> None:
        """One connection less."""
        self._lanes -= 1
        self._tell()

    async def mark(self, ready: Ready, token: str) -> bool:
        """Whether the body may go on the wire now; once this says so, it counts as handed over. `token` is
        that of the letter's lease."""
        return await self.ask(ready, token).heard()

    def ask(self, ready: Ready, token: str) -> Asked:
        """Ask for a letter's mark; see `mark`."""
        asked = Asked(ready, token)
        if self._refusing or self._closing:
            asked.tell(False)
        else:
            self._asked.append(asked)
            self._tell()
        return asked

    def land(self, ended: Ended, *, last: bool) -> None:
        """Write an outcome: at once if it is the `last`, else with the mark that follows it. Raises
        nothing: what cannot be written is rescued later."""
        self._ended.append(ended)
        self._hurry = self._hurry or last
        self._tell()

    def refuse_marks(self) -> None:
        """Let no further body start."""
        self._refusing = True

    async def close(self) -> None:
        """Write what is left; what could not be written is in `errors`."""
        self._closing = True
        self._tell()
        await self._task

    async def _run(self) -> None:
        while not (self._closing and not self._asked and not self._ended):
            await self._news.wait()
            await self._gather()
            self._news.clear()
            self._hurry = False
            asked, self._asked = self._asked, []
            ended, self._ended = self._ended, []
            for lot in _by_lease(asked):
                await self._commit(lot, ended)
                ended = []

    async def _gather(self) -> None:
        """Wait a moment for the other connections: a unit for many costs little more than one for one."""
        if self._is_complete():
            return
        loop = asyncio.get_running_loop()
        self._gathered = loop.create_future()
        timer = loop.call_later(PAUSE, self._go)
        await self._gathered
        self._gathered = None
        timer.cancel()

    def _tell(self) -> None:
        self._news.set()
        if self._is_complete():
            self._go()

    def _is_complete(self) -> bool:
        return self._closing or self._hurry or len(self._asked) >= max(1, self._lanes)

    def _go(self) -> None:
        if self._gathered is not None and not self._gathered.done():
            self._gathered.set_result(None)

    async def _commit(self, asked: list[Asked], ended: list[Ended]) -> None:
        """One unit for all; those who ask do so under one lease. When it fails no body starts, and outcomes
        are tried one by one."""
        if not asked and not ended:
            return
        try:
            may_go = await self._unit(asked, ended)
        except Exception as error:  # noqa: BLE001 - whatever it is, no body may start
            self.errors.append(error)
            self._answer(asked, frozenset())
            for one in ended:
                await self._insist(one)
        except BaseException:
            self._answer(asked, frozenset())
            raise
        else:
            self.settled += len(ended)
            self._answer(asked, may_go)

    async def _insist(self, ended: Ended) -> None:
        """Write one outcome, however long the database is away: a late answer counts too (HOUSE 5). One that it
        refuses again and again is left to rescue, which makes it uncertain."""
        waits = iter(INSIST)
        while True:
            try:
                await self._unit([], [ended])
            except StoreUnreachableError:
                wait: float | None = AWAY
                if self._stopping.is_set():
                    self._last -= 1
                    wait = AWAY if self._last > 0 else None
            except Exception as error:  # noqa: BLE001 - whatever it is, the outcome is worth another try
                self.errors.append(error)
                wait = next(waits, None)
            else:
                self.settled += 1
                return
            if wait is None:
                return
            await asyncio.sleep(wait)

    async def _unit(self, asked: list[Asked], ended: list[Ended]) -> frozenset[int]:
        """Write it all and mark: by one statement where every letter went as it should, and nobody came
        between; else by a unit that loads and locks before it writes."""
        if self._sending.store.kind == "postgresql":
            passed = await self._in_passing(asked, ended)
            ended = [one for one in ended if one.leased.id not in passed.settled]
            if not ended:
                return passed.may_go
        work = partial(self._write, asked=asked, ended=ended)
        return await self._sending.store.unit(work, durable=bool(asked))

    async def _in_passing(self, asked: list[Asked], ended: list[Ended]) -> Passed:
        now = self._sending.now()
        accepted = all_accepted(ended, now)
        if accepted is None:
            return Passed()
        handing = self._sending.limits.handing
        work = partial(
            settle_and_hand_over,
            accepted=accepted,
            marks=self._marks(asked),
            now=now,
            token=asked[0].token if asked else "",
            handing=handing,
        )
        return await self._sending.store.statement(work)

    def _marks(self, asked: list[Asked]) -> list[Mark]:
        return [] if self._refusing else [one.ready.mark for one in asked]

    async def _write(self, unit: Unit, asked: list[Asked], ended: list[Ended]) -> frozenset[int]:
        now, machine = self._sending.now(), await leases.machine_time(unit, self._sending.machine())
        await settle(unit, self._sending, ended, now, machine)
        marks = self._marks(asked)
        if not marks:
            return frozenset()
        lease = Lease(asked[0].token, machine, machine + self._sending.limits.handing)
        return await leases.hand_over(unit, marks, now, lease)

    def _answer(self, asked: list[Asked], may_go: frozenset[int]) -> None:
        for one in asked:
            one.tell(one.ready.leased.id in may_go)


def _by_lease(asked: list[Asked]) -> list[list[Asked]]:
    """One list for each lease, for most units one; an empty one when nobody asked."""
    tokens = dict.fromkeys(one.token for one in asked)
    return [[one for one in asked if one.token == token] for token in tokens] or [[]]
