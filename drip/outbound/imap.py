"""Copies into a folder of sent mail by IMAP: each once, however often it is tried (RFC 9051, RFC 6154).

Everything here blocks; it is to be called in a thread of its own (see outbound.apart).
"""

import imaplib
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from imap_tools import (
    BaseMailBox,
    FolderInfo,
    ImapToolsError,
    MailBox,
    MailboxAppendError,
    MailboxFolderSelectError,
    MailboxLoginError,
    MailBoxStartTls,
    MailboxStarttlsError,
    MailBoxUnencrypted,
    MailMessageFlags,
)

from drip.outbound.replies import one_line
from drip.outbound.sent import Copy, ImapAccount, ImapError, Kept, Where
from drip.outbound.transport import Security

SENT = "\\sent"
_FAILURES = (ImapToolsError, imaplib.IMAP4.error, OSError, ssl.SSLError, UnicodeError)


def find_folder(account: ImapAccount, patience: float, tls: ssl.SSLContext | None = None) -> str:
    """Connect, log in, and find the folder; its name. Waits are in seconds. Raises ImapError."""
    with _opened(account, patience, tls) as (_, folder):
        return folder


def keep_all(
    account: ImapAccount, copies: Sequence[Copy], patience: float, within: float, tls: ssl.SSLContext | None = None
) -> Kept:
    """Put copies into the folder, read already, but for those that stand there: it is asked for each Message-ID.

    No other is begun after `within` seconds; one answer is waited for `patience` seconds. Never raises.
    """
    copied: list[int] = []
    refused: list[tuple[int, str]] = []
    until = time.monotonic() + within
    try:
        with _opened(account, patience, tls) as (box, folder):
            for copy in copies:
                if time.monotonic() > until:
                    break
                why = _keep(box, folder, copy)
                if why is None:
                    copied.append(copy.send_id)
                else:
                    refused.append((copy.send_id, why))
    except ImapError as error:
        return Kept(tuple(copied), tuple(refused), error)
    return Kept(tuple(copied), tuple(refused))


def _keep(box: BaseMailBox, folder: str, copy: Copy) -> str | None:
    """Why the server does not take it; None: it stands there."""
    try:
        if not box.uids(f'HEADER Message-ID "{copy.message_id}"'):
            box.append(copy.data, folder, dt=copy.at, flag_set=[MailMessageFlags.SEEN])
    except MailboxAppendError as error:
        return _said(error)
    except _FAILURES as error:
        raise ImapError(Where.COPY, f"The connection broke while a letter was copied: {_said(error)}") from error
    return None


@contextmanager
def _opened(account: ImapAccount, patience: float, tls: ssl.SSLContext | None) -> Iterator[tuple[BaseMailBox, str]]:
    """A logged in connection with the folder selected, and the folder's name."""
    box = _connect(account, patience, tls)
    try:
        _log_in(box, account)
        yield box, _select(box, account)
    finally:
        with suppress(*_FAILURES):
            box.logout()


def _connect(account: ImapAccount, patience: float, tls: ssl.SSLContext | None) -> BaseMailBox:
    try:
        if account.security is Security.NONE:
            return MailBoxUnencrypted(account.host, account.port, patience)
        kind = MailBox if account.security is Security.TLS else MailBoxStartTls
        context = tls or ssl.create_default_context()
        return kind(account.host, account.port, timeout=patience, ssl_context=context)
    except (MailboxStarttlsError, ssl.SSLError) as error:
        words = f"TLS with {account.host} port {account.port} failed: {_said(error)}"
        raise ImapError(Where.CONNECT, words) from error
    except _FAILURES as error:
        words = f"No connection to {account.host} port {account.port}: {_said(error)}"
        raise ImapError(Where.CONNECT, words) from error


def _log_in(box: BaseMailBox, account: ImapAccount) -> None:
    log_in = box.login if (account.login + account.password).isascii() else box.login_utf8
    try:
        log_in(account.login, account.password, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort):
            raise ImapError(Where.CONNECT, f"{account.host} closed the connection: {_said(error)}") from error
        words = f"{account.host} did not let {account.login} in: {_said(error)}"
        raise ImapError(Where.LOGIN, words) from error
    except _FAILURES as error:
        raise ImapError(Where.CONNECT, f"The connection to {account.host} broke: {_said(error)}") from error


def _select(box: BaseMailBox, account: ImapAccount) -> str:
    try:
        folder = account.folder or _sent(box.folder.list(), account)
        box.folder.set(folder)
    except MailboxFolderSelectError as error:
        raise ImapError(Where.FOLDER, f'There is no folder "{folder}" on {account.host}: {_said(error)}') from error
    except _FAILURES as error:
        raise ImapError(Where.CONNECT, f"The connection to {account.host} broke: {_said(error)}") from error
    return folder


def _sent(folders: Sequence[FolderInfo], account: ImapAccount) -> str:
    """The folder the server calls Sent (RFC 6154)."""
    found: str | None = next((one.name for one in folders if SENT in map(str.lower, one.flags)), None)
    if found is None:
        names = ", ".join(one.name for one in folders) or "none"
        words = f"{account.host} does not say which folder is for sent mail. Name it; there are: {names}."
        raise ImapError(Where.FOLDER, words)
    return found


def _said(error: BaseException) -> str:
    """What the server or the system said, on one line."""
    result = getattr(error, "command_result", None)
    if result is not None:
        status, data = result
        words = b" ".join(one for one in data if isinstance(one, bytes)).decode("utf-8", "replace")
        return one_line(words or str(status))
    if error.args and isinstance(error.args[0], bytes):
        return one_line(error.args[0].decode("utf-8", "replace"))
    return one_line(getattr(error, "strerror", None) or str(error)) or type(error).__name__
