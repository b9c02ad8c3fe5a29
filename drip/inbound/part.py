"""A mail as it was read, and each part of it: header fields, media type, and a body that is decoded when asked for."""

import binascii
import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

LONGEST_BODY = 200_000  # octets of one part that are decoded; what stands after them says nothing new
_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_ENCODED = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?\s]*)\?=(?:\s+(?==\?[^?\s]{1,40}\?[bBqQ]\?))?")
_ALIASES = {"": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "gb2312": "gb18030", "ks_c_5601-1987": "cp949"}
_SLOW = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})  # no charsets of mail


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mail, or the whole of it. `kind` is its media type in lower case, `parameters` those of its
    Content-Type; its body is `raw[start:end]`. `parts` are those of a multipart, or the one message inside."""

    raw: bytes = field(repr=False)
    start: int
    end: int
    headers: Mapping[str, Sequence[str]]
    kind: str = "text/plain"
    parameters: Mapping[str, str] = field(default_factory=dict)
    parts: Sequence["Part"] = ()

    def get(self, name: str) -> str:
        """The first field of this name (lower case), decoded; "" where there is none."""
        found = self.headers.get(name)
        return decoded(found[0]) if found else ""

    def all(self, name: str) -> list[str]:
        """Every field of this name, decoded."""
        return [decoded(one) for one in self.headers.get(name, ())]

    def walk(self, inside: bool = False) -> Iterator["Part"]:
        """It and all parts below it, in their order; those of messages that are enclosed only if `inside`."""
        yield self
        if self.kind.startswith("message/") and not inside:
            return
        for one in self.parts:
            yield from one.walk(inside)

    def text(self, longest: int = LONGEST_BODY) -> str:
        """The body as text with plain line ends, whatever its encoding says; at most `longest` octets are read."""
        body = self.raw[self.start : min(self.end, self.start + longest)]
        return _with_plain_ends(_as_text(_unpacked(body, self.get("content-transfer-encoding")), self.charset))

    @property
    def charset(self) -> str:
        """The charset its Content-Type names; "" where it names none."""
        return self.parameters.get("charset", "")

    @property
    def is_attachment(self) -> bool:
        """Whether it is a file that somebody added."""
        return self.get("content-disposition").lower().startswith("attachment")


def decoded(value: str) -> str:
    """A header value with its encoded words read (RFC 2047)."""
    return _ENCODED.sub(_word, value) if "=?" in value else value


def _word(found: re.Match[str]) -> str:
    charset, way, inside = found[1].partition("*")[0], found[2].lower(), found[3].encode("utf-8", "surrogateescape")
    raw = _from_base64(inside) if way == "b" else binascii.a2b_qp(inside, header=True)
    return _as_text(raw, charset)


def _unpacked(body: bytes, encoding: str) -> bytes:
    how = encoding.strip().lower()
    if how == "base64":
        return _from_base64(body)
    return binascii.a2b_qp(body) if how == "quoted-printable" else body


def _from_base64(body: bytes) -> bytes:
    """As much of it as can be read."""
    letters = _BASE64.sub(b"", body)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _as_text(raw: bytes, charset: str) -> str:
    """The text in a charset; in UTF-8 or Latin-1 where that is not known, or is not what it is in."""
    name = charset.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    for one in (name, "utf-8"):
        try:
            if one not in _SLOW:
                return _whole(raw.decode(one))
        except (LookupError, UnicodeError, ValueError):
            continue
    if name.startswith("iso-2022") and _is_known(name):
        return _whole(raw.decode(name, "replace"))
    return _whole(raw.decode("latin-1"))


def _whole(text: str) -> str:
    """Without NUL and halves of characters (UTF-7 may name one), which databases refuse."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _is_known(charset: str) -> bool:
    try:
        codecs.lookup(charset)
    except LookupError:
        return False
    return True


def _with_plain_ends(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text
