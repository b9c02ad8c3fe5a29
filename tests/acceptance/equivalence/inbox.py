"""The mail a peer received, read as a mail program reads it: nothing of ours is imported here."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from tests.servers.smtp import Received

LETTERS = {
    "o": "opt_in",
    "u": "opt_out",
    "l": "less_often",
    "k": "keep_open",
    "c": "call_me",
    "x": "close_file",
    "v": "view",
    "t": "to",
}
_URL = re.compile(r"https?://[^\s<>\"]+?/([oulkcxvt])/([A-Za-z0-9_-]{20,})")
_IMAGE = re.compile(r"<img[^>]+src=[\"']([^\"']+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter as it lies in an inbox; `sent_at` is its Date, ids and step stand in its signed links."""

    recipient: str
    sent_at: datetime
    subject: str
    step: str
    send: int
    links: dict[str, str]
    one_click: str
    images: tuple[str, ...]


def open_mail(received: Received) -> Mail:
    """Read a mail; it was for one person, and the headers name the same one as the envelope."""
    mail = message_from_bytes(received.data, policy=policy.default)
    [recipient] = received.recipients
    assert mail["To"].addresses[0].addr_spec == recipient
    text, html = _part(mail, "plain"), _part(mail, "html")
    found = {LETTERS[match[1]]: match for match in _URL.finditer(text)}
    named = {_in_token(match[2]) for match in found.values()}
    assert len(named) == 1, "the links of one letter name one step of one send"
    [(send, step)] = named
    one_click = str(mail["List-Unsubscribe"]).strip().strip("<>")
    return Mail(
        recipient=recipient,
        sent_at=parsedate_to_datetime(mail["Date"]),
        subject=mail["Subject"],
        step=step,
        send=send,
        links={name: match[0] for name, match in found.items()},
        one_click=one_click,
        images=tuple(_IMAGE.findall(html)),
    )


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def _in_token(token: str) -> tuple[int, str]:
    """The send's id and the step: bytes 8 to 14, and what stands between byte 18 and the signature."""
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    return int.from_bytes(raw[8:14], "big"), raw[18:-16].decode()
