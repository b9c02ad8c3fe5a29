"""What to try when an IMAP server cannot be reached as its URL says."""

import socket
import ssl

from imap_tools import MailboxStarttlsError

from drip.domain.security import Security
from drip.imap.account import ImapAccount

_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST"})
_PORTS = {"imaps": 993, "imap": 143}


def advice(account: ImapAccount, error: BaseException) -> str:
    """What to do about a connection that could not be made, in a sentence; "" where nobody can say."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"Use the name that stands in the certificate of {account.host}. If the server is your own, "
            "SSL_CERT_FILE=FILE names a file (PEM) with whom to trust, for every process of drip."
        )
    if isinstance(error, ssl.SSLError) and error.reason in _NO_TLS:
        return f"The server does not begin with TLS on that port: write {_url('imap', account)} (STARTTLS) instead."
    if isinstance(error, MailboxStarttlsError) or "TLS not supported" in str(error):  # the words of imaplib
        return f"It offers no STARTTLS on that port: write {_url('imaps', account, 993)} instead."
    if isinstance(error, socket.gaierror):
        return f'Is there a host "{account.host}"? Check its spelling, and the network.'
    if isinstance(error, ConnectionRefusedError):
        return "Nothing listens there. Check host and port: 993 goes with imaps://, 143 with imap://."
    if isinstance(error, TimeoutError):
        return _of_silence(account)
    return ""


def _of_silence(account: ImapAccount) -> str:
    if account.security is Security.TLS:
        return "Nobody answers: check host and port (993 goes with imaps://); a firewall may block it."
    return (
        f"A server that speaks TLS from the start waits in silence: try {_url('imaps', account)} first; "
        "else a firewall may block the port."
    )


def _url(scheme: str, account: ImapAccount, port: int | None = None) -> str:
    """As it is typed for `--read` and `--sent-copy`, without login and folder."""
    host = f"[{account.host}]" if ":" in account.host else account.host
    port = port or account.port
    return f"{scheme}://{host}" + ("" if port == _PORTS[scheme] else f":{port}")
