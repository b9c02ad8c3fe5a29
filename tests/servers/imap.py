"""An IMAP server for tests: pymap's, in a thread, with folders in memory and answers that a test may choose."""

import asyncio
import ssl
import threading
from argparse import Namespace
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Identity, Login, Session
from pymap.exceptions import AppendFailure, NotSupportedError
from pymap.imap import IMAPServer
from pymap.interfaces.login import IdentityInterface
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import Cleartext

from tests.servers.certificate import Certificate

STARTS_WITHIN = 30.0  # seconds, on a machine that does much else


class Odd(Enum):
    """What an honest server does not do with a letter."""

    CUT = "closes the connection"
    KEEP_AND_CUT = "keeps the letter, then closes the connection before the answer"


@dataclass(frozen=True, slots=True)
class Appended:
    """One letter as it was put into a folder: its bytes, flags and date."""

    folder: str
    data: bytes
    flags: frozenset[str]
    at: datetime | None


Hook = Callable[[Appended], str | Odd | None]
"""hook(letter): words to refuse it with, something odd, or None to keep it. Called in the peer's thread."""


class ImapPeer:
    """The server. `appended` grows while it runs, also by letters whose connection was cut; `hook` may be set.

    `asked` counts what was wanted of mails: "fetch" and "move". With `cut_at` ("move", 3), say, the third of these is
    not done: `when_cut` is called, and the connection ends; with `refuse_at` it, or each of several, is refused.
    """

    def __init__(
        self,
        logins: Mapping[str, str],
        folders: Sequence[str] = ("Sent",),
        *,
        sent: str | None = "Sent",
        certificate: Certificate | None = None,
        tls_from_start: bool = True,
        without: Sequence[str] = (),
    ) -> None:
        """Start it on a port the system gives. `sent` is the folder it calls the one for sent mail (RFC 6154);
        `without`: capabilities it does not offer."""
        self.hook: Hook | None = None
        self.appended: list[Appended] = []
        self.asked: Counter[str] = Counter()
        self.cut_at: tuple[str, int] | None = None
        self.refuse_at: tuple[str, *tuple[int, ...]] | None = None
        self.when_cut: Callable[[], object] = lambda: None
        self.logins = 0
        self.port = 0
        self.sent = sent
        self.folders = tuple(folders)
        self._known = dict(logins)
        self._without = frozenset(one.encode() for one in without)
        self._certificate = certificate
        self._tls_from_start = tls_from_start
        self._writers: list[asyncio.StreamWriter] = []
        self._news = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="imap peer", daemon=True)
        self._thread.start()
        if not self._started.wait(STARTS_WITHIN):
            raise TimeoutError("the IMAP peer did not start")

    @property
    def host(self) -> str:
        """Where it listens."""
        return "127.0.0.1"

    def wait_for(self, count: int, within: float = 30.0) -> list[Appended]:
        """The letters so far, as soon as there are `count`; TimeoutError after `within` seconds without one."""
        with self._news:
            while (before := len(self.appended)) < count:
                if not self._news.wait_for(lambda: len(self.appended) > before, within):
                    raise TimeoutError(f"{before} of {count} letters were copied, and none within {within} s")
            return list(self.appended)

    def wait_until_asked(self, what: str, count: int, within: float = 60.0) -> None:
        """Wait until so much of it was wanted. Raises TimeoutError."""
        with self._news:
            if not self._news.wait_for(lambda: self.asked[what] >= count, within):
                raise TimeoutError(f"{self.asked[what]} of {count} times a {what} was wanted within {within} s")

    def ask(self, what: str) -> None:
        """Count what is wanted of a mail; an error when it is not to be done."""
        with self._news:
            self.asked[what] += 1
            self._news.notify_all()
        if self.cut_at == (what, self.asked[what]):
            self.when_cut()
            raise ConnectionError
        if self.refuse_at and self.refuse_at[0] == what and self.asked[what] in self.refuse_at[1:]:
            raise NotSupportedError("This mail cannot be touched.")

    def keep(self, letter: Appended) -> None:
        """Write down a letter, and wake who waits."""
        with self._news:
            self.appended.append(letter)
            self._news.notify_all()

    def cut(self) -> None:
        """Cut every connection; new ones are taken."""
        for writer in self._writers:
            self._loop.call_soon_threadsafe(writer.close)

    def stop(self) -> None:
        """Close the port and every connection."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        context = self._certificate.server_context() if self._certificate else None
        config = _config(context, starttls=context is not None and not self._tls_from_start)
        config.without = self._without
        config.apply_context()
        login = _Login(config, self)
        for name, password in self._known.items():
            hashed = await Passwords(config).hash_password(password)
            await _Identity(name, login, None, frozenset()).set(UserMetadata(config, name, password=hashed))
        serve = IMAPServer(login, config)

        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._writers.append(writer)
            await serve(reader, writer, SocketInfo.get(writer, None))

        server = await asyncio.start_server(converse, self.host, 0, ssl=context if self._tls_from_start else None)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._stopping.wait()
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Config(Config):
    """How the server is set up."""

    without: frozenset[bytes] = frozenset()

    @property
    def login_capability(self) -> Sequence[bytes]:
        return [one for one in super().login_capability if one not in self.without]


def _config(context: ssl.SSLContext | None, *, starttls: bool) -> _Config:
    args = Namespace(passlib_cfg=None, proxy_protocol=None)
    return _Config(
        args,
        host=None,
        port=0,
        demo_data=False,
        demo_user="",
        demo_password="",
        ssl_context=context,
        tls_enabled=starttls,
        invalid_user_sleep=0.0,
        reject_dnsbl=False,
        hash_context=Cleartext(),
    )


class _Login(Login):
    """Who may come in; each gets folders of its own."""

    def __init__(self, config: Config, peer: ImapPeer) -> None:
        super().__init__(config)
        self.peer = peer

    async def authorize(self, authenticated: IdentityInterface, authzid: str) -> "_Identity":
        await super().authorize(authenticated, authzid)
        self.peer.logins += 1
        return _Identity(authzid, self, None, frozenset())


class _Identity(Identity):
    """Somebody who is in."""

    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[Session]:
        assert isinstance(self.login, _Login)
        async with super().new_session() as usual:
            session = _Session(self.name, self.config, usual.mailbox_set, usual.filter_set)
            session.peer = self.login.peer
            for name in session.peer.folders:
                if name not in [entry.name for entry in (await session.mailbox_set.list_mailboxes()).list()]:
                    await session.mailbox_set.add_mailbox(name)
            yield session


class _Session(Session):
    """A conversation; the peer's hook is asked before a letter is kept."""

    peer: ImapPeer

    async def list_mailboxes(self, *args: Any, **options: Any) -> Any:
        found, selected = await super().list_mailboxes(*args, **options)
        named: Iterable[tuple[str, str | None, Sequence[bytes]]] = found
        return [(name, delim, _flags(self.peer, name, flags)) for name, delim, flags in named], selected

    async def fetch_messages(self, selected: Any, sequence_set: Any, set_seen: bool) -> Any:
        self.peer.ask("fetch")
        return await super().fetch_messages(selected, sequence_set, set_seen)

    async def move_messages(self, selected: Any, sequence_set: Any, mailbox: str) -> Any:
        self.peer.ask("move")
        return await super().move_messages(selected, sequence_set, mailbox)

    async def append_messages(self, name: str, messages: Sequence[AppendMessage], selected: Any = None) -> Any:
        for one in messages:
            flags = frozenset(str(flag) for flag in one.flag_set)
            letter = Appended(name, bytes(one.literal), flags, one.when)
            answer = self.peer.hook(letter) if self.peer.hook else None
            if isinstance(answer, str):
                raise AppendFailure(name, answer.encode())
            if answer is Odd.CUT:
                raise ConnectionError
            done = await super().append_messages(name, [one], selected)
            self.peer.keep(letter)
            if answer is Odd.KEEP_AND_CUT:
                raise ConnectionError
        return done


def _flags(peer: ImapPeer, name: str, flags: Sequence[bytes]) -> list[bytes]:
    return [*flags, b"Sent"] if name == peer.sent else list(flags)
