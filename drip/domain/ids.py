"""Message-IDs: made from the send's id and our secret, so a retry has the same one (MAIL 2)."""

import hmac
import re

from drip.domain.errors import TokenError
from drip.domain.mac import mac

# Base 32 (RFC 4648 section 6) in lower case: five bits go into each byte, and a byte becomes its character. The bits
# of a whole number are moved apart by halves: 16 groups of five from the other 16, then 8 from 8 ...
_CHARACTERS = b"abcdefghijklmnopqrstuvwxyz234567".ljust(256)
_HALVES = [
    (3 * groups, sum((1 << 5 * groups) - 1 << 16 * groups * pair for pair in range(16 // groups)))
    for groups in (16, 8, 4, 2, 1)
]
_PROOF_BYTES, _PROOF_CHARACTERS = 15, 24
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
    number = int.from_bytes(mac(secret, b"message-id|%d" % send_id)[:_PROOF_BYTES], "big")
    for shift, lower in _HALVES:
        stays = number & lower
        number = (number ^ stays) << shift | stays
    return number.to_bytes(_PROOF_CHARACTERS, "big").translate(_CHARACTERS).decode("ascii")
