"""Copies into a folder of sent mail by IMAP: each once, however often it is tried (RFC 9051, RFC 6154).

Everything here blocks; it is to be called in a thread of its own (see imap.apart).
"""

import ssl
import time
from collections.abc import Sequence

from imap_tools import BaseMailBox, FolderInfo, MailboxAppendError, MailMessageFlags

from drip.imap.account import ImapAccount, ImapError, Where
from drip.imap.connection import FAILURES, opened, said, select, told_as
from drip.outbound.sent import Copy, Kept

SENT = "\\sent"


def find_folder(account: ImapAccount, patience: float, tls: ssl.SSLContext | None = None) -> str:
    """Connect, log in, and find the folder; its name. Waits are in seconds. Raises ImapError."""
    with opened(account, patience, tls) as box:
        return _select(box, account)


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
        with opened(account, patience, tls) as box:
            folder = _select(box, account)
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
        return said(error)
    except FAILURES as error:
        raise ImapError(Where.COPY, f"The connection broke while a letter was copied: {said(error)}") from error
    return None


def _select(box: BaseMailBox, account: ImapAccount) -> str:
    """Select the folder; its name."""
    folder = account.folder
    if folder is None:
        with told_as(account):
            folder = _sent(box.folder.list(), account)
    select(box, account, folder)
    return folder


def _sent(folders: Sequence[FolderInfo], account: ImapAccount) -> str:
    """The folder the server calls Sent (RFC 6154)."""
    found: str | None = next((one.name for one in folders if SENT in map(str.lower, one.flags)), None)
    if found is None:
        names = ", ".join(one.name for one in folders) or "none"
        words = f"{account.host} does not say which folder is for sent mail. Name it; there are: {names}."
        raise ImapError(Where.FOLDER, words)
    return found
