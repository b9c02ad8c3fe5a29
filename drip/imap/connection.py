"""A connection to an IMAP server: opened, logged in, a folder selected, and words for what goes wrong (RFC 9051).

Everything here blocks; it is to be called in a thread of its own (see imap.apart).
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imap_tools import (
    BaseMailBox,
    ImapToolsError,
    MailBox,
    MailboxFolderSelectError,
    MailboxLoginError,
    MailBoxStartTls,
    MailboxStarttlsError,
    MailBoxUnencrypted,
)

from drip.domain.said import one_line
from drip.domain.security import Security
from drip.imap.account import ImapAccount, ImapError, Where
from drip.imap.advice import advice

_OF_OPENSSL = re.compile(r"\[SSL: \w+\] | \(_ssl\.c:\d+\)")  # its own names for what it says
FAILURES = (ImapToolsError, imaplib.IMAP4.error, OSError, ssl.SSLError, UnicodeError)


@contextmanager
def opened(account: ImapAccount, patience: float, tls: ssl.SSLContext | None = None) -> Iterator[BaseMailBox]:
    """A logged in connection, for as long as the block; see connect."""
    box = connect(account, patience, tls)
    try:
        yield box
    finally:
        leave(box)


def connect(account: ImapAccount, patience: float, tls: ssl.SSLContext | None = None) -> BaseMailBox:
    """A logged in connection; each answer is waited for `patience` seconds. Raises ImapError."""
    box = _connected(account, patience, tls)
    try:
        _log_in(box, account)
    except BaseException:
        leave(box)
        raise
    return box


def leave(box: BaseMailBox) -> None:
    """Say goodbye, if anybody listens."""
    with suppress(*FAILURES):
        box.logout()


def select(box: BaseMailBox, account: ImapAccount, folder: str, *, readonly: bool = False) -> None:
    """Select a folder. Raises ImapError."""
    with told_as(account):
        try:
            box.folder.set(folder, readonly)
        except MailboxFolderSelectError as error:
            words = f'There is no folder "{folder}" on {account.host}: {said(error)}'
            raise ImapError(Where.FOLDER, words) from error
        except imaplib.IMAP4.readonly as error:
            words = f'{account.login} may read "{folder}" on {account.host}, but change nothing there.'
            raise ImapError(Where.FOLDER, words) from error


@contextmanager
def told_as(account: ImapAccount, where: Where = Where.CONNECT, doing: str = "") -> Iterator[None]:
    """Whatever goes wrong with the server in the block becomes an ImapError; `doing`: such as "while it was copied"."""
    try:
        yield
    except FAILURES as error:
        words = f"The connection to {account.host} broke{doing and ' ' + doing}: {said(error)}"
        raise ImapError(where, words) from error


def said(error: BaseException) -> str:
    """What the server or the system said, on one line."""
    result = getattr(error, "command_result", None)
    if result is not None:
        status, data = result
        words = b" ".join(one for one in data if isinstance(one, bytes)).decode("utf-8", "replace")
        return one_line(words or str(status))
    if error.args and isinstance(error.args[0], bytes):
        return one_line(error.args[0].decode("utf-8", "replace"))
    words = _OF_OPENSSL.sub("", getattr(error, "strerror", None) or str(error))
    return one_line(words) or type(error).__name__


def _connected(account: ImapAccount, patience: float, tls: ssl.SSLContext | None) -> BaseMailBox:
    try:
        if account.security is Security.NONE:
            return MailBoxUnencrypted(account.host, account.port, patience)
        kind = MailBox if account.security is Security.TLS else MailBoxStartTls
        context = tls or ssl.create_default_context()
        return kind(account.host, account.port, timeout=patience, ssl_context=context)
    except FAILURES as error:
        with_tls = isinstance(error, MailboxStarttlsError | ssl.SSLError) or "TLS" in str(error)
        begun = "TLS with {} port {} failed" if with_tls else "No connection to {} port {}"
        words = f"{begun.format(account.host, account.port)}: {said(error).rstrip('.')}. {advice(account, error)}"
        raise ImapError(Where.CONNECT, words.rstrip()) from error


def _log_in(box: BaseMailBox, account: ImapAccount) -> None:
    log_in = box.login if (account.login + account.password).isascii() else box.login_utf8
    try:
        log_in(account.login, account.password, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort):
            raise ImapError(Where.CONNECT, f"{account.host} closed the connection: {said(error)}") from error
        words = f"{account.host} did not let {account.login} in: {said(error)}"
        raise ImapError(Where.LOGIN, words) from error
    except FAILURES as error:
        raise ImapError(Where.CONNECT, f"The connection to {account.host} broke: {said(error)}") from error
