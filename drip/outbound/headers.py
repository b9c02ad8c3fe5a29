"""Header fields as finished text: folded at 78, encoded words only where they may stand (MAIL 4-7).

Every function returns one field without its last CRLF and raises LetterError for a value that
would break out of it (header injection) or cannot stand there.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from drip.outbound.address import Address
from drip.outbound.letter import LetterError

_MINUTE = timedelta(minutes=1)
WIDTH = 78  # characters a line, RFC 5322 section 2.1.1
_WORD, _WORD_LINE = 75, 76  # characters an encoded word, and a line with one on it, RFC 2047 section 2
_WORD_FRAME = len("=?utf-8?Q??=")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_PIECE = re.compile(r" *[^ ]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_Q_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_Q = ["_" if b == 0x20 else chr(b) if b in _Q_PLAIN else f"={b:02X}" for b in range(256)]
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def unstructured(name: str, text: str) -> str:
    """A field of free text, such as Subject."""
    clean = _clean(name, text)
    if not clean:
        raise LetterError(f"{name} is empty.")
    if _needs_words(clean):
        return "\r\n".join(_words(f"{name}: ", clean))
    if len(name) + 2 + len(clean) <= WIDTH:
        return f"{name}: {clean}"
    return "\r\n".join(_folded(f"{name}: ", clean) or _words(f"{name}: ", clean))


def mailbox(name: str, display: str, address: Address) -> str:
    """A field with one address, such as From: a name as phrase and the address as it is."""
    clean = _clean(name, display)
    if "  " in clean:
        clean = re.sub(" +", " ", clean)
    if not clean:
        return _after(f"{name}:", address.text)
    bare = f"{name}: {clean if _ATOMS.fullmatch(clean) else _quoted(clean)}"
    if _needs_words(clean) or len(bare) > WIDTH:
        return _after("\r\n".join(_words(f"{name}: ", clean)), f"<{address.text}>", _WORD_LINE)
    return _after(bare, f"<{address.text}>")


def tokens(name: str, values: Sequence[str]) -> str:
    """A field of tokens which may not be broken or encoded: identifiers, addresses in brackets."""
    field = f"{name}:"
    for value in values:
        if not value or not value.isascii() or not value.isprintable() or " " in value:
            raise LetterError(f"{name} cannot hold {value!r}: only ASCII without spaces.")
        field = _after(field, value)
    return field


def date(at: datetime) -> str:
    """The Date field, with the offset the time was given with (RFC 5322 section 3.3)."""
    offset = at.utcoffset()
    if offset is None:
        raise LetterError("The letter's date has no time zone.")
    return _date(at, offset)


@lru_cache(maxsize=1024)
def _date(at: datetime, offset: timedelta) -> str:
    """The Date field of a time and its offset, without which one moment in two zones would be one; the letters of a
    batch have the same."""
    minutes, rest = divmod(offset, _MINUTE)
    if rest:
        return date(at.astimezone(UTC))
    sign, (hours, minutes) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    return (
        f"Date: {_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month]} {at.year:04} "
        f"{at.hour:02}:{at.minute:02}:{at.second:02} {sign}{hours:02}{minutes:02}"
    )


def _clean(name: str, text: str) -> str:
    if not text.isprintable() and _CONTROL.search(text):  # what is printable has none
        raise LetterError(f"{name} has a line break or another control character in it.")
    return text.strip(" ")


def _needs_words(text: str) -> bool:
    """Whether a text must be encoded: it is not ASCII, or looks as if it were encoded already."""
    return not text.isascii() or "=?" in text


def _folded(start: str, text: str) -> list[str] | None:
    """The text in lines, broken before spaces; None if a single word is too long for that."""
    lines = [start]
    for piece in _PIECE.findall(text):
        if len(lines[-1]) + len(piece) <= WIDTH:
            lines[-1] += piece
        elif len(piece) <= WIDTH and lines != [start]:
            lines.append(piece)
        else:
            return None
    return lines


def _after(field: str, value: str, width: int = WIDTH) -> str:
    """The field with one more value, on a new line if it would not fit."""
    last = len(field) - field.rfind("\n") - 1
    return f"{field} {value}" if last + 1 + len(value) <= width else f"{field}\r\n {value}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _words(start: str, text: str) -> list[str]:
    """The text as encoded words, one a line, in whichever encoding is shorter (RFC 2047)."""
    as_q = sum(map(len, map(_Q.__getitem__, text.encode())))
    quoted = as_q <= -(-len(text.encode()) // 3) * 4
    words = _chunks(text, min(_WORD, _WORD_LINE - len(start)) - _WORD_FRAME, quoted)
    return [(start if n == 0 else " ") + word for n, word in enumerate(words)]


def _chunks(text: str, room: int, quoted: bool) -> Iterator[str]:
    """Encoded words with at most `room`, then 63 characters inside; a character is never split."""
    if quoted and len(_q(text)) <= room:
        yield _word(_q(text), quoted)
        return
    held = ""
    for character in text:
        tried = held + (_q(character) if quoted else character)
        if held and (len(tried) if quoted else -(-len(tried.encode()) // 3) * 4) > room:
            yield _word(held, quoted)
            room, tried = _WORD - _WORD_FRAME, tried[len(held) :]
        held = tried
    yield _word(held, quoted)


def _q(text: str) -> str:
    return "".join(map(_Q.__getitem__, text.encode()))


def _word(inside: str, quoted: bool) -> str:
    if quoted:
        return f"=?utf-8?Q?{inside}?="
    return f"=?utf-8?B?{base64.b64encode(inside.encode()).decode('ascii')}?="
