"""Signatures of requests: who has the key wrote this body, and not long ago."""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from drip.domain.errors import DripError
from drip.domain.mac import mac

HEADER = "Drip-Signature"
TOLERANCE = timedelta(minutes=5)
_FORM = re.compile(r"t=([0-9]{1,12})((?:,v1=[0-9a-f]{64}){1,5})")  # a sender that changes its key may sign with both


class SignatureError(DripError):
    """A request whose sender is not known; nothing may be done on its word."""


def events_key(secret: bytes, number: int) -> str:
    """The key of this number for posting events, 64 characters; it tells nothing of `secret`."""
    return mac(secret, b"events|%d" % number).hex()


def valid_keys(secret: bytes, number: int) -> tuple[str, ...]:
    """The keys that are good while this is the newest one's number: it, and the one before."""
    return tuple(events_key(secret, one) for one in (number, number - 1) if one > 0)


def sign(key: str, body: bytes, at: datetime) -> str:
    """The value of the header: the time in seconds, and HMAC-SHA256 (RFC 2104) over it, a full stop and the body."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_proof(key, seconds, body)}"


def check(header: str | None, keys: Sequence[str], body: bytes, at: datetime) -> None:
    """Raise SignatureError unless the header is there, one of the keys made it over this body, and it was signed within
    TOLERANCE of `at`, the wall clock of this machine."""
    if header is None:
        raise SignatureError(f"The request is not signed. Send {HEADER}: t=SECONDS,v1=HEX, made with the key.")
    form = _FORM.fullmatch(header.replace(" ", ""))
    if form is None:
        raise SignatureError(f"{HEADER} cannot be read. Write t=SECONDS,v1=HEX: 64 digits of 0-9 and a-f.")
    seconds, given = int(form[1]), form[2].split(",v1=")[1:]
    made = [_proof(key, seconds, body) for key in keys]
    if not any(hmac.compare_digest(one, ours) for one in given for ours in made):
        raise SignatureError(
            "The signature does not fit. Sign t, a full stop and the very bytes of the body by HMAC-SHA256 with the "
            "key that `drip events key` shows, all 64 characters of it as text."
        )
    late = int(at.timestamp()) - seconds
    if abs(late) > TOLERANCE.total_seconds():
        raise SignatureError(
            f"The signature is {abs(late)} seconds {'old' if late > 0 else 'ahead'}, and good for "
            f"{TOLERANCE.total_seconds():.0f}. Sign when you send, each time anew, and set the clock there."
        )


def _proof(key: str, seconds: int, body: bytes) -> str:
    return mac(key.encode(), b"%d." % seconds + body).hex()
