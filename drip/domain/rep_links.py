"""Signed addresses that act for a rep: the page of a recall, and the private calendar feed."""

from dataclasses import dataclass
from datetime import date

from drip.domain.errors import TokenError
from drip.domain.token import FEED_PURPOSE, RECALL_PURPOSE, read, sign

_ID = 6  # bytes, big-endian
_RENEWED = 3
_DAY = 3  # bytes; days are counted as date.toordinal does
RECALL_BYTES = 3 * _ID + _RENEWED + _DAY
FEED_BYTES = _ID + _RENEWED


@dataclass(frozen=True, slots=True)
class RecallToken:
    """Which recall of which enrollment, and for whom. No address, no name.

    A recall is the one after the last call: `last_call` is the id of that call's fact, 0 before the first.
    So the next call that is recorded deals with the recall, whatever page or command records it. `renewed`
    is how often the rep's links had been renewed, `until` the last day (UTC) the link is good for.
    """

    enrollment: int
    rep: int
    last_call: int
    renewed: int
    until: date


@dataclass(frozen=True, slots=True)
class FeedToken:
    """Whose calendar; `renewed` as above. It is good until it is renewed."""

    rep: int
    renewed: int


def sign_recall(secret: bytes, token: RecallToken) -> str:
    """The token of a recall's page: enrollment (6 bytes, big-endian), rep (6), last call (6), renewed (3),
    until (3, the proleptic ordinal of the day)."""
    numbers = (token.enrollment, token.rep, token.last_call)
    payload = b"".join(number.to_bytes(_ID, "big") for number in numbers)
    payload += token.renewed.to_bytes(_RENEWED, "big") + token.until.toordinal().to_bytes(_DAY, "big")
    return sign(secret, RECALL_PURPOSE, payload)


def read_recall(secret: bytes, token: str) -> RecallToken:
    """What a recall's token says. Raises TokenError for anything but a genuine one."""
    payload = _payload(secret, token, RECALL_PURPOSE, RECALL_BYTES)
    return RecallToken(
        enrollment=int.from_bytes(payload[:6], "big"),
        rep=int.from_bytes(payload[6:12], "big"),
        last_call=int.from_bytes(payload[12:18], "big"),
        renewed=int.from_bytes(payload[18:21], "big"),
        until=date.fromordinal(int.from_bytes(payload[21:], "big")),
    )


def sign_feed(secret: bytes, token: FeedToken) -> str:
    """The token of a rep's calendar feed: rep (6 bytes, big-endian), renewed (3)."""
    payload = token.rep.to_bytes(_ID, "big") + token.renewed.to_bytes(_RENEWED, "big")
    return sign(secret, FEED_PURPOSE, payload)


def read_feed(secret: bytes, token: str) -> FeedToken:
    """What a feed's token says. Raises TokenError for anything but a genuine one."""
    payload = _payload(secret, token, FEED_PURPOSE, FEED_BYTES)
    return FeedToken(int.from_bytes(payload[:_ID], "big"), int.from_bytes(payload[_ID:], "big"))


def recall_url(public_url: str, secret: bytes, token: RecallToken) -> str:
    """The address of a recall's page, such as https://drip.example.com/r/AXIA...

    With `/` and an outcome's code (R20), or `/resolve` (R30), behind it, the page asks for that at once.
    """
    return f"{public_url.rstrip('/')}/r/{sign_recall(secret, token)}"


def feed_url(public_url: str, secret: bytes, token: FeedToken) -> str:
    """The address of a rep's calendar, such as https://drip.example.com/i/AWkA....ics"""
    return f"{public_url.rstrip('/')}/i/{sign_feed(secret, token)}.ics"


def _payload(secret: bytes, token: str, purpose: str, size: int) -> bytes:
    found = read(secret, token)
    if found.purpose != purpose or len(found.payload) != size:
        raise TokenError("This token is of another kind of link.")
    return found.payload
