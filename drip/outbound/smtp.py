"""Letters by SMTP: aiosmtplib connects, does TLS and logs in; then our own wire takes over."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import cast

import aiosmtplib

from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.said import one_line
from drip.domain.security import Security
from drip.outbound.letter import Letter
from drip.outbound.replies import enhanced_in
from drip.outbound.smtp_wire import GROUP, SmtpWire, Timeouts
from drip.outbound.transport import Account, Following, Mark, Wire, nothing

_FAILURES = (aiosmtplib.SMTPException, OSError, ValueError, RuntimeError)
_CLOSING, _MAIL = 421, Phase.MAIL
_SURPRISES = 2  # first letters in a row that PIPELINING broke, until the server is asked one by one


class SmtpTransport:
    """Connects to mailboxes' own servers.

    A connection is used for up to `letters_per_connection` letters, then replaced. `tls`: what to
    trust, by default the system's certificates. `ehlo_name`: our host's name in full; by default
    its address in brackets (RFC 5321 section 4.1.3).
    """

    def __init__(
        self,
        timeouts: Timeouts | None = None,
        letters_per_connection: int = 100,
        tls: ssl.SSLContext | None = None,
        ehlo_name: str | None = None,
    ) -> None:
        self.timeouts = timeouts or Timeouts()
        self.letters_per_connection = letters_per_connection
        self._tls = tls
        self._ehlo_name = ehlo_name
        self._surprises: Counter[tuple[str, int]] = Counter()

    @asynccontextmanager
    async def open(self, account: Account) -> AsyncIterator[Wire]:
        """A wire that connects when its first letter comes, and says QUIT at the end."""
        connection = _Connection(self, account)
        try:
            yield connection
        finally:
            await connection.close()

    async def probe(self, account: Account, return_path: str | None = None) -> tuple[Outcome, Outcome | None]:
        """Connect, do TLS, log in and leave: what `drip mailbox check` shows. Sends nothing.

        The second outcome says whether the server takes letters with this return path, and a bounce to it; None
        where that was not asked.
        """
        wire = await self.connect(account)
        if isinstance(wire, Outcome):
            return wire, None
        login = f"logged in as {account.login}" if account.login is not None else "no login"
        text = f"connected to {account.host} port {account.port}, {wire.tls or 'no TLS'}, {login}"
        taken = None if return_path is None else await wire.would_take(return_path, return_path)
        await wire.quit()
        return Outcome(Kind.ACCEPTED, Phase.QUIT, text=text), taken

    async def connect(self, account: Account) -> SmtpWire | Outcome:
        """A wire after EHLO and login, or how far it came."""
        client = aiosmtplib.SMTP(
            hostname=account.host,
            port=account.port,
            use_tls=account.security is Security.TLS,
            start_tls=False,
            local_hostname=self._ehlo_name or "localhost",
            timeout=self.timeouts.reply,
            tls_context=await self._trusted() if account.security is not Security.NONE else None,
        )
        phase = Phase.CONNECT
        try:
            await _heeding(client.connect(timeout=self.timeouts.connect))
            phase = Phase.EHLO
            await self._greet(client)
            if account.security is Security.STARTTLS:
                phase = Phase.STARTTLS
                await _heeding(client.starttls())
                await self._greet(client)
            if account.login is not None:
                phase = Phase.AUTH
                await _heeding(client.login(account.login, account.password or ""))
            return self._take_over(client, account)
        except _FAILURES as error:
            client.close()
            return _failed(phase, error)
        except BaseException:
            client.close()
            raise

    async def _trusted(self) -> ssl.SSLContext:
        """The TLS settings; reading the system's certificates takes a while, so it is done once."""
        if self._tls is None:
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        return self._tls

    async def _greet(self, client: aiosmtplib.SMTP) -> None:
        name = self._ehlo_name
        if name is None:
            address = str(client.get_transport_info("sockname")[0])
            name = f"[IPv6:{address}]" if ":" in address else f"[{address}]"
        await _heeding(client.ehlo(hostname=name))

    def learn(self, account: Account, first: Outcome) -> None:
        """Heed how the first letter of a pipelining connection ended. A server that offers PIPELINING
        (RFC 2920) and twice running loses the thread over it is asked one by one from then on."""
        server = (account.host, account.port)
        if first.kind is Kind.DEFERRED and first.phase in GROUP and (first.code is None or first.code < 400):
            self._surprises[server] += 1
        else:
            self._surprises.pop(server, None)

    def _take_over(self, client: aiosmtplib.SMTP, account: Account) -> SmtpWire:
        """From here on aiosmtplib hears nothing more of its connection."""
        if client.transport is None:
            raise aiosmtplib.SMTPServerDisconnected("the server closed the connection")
        transport = cast(asyncio.Transport, client.transport)
        extensions = dict(client.esmtp_extensions)
        if self._surprises[account.host, account.port] >= _SURPRISES:
            extensions.pop("pipelining", None)
        return SmtpWire(transport, extensions, self.timeouts)


