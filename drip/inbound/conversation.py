"""One connection of a mail server that brings mail: SMTP (RFC 5321) or LMTP (RFC 2033), by aiosmtpd.

aiosmtpd speaks the commands. The mail itself we read: it takes no line of more than a stated length, and keeps every
line as an object of its own. 250 is said once the mail is kept for good. Only <CR><LF>.<CR><LF> ends a mail.
"""

import asyncio
import re
import socket
from contextlib import suppress
from functools import partial

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from drip.inbound.door import LATER, Door
from drip.inbound.reading import PIECE, TOO_LARGE, Reading
from drip.inbound.source import Incoming

log = structlog.get_logger()
KEPT = "250 2.0.0 Ok, it is kept"
NOBODY = "503 5.5.1 No recipient was accepted: RCPT comes before DATA"
BUSY = "421 4.3.2 Too many connections; please try again later"
ENDS = "421 4.3.2 The service stops; please try again later"
IDLE = "421 4.4.2 Nothing was heard for too long; goodbye"

_SIZE = re.compile(r"\sSIZE=(\d{1,20})(?=\s|$)", re.IGNORECASE)
_ABORT_AFTER = 5.0  # seconds a peer has to take our last words


class Conversation(SMTP):
    """A connection."""

    line_length_limit = PIECE
    answers_each = False  # LMTP: one answer for each recipient

    def __init__(self, door: Door, host: str) -> None:
        """`host` is the name this service greets with."""
        self.door = door
        self.is_keeping = False
        bounds = door.bounds
        loop = asyncio.get_running_loop()
        self.gone: asyncio.Future[None] = loop.create_future()
        super().__init__(
            door,
            data_size_limit=bounds.largest,
            enable_SMTPUTF8=True,
            hostname=host,
            ident="drip",
            timeout=bounds.patience,
            loop=loop,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A peer has come."""
        self.door.open.add(self)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # answers are short
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """It is gone; a mail that is being kept is kept all the same."""
        self.door.open.discard(self)
        super().connection_lost(error)
        if not self.gone.done():
            self.gone.set_result(None)

    def eof_received(self) -> bool | None:
        """The peer says no more. It still hears what became of a mail."""
        if self.is_keeping:
            return asyncio.StreamReaderProtocol.eof_received(self)
        return super().eof_received()

    def end(self, words: str) -> None:
        """Say goodbye, unless a mail is being kept: that is answered first."""
        if self.transport is None or self.is_keeping or self._writer.is_closing():
            return
        self._writer.write(f"{words}\r\n".encode())
        self._writer.close()
        self.loop.call_later(_ABORT_AFTER, self.abort)

    def abort(self) -> None:
        """Close it at once."""
        if self.transport is not None:
            self._writer.transport.abort()
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()

    async def _handle_client(self) -> None:
        with suppress(ConnectionError):
            if len(self.door.open) > self.door.bounds.connections or self.door.stop.is_set():
                self.end(ENDS if self.door.stop.is_set() else BUSY)
                return
            await super()._handle_client()

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Wait for the peer's next words, at most so long."""
        patience = self.door.bounds.patience
        super()._reset_timeout(min(patience, patience if duration is None else duration))

    def _timeout_cb(self) -> None:
        log.info("peer.idle", source=self.door.name)
        self.end(IDLE)

    async def handle_exception(self, error: Exception) -> str:
        """What to say when a command could not be worked on."""
        if isinstance(error, asyncio.IncompleteReadError | ConnectionError):
            assert self.transport is not None
            self.transport.close()
        else:
            log.warning("command.failed", source=self.door.name, why=type(error).__name__)
        return LATER

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        """A mail that says it is too large is refused before it comes (RFC 1870)."""
        size = _SIZE.search(arg or "")
        if size is not None and int(size[1]) > self.door.bounds.largest:
            await self.push(TOO_LARGE.format(self.door.bounds.largest))
            return
        await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Read the mail, have it kept, and say so."""
        if await self.check_helo_needed("LHLO" if self.answers_each else "HELO"):
            return
        if arg:
            await self.push("501 5.5.4 DATA has no parameters")
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push(NOBODY)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        to = tuple(self.envelope.rcpt_tos)
        until = self.loop.time() + self.door.bounds.whole
        reading = Reading(
            self._reader, self.door.room, lambda: self._reset_timeout(max(0.01, until - self.loop.time()))
        )
        raw = await reading.read()
        answer = raw if isinstance(raw, str) else await self._keep(Incoming(raw, to))
        self.envelope = self._create_envelope()
        self._reset_timeout()
        await self.push("\r\n".join([answer] * (len(to) if self.answers_each else 1)))
        if reading.is_cut or self.door.stop.is_set():
            self.end(ENDS)

    async def _keep(self, incoming: Incoming) -> str:
        """Give the mail to whoever keeps it, who finishes also when the peer is gone by then. It takes room until
        then: while that is slow no more come in than there may be at once."""
        assert self._timeout_handle is not None
        self._timeout_handle.cancel()
        task = asyncio.ensure_future(self.door.handle(incoming))
        octets = len(incoming.raw)
        self.door.room.held += octets
        self.door.keeping.add(task)
        task.add_done_callback(partial(self._kept, octets))
        self.is_keeping = True
        try:
            await asyncio.shield(task)
        except Exception:  # noqa: BLE001 - whatever it is, the mail is not kept
            return LATER
        finally:
            self.is_keeping = False
        return KEPT

    def _kept(self, octets: int, task: asyncio.Future[None]) -> None:
        self.door.room.held -= octets
        self.door.keeping.discard(task)
        if not task.cancelled():
            task.exception()  # it was told, unless the peer was gone


class LmtpConversation(Conversation, LMTP):
    """The same by LMTP."""

    answers_each = True

    async def check_helo_needed(self, helo: str = "LHLO") -> bool:
        """Whether the peer has yet to say who it is."""
        return await super().check_helo_needed("LHLO")
