"""What comes back to a letter, made from the letter that was really received: its return path, header and text."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from tests.servers.smtp import Received

NEW_YORK = ZoneInfo("America/New_York")
_AWAY = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it lies in an inbox."""

    received: Received

    @property
    def to(self) -> str:
        """Whom it was sent to."""
        return self.received.recipients[0]

    @property
    def domain(self) -> str:
        """Theirs."""
        return self.to.partition("@")[2]

    @property
    def header(self) -> str:
        """Its header as it came, with the return path the last mail server writes before it."""
        own = self.received.data.partition(b"\r\n\r\n")[0].decode()
        return f"Return-Path: <{self.received.sender}>\r\n{own}\r\n"

    @property
    def mail(self) -> EmailMessage:
        """It, read as a mail program does."""
        return message_from_bytes(self.received.data, policy=policy.default)

    @property
    def sent_on(self) -> str:
        """The day it was dated, as 2026-03-10, by the clock of New York."""
        return f"{parsedate_to_datetime(self.mail['Date']).astimezone(NEW_YORK):%Y-%m-%d}"

    @property
    def author(self) -> str:
        """The rep's address."""
        return str(self.mail["From"].addresses[0].addr_spec)

    @property
    def way_out(self) -> str:
        """The token of its way out, as it stands behind the + of an address (MAIL 19)."""
        [token] = set(re.findall(r"/u/([\w-]{40,})", self.mail["List-Unsubscribe"]))
        return str(token)

    @property
    def quoted(self) -> str:
        """Its text, as an answer has it below."""
        body = self.mail.get_body(("plain",))
        assert body is not None
        return "".join(f"> {line}\r\n" for line in str(body.get_content()).splitlines())


def answer(letter: Letter, words: str, sender: str | None = None, **fields: str) -> bytes:
    """A person's answer, with the letter quoted below."""
    ours = str(letter.mail["Message-ID"])
    known = {"In_Reply_To": ours, "References": ours, "Subject": f"Re: {letter.mail['Subject']}"} | fields
    text = f"{words}\r\n\r\nOn Tue, Mar 10, 2026 at 10:12 AM Kim Lee <{letter.author}> wrote:\r\n{letter.quoted}"
    return written(sender or letter.to, letter.author, text, **known)


def away(letter: Letter, words: str) -> bytes:
    """An automatic answer, as Exchange sends it."""
    ours = str(letter.mail["Message-ID"])
    fields = {"In_Reply_To": ours, "Subject": f"Automatic reply: {letter.mail['Subject']}", **_AWAY}
    return written(letter.to, letter.author, words, **fields)


def written(sender: str, to: str, text: str, **fields: str) -> bytes:
    """A mail with these words; field names with _ for -."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    head = f"From: {sender}\r\nTo: {to}\r\nDate: Tue, 10 Mar 2026 16:58:00 -0400\r\nMIME-Version: 1.0\r\n{more}"
    body = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n".encode()


def postfix(letter: Letter, said: str, action: str = "failed", to: str | None = None) -> bytes:
    """What Postfix writes to the return path when a letter failed, or is late; `said` as "550 5.1.1 unknown".
    `to`: the return path, where it is to be another."""
    subject = "Undelivered Mail Returned to Sender" if action == "failed" else "Delayed Mail (still being retried)"
    status = said.split()[1]
    return _report(
        {
            "From": f"MAILER-DAEMON@mx.{letter.domain} (Mail Delivery System)",
            "Subject": subject,
            "To": to or letter.received.sender,
            "Delivered-To": to or letter.received.sender,
            "Auto-Submitted": "auto-replied",
        },
        f"This is the mail system at host mx.{letter.domain}.\r\n\r\n<{letter.to}>: host mx.{letter.domain}"
        f"[192.0.2.7] said: {said} (in reply to RCPT TO command)",
        f"Reporting-MTA: dns; mx.{letter.domain}\r\nX-Postfix-Queue-ID: 4B2D1180A\r\n\r\n"
        f"Final-Recipient: rfc822; {letter.to}\r\nOriginal-Recipient: rfc822;{letter.to}\r\nAction: {action}\r\n"
        f"Status: {status}\r\nRemote-MTA: dns; mx.{letter.domain}\r\nDiagnostic-Code: smtp; {said}",
        ("text/rfc822-headers", letter.header if to is None else ""),
    )


def exchange(letter: Letter) -> bytes:
    """What Exchange writes to the sender when it knows no such recipient."""
    return _report(
        {
            "From": f"postmaster@{letter.domain}",
            "Subject": f"Undeliverable: {letter.mail['Subject']}",
            "To": letter.author,
            "X-MS-Exchange-Message-Is-Ndr": "",
            "Auto-Submitted": "auto-replied",
            "In-Reply-To": str(letter.mail["Message-ID"]),
        },
        "Delivery has failed to these recipients or groups:\r\n\r\n"
        f"{letter.to}<mailto:{letter.to}>\r\nThe email address you entered couldn't be found. Please check it.",
        f"Reporting-MTA: dns;EX01.{letter.domain}\r\nReceived-From-MTA: dns;mx.{letter.domain}\r\n\r\n"
        f"Original-Recipient: rfc822;{letter.to}\r\nFinal-Recipient: rfc822;{letter.to}\r\nAction: failed\r\n"
        "Status: 5.1.10\r\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient "
        f"{letter.to} not found by SMTP address lookup",
        ("message/rfc822", f"{letter.header}\r\n"),
    )


def complaint(letter: Letter) -> bytes:
    """What a provider sends when somebody presses "this is spam" (RFC 5965); whom is not said."""
    return _report(
        {
            "From": "complaints@provider.example",
            "Subject": "FW: complaint about message from 192.0.2.1",
            "To": letter.author,
        },
        "This is an email abuse report.",
        "Feedback-Type: abuse\r\nUser-Agent: Provider/1.0\r\nVersion: 1\r\nSource-IP: 192.0.2.1",
        ("message/rfc822", f"{letter.header}\r\nHello"),
        "feedback-report",
    )


def _report(
    fields: dict[str, str], words: str, told: str, enclosed: tuple[str, str], kind: str = "delivery-status"
) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    parts = [("text/plain; charset=us-ascii", words), (f"message/{kind}", told), enclosed]
    body = "".join(f"--=_b\r\nContent-Type: {name}\r\n\r\n{text}\r\n\r\n" for name, text in parts)
    return (
        f"Return-Path: <>\r\n{head}Date: Tue, 10 Mar 2026 16:58:30 -0400\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="=_b"\r\n\r\n{body}--=_b--\r\n'
    ).encode()


def with_id(raw: bytes, ident: str) -> bytes:
    """The mail with that Message-ID, by which we know it again."""
    return f"Message-ID: <{ident}>\r\n".encode() + raw
