"""An inbox at an IMAP server: what is new, each mail as it came, and where handled mail goes (RFC 9051, 6851, 2177).

Everything here blocks; it is to be called in a thread of its own (see imap.apart), one call at a time.
"""

import imaplib
import re
import select as readiness
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from imap_tools import BaseMailBox, MailboxFolderCreateError, MailboxFolderSubscribeError
from imap_tools.utils import encode_folder

from drip.domain.said import one_line
from drip.imap.account import ImapAccount, ImapError, RefusedError, Where
from drip.imap.connection import FAILURES, connect, leave, said, select, told_as

INBOX = "INBOX"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID, _SIZE = re.compile(rb"\bUID (\d+)"), re.compile(rb"\bRFC822\.SIZE (\d+)")
_CAME = re.compile(rb'\bINTERNALDATE " ?([\w :+-]{10,30})"')


@dataclass(frozen=True, slots=True)
class Found:
    """A mail that stands in the folder; `size` in octets, as the server counts them, and when it `came`, as the server
    writes that ("" where it does not say)."""

    uid: int
    size: int
    came: str = ""


def open_inbox(
    account: ImapAccount, handled: str | None, patience: float, tls: ssl.SSLContext | None = None
) -> "Inbox":
    """Connect, log in and select the folder, INBOX where none is named; each answer is waited for `patience` seconds.

    `handled` is the folder mail is moved to, made where it is missing; None: nothing there is ever changed, not even
    what is unread. Raises ImapError.
    """
    box = connect(account, patience, tls)
    try:
        return Inbox(box, account, handled)
    except BaseException:
        leave(box)
        raise


