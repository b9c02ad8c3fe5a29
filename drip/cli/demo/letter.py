"""A letter as it lies before whoever received it: what one quotes, answers, sends back or calls spam."""

import email
import email.policy
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

_WAY_OUT = re.compile(r"<mailto:([^?>\s]+)(?:\?subject=([^&>\s]*))?[^>]*>")


@dataclass(frozen=True, slots=True)
class Letter:
    """What its reader sees, and the bytes as they arrived. `return_path`: where the envelope said it came from;
    `way_out`: address and subject of a mail that stops the letters, both "" where it names none."""

    raw: bytes = field(repr=False)
    return_path: str
    message_id: str
    subject: str
    sender: str  # the name and the address of whoever wrote it
    sender_address: str
    to: str
    to_address: str
    dated_at: datetime
    text: str
    way_out: tuple[str, str] = ("", "")

    @property
    def head(self) -> bytes:
        """Its header fields, as they arrived."""
        return self.raw.partition(b"\r\n\r\n")[0] + b"\r\n"


def open_letter(raw: bytes, return_path: str) -> Letter:
    """Read a letter with what every Python brings."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    sender, to = _only(mail, "From"), _only(mail, "To")
    found = _WAY_OUT.search(str(mail["List-Unsubscribe"]))
    return Letter(
        raw=raw,
        return_path=return_path,
        message_id=str(mail["Message-ID"]).strip(),
        subject=str(mail["Subject"]),
        sender=sender.display_name or sender.addr_spec,
        sender_address=sender.addr_spec,
        to=to.display_name or to.addr_spec,
        to_address=to.addr_spec,
        dated_at=parsedate_to_datetime(str(mail["Date"])),
        text=str(body.get_content()).replace("\r\n", "\n").strip() if isinstance(body, EmailMessage) else "",
        way_out=(found[1], found[2] or "unsubscribe") if found else ("", ""),
    )


def _only(mail: EmailMessage, name: str) -> Address:
    address: Address = mail[name].addresses[0]
    return address
