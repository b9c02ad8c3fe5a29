"""A letter: the finished bytes of a send and its envelope, never wrong in form."""

import re
from dataclasses import InitVar, dataclass, field

from drip.domain.errors import DripError

LONGEST_LINE = 998  # octets without CRLF, RFC 5322 section 2.1.1
_PATH = re.compile(r"[^\x00-\x20\x7f<>]*")
# By leaps: each is as long as a line may be with its CRLF, back to the last line end. It never gives a leap back.
_SHORT_LINES = re.compile(rb"(?:.{0,%d}\n)*+" % (LONGEST_LINE + 1), re.DOTALL)


class LetterError(DripError):
    """A letter that must not be sent as it is. The text says which part is wrong."""


class LineError(LetterError):
    """A line of the letter is too long."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes on the wire for one send.

    `envelope_from` and `recipient` are bare addresses; `data` is the message: CRLF line ends only,
    no line over 998 octets, not dot-stuffed; `smtputf8` says that it needs that extension (RFC
    6531). `text` is put behind `data`: ASCII whose lines end with LF, which are made CRLF here and
    need not be looked at one by one. Raises LetterError.
    """

    send_id: int
    message_id: str
    envelope_from: str
    recipient: str
    data: bytes = field(repr=False)
    smtputf8: bool = False
    text: InitVar[str] = ""

    def __post_init__(self, text: str) -> None:
        for path in (self.envelope_from, self.recipient):
            if not _PATH.fullmatch(path):
                raise LetterError(f"{path!r} cannot stand in an SMTP command.")
        data = self.data
        if data.replace(b"\r", b"").replace(b"\n", b"\r\n") != data or not data.endswith(b"\n"):
            raise LetterError("The letter has a bare CR or LF, or its last line has no end.")
        if text:
            data += _lines(text)
            object.__setattr__(self, "data", data)
        if not _SHORT_LINES.fullmatch(data):
            raise LineError("A line of the letter is over 998 octets.")


def _lines(text: str) -> bytes:
    """The lines of a text on the wire."""
    if "\r" in text or not text.endswith("\n"):
        raise LetterError("The letter's text has a CR, or its last line has no end.")
    return text.encode("ascii").replace(b"\n", b"\r\n")
