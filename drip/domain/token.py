"""Signed tokens for the links in letters: opaque to change, and good for ever (MAIL 17)."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from enum import IntEnum

from drip.domain.errors import TokenError
from drip.domain.mac import mac

VERSION = 1
TEST_SEND = 0  # the send of a test letter's links; no real one has it, so they change nothing
LINK_PURPOSE = "l"
RECALL_PURPOSE = "r"  # the page of a recall, for its rep (rep_links)
FEED_PURPOSE = "i"  # a rep's calendar feed (rep_links)
_MAC_BYTES = 16
_ID_BYTES = 6
_LINK_HEAD = bytes((VERSION, ord(LINK_PURPOSE)))
_LONGEST = 512  # characters; a longer text is refused before any work is done on it
_URL_SAFE = bytes.maketrans(b"+/", b"-_")  # RFC 4648 section 5


@dataclass(frozen=True, slots=True)
class Token:
    """What a genuine token says: what it is for (one ASCII letter) and its payload."""

    purpose: str
    payload: bytes


class Link(IntEnum):
    """The links a letter may carry; the number stands in the token and never changes."""

    OPT_IN = 1
    OPT_OUT = 2
    LESS_OFTEN = 3
    KEEP_OPEN = 4
    CALL_ME = 5
    CLOSE_FILE = 6
    VIEW = 7
    TO = 8  # a counted link to a page of the letter's choice

    @property
    def code(self) -> str:
        """The link's name in templates, tables and pages: opt_in, opt_out ..."""
        return self.name.lower()

    @property
    def path(self) -> str:
        """The first part of the link's public address: /o/{token} is an opt-in."""
        return _PATHS[self]


_PATHS = {
    Link.OPT_IN: "o",
    Link.OPT_OUT: "u",
    Link.LESS_OFTEN: "l",
    Link.KEEP_OPEN: "k",
    Link.CALL_ME: "c",
    Link.CLOSE_FILE: "x",
    Link.VIEW: "v",
    Link.TO: "t",
}


@dataclass(frozen=True, slots=True)
class LinkToken:
    """Which link of which letter. No address, no name (MAIL 48).

    `run` and `step` (the step's key) say which letter of the enrollment it was; `index` is the
    destination among those the letter stored, for `to` only.
    """

    enrollment: int
    send: int
    run: int
    step: str
    link: Link
    index: int = 0


class LetterLinks:
    """The links of one letter: what their tokens have in common is written once.

    Payload of a token: enrollment (6 bytes, big-endian), send (6), run (2), link (1), index (1),
    step (UTF-8): the step's key stands readable at its end.
    """

    __slots__ = ("_head", "_prefix", "_secret", "_step")

    def __init__(self, public_url: str, secret: bytes, letter: tuple[int, int, int, str]) -> None:
        """`letter`: its enrollment, send and run, and the key of its step."""
        self._prefix = public_url.rstrip("/")
        self._secret = secret
        enrollment, send, run, step = letter
        ids = enrollment.to_bytes(_ID_BYTES, "big") + send.to_bytes(_ID_BYTES, "big")
        self._head = _LINK_HEAD + ids + run.to_bytes(2, "big")
        self._step = step.encode()

    def token(self, link: Link, index: int = 0) -> str:
        """The signed token of a link."""
        return _seal(self._secret, self._head + bytes((link, index)) + self._step)

    def url(self, link: Link, index: int = 0) -> str:
        """The public address of a link, such as https://drip.example.com/o/AWwA..."""
        return f"{self._prefix}/{_PATHS[link]}/{self.token(link, index)}"


def sign(secret: bytes, purpose: str, payload: bytes) -> str:
    """A token in the URL-safe base64 alphabet, without padding.

    Layout: version (1 byte), purpose (1), payload, HMAC-SHA256 over all before it cut to 16 bytes
    (RFC 2104 section 5).
    """
    return _seal(secret, bytes((VERSION, ord(purpose))) + payload)


def read(secret: bytes, token: str) -> Token:
    """What a token says. Raises TokenError if any character was changed, cut off or added."""
    raw = _decode(token)
    signed, proof = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if len(signed) < 2 or not hmac.compare_digest(proof, mac(secret, signed)[:_MAC_BYTES]):
        raise TokenError("This link is incomplete or was changed.")
    if signed[0] != VERSION:
        raise TokenError("This link is of a kind this service does not know.")
    return Token(chr(signed[1]), signed[2:])


def sign_link(secret: bytes, link: LinkToken) -> str:
    """The token of a link, see LetterLinks."""
    return _links("", secret, link).token(link.link, link.index)


def read_link(secret: bytes, token: str) -> LinkToken:
    """The link a token stands for. Raises TokenError for anything but a genuine link token."""
    found = read(secret, token)
    payload = found.payload
    if found.purpose != LINK_PURPOSE or len(payload) < 2 * _ID_BYTES + 4:
        raise TokenError("This token is not that of a link.")
    return LinkToken(
        enrollment=int.from_bytes(payload[:6], "big"),
        send=int.from_bytes(payload[6:12], "big"),
        run=int.from_bytes(payload[12:14], "big"),
        link=Link(payload[14]),
        index=payload[15],
        step=payload[16:].decode(),
    )


def link_url(public_url: str, secret: bytes, link: LinkToken) -> str:
    """The public address of a link, see LetterLinks."""
    return _links(public_url, secret, link).url(link.link, link.index)


def _links(public_url: str, secret: bytes, link: LinkToken) -> LetterLinks:
    """The links of the letter that a link is of."""
    return LetterLinks(public_url, secret, (link.enrollment, link.send, link.run, link.step))


def _seal(secret: bytes, signed: bytes) -> str:
    return _encode(signed + mac(secret, signed)[:_MAC_BYTES])


def _encode(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).rstrip(b"=").translate(_URL_SAFE).decode("ascii")


def _decode(token: str) -> bytes:
    """The bytes of a token; only its one canonical spelling is accepted."""
    try:
        if len(token) > _LONGEST:
            raise ValueError
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        raise TokenError("This link is incomplete or was changed.") from None
    if _encode(raw) != token:
        raise TokenError("This link is incomplete or was changed.")
    return raw
