"""Who brings the answers: a mail server that hands over by LMTP until it hears 250, and IMAP servers with inboxes."""

import imaplib
import smtplib
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
HANDLED, WORD = "Handled", "s3cret word"
_PATIENCE = 120.0  # seconds for an answer


def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail on its way: its Message-ID without brackets, the recipient of its envelope, its bytes."""

    ident: str
    to: str
    raw: bytes


@dataclass(slots=True)
class MailServer:
    """A mail server. What it brings it keeps until the receiver has said 250, as RFC 5321 4.5.4.1 has it."""

    port: int
    queue: deque[Mail] = field(default_factory=deque)
    kept: int = 0  # how often 250 was heard

    def hand_over(self, at_the_dot: Callable[[], None] = nothing, *, hears: bool = True) -> bool:
        """Bring the first mail of the queue; whether it is done with. `at_the_dot` is called when all of the mail was
        sent and no answer read. One that does not hear brings it again."""
        mail = self.queue[0]
        try:
            with smtplib.LMTP("127.0.0.1", self.port, timeout=_PATIENCE) as peer:
                code = _handed(peer, mail, at_the_dot)
        except (smtplib.SMTPException, OSError):
            return False
        assert code == 250 or 400 <= code < 500, f"{mail.ident}: {code}"
        if code != 250 or not hears:
            return False
        self.kept += 1
        self.queue.popleft()
        return True


def _handed(peer: smtplib.LMTP, mail: Mail, at_the_dot: Callable[[], None]) -> int:
    """The code of the answer."""
    peer.ehlo_or_helo_if_needed()
    for code, _ in (peer.mail(""), peer.rcpt(mail.to), peer.docmd("DATA")):
        if code not in (250, 354):
            return code
    peer.send(smtplib._quote_periods(mail.raw) + b".\r\n")  # type: ignore[attr-defined]
    at_the_dot()
    return peer.getreply()[0]


@dataclass(frozen=True, slots=True)
class Postbox:
    """Somebody's account at an IMAP server."""

    port: int
    login: str
    password: str

    def bring(self, mails: Iterable[Mail]) -> None:
        """Put mails into the inbox, unread."""

        def put(client: imaplib.IMAP4) -> None:
            for mail in mails:
                status, said = client.append("INBOX", None, None, mail.raw)  # type: ignore[arg-type]
                assert status == "OK", said

        self._with(put)

    def idents(self, folder: str) -> Counter[str]:
        """The Message-IDs in a folder, without brackets, and how often each stands there."""

        def look(client: imaplib.IMAP4) -> Counter[str]:
            status, count = client.select(folder, readonly=True)
            assert status == "OK", count
            if count == [b"0"]:
                return Counter()
            _, told = client.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
            lines = [one[1].decode() for one in told if isinstance(one, tuple)]
            return Counter(line.partition("<")[2].partition(">")[0] for line in lines)

        return self._with(look)

    def unread(self) -> int:
        """How many mails of the inbox nobody has read."""

        def look(client: imaplib.IMAP4) -> int:
            client.select("INBOX", readonly=True)
            return len(client.search(None, "UNSEEN")[1][0].split())

        return self._with(look)

    def _with(self, work: Callable[[imaplib.IMAP4], T]) -> T:
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(self.login, self.password)
        try:
            return work(client)
        finally:
            client.logout()
