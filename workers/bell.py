"""The bell: tells the actors that there is work, and knows who is at work in this process."""

import asyncio
from collections.abc import Callable
from typing import Protocol

AGAIN_AFTER = 1.0  # seconds before a mailbox is rung again whose last run got nothing done


class Bell(Protocol):
    """Says that a mailbox (None: the shelf) has due letters. It may be lost or doubled without harm."""

    @property
    def anybody_at_work(self) -> bool:
        """Whether somebody known to be rung has not finished."""
        ...

    def ring(self, mailbox_id: int | None) -> None:
        """There is work for this mailbox."""
        ...


class LocalBell:
    """The bell of the embedded process: a mailbox whose letters are being sent is not rung again."""

    def __init__(self, send: Callable[[int | None], object], count: Callable[[], float]) -> None:
        """`send` gives a message to the broker, `count` counts seconds."""
        self._send = send
        self._count = count
        self._busy: set[int | None] = set()
        self._idle_since: dict[int | None, float] = {}
        self._silent = False
        self.at_rest = asyncio.Event()  # set while nobody is at work
        self.at_rest.set()

    @property
    def anybody_at_work(self) -> bool:
        """Whether a mailbox was rung and has not finished."""
        return bool(self._busy)

    def ring(self, mailbox_id: int | None) -> None:
        """Ring, unless somebody is at work there, or found nothing to do less than a second ago."""
        recently = self._idle_since.get(mailbox_id)
        if self._silent or mailbox_id in self._busy:
            return
        if recently is not None and self._count() - recently < AGAIN_AFTER:
            return
        self._busy.add(mailbox_id)
        self.at_rest.clear()
        self._send(mailbox_id)

    def finished(self, mailbox_id: int | None, *, progress: bool) -> None:
        """The run that a ring began has ended; with `progress` it settled something."""
        self._busy.discard(mailbox_id)
        if not self._busy:
            self.at_rest.set()
        if progress:
            self._idle_since.pop(mailbox_id, None)
        else:
            self._idle_since[mailbox_id] = self._count()

    def silence(self) -> None:
        """Ring no more: the process is about to stop."""
        self._silent = True
