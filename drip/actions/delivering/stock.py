"""The stock of a run: leased letters that wait for a connection, each written shortly before its turn."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from drip.actions.draft import Draft, Spoilt, finish
from drip.actions.sending import Sending
from drip.actions.take import Batch
from drip.actions.write_letter import Ready

Spoil = Callable[[Spoilt, str], None]
"""Told of a leased send no letter can be made of, with the token of its lease."""


class Turn(NamedTuple):
    """A written letter whose turn has come. `token` is that of its lease, which is let go at `until` (the
    loop's time)."""

    ready: Ready
    token: str
    until: float


class Stock:
    """Letters in the order they were leased. To be used on one loop."""

    def __init__(self, sending: Sending, ahead: int, spoil: Spoil) -> None:
        """`ahead` letters are kept written, so that a connection need not wait for one."""
        self.drawn = 0  # letters that were taken out so far
        self.ran_low = asyncio.Event()  # set when it is time for more
        self._sending = sending
        self._ahead = ahead
        self._spoil = spoil
        self._drafts: deque[tuple[Draft, str, float]] = deque()
        self._written: deque[Turn] = deque()
        self._low = 0
        self.is_cleared = False  # nothing goes any more
        self._is_closed = False
        self._came = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._writing: asyncio.Handle | None = None

    def __len__(self) -> int:
        """How many letters wait; some may turn out to be spoilt."""
        return len(self._drafts) + len(self._written)

    @property
    def may_grow(self) -> bool:
        """Whether more letters may come."""
        return not self._is_closed

    def add(self, batch: Batch, until: float) -> None:
        """Put in what was leased, to be let go at `until` (the loop's time)."""
        self._drafts.extend((draft, batch.token, until) for draft in batch.drafts)
        self._low = max(self._ahead, len(batch.drafts) // 2)
        self._look()
        self._write_on()
        self._came.set()

    def draw(self) -> Turn | None:
        """The next letter; None when there is none now."""
        while self._drafts and not self._written:
            self._write_one()
        turn = self._written.popleft() if self._written else None
        if turn is not None:
            self.drawn += 1
            self._write_on()
        self._look()
        return turn

    async def wait(self) -> Turn | None:
        """The next letter, once there is one; None when none will come."""
        while (turn := self.draw()) is None and not self._is_closed:
            self._came.clear()
            await self._came.wait()
        return turn

    def close(self) -> None:
        """No more letters come; those that are there may still be drawn."""
        self._is_closed = True
        self._came.set()
        self.ran_low.set()

    def clear(self) -> None:
        """Nothing goes any more."""
        self._drafts.clear()
        self._written.clear()
        self.is_cleared = True
        self.close()

    def _look(self) -> None:
        if self._is_closed or len(self) <= self._low:
            self.ran_low.set()
        else:
            self.ran_low.clear()

    def _write_on(self) -> None:
        """Write some letters ahead, one in each round of the loop, so that answers are heard in between."""
        if self._writing is None and self._drafts and len(self._written) < self._ahead:
            self._writing = self._loop.call_soon(self._write_and_go_on)

    def _write_and_go_on(self) -> None:
        self._writing = None
        if self._drafts:
            self._write_one()
        self._write_on()

    def _write_one(self) -> None:
        draft, token, until = self._drafts.popleft()
        written = finish(self._sending, draft)
        if isinstance(written, Ready):
            self._written.append(Turn(written, token, until))
        else:
            self._spoil(written, token)
