"""Quoted-printable (RFC 2045 section 6.7), as binascii.b2a_qp writes it, which looks at every octet by itself."""

import binascii
import re

_PLAIN = bytes(octet for octet in (0x09, 0x0A, *range(0x20, 0x7F)) if octet != ord("="))
_ESCAPES = [b"=%02X" % octet for octet in range(256)]
_ODD_LINE = re.compile(rb"\n(?:(?=\.)|(?<=[ \t]\n))")  # escaped for where they stand: a lone dot, blanks at the end
# Up to the next soft line break: lines of at most 75 octets, and so much of a longer one, but no part of an escape;
# behind the last break all that is left.
_UP_TO_BREAK = re.compile(rb"(?:.{0,75}\n)*+.{73}[^=]{0,2}|.+", re.DOTALL)


def quoted(text: bytes, longest: int) -> bytes | None:
    """The text in quoted-printable with CRLF line ends, None if that has more than `longest` octets.

    The line ends of `text` are LF, and one stands at its end.
    """
    rare = text.translate(None, _PLAIN)
    if len(text) + 2 * len(rare) > longest:
        return None
    if text.startswith(b".") or _ODD_LINE.search(text):
        done = binascii.b2a_qp(text.replace(b"\n", b"\r\n"), istext=True)
    else:
        done = _escaped(text, rare)
    return done if len(done) <= longest else None


def _escaped(text: bytes, rare: bytes) -> bytes:
    """The text with escapes for its rare octets, and line breaks that are none."""
    text = text.replace(b"=", b"=3D")
    for octet in set(rare.replace(b"=", b"")):
        text = text.replace(bytes((octet,)), _ESCAPES[octet])
    return b"=\n".join(_UP_TO_BREAK.findall(text)).replace(b"\n", b"\r\n")
