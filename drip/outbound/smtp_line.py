"""The open connection under our own wire: bytes out, replies in, and no wait without an end."""

import asyncio
from collections.abc import Callable

from drip.outbound.replies import Reply, ReplyError, ReplyReader


class BrokenError(Exception):
    """The conversation cannot go on. Never leaves the wire."""


class SmtpLine(asyncio.Protocol):
    """A connection taken over from whoever made it. Waits are in seconds.

    Once it is broken nothing more can be written; replies that came before can still be read.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        """From here on nobody else hears anything of the transport."""
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._reader = ReplyReader()
        self._waiter: asyncio.Future[None] | None = None
        self._until: float | None = None  # when the present wait is over, in the loop's time
        self._patience = 0.0  # how long the present wait may be
        self._alarm: asyncio.TimerHandle | None = None
        self._unsent = False  # the network has not taken everything yet
        self._broken: str | None = "the server closed the connection" if transport.is_closing() else None
        # With these limits writing is paused exactly while something is unsent. TLS pauses at the
        # upper limit already, so 0 would pause it for ever.
        transport.set_write_buffer_limits(high=1 if transport.get_extra_info("sslcontext") else 0, low=0)
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether something may be written."""
        return self._broken is None

    @property
    def is_quiet(self) -> bool:
        """Whether the server said nothing that was not read."""
        return self._reader.is_empty

    @property
    def is_ready(self) -> bool:
        """Whether the line is open and quiet."""
        return self._broken is None and self._reader.is_empty

    @property
    def tls(self) -> str | None:
        """The version of TLS in use, such as "TLSv1.3"; None without."""
        connection = self._transport.get_extra_info("ssl_object")
        return None if connection is None else str(connection.version())

    def write(self, data: bytes) -> None:
        """Give bytes to the network. Raises BrokenError if it does not take any of them."""
        if self._broken is None:
            self._transport.write(data)
        if self._broken is not None or self._transport.is_closing():
            raise BrokenError(self._broken or "the connection was lost")

    async def ask(self, command: bytes, seconds: float) -> Reply:
        """A command and its reply. Raises BrokenError, also when the server spoke out of turn."""
        self.check_quiet()
        self.write(command)
        return await self.reply(seconds)

    def check_quiet(self) -> None:
        """Raises BrokenError if the server said something that nothing was asked for."""
        if not self._reader.is_empty:
            raise BrokenError("the server spoke out of turn")

    async def reply(self, seconds: float) -> Reply:
        """The next reply. Raises BrokenError."""
        if not self._reader.replies:
            await self._wait(self._has_reply, seconds)
        return self._reader.replies.popleft()

    def said(self) -> Reply | None:
        """The next reply, if it has come: nothing has to wait for it."""
        return self._reader.replies.popleft() if self._reader.replies else None

    def early_reply(self) -> Reply | None:
        """What the server said before it was asked, if anything."""
        return self._reader.replies[0] if self._reader.replies else None

    async def sent(self, seconds: float, behind: int = 0) -> None:
        """Wait until all that was written is sent, or all but the last `behind` bytes. Raises
        BrokenError, also when the server answers before that."""
        if self._unsent:
            await self._wait(lambda: self.has_sent(behind) or self._has_reply(), seconds)
        if not self.has_sent(behind):
            raise BrokenError("the server answered before it had the whole letter")

    def has_sent(self, behind: int = 0) -> bool:
        """Whether all but the last `behind` bytes left us. Once the connection is gone nobody knows
        how many were left: what may have left is then said to have."""
        return not self._unsent or (behind > 0 and self._transport.get_write_buffer_size() <= behind)

    def abort(self) -> None:
        """Close at once. What was not sent by now never is."""
        self._break("the connection was closed")
        self._transport.abort()

    def _has_reply(self) -> bool:
        return bool(self._reader.replies)

    async def _wait(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait for a condition, `seconds` in all. Raises BrokenError if it cannot come true."""
        try:
            while not ready():
                if self._broken is not None:
                    raise BrokenError(self._broken)
                if self._until is None:
                    self._set_alarm(seconds)
                self._waiter = self._loop.create_future()
                await self._waiter
        finally:
            self._waiter = self._until = None

    def _set_alarm(self, seconds: float) -> None:
        """One timer serves many waits: it is set anew only for a wait that ends before it rings."""
        self._patience, self._until = seconds, self._loop.time() + seconds
        if self._alarm is not None:
            if self._alarm.when() <= self._until:
                return
            self._alarm.cancel()
        self._alarm = self._loop.call_at(self._until, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        if self._until is None or self._broken is not None:
            return
        if self._until <= self._loop.time():
            self._break(f"no answer within {self._patience:g} s")
        else:
            self._alarm = self._loop.call_at(self._until, self._ring)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _break(self, why: str) -> None:
        """Nothing more can come. The first reason stays."""
        self._broken = self._broken or why
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        self._wake()

    # What the event loop calls.

    def data_received(self, data: bytes) -> None:
        """Something came; asyncio.Protocol."""
        try:
            self._reader.feed(data)
        except ReplyError as error:
            self._break(str(error))
        self._wake()

    def eof_received(self) -> bool:
        """The server closed its side; asyncio.Protocol."""
        self._break("the server closed the connection")
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """The connection is gone; asyncio.Protocol."""
        self._break(f"the connection was lost: {error}" if error else "the connection was lost")

    def pause_writing(self) -> None:
        """Some of what was written is unsent; asyncio.BaseProtocol."""
        self._unsent = True

    def resume_writing(self) -> None:
        """All that was written is sent; asyncio.BaseProtocol."""
        self._unsent = False
        self._wake()
