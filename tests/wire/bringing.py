"""Who brings mail to a source in tests: a real peer of each kind, and a handler that keeps what it is given.

A source more is a class with the four methods of Peer and a maker in PEERS; test_sources.py then runs on it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

from drip.inbound.maildir import MaildirSource
from drip.inbound.source import Incoming, MailSource
from tests.wire.bringing_imap import HANDLED, postbox

LARGEST = 27_000_000  # octets
WITHIN = 30.0  # seconds for what should come at once, on a machine that does much else


class Peer(Protocol):
    """The other side of a source."""

    exact: bool  # whether its protocol carries any bytes as they are

    def source(self) -> MailSource:
        """A reader of the place. A second one reads the same place."""
        ...

    async def bring(self, *mails: bytes) -> None:
        """Mail for the place: it is on its way there when this returns, and comes again until it is taken over."""
        ...

    async def waiting(self) -> int:
        """How many mails were not taken over. To be asked once every source has ended."""
        ...

    async def close(self) -> None:
        """End it."""
        ...


class MaildirPeer:
    """A mail server that delivers into a maildir."""

    exact = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "incoming"
        self._count = 0
        for name in ("tmp", "new", "cur"):
            (self.folder / name).mkdir(parents=True)

    def source(self) -> MailSource:
        """A reader of the folder."""
        return MaildirSource(self.folder, LARGEST)

    async def bring(self, *mails: bytes) -> None:
        """As maildir(5) has it: written beside, then moved."""
        for mail in mails:
            self._count += 1
            name = f"1767600000.M{self._count:06}P1.mx.example"
            (self.folder / "tmp" / name).write_bytes(mail)
            (self.folder / "tmp" / name).rename(self.folder / "new" / name)

    async def waiting(self) -> int:
        """What lies in new/; in tmp/ and cur/ is what belongs there."""
        done = [file.name for file in (self.folder / "cur").iterdir()]
        assert all(name.endswith(":2,S") for name in done)
        left = len(list((self.folder / "new").iterdir()))
        assert left + len(done) == self._count
        return left

    async def close(self) -> None:
        """Nothing runs."""


PEERS: dict[str, Callable[[Path], Awaitable[Peer]]] = {}


def _peer(name: str) -> Callable[[Callable[[Path], Awaitable[Peer]]], None]:
    def keep(make: Callable[[Path], Awaitable[Peer]]) -> None:
        PEERS[name] = make

    return keep


@_peer("maildir")
async def _maildir(folder: Path) -> Peer:
    return MaildirPeer(folder)


@_peer("imap, mail stays")
async def _read_beside_a_person(folder: Path) -> Peer:
    return await postbox(folder, None)


@_peer("imap, handled mail is moved")
async def _read_by_the_service_alone(folder: Path) -> Peer:
    return await postbox(folder, HANDLED)


class Keeper:
    """Handles mails by keeping them. `refuse` says of which it cannot, and how often; with `gate` each waits for it."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.asked = 0
        self.refuse: dict[bytes, int] = {}
        self.gate: asyncio.Event | None = None
        self._news = asyncio.Condition()

    async def __call__(self, incoming: Incoming) -> None:
        """The handle of a source."""
        async with self._news:
            self.asked += 1
            self._news.notify_all()
        if self.gate is not None:
            await self.gate.wait()
        if self.refuse.get(incoming.raw, 0) > 0:
            self.refuse[incoming.raw] -= 1
            raise OSError("the disk is full")
        async with self._news:
            self.kept.append(incoming.raw)
            self._news.notify_all()

    async def until(self, *, kept: int = 0, asked: int = 0) -> None:
        """Wait until it was given so many mails, and kept so many."""
        async with asyncio.timeout(WITHIN), self._news:
            await self._news.wait_for(lambda: len(self.kept) >= kept and self.asked >= asked)


@asynccontextmanager
async def running(*sources: MailSource, handle: Callable[[Incoming], Awaitable[None]]) -> AsyncIterator[asyncio.Event]:
    """Sources that run; each must end soon after the stop that is given, or after the block."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(source.run(handle, stop)) for source in sources]
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(WITHIN):
            await asyncio.gather(*tasks)


async def killed(source: MailSource, keeper: Keeper) -> None:
    """A source that is cut off while a mail is being handled, as by the end of its process."""
    keeper.gate, before = asyncio.Event(), keeper.asked
    task = asyncio.create_task(source.run(keeper, asyncio.Event()))
    await keeper.until(asked=before + 1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    keeper.gate = None
