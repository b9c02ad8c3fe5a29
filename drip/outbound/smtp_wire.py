"""Our own MAIL, RCPT, DATA on an open connection, so that every failure has its exact phase.

A connection lost before the last byte of the final dot was given to the network is safe to repeat;
lost after that, the letter may have been accepted: uncertain (R40). Where the server offers
PIPELINING (RFC 2920), MAIL, RCPT and DATA are one write, together with the body before them. The mark
is asked when the server has said 354: from then on nobody but us can hold the body up.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drip.domain.outcome import ACCEPTED, Kind, Outcome, Phase
from drip.outbound.dsn import envelope_id, original_recipient
from drip.outbound.letter import Letter
from drip.outbound.replies import Reply
from drip.outbound.smtp_line import BrokenError, SmtpLine
from drip.outbound.transport import WITHDRAWN, Following, Mark, nothing

_GO_AHEAD = 354
_CLOSING = 421
_TOGETHER = 65536  # octets; a larger letter goes alone, lest it gets stuck with what follows it
_DOT, _RSET = b".\r\n", b"RSET\r\n"
_DATA, _BODY = Phase.DATA, Phase.BODY
GROUP = (Phase.MAIL, Phase.RCPT, _DATA)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for the server, in seconds (RFC 5321 section 4.5.3.2, shorter: we submit)."""

    connect: float = 30.0  # the connection, and the greeting
    reply: float = 60.0  # EHLO, STARTTLS, AUTH, MAIL, RCPT
    data: float = 60.0  # DATA
    body: float = 120.0  # until the network has taken the whole letter
    answer: float = 180.0  # the answer to the final dot
    quit: float = 3.0  # RSET and QUIT


