"""Message-IDs: made from the send's id and our secret, so a retry has the same one (MAIL 2)."""

import hmac
import re

from drip.domain.errors import TokenError
from drip.domain.mac import mac

# Base 32 (RFC 4648 section 6) in lower case, two characters at once.
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_TWO = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS = range(110, -1, -10)
_SHAPE = re.compile(r"<(\d{1,19})\.([a-z2-7]{24})@[^<>@\s]+>")


def message_id(secret: bytes, send_id: int, domain: str) -> str:
    """The Message-ID of a send's letter, angle brackets included.

    `domain` is one we own, in ASCII (A-labels). The left side is the send's id and a proof, so
    that a returned Message-ID names the send and cannot be made up (MAIL 2, 33).
    """
    return f"<{send_id}.{_proof(secret, send_id)}@{domain}>"


def send_of(secret: bytes, text: str) -> int:
    """The send a Message-ID of ours belongs to. Raises TokenError for any other."""
    shape = _SHAPE.fullmatch(text.strip())
    if shape is None or not hmac.compare_digest(shape[2], _proof(secret, int(shape[1]))):
        raise TokenError("This Message-ID is not one of ours.")
    return int(shape[1])


def send_of_envelope(secret: bytes, text: str) -> int:
    """The send that an envelope id of ours belongs to: the left side of its Message-ID, as a DSN brings it back in
    Original-Envelope-Id (MAIL 33). Raises TokenError for any other."""
    return send_of(secret, f"<{text.strip()}@envelope>")


def _proof(secret: bytes, send_id: int) -> str:
    number = int.from_bytes(mac(secret, b"message-id|%d" % send_id)[:15], "big")
    return "".join([_TWO[number >> shift & 1023] for shift in _SHIFTS])
