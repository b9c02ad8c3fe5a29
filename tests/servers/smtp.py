"""A real SMTP server on loopback in a thread of its own, which keeps every mail and can be told to misbehave."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.servers.certificate import Certificate

STARTS_WITHIN = 10.0  # seconds
DRIP_EVERY = 0.1  # seconds between two bytes


class Odd(Enum):
    """What the peer may do in place of an answer."""

    CUT = "closes the connection"
    HANG = "says nothing more, and keeps the connection open"
    DRIP = "says one byte after another, and never ends"
    KEEP_AND_CUT = "keeps the mail, then closes the connection before the answer (body only)"
    KEEP_AND_HANG = "keeps the mail, then says nothing more (body only)"


Reply = str | Odd | None
Hook = Callable[[str, str], Reply]
"""hook(phase, argument): the reply, or None for the usual one. Called in the peer's thread.

Phases: connect, ehlo, starttls, auth, mail, rcpt, data, body, rset, quit. The argument is the address for mail and
rcpt, the whole mail (as latin-1 text) for body, the words after the command for the others. A 421 also closes."""


DSN = {"MAIL": ("RET", "ENVID"), "RCPT": ("NOTIFY", "ORCPT")}  # parameters of RFC 3461, which aiosmtpd refuses


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as it came: the envelope, and the bytes between DATA and the dot with dot-stuffing undone.

    `options` are the parameters of MAIL, `rcpt_options` those of delivery reports of its last RCPT.
    """

    number: int
    connection: int
    sender: str
    recipients: tuple[str, ...]
    options: tuple[str, ...]
    data: bytes
    login: str | None
    rcpt_options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One command of a client: on which connection, in which phase, with what argument (none for a body)."""

    connection: int
    phase: str
    argument: str


class SmtpPeer:
    """The server. `received` and `said` grow while it runs; `hook` may be set at any time."""

    def __init__(
        self,
        *,
        hook: Hook | None = None,
        folder: Path | None = None,
        certificate: Certificate | None = None,
        tls_from_start: bool = False,
        logins: Mapping[str, str] | None = None,
        extensions: tuple[str, ...] = ("PIPELINING", "ENHANCEDSTATUSCODES"),
    ) -> None:
        """Start it on a port the system gives. `logins` (name to password) makes AUTH necessary."""
        self.hook = hook
        self.folder = folder
        self.received: list[Received] = []
        self.said: list[Said] = []
        self.connections = 0
        self.port = 0
        self._certificate = certificate
        self._tls_from_start = tls_from_start
        self._logins = dict(logins or {})
        self._extensions = extensions
        self._open: set[Conversation] = set()
        self._news = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="smtp peer", daemon=True)
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self._thread.start()
        if not self._started.wait(STARTS_WITHIN):
            raise TimeoutError("the SMTP peer did not start")

    @property
    def host(self) -> str:
        """Where it listens."""
        return "127.0.0.1"

    def stop(self) -> None:
        """Close the port and every connection."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def wait_for(self, count: int, within: float = 30.0) -> list[Received]:
        """The mails so far, as soon as there are `count` of them; TimeoutError after `within` seconds without one."""
        with self._news:
            while (before := len(self.received)) < count:
                if not self._news.wait_for(lambda: len(self.received) > before, within):
                    raise TimeoutError(f"{before} of {count} mails came, and none within {within} s")
            return list(self.received)

    def note(self, said: Said) -> None:
        """Write down what a client said."""
        self.said.append(said)

    def keep(self, mail: Received) -> None:
        """Write down a mail, in memory and in the folder where one is given, and wake who waits."""
        if self.folder is not None:
            name = f"{mail.number:06d}"
            envelope = {"sender": mail.sender, "recipients": mail.recipients, "options": mail.options}
            (self.folder / f"{name}.json").write_text(json.dumps(envelope))
            (self.folder / f"{name}.eml").write_bytes(mail.data)
        with self._news:
            self.received.append(mail)
            self._news.notify_all()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        context = self._certificate.server_context() if self._certificate else None
        self._start_tls = None if self._tls_from_start else context
        ssl = context if self._tls_from_start else None
        server = await self._loop.create_server(self._converse, self.host, 0, ssl=ssl)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._stopping.wait()
        server.close()
        for conversation in list(self._open):
            conversation.hang_up()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _converse(self) -> "Conversation":
        self.connections += 1
        options: dict[str, Any] = {}
        if self._logins:
            options = {"auth_required": True, "auth_require_tls": False, "authenticator": self._authenticate}
        if self._start_tls is not None:
            options["tls_context"] = self._start_tls
        conversation = Conversation(self, self.connections, self._extensions, loop=self._loop, **options)
        self._open.add(conversation)
        return conversation

    def forget(self, conversation: "Conversation") -> None:
        """The connection is gone."""
        self._open.discard(conversation)

    def _authenticate(self, _server: object, _session: object, _envelope: object, _how: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and self._logins.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=known, handled=False, auth_data=data)


