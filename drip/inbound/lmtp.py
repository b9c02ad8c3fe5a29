"""A port that mail servers bring mail to, by LMTP or SMTP.

Offered are SIZE, 8BITMIME, SMTPUTF8 and PIPELINING, and neither AUTH nor STARTTLS: LMTP is for a mail server of one's
own on the same machine or network; who opens SMTP to others puts a mail server with a certificate before it.
"""

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from drip.inbound.conversation import ENDS, Conversation, LmtpConversation
from drip.inbound.door import Bounds, Door, IsForUs
from drip.inbound.listening import Listening
from drip.inbound.source import Handle

log = structlog.get_logger()
STOP_WITHIN = 5.0  # seconds for mails that are being kept, and for last words
_BACKLOG = 256
_AGAIN_AFTER = (1.0, 2.0, 5.0, 15.0, 60.0)  # seconds until a port that was taken is tried again; the last one repeats


@dataclass(slots=True)
class Listener:
    """A source that waits for others to bring mail. Nothing but what `is_for_us` says is taken in."""

    place: Listening
    host: str  # the name this service greets with
    bounds: Bounds
    is_for_us: IsForUs
    _socket: socket.socket | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """As it stands in log lines; its port is the real one once it is open."""
        return str(self.place)

    def open(self) -> None:
        """Take the port now; peers wait until it runs. Raises OSError when it cannot be had."""
        family = socket.AF_INET6 if ":" in self.place.host else socket.AF_INET
        self._socket = socket.create_server((self.place.host, self.place.port), family=family, backlog=_BACKLOG)
        port: int = self._socket.getsockname()[1]
        self.place = Listening(self.place.protocol, self.place.host, port)

    async def run(self, handle: Handle, stop: asyncio.Event) -> None:
        """Take in what is brought until `stop` is set: then whoever is connected hears 421, a mail that is being kept
        first of all what became of it."""
        await self._open_at_last(stop)
        if self._socket is None:
            return
        speaks = LmtpConversation if self.place.protocol == "lmtp" else Conversation
        door = Door(self.name, handle, self.is_for_us, self.bounds, stop)
        server = await asyncio.get_running_loop().create_server(lambda: speaks(door, self.host), sock=self._socket)
        try:
            await stop.wait()
            server.close()
            await _see_off(door)
        finally:
            server.close()
            self._socket = None
            for task in door.keeping:
                task.cancel()
            for one in list(door.open):
                one.abort()

    async def _open_at_last(self, stop: asyncio.Event) -> None:
        tries = 0
        while self._socket is None and not stop.is_set():
            try:
                self.open()
            except OSError as error:
                if not tries:
                    log.warning("source.away", source=self.name, why=error.strerror)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _AGAIN_AFTER[min(tries, len(_AGAIN_AFTER) - 1)])
                tries += 1


async def _see_off(door: Door) -> None:
    """Let mails that are being kept end, and everybody go."""
    for one in list(door.open):
        one.end(ENDS)
    left = [*door.keeping, *(one.gone for one in door.open)]
    if left:
        await asyncio.wait(left, timeout=STOP_WITHIN)
