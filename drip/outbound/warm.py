"""Connections kept warm: a wire that was given back is used again, or closed after a while."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from drip.outbound.transport import Account, Transport, Wire

IDLE_FOR = 15.0  # seconds; servers leave an idle client alone for minutes (RFC 5321 section 4.5.3.2.7)


@dataclass(slots=True)
class _Kept:
    """An open wire, how to close it, and the timer that will."""

    wire: Wire
    stack: AsyncExitStack
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class WarmTransport:
    """A transport that keeps wires open between two runs. Its wires must renew themselves when the
    other side has left, as those of SmtpTransport do."""

    transport: Transport
    idle_for: float = IDLE_FOR
    _idle: dict[Account, list[_Kept]] = field(default_factory=lambda: defaultdict(list))
    _closing: set[asyncio.Task[None]] = field(default_factory=set)
    _is_over: bool = False

    @asynccontextmanager
    async def open(self, account: Account) -> AsyncIterator[Wire]:
        """A warm wire to the account's server, else a new one; kept at the end of a block that ends well."""
        kept = self._take(account) or await self._new(account)
        try:
            yield kept.wire
        except BaseException:
            await kept.stack.aclose()
            raise
        if self._is_over:
            await kept.stack.aclose()
        else:
            self._keep(account, kept)

    async def close(self) -> None:
        """Say goodbye on every wire that is idle; one still in use says it at the end of its block."""
        self._is_over = True
        idle = [kept for wires in self._idle.values() for kept in wires]
        self._idle.clear()
        for kept in idle:
            if kept.timer is not None:
                kept.timer.cancel()
        await asyncio.gather(*(kept.stack.aclose() for kept in idle), *self._closing)

    async def _new(self, account: Account) -> _Kept:
        stack = AsyncExitStack()
        return _Kept(await stack.enter_async_context(self.transport.open(account)), stack)

    def _take(self, account: Account) -> _Kept | None:
        if not self._idle[account]:
            return None
        kept = self._idle[account].pop()
        if kept.timer is not None:
            kept.timer.cancel()
        return kept

    def _keep(self, account: Account, kept: _Kept) -> None:
        self._idle[account].append(kept)
        kept.timer = asyncio.get_running_loop().call_later(self.idle_for, self._cool, account, kept)

    def _cool(self, account: Account, kept: _Kept) -> None:
        if kept in self._idle[account]:
            self._idle[account].remove(kept)
            task = asyncio.ensure_future(kept.stack.aclose())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