class _Connection:
    """A wire that renews its connection: when it has done its share, or the server left."""

    def __init__(self, transport: SmtpTransport, account: Account) -> None:
        self._transport = transport
        self._account = account
        self._wire: SmtpWire | None = None

    async def deliver(self, letter: Letter, mark: Mark, following: Following = nothing) -> Outcome:
        """Try one letter on the open connection, or on a new one; see Wire.deliver."""
        wire, most = self._wire, self._transport.letters_per_connection
        if wire is not None and wire.letters < most and wire.is_usable_for(letter):
            outcome = await wire.deliver(letter, mark, following if wire.letters + 1 < most else nothing)
            if not _left_between_letters(outcome):
                return outcome
        fresh = await self._renew()
        if isinstance(fresh, Outcome):
            return fresh
        outcome = await fresh.deliver(letter, mark, following if most > 1 else nothing)
        if fresh.pipelines and fresh.letters:
            self._transport.learn(self._account, outcome)
        return outcome

    def leave(self) -> None:
        """No letter follows; see Wire.leave."""
        if self._wire is not None:
            self._wire.leave()

    async def close(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.quit()

    async def _renew(self) -> SmtpWire | Outcome:
        await self.close()
        made = await self._transport.connect(self._account)
        if isinstance(made, SmtpWire):
            self._wire = made
        return made


async def _heeding(step: Awaitable[object]) -> None:
    """A step of aiosmtplib. A cancellation that comes in the moment of the answer is forgotten by `wait_for` before
    Python 3.12; it counts here."""
    await step
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _left_between_letters(outcome: Outcome) -> bool:
    """Whether an open connection was of no more use before anything of the letter was asked.

    A server may close an idle connection, or after so many letters, by 421 or without a word.
    """
    return outcome.phase is _MAIL and outcome.kind is Kind.DEFERRED and outcome.code in (None, _CLOSING)


def _failed(phase: Phase, error: Exception) -> Outcome:
    """The outcome of a connection that could not be made."""
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return Outcome(Kind.DEFERRED, Phase.STARTTLS, text=one_line(str(error)))
    if phase is Phase.CONNECT and _has_connected(error):
        phase = Phase.GREETING
    if isinstance(error, aiosmtplib.SMTPResponseException) and 400 <= error.code <= 599:
        text = one_line(error.message)
        kind = Kind.REFUSED if error.code >= 500 else Kind.DEFERRED
        return Outcome(kind, phase, error.code, enhanced_in(text), text)
    said = one_line(str(error)) or type(error).__name__
    broke = isinstance(error, aiosmtplib.SMTPServerDisconnected | aiosmtplib.SMTPResponseException)
    return Outcome(Kind.DEFERRED, phase, text=f"Connection lost: {said}" if broke else said)


def _has_connected(error: Exception) -> bool:
    """Whether the trouble was with the greeting, not with the connection itself."""
    return isinstance(error, aiosmtplib.SMTPResponseException) or isinstance(error.__cause__, aiosmtplib.SMTPException)
