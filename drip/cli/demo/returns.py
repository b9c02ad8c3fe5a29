"""What mail servers and providers send back: a letter did not arrive, is late, or was called spam."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from drip.cli.demo.chance import Chance
from drip.cli.demo.letter import Letter

_OURS = "mail.larkfield.example"  # the server that took the letter from the service
Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What became of a letter: `action` as RFC 3464 section 2.3.3 has it, `status` by RFC 3463, the server's words."""

    action: str
    status: str
    said: str


GONE = Trouble("failed", "5.1.1", "550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table")
FULL = Trouble("failed", "5.2.2", "552 5.2.2 <{to}>: user is over quota, the mailbox is full")
LATE = Trouble("delayed", "4.4.1", "connect to {host}[192.0.2.25]:25: Connection timed out")


@dataclass(frozen=True, slots=True)
class Returned:
    """A letter, what became of it, and when that is told; `number` makes the mail's Message-ID one of its own."""

    letter: Letter
    trouble: Trouble
    at: datetime
    number: int

    @property
    def host(self) -> str:
        """The recipient's mail server."""
        return f"mx.{self.letter.to_address.rpartition('@')[2]}"

    @property
    def said(self) -> str:
        """The words of that server."""
        return self.trouble.said.format(to=self.letter.to_address, host=self.host)

    @property
    def fields(self) -> Fields:
        """The recipient's fields of a report (RFC 3464 section 2.3)."""
        return [
            ("Final-Recipient", f"rfc822; {self.letter.to_address}"),
            ("Action", self.trouble.action),
            ("Status", self.trouble.status),
            ("Remote-MTA", f"dns; {self.host}"),
            ("Diagnostic-Code", f"smtp; {self.said}"),
        ]


def returned(of: Returned, chance: Chance) -> bytes:
    """A notice by one of the common mail servers; the same one for each letter to somebody."""
    return chance.one_of(_SERVERS, of.letter.to_address, "mail server")(of)


def complaint(letter: Letter, at: datetime, number: int) -> bytes:
    """A provider's report that somebody called the letter spam (RFC 5965)."""
    provider = "fbl.mailhome.example"
    head: Fields = [
        ("From", f"Feedback Loop <feedback@{provider}>"),
        ("To", letter.sender_address),
        ("Subject", f"FW: {letter.subject}" if letter.subject.isascii() else "FW: a message you sent"),
        *_dated(at, number, provider),
    ]
    report: Fields = [
        ("Feedback-Type", "abuse"),
        ("User-Agent", "MailHome-FBL/1.2"),
        ("Version", "1"),
        ("Original-Mail-From", f"<{letter.return_path}>"),
        ("Original-Rcpt-To", f"<{letter.to_address}>"),
        ("Arrival-Date", format_datetime(letter.dated_at)),
        ("Source-IP", "192.0.2.1"),
    ]
    words = "This is an email abuse report for a message that one of our users marked as spam.\r\n"
    parts = (words, "message/feedback-report", _lines(report), "message/rfc822", letter.raw)
    return _report(head, "feedback-report", number, parts)


def _postfix(of: Returned) -> bytes:
    letter, late = of.letter, of.trouble is LATE
    subject = "Delayed Mail (still being retried)" if late else "Undelivered Mail Returned to Sender"
    head: Fields = [
        ("From", f"MAILER-DAEMON@{_OURS} (Mail Delivery System)"),
        ("Subject", subject),
        ("To", letter.return_path),
        ("Auto-Submitted", "auto-replied"),
        *_dated(of.at, of.number, _OURS),
    ]
    first = (
        "####################################################################\r\n"
        "# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\r\n"
        "####################################################################\r\n\r\n"
        "Your message could not be delivered for more than 4 hour(s).\r\n"
        "It will be retried until it is 5 day(s) old.\r\n"
        if late
        else "I'm sorry to have to inform you that your message could not\r\n"
        "be delivered to one or more recipients. It's attached below.\r\n"
    )
    told = of.said if late else f"host {of.host}[192.0.2.25] said: {of.said} (in reply to RCPT TO command)"
    words = (
        f"This is the mail system at host {_OURS}.\r\n\r\n{first}\r\n                   The mail system\r\n\r\n"
        f"<{letter.to_address}>: {told}\r\n"
    )
    about: Fields = [
        ("Reporting-MTA", f"dns; {_OURS}"),
        ("X-Postfix-Sender", f"rfc822; {letter.return_path}"),
        ("Arrival-Date", format_datetime(letter.dated_at)),
    ]
    parts = (words, "message/delivery-status", _groups(about, of.fields), "text/rfc822-headers", letter.head)
    return _report(head, "delivery-status", of.number, parts)


