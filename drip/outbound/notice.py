"""A notice as a letter: what a service says of itself in its headers, and a calendar part where it has one."""

import base64
from dataclasses import replace

from drip.domain.mac import mac
from drip.outbound.compose import LetterKind, LetterParts, compose
from drip.outbound.letter import Letter

# RFC 3834 section 5, and what Exchange heeds: nobody's robot answers it (MAIL 40).
AUTOMATIC = b"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n"
_PROOF = 15  # bytes of the proof in a Message-ID


def notice_id(secret: bytes, number: int, domain: str) -> str:
    """The Message-ID of a notice, the same at each retry (MAIL 2). `domain` is the sender's, in ASCII."""
    proof = base64.b32encode(mac(secret, b"notice-id|%d" % number)[:_PROOF]).decode("ascii").lower()
    return f"<notice.{number}.{proof}@{domain}>"


def compose_notice(parts: LetterParts, calendar: str | None = None, method: str = "REQUEST") -> Letter:
    """The finished letter of a notice (MAIL 40). `calendar` is an iCalendar object, its `method` that of RFC 5546.

    Raises LetterError and AddressError as `compose` does.
    """
    letter = compose(parts._replace(kind=LetterKind.TRANSACTIONAL))
    data = AUTOMATIC + letter.data
    if calendar is not None:
        data = _with_calendar(data, calendar, method)
    return replace(letter, data=data)


def _with_calendar(data: bytes, calendar: str, method: str) -> bytes:
    """The calendar as the last alternative: readers take the last one they know (RFC 2046 section 5.1.4)."""
    whole = data.rstrip(b"\r\n")
    end = whole[whole.rindex(b"\r\n") + 2 :]  # --boundary--
    lines = base64.encodebytes(calendar.encode()).replace(b"\n", b"\r\n")
    part = (
        end[:-2]
        + b'\r\nContent-Type: text/calendar; charset=utf-8; method="'
        + method.encode("ascii")
        + b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + lines
    )
    return whole[: -len(end)] + part + end + b"\r\n"