class SmtpWire:
    """A connection after EHLO and login. `extensions` maps lower-case keywords to parameters."""

    def __init__(self, transport: asyncio.Transport, extensions: Mapping[str, str], timeouts: Timeouts) -> None:
        """Take the transport over from whoever connected it."""
        self.letters = 0  # letters tried on this connection
        self.pipelines = "pipelining" in extensions
        self._takes_utf8 = "smtputf8" in extensions
        self._takes_size = "size" in extensions
        self._takes_dsn = "dsn" in extensions
        self._largest = _number(extensions.get("size", ""))
        self._timeouts = timeouts
        self._line = SmtpLine(transport)
        self._asked: Letter | None = None  # whose MAIL, RCPT and DATA went out behind the last body

    @property
    def tls(self) -> str | None:
        """The version of TLS in use, such as "TLSv1.3"; None without."""
        return self._line.tls

    def is_usable_for(self, letter: Letter) -> bool:
        """Whether this letter may be tried: it was asked for, or the line is open and nothing was said."""
        if self._asked is not None:
            return self._asked is letter
        return self._line.is_ready

    async def deliver(self, letter: Letter, mark: Mark, following: Following = nothing) -> Outcome:
        """Try one letter, one that `is_usable_for` has said yes to; see Wire.deliver."""
        impossible = self._impossible(letter)
        if impossible is not None:
            return impossible
        self.letters += 1
        try:
            refused = await (self._envelope_together(letter) if self.pipelines else self._envelope(letter))
            if refused is not None:
                return refused
            if not await mark():
                self.abort()  # after 354 there is no other way back: whatever ends the letter delivers it
                return WITHDRAWN
            return await self._body(letter, following)
        except BaseException:
            self.abort()
            raise

    async def would_take(self, sender: str, recipient: str) -> Outcome:
        """Ask MAIL and RCPT, and take it back: nothing is sent. Only where no letter was asked for."""
        utf8 = "" if sender.isascii() and recipient.isascii() else " SMTPUTF8"
        for phase, command in ((Phase.MAIL, f"MAIL FROM:<{sender}>{utf8}"), (Phase.RCPT, f"RCPT TO:<{recipient}>")):
            try:
                reply = await self._line.ask(f"{command}\r\n".encode(), self._timeouts.reply)
            except BrokenError as error:
                return self._lost(Kind.DEFERRED, phase, error)
            if not _goes_on(phase, reply):
                return await self._refused(phase, reply)
        await self._reset()
        return Outcome(ACCEPTED, Phase.RCPT, reply.code, reply.enhanced, reply.text)

    def leave(self) -> None:
        """No letter follows; see Wire.leave."""
        if self._asked is not None:
            self.abort()

    async def quit(self) -> None:
        """Say goodbye and close; a server that does not answer in time is left."""
        try:
            if self._asked is None and self._line.is_open:
                await self._line.ask(b"QUIT\r\n", self._timeouts.quit)
        except BrokenError:
            pass
        finally:
            self.abort()

    def abort(self) -> None:
        """Close at once. What was not sent by now never is, and no answer is waited for."""
        self._asked = None
        self._line.abort()

    def _impossible(self, letter: Letter) -> Outcome | None:
        """What can be refused without asking: the server said in its EHLO what it cannot take."""
        if letter.smtputf8 and not self._takes_utf8:
            text = "5.6.7 the address is not ASCII, and the server does not offer SMTPUTF8 (RFC 6531)"
            return Outcome(Kind.REFUSED, Phase.MAIL, 553, "5.6.7", text)
        if 0 < self._largest < len(letter.data):
            text = f"5.3.4 the letter has {len(letter.data)} bytes, the server takes {self._largest} (RFC 1870)"
            return Outcome(Kind.REFUSED, Phase.MAIL, 552, "5.3.4", text)
        return None

    def _mail(self, letter: Letter) -> str:
        utf8 = " BODY=8BITMIME SMTPUTF8" if letter.smtputf8 else ""
        size = f" SIZE={len(letter.data)}" if self._takes_size else ""
        dsn = f" RET=HDRS ENVID={envelope_id(letter)}" if self._takes_dsn else ""
        return f"MAIL FROM:<{letter.envelope_from}>{size}{utf8}{dsn}\r\n"

    def _rcpt(self, letter: Letter) -> str:
        dsn = f" NOTIFY=FAILURE,DELAY{original_recipient(letter)}" if self._takes_dsn else ""
        return f"RCPT TO:<{letter.recipient}>{dsn}\r\n"

    # Without PIPELINING.

    async def _envelope(self, letter: Letter) -> Outcome | None:
        """MAIL, RCPT and DATA, one after the other; an outcome if one was not taken."""
        limits, commands = self._timeouts, (self._mail(letter), self._rcpt(letter), "DATA\r\n")
        for phase, command in zip(GROUP, commands, strict=True):
            try:
                reply = await self._line.ask(command.encode(), limits.data if phase is Phase.DATA else limits.reply)
            except BrokenError as error:
                return self._lost(Kind.DEFERRED, phase, error)
            if not _goes_on(phase, reply):
                return await self._refused(phase, reply)
        return None

    async def _refused(self, phase: Phase, reply: Reply) -> Outcome:
        """The outcome of a reply that is no yes; the connection is made ready for another letter."""
        if _ends_all(reply):
            self.abort()
        elif phase in (Phase.RCPT, Phase.DATA):
            await self._reset()
        return _refusal(phase, reply)

    # With PIPELINING.

    def _group(self, letter: Letter) -> bytes:
        """MAIL, RCPT and DATA, which ends a group (RFC 2920 section 3.1)."""
        return f"{self._mail(letter)}{self._rcpt(letter)}DATA\r\n".encode()

    async def _envelope_together(self, letter: Letter) -> Outcome | None:
        """MAIL, RCPT and DATA in one write; an outcome if the body may not go. All three answers
        are read, lest one is taken for another letter's."""
        was_asked, self._asked = self._asked is not None, None
        limits = self._timeouts
        said: list[Reply] = []
        bad: Outcome | None = None
        try:
            if not was_asked:
                self._line.check_quiet()
                self._line.write(self._group(letter))
            for phase, seconds in zip(GROUP, (limits.reply, limits.reply, limits.data), strict=True):
                reply = self._line.said() or await self._line.reply(seconds if bad is None else limits.quit)
                said.append(reply)
                if bad is None and not _goes_on(phase, reply):
                    bad = _refusal(phase, reply)
                    if _ends_all(reply):
                        break
        except BrokenError as error:
            self.abort()
            return bad or Outcome(Kind.DEFERRED, GROUP[len(said)], text=str(error))
        if bad is not None:
            await self._recover(said)
        return bad or self._out_of_turn()

    def _out_of_turn(self) -> Outcome | None:
        """The outcome if the server has left, or has answered a body that has not begun: nothing it
        says fits any more."""
        if self._line.is_ready:
            return None
        early, is_quiet = self._line.early_reply(), self._line.is_quiet
        self.abort()
        if early is not None and early.code >= 400:
            return _refusal(Phase.DATA, early)
        why = "the server closed the connection" if is_quiet else "the server spoke out of turn"
        return Outcome(Kind.DEFERRED, Phase.DATA, text=why)

    async def _recover(self, said: Sequence[Reply]) -> None:
        """After a refusal among the three answers: back to where the next letter may begin.

        A server that says 354 all the same waits for a body. A lone dot ends that, but never where
        the recipient was taken: it would get an empty letter. The answer to the dot is of no account.
        """
        if len(said) < len(GROUP) or any(reply.code == _CLOSING for reply in said):
            self.abort()
            return
        _, rcpt, data = said
        if data.code == _GO_AHEAD and rcpt.code < 400:
            self.abort()
        elif data.code == _GO_AHEAD:
            await self._reset(_DOT)
        else:
            await self._reset()

    # With both.

    async def _body(self, letter: Letter, following: Following) -> Outcome:
        """The letter, the final dot and the answer. From the dot on, a loss is uncertain."""
        early = self._out_of_turn()
        if early is not None:
            return early
        behind = self._ask_for_next(letter, following)
        written = False
        try:
            self._line.write(b"".join((_stuffed(letter.data), _DOT, behind)))
            written = True
            if not self._line.has_sent(len(behind)):
                await self._line.sent(self._timeouts.body, len(behind))
            reply = await self._line.reply(self._timeouts.answer)
        except BrokenError as error:
            return self._lost_in_body(written, len(behind), error)
        if reply.code // 100 == 2:
            return Outcome(ACCEPTED, _BODY, reply.code, reply.enhanced, reply.text)
        if reply.code // 100 == 3:
            senseless = BrokenError(f"the server answered the letter with {reply.code} {reply.text}")
            return self._lost(Kind.UNCERTAIN, Phase.BODY, senseless)
        if _ends_all(reply):
            self.abort()
        return _refusal(Phase.BODY, reply)

    def _ask_for_next(self, letter: Letter, following: Following) -> bytes:
        """What goes out behind a body: MAIL, RCPT and DATA of the letter that follows, if they may."""
        if not self.pipelines or len(letter.data) > _TOGETHER:
            return b""
        next_ = following()
        if next_ is None or self._impossible(next_) is not None:
            return b""
        self._asked = next_
        return self._group(next_)

    def _lost_in_body(self, written: bool, behind: int, error: BrokenError) -> Outcome:
        """What a failure after 354 means. No byte leaves between the question and the closing."""
        kind = Kind.UNCERTAIN if written and self._line.has_sent(behind) else Kind.DEFERRED
        self.abort()
        early = self._line.early_reply()
        if early is not None and early.code >= 400:
            return _refusal(Phase.BODY, early)
        return Outcome(kind, Phase.BODY, text=str(error))

    async def _reset(self, before: bytes = b"") -> None:
        """RSET: forget the recipient. If that fails the connection is of no more use, nothing else."""
        try:
            reply = await self._line.ask(before + _RSET, self._timeouts.quit)
            if before:
                reply = await self._line.reply(self._timeouts.quit)
        except BrokenError:
            self.abort()
        else:
            if reply.code // 100 != 2:
                self.abort()

    def _lost(self, kind: Kind, phase: Phase, error: BrokenError) -> Outcome:
        self.abort()
        return Outcome(kind, phase, text=str(error))


def _goes_on(phase: Phase, reply: Reply) -> bool:
    return reply.code == _GO_AHEAD if phase is _DATA else reply.code // 100 == 2


def _ends_all(reply: Reply) -> bool:
    """Whether nothing more can be said after this refusal: a goodbye, or an answer to something else."""
    return reply.code < 400 or reply.code == _CLOSING


def _refusal(phase: Phase, reply: Reply) -> Outcome:
    kind = Kind.REFUSED if reply.code >= 500 else Kind.DEFERRED
    return Outcome(kind, phase, reply.code, reply.enhanced, reply.text)


def _stuffed(data: bytes) -> bytes:
    """A dot before every line that begins with one (RFC 5321 section 4.5.2)."""
    stuffed = b"\r\n..".join(data.split(b"\r\n."))  # few letters have one, and those that have none are not copied
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