def _exchange(of: Returned) -> bytes:
    letter, domain = of.letter, of.letter.to_address.rpartition("@")[2]
    late = of.trouble is LATE
    head: Fields = [
        ("From", f"Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@{domain}>"),
        ("To", letter.return_path),
        ("Subject", f"{'Delivery delayed' if late else 'Undeliverable'}: {_ascii(letter.subject)}"),
        ("X-MS-Exchange-Message-Is-Ndr", ""),
        ("Auto-Submitted", "auto-replied"),
        *_dated(of.at, of.number, domain),
    ]
    said = "Delivery is delayed to these recipients" if late else "Delivery has failed to these recipients or groups"
    ends = "The server will keep trying to deliver this message." if late else _because(of)
    words = f"{said}:\r\n\r\n{letter.to_address}<mailto:{letter.to_address}>\r\n{ends}\r\n"
    about: Fields = [("Reporting-MTA", f"dns;{of.host}"), ("Received-From-MTA", f"dns;{_OURS}")]
    parts = (words, "message/delivery-status", _groups(about, of.fields), "message/rfc822", letter.raw)
    return _report(head, "delivery-status", of.number, parts)


def _exim(of: Returned) -> bytes:
    letter, late = of.letter, of.trouble is LATE
    subject = "Warning: message delayed 4 hours" if late else "Mail delivery failed: returning message to sender"
    head: Fields = [
        ("X-Failed-Recipients", letter.to_address),
        ("Auto-Submitted", "auto-replied"),
        ("From", f"Mail Delivery System <Mailer-Daemon@{_OURS}>"),
        ("To", letter.return_path),
        ("Subject", subject),
        *_dated(of.at, of.number, _OURS),
    ]
    if late:
        head.pop(0)
    words = (
        "This message was created automatically by mail delivery software.\r\n\r\n"
        + (
            "A message that you sent has not yet been delivered to one or more of its\r\n"
            "recipients after more than 4 hours. No action is required on your part.\r\n"
            "Delivery attempts will continue for some time.\r\n\r\n"
            if late
            else "A message that you sent could not be delivered to one or more of its\r\n"
            "recipients. This is a permanent error. The following address(es) failed:\r\n\r\n"
        )
        + f"  {letter.to_address}\r\n    host {of.host} [192.0.2.25]\r\n    {of.said}\r\n"
    )
    about: Fields = [("Reporting-MTA", f"dns; {_OURS}")]
    parts = (words, "message/delivery-status", _groups(about, of.fields), "text/rfc822-headers", letter.head)
    return _report(head, "delivery-status", of.number, parts)


def _gmail(of: Returned) -> bytes:
    letter, late = of.letter, of.trouble is LATE
    head: Fields = [
        ("From", "Mail Delivery Subsystem <mailer-daemon@googlemail.com>"),
        ("To", letter.return_path),
        ("Auto-Submitted", "auto-replied"),
        ("Subject", f"Delivery Status Notification ({'Delay' if late else 'Failure'})"),
        ("In-Reply-To", letter.message_id),
        ("References", letter.message_id),
        *_dated(of.at, of.number, "mx.google.com"),
    ]
    if late:
        words = (
            f"** Delivery incomplete **\r\n\r\nThere was a temporary problem delivering your message to "
            f"{letter.to_address}. Gmail will retry for 46 more hours. You'll be notified if the delivery fails "
            "permanently.\r\n"
        )
    else:
        words = f"** Message not delivered **\r\n\r\n{_because(of)}\r\n\r\nThe response was:\r\n\r\n{of.said}\r\n"
    about: Fields = [("Reporting-MTA", "dns; googlemail.com"), ("X-Original-Message-ID", letter.message_id)]
    parts = (words, "message/delivery-status", _groups(about, of.fields), "message/rfc822", letter.raw)
    return _report(head, "delivery-status", of.number, parts)


_SERVERS: tuple[Callable[[Returned], bytes], ...] = (_postfix, _exchange, _exim, _gmail)


def _because(of: Returned) -> str:
    to = of.letter.to_address
    if of.trouble is FULL:
        return f"The message could not be delivered because the mailbox of {to} is full."
    return f"Your message wasn't delivered to {to} because the address couldn't be found."


def _dated(at: datetime, number: int, host: str) -> Fields:
    return [("Date", format_datetime(at)), ("Message-ID", f"<{at:%Y%m%d%H%M%S}.{number}@{host}>")]


def _report(head: Fields, kind: str, number: int, parts: tuple[str, str, bytes, str, bytes]) -> bytes:
    """A multipart/report (RFC 6522): words, the report and its type, what is enclosed and its type."""
    words, of_report, report, of_enclosed, enclosed = parts
    boundary = f"=_report_{number}"
    types = f'multipart/report; report-type={kind};\r\n boundary="{boundary}"'
    lead = _lines([*head, ("MIME-Version", "1.0"), ("Content-Type", types)])
    bodies = (("text/plain; charset=utf-8", words.encode()), (of_report, report), (of_enclosed, enclosed))
    made = b"".join(b"--%b\r\nContent-Type: %b\r\n\r\n%b\r\n" % (boundary.encode(), t.encode(), b) for t, b in bodies)
    return b"%b\r\n%b--%b--\r\n" % (lead, made, boundary.encode())


def _groups(*groups: Fields) -> bytes:
    return b"\r\n".join(_lines(one) for one in groups)


def _lines(fields: Fields) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode()


def _ascii(text: str) -> str:
    """A subject as it may stand unencoded."""
    return text.encode("ascii", "replace").decode()
