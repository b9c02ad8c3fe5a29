"""Our own MAIL, RCPT, DATA on an open connection, so that every failure has its exact phase.

A connection lost before the last byte of the final dot was given to the network is safe to repeat;
lost after that, the letter may have been accepted: uncertain (R40).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drip.domain.outcome import Kind, Outcome, Phase
from drip.outbound.letter import Letter
from drip.outbound.replies import Reply, ReplyError, ReplyReader
from drip.outbound.transport import WITHDRAWN, Mark

_GO_AHEAD = 354
_CLOSING = 421


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for the server, in seconds (RFC 5321 section 4.5.3.2, shorter: we submit)."""

    connect: float = 30.0  # the connection, and the greeting
    reply: float = 60.0  # EHLO, STARTTLS, AUTH, MAIL, RCPT
    data: float = 60.0  # DATA
    body: float = 120.0  # until the network has taken the whole letter
    answer: float = 180.0  # the answer to the final dot
    quit: float = 3.0  # RSET and QUIT

    @property
    def after_mark(self) -> float:
        """The longest time from the mark to an outcome: a lease must last longer."""
        return self.data + self.body + self.answer + self.quit


class BrokenError(Exception):
    """The conversation cannot go on. Never leaves this module."""


class SmtpWire(asyncio.Protocol):
    """A connection after EHLO and login. `extensions` maps lower-case keywords to parameters."""

    def __init__(self, transport: asyncio.Transport, extensions: Mapping[str, str], timeouts: Timeouts) -> None:
        """Take the transport over from whoever connected it."""
        self.letters = 0  # letters tried on this connection
        self._transport = transport
        self._extensions = extensions
        self._timeouts = timeouts
        self._loop = asyncio.get_running_loop()
        self._reader = ReplyReader()
        self._waiter: asyncio.Future[None] | None = None
        self._unsent = False  # the network has not taken everything yet
        self._broken: str | None = "the server closed the connection" if transport.is_closing() else None
        # With these limits writing is paused exactly while something is unsent. TLS pauses at the
        # upper limit already, so 0 would pause it for ever.
        transport.set_write_buffer_limits(high=1 if transport.get_extra_info("sslcontext") else 0, low=0)
        transport.set_protocol(self)

    @property
    def is_usable(self) -> bool:
        """Whether another letter may be tried: open, and the server said nothing unasked."""
        return self._broken is None and self._reader.is_empty

    @property
    def tls(self) -> str | None:
        """The version of TLS in use, such as "TLSv1.3"; None without."""
        connection = self._transport.get_extra_info("ssl_object")
        return None if connection is None else str(connection.version())

    async def deliver(self, letter: Letter, mark: Mark) -> Outcome:
        """Try one letter; see Wire.deliver. Afterwards `is_usable` says whether another may follow."""
        impossible = self._impossible(letter)
        if impossible is not None:
            return impossible
        self.letters += 1
        try:
            refused = await self._envelope(letter)
            if refused is not None:
                return refused
            if not await mark():
                await self._reset()
                return WITHDRAWN
            return await self._data(letter)
        except BaseException:
            self.abort()
            raise

    async def quit(self) -> None:
        """Say goodbye and close; a server that does not answer in time is left."""
        try:
            if self.is_usable:
                await self._ask(b"QUIT\r\n", self._timeouts.quit)
        except BrokenError:
            pass
        finally:
            self.abort()

    def abort(self) -> None:
        """Close at once. What was not sent by now never is."""
        self._break("the connection was closed")
        self._transport.abort()

    def _impossible(self, letter: Letter) -> Outcome | None:
        """What can be refused without asking: the server said in its EHLO what it cannot take."""
        if letter.smtputf8 and "smtputf8" not in self._extensions:
            text = "5.6.7 the address is not ASCII, and the server does not offer SMTPUTF8 (RFC 6531)"
            return Outcome(Kind.REFUSED, Phase.MAIL, 553, "5.6.7", text)
        limit = self._extensions.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < len(letter.data):
            text = f"5.3.4 the letter has {len(letter.data)} bytes, the server takes {limit} (RFC 1870)"
            return Outcome(Kind.REFUSED, Phase.MAIL, 552, "5.3.4", text)
        return None

    async def _envelope(self, letter: Letter) -> Outcome | None:
        """MAIL and RCPT; an outcome if either was not taken."""
        utf8 = " BODY=8BITMIME SMTPUTF8" if letter.smtputf8 else ""
        size = f" SIZE={len(letter.data)}" if "size" in self._extensions else ""
        for phase, command in (
            (Phase.MAIL, f"MAIL FROM:<{letter.envelope_from}>{size}{utf8}\r\n"),
            (Phase.RCPT, f"RCPT TO:<{letter.recipient}>\r\n"),
        ):
            try:
                reply = await self._ask(command.encode(), self._timeouts.reply)
            except BrokenError as error:
                return self._lost(Kind.DEFERRED, phase, error)
            if reply.code // 100 != 2:
                return await self._refused(phase, reply)
        return None

    async def _data(self, letter: Letter) -> Outcome:
        """DATA and what follows it."""
        try:
            reply = await self._ask(b"DATA\r\n", self._timeouts.data)
        except BrokenError as error:
            return self._lost(Kind.DEFERRED, Phase.DATA, error)
        if reply.code != _GO_AHEAD:
            return await self._refused(Phase.DATA, reply)
        return await self._body(letter)

    async def _body(self, letter: Letter) -> Outcome:
        """The letter, the final dot and the answer. From the dot on, a loss is uncertain."""
        written = False
        try:
            self._write(_stuffed(letter.data) + b".\r\n")
            written = True
            await self._until(self._is_sent_or_answered, self._timeouts.body)
            if self._unsent:
                raise BrokenError("the server answered before it had the whole letter")
            reply = await self._reply(self._timeouts.answer)
        except BrokenError as error:
            return self._lost_in_body(written, error)
        if reply.code // 100 == 2:
            return Outcome(Kind.ACCEPTED, Phase.BODY, reply.code, reply.enhanced, reply.text)
        if reply.code // 100 == 3:
            senseless = BrokenError(f"the server answered the letter with {reply.code} {reply.text}")
            return self._lost(Kind.UNCERTAIN, Phase.BODY, senseless)
        return await self._refused(Phase.BODY, reply)

    def _lost_in_body(self, written: bool, error: BrokenError) -> Outcome:
        """What a failure after 354 means. Asked after closing: until then bytes may still leave."""
        self.abort()
        early = self._reader.replies[0] if self._reader.replies else None
        if early is not None and early.code >= 400:
            kind = Kind.REFUSED if early.code >= 500 else Kind.DEFERRED
            return Outcome(kind, Phase.BODY, early.code, early.enhanced, early.text)
        kind = Kind.UNCERTAIN if written and not self._unsent else Kind.DEFERRED
        return Outcome(kind, Phase.BODY, text=str(error))

    async def _refused(self, phase: Phase, reply: Reply) -> Outcome:
        """The outcome of a reply that is no yes; the connection is made ready for another letter."""
        if reply.code < 400 or reply.code == _CLOSING:
            self.abort()
        elif phase in (Phase.RCPT, Phase.DATA):
            await self._reset()
        kind = Kind.REFUSED if reply.code >= 500 else Kind.DEFERRED
        return Outcome(kind, phase, reply.code, reply.enhanced, reply.text)

    async def _reset(self) -> None:
        """RSET: forget the recipient. If that fails the connection is of no more use, nothing else."""
        try:
            reply = await self._ask(b"RSET\r\n", self._timeouts.quit)
        except BrokenError:
            reply = None
        if reply is None or reply.code // 100 != 2:
            self.abort()

    def _lost(self, kind: Kind, phase: Phase, error: BrokenError) -> Outcome:
        self.abort()
        return Outcome(kind, phase, text=str(error))

    async def _ask(self, command: bytes, seconds: float) -> Reply:
        """A command and its reply. Raises BrokenError."""
        if not self._reader.is_empty:
            raise BrokenError("the server spoke out of turn")
        self._write(command)
        return await self._reply(seconds)

    async def _reply(self, seconds: float) -> Reply:
        await self._until(self._has_reply, seconds)
        return self._reader.replies.popleft()

    def _write(self, data: bytes) -> None:
        """Give bytes to the network. Raises BrokenError if it does not take any of them."""
        if self._broken is None:
            self._transport.write(data)
        if self._broken is not None or self._transport.is_closing():
            raise BrokenError(self._broken or "the connection was lost")

    def _is_sent_or_answered(self) -> bool:
        return not self._unsent or self._has_reply()

    def _has_reply(self) -> bool:
        return bool(self._reader.replies)

    async def _until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait for a condition, `seconds` in all. Raises BrokenError if it cannot come true."""
        timer: asyncio.TimerHandle | None = None
        try:
            while not ready():
                if self._broken is not None:
                    raise BrokenError(self._broken)
                timer = timer or self._loop.call_later(seconds, self._break, f"no answer within {seconds:g} s")
                self._waiter = self._loop.create_future()
                await self._waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _break(self, why: str) -> None:
        """Nothing more can come. The first reason stays."""
        self._broken = self._broken or why
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


def _stuffed(data: bytes) -> bytes:
    """A dot before every line that begins with one (RFC 5321 section 4.5.2)."""
    stuffed = data.replace(b"\r\n.", b"\r\n..") if b"\r\n." in data else data
    return b"." + stuffed if stuffed.startswith(b".") else stuffed