class Conversation(SMTP):
    """One connection: aiosmtpd's server, which asks the peer's hook before each of its answers."""

    line_length_limit = 2**20  # the tests look at line lengths themselves

    def __init__(self, peer: SmtpPeer, number: int, extensions: tuple[str, ...], **options: Any) -> None:
        """The connection `number` of `peer`."""
        self.peer = peer
        self.number = number
        self._advertised = extensions
        self._reports: dict[str, list[str]] = {}
        super().__init__(self, enable_SMTPUTF8=True, data_size_limit=2**25, hostname="peer.test", **options)

    def connection_lost(self, error: Exception | None) -> None:
        """Leave the peer's list."""
        self.peer.forget(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        """Close the connection at once."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.abort()  # type: ignore[attr-defined]

    async def _ask(self, phase: str, argument: str | None) -> Reply:
        self.peer.note(Said(self.number, phase, "" if phase == "body" else argument or ""))
        return self.peer.hook(phase, argument or "") if self.peer.hook else None

    async def _do(self, reply: str | Odd) -> None:
        if isinstance(reply, Odd):
            if reply in (Odd.CUT, Odd.KEEP_AND_CUT):
                self.hang_up()
            while reply is Odd.DRIP and self.transport is not None and not self.transport.is_closing():
                self.transport.write(b"2")  # type: ignore[attr-defined]
                await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=DRIP_EVERY)
            await asyncio.get_running_loop().create_future()  # until the connection or the peer ends
        else:
            await self.push(reply)
            if reply.startswith("421") and self.transport is not None:
                self.transport.close()

    async def _or(self, phase: str, argument: str | None, usual: Callable[..., Any], words: str | None) -> None:
        reply = await self._ask(phase, argument)
        if reply is None:
            await usual(words)
        else:
            await self._do(reply)

    async def _handle_client(self) -> None:
        greeting = await self._ask("connect", "")
        if greeting is None:
            await super()._handle_client()
            return
        await self._do(greeting)
        if self.transport is not None:
            self.transport.close()

    async def smtp_EHLO(self, hostname: str) -> None:
        """EHLO, RFC 5321 4.1.1.1."""
        await self._or("ehlo", hostname, super().smtp_EHLO, hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        """STARTTLS, RFC 3207."""
        await self._or("starttls", arg, super().smtp_STARTTLS, arg)

    async def smtp_AUTH(self, arg: str) -> None:
        """AUTH, RFC 4954."""
        await self._or("auth", arg, super().smtp_AUTH, arg)

    async def smtp_MAIL(self, arg: str) -> None:
        """MAIL, RFC 5321 4.1.1.2."""
        await self._or("mail", address_in(arg), super().smtp_MAIL, self._without_reports("MAIL", arg))

    async def smtp_RCPT(self, arg: str) -> None:
        """RCPT, RFC 5321 4.1.1.3."""
        await self._or("rcpt", address_in(arg), super().smtp_RCPT, self._without_reports("RCPT", arg))

    def _without_reports(self, command: str, arg: str) -> str:
        """The argument without what asks for delivery reports, which is kept; as it is where DSN is not offered."""
        if "DSN" not in self._advertised or not arg:
            return arg
        words = arg.split(" ")
        own = [word for word in words if word.partition("=")[0].upper() in DSN[command]]
        self._reports[command] = own
        return " ".join(word for word in words if word not in own)

    async def smtp_DATA(self, arg: str) -> None:
        """DATA, RFC 5321 4.1.1.4; a hook's 354 asks for a body even when no RCPT was taken."""
        reply = await self._ask("data", arg)
        if isinstance(reply, str) and reply.startswith("354") and self.envelope is not None:
            self.envelope.rcpt_tos = self.envelope.rcpt_tos or [""]
            reply = None
        if reply is None:
            await super().smtp_DATA(arg)
        else:
            await self._do(reply)

    async def smtp_RSET(self, arg: str) -> None:
        """RSET, RFC 5321 4.1.1.5."""
        await self._or("rset", arg, super().smtp_RSET, arg)

    async def smtp_QUIT(self, arg: str) -> None:
        """QUIT, RFC 5321 4.1.1.10."""
        await self._or("quit", arg, super().smtp_QUIT, arg)

    async def handle_EHLO(
        self, _server: SMTP, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """aiosmtpd's hook: the extensions that are told to the client."""
        session.host_name = hostname
        name, *others = responses  # the first line of the answer is no extension (RFC 5321 section 4.1.1.1)
        return [name, *(f"250-{one}" for one in self._advertised), *others]

    async def handle_DATA(self, _server: SMTP, session: Any, envelope: Any) -> str:
        """aiosmtpd's hook after the dot: keep the mail, unless the peer's hook says no."""
        data: bytes = envelope.content
        reply = await self._ask("body", data.decode("latin-1"))
        recipients = tuple(address for address in envelope.rcpt_tos if address)
        if not recipients:
            return reply if isinstance(reply, str) else "554 5.5.1 no valid recipients"
        kept = reply in (None, Odd.KEEP_AND_CUT, Odd.KEEP_AND_HANG) or str(reply).startswith("2")
        if kept:
            login = session.auth_data.login.decode() if session.auth_data else None
            number, options = len(self.peer.received) + 1, (*envelope.mail_options, *self._reports.get("MAIL", ()))
            told = tuple(self._reports.get("RCPT", ()))
            self.peer.keep(Received(number, self.number, envelope.mail_from, recipients, options, data, login, told))
        if isinstance(reply, Odd):
            await self._do(reply)
        return reply if isinstance(reply, str) else "250 2.0.0 taken"


def address_in(argument: str | None) -> str:
    """The address of `FROM:<a@b> SIZE=1` or `TO:<a@b>`."""
    return (argument or "").partition("<")[2].partition(">")[0]


@pytest.fixture
def smtp_peer() -> Iterator[SmtpPeer]:
    """A plain peer that takes everything; set its `hook` to make it refuse."""
    peer = SmtpPeer()
    yield peer
    peer.stop()


@pytest.fixture
def start_smtp_peer() -> Iterator[Callable[..., SmtpPeer]]:
    """`start_smtp_peer(**options of SmtpPeer)` starts one more peer, which ends with the test."""
    started: list[SmtpPeer] = []

    def start(**options: Any) -> SmtpPeer:
        started.append(SmtpPeer(**options))
        return started[-1]

    yield start
    for peer in started:
        peer.stop()
