"""Who brings mail to a source in tests: a real peer of each kind, and a handler that keeps what it is given.

A source more is a class with the four methods of Peer and a maker in PEERS; test_sources.py then runs on it.
"""

import asyncio
import smtplib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Literal, Protocol

from drip.inbound.door import Bounds
from drip.inbound.listening import Listening
from drip.inbound.lmtp import Listener
from drip.inbound.maildir import MaildirSource
from drip.inbound.source import Incoming, MailSource
from tests.wire.bringing_imap import HANDLED, postbox

LARGEST = 27_000_000  # octets
AGAIN_AFTER = 0.02  # seconds until a mail server tries again
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
            (self.folder / name).mkdir(parents=True, exist_ok=True)

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


class ServerPeer:
    """A mail server with a queue: what is not answered with 250 it brings again, to any listener there is."""

    exact = True

    def __init__(self, protocol: Literal["lmtp", "smtp"]) -> None:
        self._protocol: Literal["lmtp", "smtp"] = protocol
        self._ports: deque[int] = deque()
        self._queue: deque[bytes] = deque()
        self._trying = asyncio.Lock()
        self._courier: asyncio.Task[None] | None = None

    def source(self) -> MailSource:
        """A listener, open at once; each has a port of its own."""
        made = Listener(Listening(self._protocol, "127.0.0.1", 0), "inbound.test", Bounds(LARGEST), _everybody)
        made.open()
        self._ports.append(made.place.port)
        return made

    async def bring(self, *mails: bytes) -> None:
        """Into the queue."""
        self._queue.extend(mails)
        if self._courier is None or self._courier.done():
            self._courier = asyncio.create_task(self._deliver())

    async def waiting(self) -> int:
        """What is in the queue, once the answer to what is on its way is there."""
        async with self._trying:
            return len(self._queue)

    async def close(self) -> None:
        """Give up, once the answer to what is on its way is there."""
        async with self._trying:
            self._queue.clear()
        if self._courier is not None:
            await self._courier

    async def _deliver(self) -> None:
        while self._queue:
            async with self._trying:
                self._ports.rotate()
                if await asyncio.to_thread(bring_one, self._protocol, self._ports[0], self._queue[0]):
                    self._queue.popleft()
                else:
                    self._queue.rotate(-1)
            await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=AGAIN_AFTER)


async def _everybody(_address: str) -> bool:
    return True


def bring_one(
    protocol: str, port: int, mail: bytes, to: str = "kim@seller.example", sent: Callable[[], object] = lambda: None
) -> bool:
    """One mail as it is, dots added; whether it was taken. It ends with a line end. `sent` is called before the answer
    is read."""
    speak = smtplib.LMTP if protocol == "lmtp" else smtplib.SMTP
    try:
        with closing(speak("127.0.0.1", port, timeout=WITHIN)) as client:
            client.ehlo("mx.example")
            asked = [client.mail("", [f"size={len(mail)}"])[0], client.rcpt(to)[0], client.docmd("DATA")[0]]
            if asked != [250, 250, 354]:
                return False
            client.send((b"\r\n" + mail).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n")
            sent()
            return client.getreply()[0] == 250
    except OSError:  # smtplib's errors, too
        return False


async def _maildir(folder: Path) -> Peer:
    return MaildirPeer(folder)


async def _lmtp(_folder: Path) -> Peer:
    return ServerPeer("lmtp")


async def _smtp(_folder: Path) -> Peer:
    return ServerPeer("smtp")


async def _read_beside_a_person(folder: Path) -> Peer:
    return await postbox(folder, None)


async def _read_by_the_service_alone(folder: Path) -> Peer:
    return await postbox(folder, HANDLED)


PEERS: dict[str, Callable[[Path], Awaitable[Peer]]] = {
    "maildir": _maildir,
    "lmtp": _lmtp,
    "smtp": _smtp,
    "imap, mail stays": _read_beside_a_person,
    "imap, handled mail is moved": _read_by_the_service_alone,
}
ONLY_LONG = frozenset({"imap, mail stays"})  # in short tests/actions/test_read_mailbox.py does


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