class Inbox:
    """An open folder. `validity` is its UIDVALIDITY, `next_uid` what a mail would have got that came when it was
    opened. Every method may raise ImapError; the inbox is of no use then, but for a RefusedError."""

    def __init__(self, box: BaseMailBox, account: ImapAccount, handled: str | None) -> None:
        """See open_inbox."""
        self._box = box
        self._client = box.client
        self._account = account
        self._handled = handled
        self._busy, self._is_cut = threading.Lock(), False
        self._can = self._asked_what_it_can()
        if handled is not None:
            self._make(handled)
        folder = account.folder or INBOX
        select(box, account, folder, readonly=handled is None)
        validity, next_uid = self._number("UIDVALIDITY"), self._number("UIDNEXT")
        if validity is None:
            words = f'{account.host} gives mail in "{folder}" no lasting numbers (UIDVALIDITY); it cannot be read.'
            raise ImapError(Where.FOLDER, words)
        self.validity: int = validity
        self.next_uid: int = next_uid if next_uid is not None else max(self.after(0), default=0) + 1

    def after(self, uid: int) -> list[int]:
        """UIDs of what stands there above this one, ascending. Where mail is moved away, none that somebody has
        deleted."""
        with self._told("while we looked what is new"):
            self._client.noop()
            self._client.untagged_responses.clear()  # what others did to the folder
            found = self._uids(f"UID {uid + 1}:*" + (" UNDELETED" if self._handled else ""))
        return [one for one in found if one > uid]  # n:* means the last one in any case

    def first_since(self, day: date) -> int | None:
        """The lowest UID of what came on this day or later, by the server's calendar."""
        with self._told("while we looked what is new"):
            found = self._uids(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")
        return found[0] if found else None

    def sizes(self, uids: Sequence[int]) -> list[Found]:
        """Those of these that still stand there, ascending."""
        with self._told("while we looked what is new"):
            answer = self._fetched(",".join(map(str, uids)), "(RFC822.SIZE INTERNALDATE)")
        told = (_found(one) for one in answer if isinstance(one, bytes))
        found = {one.uid: one for one in told if one is not None}
        return [found[uid] for uid in sorted(found) if uid in uids]

    def load(self, mail: Found, most: int) -> bytes | None:
        """A mail as it came, without marking it as read; its first `most` octets where it has more. None: it is
        gone."""
        part = "(BODY.PEEK[])" if mail.size <= most else f"(BODY.PEEK[]<0.{most}>)"
        with self._told("while a mail was loaded"):
            answer = self._fetched(str(mail.uid), part)
        bodies = (one[1] for one in answer if isinstance(one, tuple) and b"BODY[]" in one[0])
        return next(bodies, None)

    def put_away(self, uid: int) -> None:
        """Move a mail to the folder of what is handled; where the server knows no MOVE, copy it there and delete it
        here. Nothing else that is marked as deleted goes with it."""
        assert self._handled is not None
        where = encode_folder(self._handled)
        with self._told("while a mail was moved"):
            if "MOVE" in self._can:
                self._done("MOVE", str(uid), where)
                return
            self._done("COPY", str(uid), where)
            self._done("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)")
            if "UIDPLUS" in self._can:
                self._done("EXPUNGE", str(uid))

    def wait(self, within: float) -> None:
        """Until something happens in the folder, where the server tells that (IDLE), or for `within` seconds, which
        must be fewer than its 29 minutes."""
        with self._told("while we waited for mail"):
            tag = self._begin_idle() if "IDLE" in self._can else None
            if not self._client.untagged_responses.get("EXISTS"):
                self._until_readable(within)
            if tag is not None:
                self._client.send(b"DONE\r\n")
                self._box.consume_until_tagged_response(tag)

    def drop(self) -> None:
        """Cut the connection; from any thread, also while another is in one of the methods above."""
        with suppress(OSError):
            socket.socket.shutdown(self._client.sock, socket.SHUT_RDWR)  # under TLS, too, which is not asked
        self._is_cut = True
        self._let_go()

    def close(self) -> None:
        """Say goodbye."""
        leave(self._box)

    def _asked_what_it_can(self) -> frozenset[str]:
        """Its capabilities, which most servers tell in full only to who is logged in."""
        with self._told():
            _, data = self._client.capability()
        return frozenset(b" ".join(one for one in data if one).decode("ascii", "replace").upper().split())

    def _make(self, folder: str) -> None:
        with self._told():
            if self._box.folder.exists(folder):
                return
            try:
                self._box.folder.create(folder)
            except MailboxFolderCreateError as error:
                words = f'The folder "{folder}" on {self._account.host} is missing and cannot be made: {said(error)}'
                raise ImapError(Where.FOLDER, words) from error
            with suppress(MailboxFolderSubscribeError):
                self._box.folder.subscribe(folder, True)  # else many programs do not show it

    def _number(self, name: str) -> int | None:
        """What was told of the folder as it was selected."""
        _, data = self._client.response(name)
        told = data[-1] if data else None
        return int(told) if told else None

    def _uids(self, criteria: str) -> list[int]:
        return sorted(map(int, self._box.uids(criteria.encode("ascii"), charset=None)))

    def _fetched(self, uids: str, what: str) -> list[Any]:
        return self._done("FETCH", uids, what)

    def _done(self, command: str, *words: Any) -> list[Any]:
        """The data of a command on UIDs that the server obeyed. Raises RefusedError."""
        try:
            status, data = self._client.uid(command, *words)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise RefusedError(Where.READ, f"{self._account.host} refused {command}: {said(error)}") from error
        if status != "OK":
            text = b" ".join(one for one in data if isinstance(one, bytes)).decode("utf-8", "replace")
            raise RefusedError(Where.READ, f"{self._account.host} refused {command}: {one_line(text) or status}")
        return list(data)

    def _begin_idle(self) -> bytes | None:
        """The tag of an IDLE that began; None where the server refuses it."""
        self._client.untagged_responses.pop("EXISTS", None)
        tag: bytes = self._client._command("IDLE")
        while self._client._get_response() is not None:
            if self._client.tagged_commands.get(tag):
                del self._client.tagged_commands[tag]
                self._can -= {"IDLE"}
                return None
        return tag

    def _until_readable(self, within: float) -> None:
        sock = self._client.sock
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return
        poller = readiness.poll()
        poller.register(sock, readiness.POLLIN)
        poller.poll(within * 1000)

    @contextmanager
    def _told(self, doing: str = "") -> Iterator[None]:
        try:
            with told_as(self._account, Where.READ if doing else Where.CONNECT, doing), self._busy:
                if self._is_cut:
                    raise ConnectionAbortedError("we have cut it")
                yield
        finally:
            self._let_go()

    def _let_go(self) -> None:
        """Close the socket of a connection that was cut, once nobody is at it: collected it would be much later."""
        if self._is_cut and self._busy.acquire(blocking=False):
            try:
                with suppress(*FAILURES):
                    self._client.shutdown()
            finally:
                self._busy.release()


def _found(line: bytes) -> Found | None:
    """A mail of an answer to FETCH; None where it is about something else."""
    uid, size, came = _UID.search(line), _SIZE.search(line), _CAME.search(line)
    return Found(int(uid[1]), int(size[1]), came[1].decode() if came else "") if uid and size else None
